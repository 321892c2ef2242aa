"""Which frames a person looks at, and in which order: flagged ones, most serious first, then some at random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from longtail.annotate.choosing.stored_flags import FLAGS, Raised, StoredFlags
from longtail.annotate.dataset.dataset import Dataset


@dataclass(frozen=True)
class Row:
    """A frame to look at, with its flags."""

    frame: int
    flags: tuple[Raised, ...] = ()


@dataclass(frozen=True)
class Queue:
    """Frames in the order in which they are shown; `note` says what a person must know of it, "" where nothing."""

    rows: Sequence[Row]
    note: str = ""

    @property
    def flagged(self) -> int:
        """How many of them have a flag."""
        return sum(bool(row.flags) for row in self.rows)

    @classmethod
    def of(cls, dataset: Dataset, unflagged: int) -> Queue:
        """All flagged frames of a dataset and at most so many others, the same ones each time."""
        frames, flags = dataset.frames(), StoredFlags.among(dataset)
        raised = flags.raised if flags else {}
        serious = {name: place for place, name in enumerate(flags.names)} if flags else {}
        rows = [Row(frame, raised[frame]) for frame in frames if frame in raised]
        rows.sort(key=lambda row: min((serious.get(flag.name, len(serious)), -flag.times) for flag in row.flags))
        others = np.array([frame for frame in frames if frame not in raised], dtype=np.int64)
        chosen = np.random.default_rng(dataset.info.seed).permutation(others)[:unflagged]
        return cls([*rows, *(Row(frame) for frame in chosen.tolist())], _note(dataset, frames, flags))


def _note(dataset: Dataset, frames: Sequence[int], flags: StoredFlags | None) -> str:
    where = dataset.files.at(FLAGS)
    if flags is None:
        return f"{where}: not there, so that no frame is known to be flagged; longtail stats scores all of them"
    unscored = sum(frame not in flags.scored for frame in frames)
    return f"{where}: {unscored:,} of {len(frames):,} frames are not scored; longtail stats does" if unscored else ""
