"""Labels by class and condition: shape, place, depth, the side that a thing shows, and what is seen together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.dataset.glance import Glance
from longtail.annotate.dataset.shelf import Shelf
from longtail.annotate.labels.taxonomy import MAX_CATEGORY, Taxonomy
from longtail.annotate.statistics.column import Column
from longtail.annotate.statistics.histogram import summary

Array = NDArray[np.float64]

SIDES = ("front", "front left", "left", "rear left", "rear", "rear right", "right", "front right")
"""What a thing shows of itself, an eighth of a turn each, by the camera's direction in the thing's own frame."""

_MEASURES = ("aspect", "x", "y", "depth_m", "azimuth_deg", "elevation_deg")
_KEYS = ("category", "condition", "n", "aspect", "x", "y", "depth_m", "elevation_deg", "sides")


class Things:
    """Takes records one at a time; keeps 52 bytes for each thing that a human could annotate."""

    def __init__(self, taxonomy: Taxonomy, shelf: Shelf | None = None) -> None:
        shelf = Shelf() if shelf is None else shelf
        self._taxonomy = taxonomy
        self._columns = {name: Column("d", shelf) for name in _MEASURES}
        self._category, self._condition = Column("H", shelf), Column("H", shelf)
        self._numbers: dict[str, int] = {}
        self._images: Counter[str] = Counter()
        self._together: dict[str, Counter[tuple[int, int]]] = {}

    def add(self, glance: Glance) -> None:
        """One more record."""
        chosen = [place for place, row in enumerate(glance.annotations) if not row["iscrowd"]]
        rows = [glance.annotations[place] for place in chosen]
        kinds = [int(row["category_id"]) for row in rows]
        self._category.extend(kinds)
        self._condition.extend([self._number(glance.condition)] * len(kinds))
        self._images[glance.condition] += 1
        seen = sorted(set(kinds))
        pairs = self._together.setdefault(glance.condition, Counter())
        pairs.update((one, other) for place, one in enumerate(seen) for other in seen[place:])
        if rows:
            self._measure(glance, chosen, np.array([row["bbox"] for row in rows], dtype=np.float64))

    def _measure(self, glance: Glance, chosen: Sequence[int], boxes: Array) -> None:
        size = np.array(glance.camera["size_px"], dtype=np.float64)
        pose = np.array(glance.camera["world_from_camera"], dtype=np.float64).reshape(4, 4)
        away = pose[:3, 3] - glance.middles_m[list(chosen)]
        # The direction to the camera in each thing's own frame: X forward, Y left, Z up.
        forward, left, up = np.einsum("nij,ni->jn", glance.turns[list(chosen)], away)
        found = {
            "aspect": boxes[:, 2] / boxes[:, 3],
            "x": (boxes[:, 0] + boxes[:, 2] / 2) / size[0],
            "y": (boxes[:, 1] + boxes[:, 3] / 2) / size[1],
            "depth_m": -away @ pose[:3, 2],
            "azimuth_deg": np.degrees(np.arctan2(left, forward)),
            "elevation_deg": np.degrees(np.arctan2(up, np.hypot(forward, left))),
        }
        for name, values in found.items():
            self._columns[name].take(values)

    def join(self, later: Things) -> None:
        """Add the records that others were taken from behind these."""
        for name, column in later._columns.items():
            self._columns[name].take(column.array())
        self._category.take(later._category.array())
        numbers = np.array([self._number(name) for name in later._numbers], dtype=np.uint16)
        self._condition.take(numbers[later._condition.array()])
        self._images.update(later._images)
        for condition, pairs in later._together.items():
            self._together.setdefault(condition, Counter()).update(pairs)

    def _number(self, condition: str) -> int:
        return self._numbers.setdefault(condition, len(self._numbers))

    def to_json(self) -> dict[str, Any]:
        """Rows of each class over all conditions (`condition` null) and in each, and what is seen together."""
        return {"by_category": self._by_category(), "together": self._seen_together()}

    def _by_category(self) -> list[dict[str, Any]]:
        """One measure of all things is looked at at a time: of a million records all take hundreds of MB."""
        category, condition = self._category.array(), self._condition.array()
        # Things of a class behind each other, in their order.
        order = np.argsort(category, kind="stable")
        condition = condition[order]
        ends = np.cumsum(np.bincount(category, minlength=MAX_CATEGORY + 1))
        groups: list[tuple[dict[str, Any], slice, NDArray[np.bool_] | None]] = []
        for number, kind in self._taxonomy:
            place = slice(ends[number - 1], ends[number])
            if place.start == place.stop:
                continue
            groups.append(({"category": kind.name, "condition": None, "n": int(place.stop - place.start)}, place, None))
            for name in sorted(self._numbers):
                chosen = condition[place] == self._numbers[name]
                if chosen.any():
                    row = {"category": kind.name, "condition": name, "n": int(np.count_nonzero(chosen))}
                    groups.append((row, place, chosen))
        for name in _MEASURES:
            column = self._columns[name].array()[order]
            for row, place, which in groups:
                row |= _said(name, column[place] if which is None else column[place][which])
        return [{key: row[key] for key in _KEYS} for row, _, _ in groups]

    def _seen_together(self) -> list[dict[str, Any]]:
        """In how many images of each condition each pair of classes is seen; a class with itself: its own images."""
        names = {number: kind.name for number, kind in self._taxonomy}
        return [
            {
                "condition": condition,
                "images": self._images[condition],
                "pairs": [[names[a], names[b], count] for (a, b), count in sorted(self._together[condition].items())],
            }
            for condition in sorted(self._together)
        ]


def _said(name: str, values: Array) -> dict[str, Any]:
    """What a row says of a measure: of azimuths how often each side is seen."""
    if name == "azimuth_deg":
        sector = np.floor((values + 22.5) / 45).astype(np.int64) % len(SIDES)
        return {"sides": dict(zip(SIDES, np.bincount(sector, minlength=len(SIDES)).tolist(), strict=True))}
    found = summary(values)
    return {name: {"mean": found["mean"], "std": found["std"], "median": found["quantiles"].get("0.5")}}
