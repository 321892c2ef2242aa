"""A short row for each picture, for whoever pages through them and filters them by what was drawn and what is seen."""

from __future__ import annotations

import math
from array import array
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.dataset.glance import Glance
from longtail.annotate.statistics.asked_for import text_of

MOST_LISTED = 10_000
"""So many pictures, evenly spread, have a row: 100 parameters of each take 8 MB."""

OF_CONDITIONS = ("visibility_m", "illuminance_lux")
"""What has a column beside the parameters."""

_BOX = 5


class Listing:
    """Takes records one at a time, in ascending order; keeps 8 bytes for each drawn value and 20 for each box.

    Attributes:
        frames: indices
        conditions: of each picture
        sizes: (width, height) of each picture in pixels
        seen: the ids of all categories that a picture shows, a byte each
    """

    def __init__(self) -> None:
        self.frames: list[int] = []
        self.conditions: list[str] = []
        self.sizes: list[tuple[int, int]] = []
        self.seen: list[bytes] = []
        self._boxes: list[array[int]] = []
        self._numbers: dict[str, array[float]] = {}
        self._words: dict[str, list[str | None]] = {}

    def __len__(self) -> int:
        return len(self.frames)

    def add(self, glance: Glance) -> None:
        """One more record."""
        width, height = glance.camera["size_px"]
        things = [row for row in glance.annotations if not row["iscrowd"]]
        for path, value in {**glance.parameters, **{name: glance.conditions[name] for name in OF_CONDITIONS}}.items():
            self._take(path, value)
        self.frames.append(glance.index)
        self.conditions.append(glance.condition)
        self.sizes.append((int(width), int(height)))
        self.seen.append(bytes(sorted({int(segment["category_id"]) for segment in glance.segments_info})))
        self._boxes.append(
            array("i", [int(number) for row in things for number in (row["category_id"], *row["bbox"])]),
        )

    def _take(self, path: str, value: Any) -> None:
        if isinstance(value, bool | str):
            words = self._words.setdefault(path, [])
            words += [None] * (len(self) - len(words))
            words.append(text_of(value))
        elif isinstance(value, int | float) and math.isfinite(value):
            numbers = self._numbers.setdefault(path, array("d"))
            numbers.extend([math.nan] * (len(self) - len(numbers)))
            numbers.append(value)

    def join(self, later: Listing) -> None:
        """Add the rows of later records."""
        for path, words in later._words.items():
            known = self._words.setdefault(path, [])
            known += [None] * (len(self) - len(known)) + words
        for path, numbers in later._numbers.items():
            column = self._numbers.setdefault(path, array("d"))
            column.extend([math.nan] * (len(self) - len(column)))
            column.extend(numbers)
        self.frames += later.frames
        self.conditions += later.conditions
        self.sizes += later.sizes
        self.seen += later.seen
        self._boxes += later._boxes

    def boxes(self, row: int) -> NDArray[np.int64]:
        """(N, 5) of the things that a human could annotate: category id, x, y, width, height in pixels."""
        return np.array(self._boxes[row], dtype=np.int64).reshape(-1, _BOX)

    def numbers(self, path: str) -> NDArray[np.float64]:
        """A parameter's values (N,), NaN where a picture has none or no number."""
        column = np.full(len(self), np.nan)
        known = self._numbers.get(path, array("d"))
        column[: len(known)] = known
        return column

    def options(self, path: str) -> list[str | None]:
        """A parameter's values as text, None where a picture has none."""
        numbers, words = self.numbers(path), self._words.get(path, [])
        words = words + [None] * (len(self) - len(words))
        return [
            word if word is not None else None if math.isnan(number) else text_of(number)
            for word, number in zip(words, numbers.tolist(), strict=True)
        ]
