"""stats.json against the records: its numbers, counted anew."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from longtail.annotate.check.finding import Finding
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.files import read
from longtail.annotate.errors import DatasetError
from longtail.annotate.statistics import FORMAT, statistics

STATISTICS = "stats.json"

_SHOWN = 3
_ROUNDED = 1e-9
"""Sums of a million numbers, in whatever order processors add them."""

_REPAIR = "`longtail stats` writes it anew"
_Lie = tuple[str, Any, Any]


def check_statistics(dataset: Dataset, workers: int) -> Iterator[Finding]:
    """Findings where stats.json says something else than its dataset; none where there is no such file, or one of
    another version."""
    try:
        stated = json.loads(read(dataset.files, STATISTICS))
    except (OSError, ValueError) as error:
        if not isinstance(error, FileNotFoundError):
            yield Finding(STATISTICS, None, f"statistics as JSON; {_REPAIR}", str(error))
        return
    if not isinstance(stated, Mapping) or stated.get("format") != FORMAT:
        return
    try:
        counted = json.loads(json.dumps(statistics(dataset, workers=workers)))
    except DatasetError:
        return  # a damaged record, which is a finding of its own
    # What it is compared with, where it is, is no part of the dataset.
    lies = (lie for key in counted if key in stated for lie in _differing(key, counted[key], stated[key]))
    for path, expected, came in islice(lies, _SHOWN):
        yield Finding(STATISTICS, None, f"{path} {_short(expected)}, as the records have it; {_REPAIR}", _short(came))


def _differing(path: str, counted: Any, stated: Any) -> Iterator[_Lie]:
    """The leaves that differ; keys that only one of them has are another version's."""
    if isinstance(counted, Mapping) and isinstance(stated, Mapping):
        if path in _COUNTED and counted.keys() != stated.keys():
            yield path, sorted(counted), sorted(stated)
        if counted.get("edges") != stated.get("edges"):
            return  # cut otherwise, as by another version
        for key in counted:
            if key in stated and key not in _NOT_COUNTED:
                yield from _differing(f"{path}.{key}", counted[key], stated[key])
    elif isinstance(counted, list) and isinstance(stated, list) and len(counted) == len(stated):
        for number, (one, other) in enumerate(zip(counted, stated, strict=True)):
            yield from _differing(f"{path}[{number}]", one, other)
    elif not _same(counted, stated):
        yield path, counted, stated


_NOT_COUNTED = frozenset({"asked_for", "edges"})
_COUNTED = frozenset({"conditions", "rendered_on", "image_sizes", "mended"})
"""Where keys are what was counted."""


def _same(one: Any, other: Any) -> bool:
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return math.isclose(one, other, rel_tol=_ROUNDED, abs_tol=_ROUNDED) if numbers else one == other


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
