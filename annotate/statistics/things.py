"""Labels by class and condition: shape, place, depth, the side that a thing shows, and what is seen together."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.dataset.glance import Glance
from longtail.annotate.labels.taxonomy import Taxonomy
from longtail.annotate.statistics.histogram import summary

Array = NDArray[np.float64]

SIDES = ("front", "front left", "left", "rear left", "rear", "rear right", "right", "front right")
"""What a thing shows of itself, an eighth of a turn each, by the camera's direction in the thing's own frame."""

_MEASURES = ("aspect", "x", "y", "depth_m", "azimuth_deg", "elevation_deg")


class Things:
    """Takes records one at a time; keeps 52 bytes for each thing that a human could annotate."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._columns = {name: array("d") for name in _MEASURES}
        self._category, self._condition = array("H"), array("H")
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
            self._columns[name].frombytes(values.tobytes())

    def join(self, later: Things) -> None:
        """Add the records that others were taken from behind these."""
        for name, column in later._columns.items():
            self._columns[name].extend(column)
        self._category.extend(later._category)
        numbers = [self._number(name) for name in later._numbers]
        self._condition.extend([numbers[number] for number in later._condition])
        self._images.update(later._images)
        for condition, pairs in later._together.items():
            self._together.setdefault(condition, Counter()).update(pairs)

    def _number(self, condition: str) -> int:
        return self._numbers.setdefault(condition, len(self._numbers))

    def to_json(self) -> dict[str, Any]:
        """Rows of each class over all conditions (`condition` null) and in each, and what is seen together."""
        columns = {name: np.frombuffer(values, dtype=np.float64) for name, values in self._columns.items()}
        category = np.frombuffer(self._category, dtype=np.uint16)
        condition = np.frombuffer(self._condition, dtype=np.uint16)
        rows = []
        for number, kind in self._taxonomy:
            of_kind = category == number
            if not of_kind.any():
                continue
            rows.append(_row(kind.name, None, columns, of_kind))
            for name in sorted(self._numbers):
                chosen = of_kind & (condition == self._numbers[name])
                if chosen.any():
                    rows.append(_row(kind.name, name, columns, chosen))
        return {"by_category": rows, "together": self._seen_together()}

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


def _row(category: str, condition: str | None, columns: dict[str, Array], chosen: NDArray[np.bool_]) -> dict[str, Any]:
    azimuths = columns["azimuth_deg"][chosen]
    sector = np.floor((azimuths + 22.5) / 45).astype(np.int64) % len(SIDES)
    row: dict[str, Any] = {"category": category, "condition": condition, "n": int(np.count_nonzero(chosen))}
    for name in _MEASURES:
        if name != "azimuth_deg":
            row[name] = _short(columns[name][chosen])
    return row | {"sides": dict(zip(SIDES, np.bincount(sector, minlength=len(SIDES)).tolist(), strict=True))}


def _short(values: Array) -> dict[str, Any]:
    found = summary(values)
    return {"mean": found["mean"], "std": found["std"], "median": found["quantiles"].get("0.5")}
