"""Boxes of many pictures in columns, and what their sizes and places say."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

HEAT_COLUMNS, HEAT_ROWS = 32, 18
_PLACES = "xywh"


class Boxes:
    """Every labelled box of a dataset, 38 bytes each: its picture, its category, its [x, y, w, h].

    Places and sizes are shares of the picture's width and height. Pictures are numbered from 0 as they are added; those
    without a box count too.
    """

    def __init__(self) -> None:
        self.pictures = 0
        self._columns = {name: array("d") for name in _PLACES}
        self._picture = array("I")
        self._category = array("H")
        self._numbers: dict[str, int] = {}
        self._condition = array("H")
        self._conditions: dict[str, int] = {}
        self._areas_px, self._shapes = array("d"), array("d")

    def add_picture(
        self,
        size_px: tuple[int, int],
        categories: Sequence[str],
        boxes: Sequence[Sequence[float]],
        condition: str = "",
    ) -> None:
        """One picture of (width, height) with its boxes [x, y, w, h] in pixels and the category of each."""
        width, height = size_px
        shares = np.array(boxes, dtype=np.float64).reshape(-1, 4) / (width, height, width, height)
        for name, values in zip(_PLACES, shares.T, strict=True):
            self._columns[name].frombytes(values.tobytes())
        self._picture.extend([self.pictures] * len(categories))
        self._category.extend([self._number(name) for name in categories])
        self._condition.append(self._conditions.setdefault(condition, len(self._conditions)))
        self._areas_px.append(width * height)
        self._shapes.append(width / height)
        self.pictures += 1

    def join(self, later: Boxes) -> None:
        """Add the pictures of others behind these."""
        for name, values in later._columns.items():
            self._columns[name].extend(values)
        picture = np.frombuffer(later._picture, dtype=np.uint32) + np.uint32(self.pictures)
        self._picture.frombytes(picture.tobytes())
        numbers = np.array([self._number(name) for name in later._numbers], dtype=np.uint16)
        self._category.frombytes(numbers[np.frombuffer(later._category, dtype=np.uint16)].tobytes())
        places = [self._conditions.setdefault(name, len(self._conditions)) for name in later._conditions]
        self._condition.extend([places[number] for number in later._condition])
        self._areas_px.extend(later._areas_px)
        self._shapes.extend(later._shapes)
        self.pictures += later.pictures

    def __len__(self) -> int:
        return len(self._category)

    @property
    def categories(self) -> Collection[str]:
        """The names that occur."""
        return self._numbers.keys()

    @property
    def conditions(self) -> list[str]:
        """That of each picture."""
        names = list(self._conditions)
        return [names[number] for number in self._condition]

    @property
    def areas_px(self) -> Array:
        """How many pixels each picture has (pictures,); not to be kept while pictures are added."""
        return np.frombuffer(self._areas_px, dtype=np.float64)

    @property
    def shapes(self) -> Array:
        """Width over height of each picture (pictures,); not to be kept while pictures are added."""
        return np.frombuffer(self._shapes, dtype=np.float64)

    @property
    def picture(self) -> NDArray[np.uint32]:
        """The number of each box's picture (N,); not to be kept while boxes are added."""
        return np.frombuffer(self._picture, dtype=np.uint32)

    def column(self, name: str) -> Array:
        """The places or sizes (N,) along one axis; not to be kept while boxes are added."""
        return np.frombuffer(self._columns[name], dtype=np.float64)

    def of(self, categories: Collection[str]) -> NDArray[np.bool_]:
        """Which boxes are of one of these categories."""
        wanted = np.zeros(len(self._numbers), dtype=np.bool_)
        wanted[[number for name, number in self._numbers.items() if name in categories]] = True
        return wanted[np.frombuffer(self._category, dtype=np.uint16)]

    def _number(self, category: str) -> int:
        return self._numbers.setdefault(category, len(self._numbers))

    def sizes(self) -> Array:
        """The square root (N,) of each box's share of its picture's area: 0.1 is a tenth of both sides."""
        size: Array = np.sqrt(self.column("w") * self.column("h"))
        return size

    def per_picture(self, chosen: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """How many (chosen) boxes each picture has."""
        pictures = np.frombuffer(self._picture, dtype=np.uint32)
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
