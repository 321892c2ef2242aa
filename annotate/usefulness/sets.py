"""The sets that are trained and tested on: datasets of ours, real COCO sets, or several of them as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.against.looking import size_of_file
from longtail.annotate.against.opened import Opened, opened, opened_real
from longtail.annotate.against.real import RealDataset, RealPicture
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.processes import in_processes
from longtail.annotate.pixels.alike import alike
from longtail.annotate.statistics.brightness import evenly
from longtail.annotate.usefulness.cutting import Cut, Floats, cut

Source = Dataset | RealDataset
Job = tuple[int, int | RealPicture]
"""The number of a source, and a frame of ours or a real picture of it."""


@dataclass(frozen=True, eq=False)
class Sources:
    """What one side is made of; `name` is what tables call it."""

    name: str
    sources: tuple[Source, ...]

    @property
    def categories(self) -> frozenset[str]:
        """Names of things."""
        return frozenset(name for source in self.sources for name in _categories(source))

    @property
    def left_out(self) -> tuple[str, ...]:
        """What of real sets could not be read, a sentence each."""
        return tuple(text for source in self.sources if isinstance(source, RealDataset) for text in source.left_out)

    def jobs(self, most: int) -> list[Job]:
        """At most so many pictures that are there, evenly spread."""
        found: list[Job] = []
        for number, source in enumerate(self.sources):
            if isinstance(source, Dataset):
                found += [(number, index) for index in source.frames()]
            else:
                found += [(number, picture) for picture in source.pictures if picture.path is not None]
        return [found[place] for place in evenly(list(range(len(found))), most)]

    def opened(self, job: Job) -> tuple[Opened, str]:
        """The picture of a job, and its name for messages. DatasetError where a frame of ours is damaged."""
        number, which = job
        source = self.sources[number]
        if isinstance(which, RealPicture):
            one, where = opened_real(which), str(which.path)
        else:
            assert isinstance(source, Dataset)
            one, where = opened(source, which), source.files.at(source.info.layers()["images"].path(which))
        # Scenes of two datasets have the same numbers.
        return replace(one, group=f"{number} {one.group}"), where

    def longest_px(self, jobs: Sequence[Job]) -> int:
        """The median of the longer side, 0 without pictures."""
        sides = []
        for number, job in jobs[:: max(len(jobs) // 64, 1)]:
            source = self.sources[number]
            if isinstance(job, RealPicture):
                size = size_of_file(job)
                sides += [max(size)] if size else []
            elif isinstance(source, Dataset):
                sides.append(max(source.glance(job).camera["size_px"]))
        return int(np.median(sides)) if sides else 0


def _categories(source: Source) -> tuple[str, ...]:
    if isinstance(source, RealDataset):
        return source.categories
    return tuple(category.name for _, category in source.info.taxonomy if category.is_thing)


@dataclass(frozen=True, eq=False)
class Crops:
    """All crops of one side, in rows.

    Attributes:
        pictures: those that could be used
        problems: why others could not
    """

    name: str
    pictures: tuple[Cut, ...]
    problems: tuple[str, ...]

    @cached_property
    def picture(self) -> NDArray[np.int64]:
        """(N,) the number of each crop's picture."""
        return np.repeat(np.arange(len(self.pictures)), [len(one.labels) for one in self.pictures])

    @cached_property
    def labels(self) -> NDArray[np.str_]:
        """(N,) the class of each crop."""
        return np.array([label for one in self.pictures for label in one.labels], dtype=np.str_)

    @cached_property
    def features(self) -> Floats:
        """(N, F) float32."""
        rows = [one.features for one in self.pictures if len(one.labels)]
        return np.concatenate(rows) if rows else np.zeros((0, 0), dtype=np.float32)

    @cached_property
    def groups(self) -> NDArray[np.int64]:
        """(pictures,) numbers of groups: of one scene, or one and the same picture twice."""
        parents = list(range(len(self.pictures)))

        def root(number: int) -> int:
            while parents[number] != number:
                number = parents[number]
            return number

        first: dict[str, int] = {}
        for number, one in enumerate(self.pictures):
            parents[root(number)] = root(first.setdefault(one.group, number))
        marks = self.marks
        for one_number, other, _ in alike(marks, marks):
            parents[root(one_number)] = root(other)
        _, groups = np.unique([root(number) for number in parents], return_inverse=True)
        return groups.astype(np.int64)

    @cached_property
    def marks(self) -> Floats:
        """(pictures, D), as `annotate.pixels.alike.alike` takes them."""
        return np.array([one.mark for one in self.pictures], dtype=np.float32)

    @property
    def conditions(self) -> list[str]:
        """Of each picture."""
        return [one.condition for one in self.pictures]


def cropped(side: Sources, jobs: Sequence[Job], longest_px: int, classes: Mapping[str, str], workers: int = 1) -> Crops:
    """The crops of these pictures, cut in up to so many processes, on which they do not depend."""
    processes = min(workers, 1 + len(jobs) // 64)
    work = partial(_cut, side, longest_px, classes)
    with closing(in_processes(work, list(jobs), processes, at_once=4)) as found:
        cuts = list(found)
    problems = tuple(one.problem for one in cuts if one.problem)
    return Crops(side.name, tuple(one for one in cuts if not one.problem), problems)


def _cut(side: Sources, longest_px: int, classes: Mapping[str, str], job: Job) -> Cut:
    one, where = side.opened(job)
    return cut(one, where, longest_px, classes)
