"""stats.json against the records: its numbers, counted anew."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from longtail.annotate.check.finding import Finding
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.files import read
from longtail.annotate.errors import DatasetError
from longtail.annotate.statistics import FORMAT, Closely, statistics
from longtail.annotate.statistics.closely import Redrawn

STATISTICS = "stats.json"

_SHOWN = 3
_ROUNDED = 1e-9
"""Sums of a million numbers, in whatever order processors add them."""

_REPAIR = "`longtail stats` writes it anew"
_Lie = tuple[str, Any, Any]

Redraw = Callable[[Sequence[int]], Redrawn | None]
"""Draws to hold the frames of these indices against."""


def check_statistics(dataset: Dataset, workers: int, redraw: Redraw | None = None) -> Iterator[Finding]:
    """Findings where stats.json says something else than its dataset; none where there is no such file, or one of
    another version.

    What it holds its frames against is drawn anew by `redraw`; where nobody can, or where it says that others could
    not, only what is counted of records and pictures is compared.
    """
    try:
        stated = json.loads(read(dataset.files, STATISTICS))
    except (OSError, ValueError, RecursionError) as error:
        if not isinstance(error, FileNotFoundError):
            yield Finding(STATISTICS, None, f"statistics as JSON; {_REPAIR}", str(error))
        return
    if not isinstance(stated, Mapping):
        yield Finding(STATISTICS, None, f"statistics as JSON; {_REPAIR}", "another file")
        return
    if stated.get("format") != FORMAT:
        return
    try:
        counted = json.loads(json.dumps(statistics(dataset, workers=workers, closely=_looked(stated, redraw))))
    except DatasetError:
        return  # a damaged record, which is a finding of its own
    # What it is compared with, where it is, is no part of the dataset.
    known = [key for key in counted if key in stated and not (key in _OF_DRAWS and not _drawn_alike(counted, stated))]
    lies = (lie for key in known for lie in _differing(key, counted[key], stated[key]))
    for path, expected, came in islice(lies, _SHOWN):
        yield Finding(STATISTICS, None, f"{path} {_short(expected)}, as the records have it; {_REPAIR}", _short(came))


def _looked(stated: Mapping[str, Any], redraw: Redraw | None) -> Closely | None:
    """As closely as whoever wrote it looked; None where that was not closely."""
    pixels = stated.get("pixels")
    asked = pixels.get("asked") if isinstance(pixels, Mapping) else None
    return Closely(asked, redraw) if isinstance(asked, int) and asked >= 0 else None


def _drawn_alike(counted: Mapping[str, Any], stated: Mapping[str, Any]) -> bool:
    """Whether both are held against as many other draws."""
    pairs = stated.get("pairs")
    return isinstance(pairs, Mapping) and counted["pairs"]["redrawn"] == pairs.get("redrawn")


def _differing(path: str, counted: Any, stated: Any) -> Iterator[_Lie]:
    """The leaves that differ; keys that only one of them has are another version's."""
    if isinstance(counted, Mapping) and isinstance(stated, Mapping):
        if _COUNTED.fullmatch(path) and counted.keys() != stated.keys():
            yield path, sorted(counted), sorted(stated)
        if counted.get("edges") != stated.get("edges"):
            return  # cut otherwise, as by another version
        for key in counted:
            if key in stated and key not in _NOT_COUNTED:
                yield from _differing(f"{path}.{key}", counted[key], stated[key])
    elif isinstance(counted, list) and isinstance(stated, list) and len(counted) == len(stated):
        for number, (one, other) in enumerate(zip(counted, stated, strict=True)):
            yield from _differing(f"{path}[{number}]", one, other)
    elif not _same(counted, stated, _last_digit(path)):
        yield path, counted, stated


_NOT_COUNTED = frozenset({"asked_for", "edges"})
_COUNTED = re.compile(
    r"conditions|rendered_on|image_sizes|mended|departures\.\w+|ignored\.reasons|people(\.\w+)?|rejection\.statements"
    r"|pixels\.properties\[\d+\]\.by_condition"
)
"""Where keys are what was counted."""

_OF_DRAWS = frozenset({"verdicts", "pairs", "rejection"})
"""What depends on other draws of the config, which not every installation can make."""

_ROUNDED_TO = {"pairs.correlation": 1e-3, "pairs.coverage": 1e-3, "pairs.discrepancy": 1e-6, "pairs.empty_cells": 1e-2}
"""The last digit that is written: processors round to one side of a half or to the other."""


def _last_digit(path: str) -> float:
    return next((digit for start, digit in _ROUNDED_TO.items() if path.startswith(start)), 0.0)


def _same(one: Any, other: Any, digit: float) -> bool:
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return math.isclose(one, other, rel_tol=_ROUNDED, abs_tol=max(_ROUNDED, 1.01 * digit)) if numbers else one == other


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
