"""Domain-randomization statistics of a dataset: what was asked for, and what came.

Two functions make them:

    stats = statistics(Dataset.open(root))          # JSON values
    data = dumps(stats)                             # the bytes of stats.json: the same dataset gives the same bytes
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from functools import partial
from typing import Any

import numpy as np

from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.processes import in_processes
from longtail.annotate.statistics.brightness import evenly
from longtail.annotate.statistics.census import Census, census
from longtail.annotate.statistics.closely import MOST_DRAWS, Closely
from longtail.annotate.statistics.closer_json import closer_json
from longtail.annotate.statistics.histogram import even_edges, histogram, json_safe, summary
from longtail.annotate.statistics.listing import MOST_LISTED
from longtail.annotate.statistics.parameters import Values, asked_nodes, parameter_json

__all__ = ["FORMAT", "Closely", "counted", "dumps", "statistics", "statistics_of"]

FORMAT = "longtail.stats.4"

_PARTS = 64
"""Into how many parts a small dataset is cut."""

_MOST_AT_ONCE = 64
"""The most records in a part: a tenth of a second's work."""

_WORTH_A_PROCESS = 400
"""Beginning a process takes as long as the records and pictures of so many frames."""

_WORTH_MEASURING = 64
"""Beginning a process takes as long as measuring so many pictures of half a megapixel."""

_WORTH_ROWS = 50_000
"""Values of each parameter, of which the rows take as long as beginning a process."""


def statistics(
    dataset: Dataset,
    *,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
    closely: Closely | None = None,
) -> dict[str, Any]:
    """The statistics as JSON values, with the sections of a closer look where it is to be one.

    Records are read one at a time, by up to `workers` processes, on which the statistics do not depend; `progress`, if
    given, is called with the number of records read so far. What is kept is 8 bytes for each drawn number and some 100
    for each visible thing, in temporary files. DatasetError where a record is damaged.
    """
    return statistics_of(dataset, counted(dataset, workers, progress, closely), workers, closely)


def counted(
    dataset: Dataset,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
    closely: Closely | None = None,
) -> Census:
    """What `statistics` count, for whoever has more to ask of it."""
    found = Census(dataset.info.taxonomy, closely=closely is not None)
    with closing(_parts(dataset, dataset.frames(), workers, closely)) as parts:
        for part in parts:
            found.join(part)
            if progress is not None:
                progress(found.frames)
    return found


def statistics_of(dataset: Dataset, found: Census, workers: int = 1, closely: Closely | None = None) -> dict[str, Any]:
    """The statistics of what was counted, as JSON values."""
    info, frames, bright = dataset.info, found.frames, np.array(found.bright)
    nodes = asked_nodes(info.config, found.values)
    stats: dict[str, Any] = {
        "format": FORMAT,
        "digest": info.digest,
        "seed": info.seed,
        "frames": frames,
        "frames_asked_for": len(info.asked()),
        "rendered_on": dict(sorted(found.machines.items())),
        "conditions": {name: {"frames": n, "share": n / frames} for name, n in sorted(found.conditions.items())},
        "parameters": _rows(nodes, found, workers),
        "departures": found.departures.to_json(),
        "mended": {name: {"pixels": n, "frames": found.mending[name]} for name, n in sorted(found.mended.items())},
        **found.content.to_json(),
        **found.appearances.to_json(),
        **found.people.to_json(),
        "brightness": summary(bright) | histogram(bright, even_edges(0.0, 1.0, 20)),
    }
    if closely is not None and found.closer is not None:
        redrawn = closely.redraw(found.closer.frames) if closely.redraw else None
        stats |= closer_json(found.closer, info.config, stats["departures"], redrawn)
        stats["pixels"]["asked"] = closely.pictures
    safe: dict[str, Any] = json_safe(stats)
    return safe


def _parts(
    dataset: Dataset, indices: list[int], workers: int, closely: Closely | None
) -> Generator[Census, None, None]:
    """Censuses of frames that follow each other."""
    # Of a small dataset all pictures are decoded too: parts of a few frames keep all processes busy to the end.
    size = min(max(len(indices) // _PARTS, 1), _MOST_AT_ONCE)
    cuts = [indices[start : start + size] for start in range(0, len(indices), size)]
    processes = min(workers, math.ceil(len(indices) / _WORTH_A_PROCESS))
    look: dict[str, Any] = {"pictured": frozenset(evenly(indices)), "listed": frozenset(evenly(indices, MOST_LISTED))}
    if closely is not None:
        look["measures"] = frozenset(evenly(indices, closely.pictures))
        look["draws"] = frozenset(evenly(indices, MOST_DRAWS))
        # Measuring a picture takes as long as reading some dozen records.
        processes = min(workers, max(processes, math.ceil(len(look["measures"]) / _WORTH_MEASURING)))
    return in_processes(partial(census, dataset, **look), cuts, processes)


def _rows(nodes: Mapping[str, Any], found: Census, workers: int) -> list[dict[str, Any]]:
    """The row of each parameter. The distances of a million values from what was asked for take seconds."""
    asked = [(path, node, found.values.get(path, Values()), found.frames) for path, node in nodes.items()]
    with closing(in_processes(_row, asked, min(workers, math.ceil(found.frames / _WORTH_ROWS)))) as rows:
        return list(rows)


def _row(asked: tuple[str, Any, Values, int]) -> dict[str, Any]:
    return parameter_json(*asked)


def dumps(stats: dict[str, Any]) -> bytes:
    """The bytes of stats.json: a line per parameter and category, so that diffs are readable."""
    lines = []
    for key, value in stats.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            rows = ",\n".join(f"    {json.dumps(row, allow_nan=False)}" for row in value)
            lines.append(f"  {json.dumps(key)}: [\n{rows}\n  ]")
        else:
            lines.append(f"  {json.dumps(key)}: {json.dumps(value, allow_nan=False)}")
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode("ascii")
