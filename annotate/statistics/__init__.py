"""Domain-randomization statistics of a dataset: what was asked for, what came, and what a real dataset has.

Two functions make them:

    stats = statistics(Dataset.open(root))          # JSON values
    data = dumps(stats)                             # the bytes of stats.json: the same dataset gives the same bytes
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from longtail.annotate.camera import in_image_circle
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.statistics.against import compare
from longtail.annotate.statistics.appearance import Appearances
from longtail.annotate.statistics.brightness import brightness, evenly
from longtail.annotate.statistics.content import Content
from longtail.annotate.statistics.departures import DepartureCounts
from longtail.annotate.statistics.histogram import even_edges, histogram, json_safe, summary
from longtail.annotate.statistics.parameters import Values, asked_nodes, parameter_json
from longtail.annotate.statistics.real import read_coco

__all__ = ["FORMAT", "dumps", "statistics"]

FORMAT = "longtail.stats.3"


def statistics(dataset: Dataset, against: Path | None = None) -> dict[str, Any]:
    """The statistics as JSON values; `against` is the COCO annotations file of a real dataset to compare with.

    Records are read one at a time. What is kept is 8 bytes for each drawn value and some 100 for each visible thing.
    DatasetError where a record is damaged or `against` is no COCO file.
    """
    # Read first: a wrong --against must not cost an hour of reading records.
    real = read_coco(against) if against else None
    values: dict[str, Values] = {}
    conditions: Counter[str] = Counter()
    machines: Counter[str] = Counter()
    mended: Counter[str] = Counter()
    mending: Counter[str] = Counter()
    content, appearances, departures = Content(dataset.info.taxonomy), Appearances(), DepartureCounts()
    before: dict[str, tuple[int, Any]] = {}
    indices = dataset.frames()
    for record in map(dataset.record, indices):
        for path, value in record.parameters.items():
            # Pictures of one scene share its draws: what was drawn once counts once.
            drawn = (record.shown.scene, value)
            known = values.setdefault(path, Values())
            known.repeat() if before.get(path) == drawn else known.add(value)
            before[path] = drawn
        conditions[record.condition] += 1
        if record.rendered_on:
            machines[record.rendered_on.title] += 1
        pixels = record.extra.get("mended_px")
        for name, count in pixels.items() if isinstance(pixels, dict) else ():
            mended[name] += int(count)
            mending[name] += int(count > 0)
        content.add(record)
        appearances.add(record)
        departures.add(record)
    info, frames = dataset.info, len(indices)
    nodes = asked_nodes(info.config, values)
    bright = [_brightness(dataset, index) for index in evenly(indices)]
    stats: dict[str, Any] = {
        "format": FORMAT,
        "digest": info.digest,
        "seed": info.seed,
        "frames": frames,
        "frames_asked_for": len(info.asked()),
        "rendered_on": dict(sorted(machines.items())),
        "conditions": {name: {"frames": n, "share": n / frames} for name, n in sorted(conditions.items())},
        "parameters": [parameter_json(path, node, values.get(path, Values()), frames) for path, node in nodes.items()],
        "departures": departures.to_json(),
        "mended": {name: {"pixels": n, "frames": mending[name]} for name, n in sorted(mended.items())},
        **content.to_json(),
        **appearances.to_json(),
        "brightness": summary(bright) | histogram(bright, even_edges(0.0, 1.0, 20)),
    }
    if real:
        stats["against"] = compare(content.boxes, bright, real, info.taxonomy)
    safe: dict[str, Any] = json_safe(stats)
    return safe


def _brightness(dataset: Dataset, index: int) -> float:
    lens = dataset.record(index).camera.lens
    return brightness(dataset.read("images", index), in_image_circle(lens))


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
