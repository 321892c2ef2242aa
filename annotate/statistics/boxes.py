"""Boxes of many pictures in columns, and what their sizes and places say."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.dataset.shelf import Shelf
from longtail.annotate.statistics.column import Column

Array = NDArray[np.float64]

HEAT_COLUMNS, HEAT_ROWS = 32, 18
_PLACES = "xywh"


class Boxes:
    """Every labelled box of a dataset, 38 bytes each: its picture, its category, its [x, y, w, h].

    Places and sizes are shares of the picture's width and height. Pictures are numbered from 0 as they are added; those
    without a box count too.
    """

    def __init__(self, shelf: Shelf | None = None) -> None:
        shelf = Shelf() if shelf is None else shelf
        self.pictures = 0
        self._columns = {name: Column("d", shelf) for name in _PLACES}
        self._picture = Column("I", shelf)
        self._category = Column("H", shelf)
        self._numbers: dict[str, int] = {}
        self._condition = Column("H", shelf)
        self._conditions: dict[str, int] = {}
        self._areas_px, self._shapes = Column("d", shelf), Column("d", shelf)

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
            self._columns[name].take(values)
        self._picture.extend([self.pictures] * len(categories))
        self._category.extend([self._number(name) for name in categories])
        self._condition.append(self._conditions.setdefault(condition, len(self._conditions)))
        self._areas_px.append(width * height)
        self._shapes.append(width / height)
        self.pictures += 1

    def join(self, later: Boxes) -> None:
        """Add the pictures of others behind these."""
        for name, values in later._columns.items():
            self._columns[name].take(values.array())
        self._picture.take(later._picture.array() + np.uint32(self.pictures))
        numbers = np.array([self._number(name) for name in later._numbers], dtype=np.uint16)
        self._category.take(numbers[later._category.array()])
        places = [self._conditions.setdefault(name, len(self._conditions)) for name in later._conditions]
        self._condition.take(np.array(places, dtype=np.uint16)[later._condition.array()])
        self._areas_px.take(later._areas_px.array())
        self._shapes.take(later._shapes.array())
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
        return [names[number] for number in self._condition.array()]

    @property
    def areas_px(self) -> Array:
        """How many pixels each picture has (pictures,)."""
        return self._areas_px.array()

    @property
    def shapes(self) -> Array:
        """Width over height of each picture (pictures,)."""
        return self._shapes.array()

    @property
    def picture(self) -> NDArray[np.uint32]:
        """The number of each box's picture (N,)."""
        return self._picture.array()

    def column(self, name: str) -> Array:
        """The places or sizes (N,) along one axis."""
        return self._columns[name].array()

    def of(self, categories: Collection[str]) -> NDArray[np.bool_]:
        """Which boxes are of one of these categories."""
        wanted = np.zeros(len(self._numbers), dtype=np.bool_)
        wanted[[number for name, number in self._numbers.items() if name in categories]] = True
        return np.asarray(wanted[self._category.array()])

    def _number(self, category: str) -> int:
        return self._numbers.setdefault(category, len(self._numbers))

    def sizes(self) -> Array:
        """The square root (N,) of each box's share of its picture's area: 0.1 is a tenth of both sides."""
        size: Array = np.sqrt(self.column("w") * self.column("h"))
        return size

    def per_picture(self, chosen: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """How many (chosen) boxes each picture has."""
        pictures = self._picture.array()
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
