"""Every property of two sets, those that are farthest apart first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.against.conditions import condition_of
from longtail.annotate.against.keys import key_of
from longtail.annotate.against.looking import Seen
from longtail.annotate.against.samples import Array, apart
from longtail.annotate.pixels.measure import PROPERTIES
from longtail.annotate.statistics.boxes import Boxes

WRONG = 0.01
"""How often all tests together may call two samples of one set different (Bonferroni)."""

_LEAST_BOX_PX = 16.0

Matched = Mapping[str, tuple[set[str], set[str]]]
"""A name, then (their names, our names) that count as it."""


def ranked(
    ours: Sequence[Seen],
    theirs: Sequence[Seen],
    boxes: tuple[Boxes, Boxes] | None,
    matched: Matched,
    config: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """A row for each property over all pictures (`condition` null) and in each condition that both have.

    What differs by more than chance comes first, by distance; the rest after it, by distance too.
    """
    rows = [*_of_pixels(ours, theirs)]
    if boxes is not None:
        rows += _of_boxes(*boxes, matched)
    for row in rows:
        row["differs"] = row["p"] < WRONG / len(rows)
        row["key"] = key_of(row["name"], row["category"], config)
    return sorted(rows, key=_order)


def _order(row: Mapping[str, Any]) -> tuple[bool, float, str, str, str]:
    far = -(row["distance"] if row["distance"] is not None else 0.0)
    return not row["differs"], far, row["name"], row["category"] or "", row["condition"] or ""


def _of_pixels(ours: Sequence[Seen], theirs: Sequence[Seen]) -> Iterator[dict[str, Any]]:
    sides = [[seen for seen in side if not seen.problem] for side in (ours, theirs)]
    for name in PROPERTIES:
        values = [np.array([seen.measures[name] for seen in side], dtype=np.float64) for side in sides]
        conditions = [np.array([seen.condition for seen in side], dtype=object) for side in sides]
        # Pictures of one scene are no evidence of their own.
        groups = [np.array([seen.group for seen in side], dtype=object) for side in sides]
        for condition in (None, *shared(conditions[0], conditions[1])):
            chosen = [np.array([condition in (None, one) for one in side], dtype=np.bool_) for side in conditions]
            counts = [len(set(group[mask].tolist())) for group, mask in zip(groups, chosen, strict=True)]
            found = apart(values[0][chosen[0]], values[1][chosen[1]], (counts[0], counts[1]))
            if found is not None:
                yield {"name": name, "about": "pixels", "category": None, "condition": condition, **found}


def shared(ours: Any, theirs: Any) -> list[str]:
    """The conditions that both sides have, by name."""
    return sorted({str(one) for one in ours} & {str(one) for one in theirs} - {""})


def _of_boxes(ours: Boxes, theirs: Boxes, matched: Matched) -> Iterator[dict[str, Any]]:
    least = _least_size(ours, theirs)
    sides = (_Side(ours, least), _Side(theirs, least))
    everything = (
        set().union(*(mine for _, mine in matched.values())),
        set().union(*(foreign for foreign, _ in matched.values())),
    )
    named: dict[str | None, tuple[set[str], set[str]]] = {None: everything}
    named |= {name: (mine, foreign) for name, (foreign, mine) in matched.items()}
    for category, (mine, foreign) in named.items():
        for condition in (None, *shared(sides[0].conditions, sides[1].conditions)):
            chosen = (sides[0].chosen(mine, condition), sides[1].chosen(foreign, condition))
            for name in ("per_image", "size", "aspect", "x", "y"):
                values = [side.values(name, mask, condition) for side, mask in zip(sides, chosen, strict=True)]
                counts = [side.pictures(name, mask, condition) for side, mask in zip(sides, chosen, strict=True)]
                found = apart(values[0], values[1], (counts[0], counts[1]))
                if found is not None:
                    yield {"name": name, "about": "labels", "category": category, "condition": condition, **found}


def _least_size(ours: Boxes, theirs: Boxes) -> float:
    """The size, as a share of the picture's side, of sixteen pixels in the smaller set: less neither labels well."""
    areas = [float(np.median(side.areas_px)) for side in (ours, theirs) if side.pictures]
    return float(np.sqrt(_LEAST_BOX_PX / min(areas))) if areas else 0.0


class _Side:
    """The boxes of one side that are large enough."""

    def __init__(self, boxes: Boxes, least: float) -> None:
        self._boxes = boxes
        self._large = boxes.sizes() >= least
        self.conditions = np.array([condition_of(name) if name else "" for name in boxes.conditions], dtype=object)

    def chosen(self, categories: set[str], condition: str | None) -> NDArray[np.bool_]:
        """Which boxes are of these categories, in pictures of that condition (None: any)."""
        found = self._boxes.of(categories) & self._large
        return found if condition is None else found & self._in(condition)[self._boxes.picture]

    def _in(self, condition: str) -> NDArray[np.bool_]:
        return np.asarray(self.conditions == condition, dtype=np.bool_)

    def values(self, name: str, chosen: NDArray[np.bool_], condition: str | None) -> Array:
        """A property of the chosen boxes, or their number in each picture of the condition."""
        boxes = self._boxes
        if name == "per_image":
            counts = boxes.per_picture(chosen)
            return np.asarray(counts if condition is None else counts[self._in(condition)], dtype=np.float64)
        if name == "size":
            return np.asarray(boxes.sizes()[chosen])
        width, height = boxes.column("w")[chosen], boxes.column("h")[chosen]
        if name == "aspect":
            shape = boxes.shapes[boxes.picture[chosen]]
            return np.asarray(width / np.maximum(height, 1e-9) * shape)
        along, side = ("x", width) if name == "x" else ("y", height)
        return np.asarray(boxes.column(along)[chosen] + side / 2)

    def pictures(self, name: str, chosen: NDArray[np.bool_], condition: str | None) -> int:
        """How many pictures the values are of."""
        if name == "per_image":
            return self._boxes.pictures if condition is None else int(self._in(condition).sum())
        return len(np.unique(self._boxes.picture[chosen]))
