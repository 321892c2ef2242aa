"""What is only looked at when somebody asks for it: parameters in pairs, labels by class and condition, pixels.

Reports after a run leave it out, because it takes pictures to be decoded and every number of a record to be held.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.dataset.glance import Glance
from longtail.annotate.dataset.shelf import Shelf
from longtail.annotate.labels.taxonomy import Taxonomy
from longtail.annotate.pixels.measure import PROPERTIES
from longtail.annotate.statistics.things import Things

MOST_DRAWS = 4096
"""So many pictures' parameters are held to be looked at in pairs: correlations to a hundredth and a half."""

Values = Mapping[str, Any]
"""The drawn values of one picture by path, as its record has them."""


@dataclass(frozen=True)
class Redrawn:
    """Draws that whoever knows the config's scenario makes to compare with.

    Attributes:
        expected: of the same config under another seed, one per picture: what rules, quotas and correlations make of it
        unrejected: of the dataset's own pictures, in their order, with `require` lifted; None where nothing is required
    """

    expected: Sequence[Values]
    unrejected: Sequence[Values] | None = None


@dataclass(frozen=True)
class Closely:
    """How closely to look.

    Attributes:
        pictures: so many pictures are measured, evenly spread; 0 leaves them out
        redraw: gives draws to compare with, for the frames whose parameters are held; None where nobody can
    """

    pictures: int = 256
    redraw: Callable[[Sequence[int]], Redrawn | None] | None = field(default=None, hash=False)


class Pictures:
    """The measures of pictures, some 70 bytes each, with their conditions."""

    def __init__(self) -> None:
        self.conditions: list[str] = []
        self._columns = {name: array("d") for name in PROPERTIES}

    def add(self, condition: str, measures: Mapping[str, float]) -> None:
        """One picture's `annotate.pixels.measure.measured`."""
        self.conditions.append(condition)
        for name, column in self._columns.items():
            column.append(measures[name])

    def join(self, later: Pictures) -> None:
        """Add the pictures of later frames."""
        self.conditions += later.conditions
        for name, column in later._columns.items():
            self._columns[name].extend(column)

    def column(self, name: str) -> NDArray[np.float64]:
        """(N,), NaN where a picture has not that property; not to be kept while pictures are added."""
        return np.frombuffer(self._columns[name], dtype=np.float64)


class CloserLook:
    """Takes frames one at a time, in ascending order."""

    def __init__(self, taxonomy: Taxonomy, shelf: Shelf | None = None) -> None:
        self.things = Things(taxonomy, shelf)
        self.pictures = Pictures()
        self.frames: list[int] = []
        self.scenes: list[int] = []
        self.draws: list[Values] = []

    def add(self, glance: Glance, *, drawn: bool) -> None:
        """One more record, whose values are held where it is one of the `drawn`."""
        self.things.add(glance)
        if drawn:
            self.frames.append(glance.index)
            self.scenes.append(glance.scene)
            self.draws.append(glance.parameters)

    def join(self, later: CloserLook) -> None:
        """Add the frames that another was taken from behind these."""
        self.things.join(later.things)
        self.pictures.join(later.pictures)
        self.frames += later.frames
        self.scenes += later.scenes
        self.draws += later.draws
