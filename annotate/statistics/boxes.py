"""Boxes of many pictures in columns, and what their sizes and places say."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

HEAT_COLUMNS, HEAT_ROWS = 32, 18


class Boxes:
    """Every labelled box of a dataset, 48 bytes each: its picture, its category, its [x, y, w, h].

    Places and sizes are shares of the picture's width and height. Pictures are numbered from 0 as they are added; those
    without a box count too.
    """

    def __init__(self) -> None:
        self.pictures = 0
        self._columns = {name: array("d") for name in ("picture", "x", "y", "w", "h")}
        self.categories: list[str] = []

    def add_picture(self, size_px: tuple[int, int], boxes: Sequence[tuple[str, Sequence[float]]]) -> None:
        """One picture of (width, height) with its (category, [x, y, w, h] in pixels)."""
        width, height = size_px
        for category, (x, y, w, h) in boxes:
            for name, value in zip("xywh", (x / width, y / height, w / width, h / height), strict=True):
                self._columns[name].append(value)
            self._columns["picture"].append(self.pictures)
            self.categories.append(category)
        self.pictures += 1

    def __len__(self) -> int:
        return len(self.categories)

    def column(self, name: str) -> Array:
        return np.array(self._columns[name], dtype=np.float64)

    def of(self, category: str) -> NDArray[np.bool_]:
        """Which boxes are of one category."""
        return np.array([name == category for name in self.categories], dtype=np.bool_)

    def sizes(self) -> Array:
        """The square root (N,) of each box's share of its picture's area: 0.1 is a tenth of both sides."""
        size: Array = np.sqrt(self.column("w") * self.column("h"))
        return size

    def per_picture(self, chosen: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """How many (chosen) boxes each picture has."""
        pictures = self.column("picture").astype(np.int64)
        if chosen is not None:
            pictures = pictures[chosen]
        return np.bincount(pictures, minlength=self.pictures)

    def heat_map(self, chosen: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """How many boxes (rows, columns) have their middle in each part of the picture."""
        x, y = self.column("x") + self.column("w") / 2, self.column("y") + self.column("h") / 2
        if chosen is not None:
            x, y = x[chosen], y[chosen]
        counts, _, _ = np.histogram2d(y, x, bins=(HEAT_ROWS, HEAT_COLUMNS), range=((0, 1), (0, 1)))
        return counts.astype(np.int64)
