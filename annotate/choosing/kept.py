"""A dataset without the frames that a review has rejected: a view, which whatever reads datasets can read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from longtail.annotate.choosing.decisions import REVIEW, rejected
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.files import Files
from longtail.annotate.dataset.layout import FRAMES, frame_index
from longtail.annotate.errors import DatasetError
from longtail.annotate.wording import counted


def kept(dataset: Dataset, *, with_rejected: bool = False) -> tuple[Dataset, str]:
    """The dataset without its rejected frames, and a sentence that says how many these are: "" where there are none.

    `with_rejected` keeps them, and says nothing. DatasetError where no other frame is left.
    """
    gone = frozenset() if with_rejected else rejected(dataset) & frozenset(dataset.frames())
    if not gone:
        return dataset, ""
    left = replace(dataset, files=KeptFiles(dataset.files, gone))
    if not left.frames():
        raise DatasetError(f"{dataset.place}: expected frames that {REVIEW} does not reject, got none of "
                           f"{len(gone):,}; --with-rejected takes them all the same")  # fmt: skip
    return left, f"{counted(len(gone), 'frame')} left out that {REVIEW} rejects; --with-rejected takes them"


@dataclass(frozen=True)
class KeptFiles:
    """The files of a dataset but for those of the frames that are `gone`."""

    base: Files
    gone: frozenset[int]

    def at(self, path: str) -> str:
        return self.base.at(path)

    def names(self, folder: str) -> list[str]:
        names = self.base.names(folder)
        return [name for name in names if not self._is_gone(name)] if folder == FRAMES else names

    def walk(self) -> Iterator[str]:
        return (path for path in self.base.walk() if not self._is_gone(path))

    def open(self, path: str) -> BinaryIO:
        if self._is_gone(path):
            raise FileNotFoundError(2, "of a frame that is rejected", self.at(path))
        return self.base.open(path)

    def size(self, path: str) -> int:
        return self.base.size(path)

    def led_outside(self, path: str) -> str | None:
        return self.base.led_outside(path)

    def on_disk(self, path: str) -> Path | None:
        return self.base.on_disk(path)

    def _is_gone(self, path: str) -> bool:
        return frame_index(PurePosixPath(path).stem) in self.gone
