"""Where a dataset's files lie: a folder, or whatever else can list, open and measure files by their relative paths."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from longtail.annotate.dataset.clutter import is_clutter


class Files(Protocol):
    """The files of a dataset. Paths are relative to it, with slashes; what cannot be read raises OSError.

    What file systems, desktops and store consoles left there (`annotate.dataset.clutter`) is not among them.
    """

    def at(self, path: str) -> str:
        """The path as messages name it."""

    def names(self, folder: str) -> list[str]:
        """The names of the files right inside a folder, in any order; none where there is no such folder."""

    def walk(self) -> Iterator[str]:
        """The paths of all files, in any order."""

    def open(self, path: str) -> BinaryIO:
        """A file to read from."""

    def size(self, path: str) -> int:
        """A file's size in bytes."""

    def led_outside(self, path: str) -> str | None:
        """Where a link leads that leaves the dataset; None for every other path."""

    def on_disk(self, path: str) -> Path | None:
        """Where the very file lies on this machine, to be linked or opened by others; None where it must be read."""


def read(files: Files, path: str) -> bytes:
    """A whole file."""
    with files.open(path) as file:
        return file.read()


@dataclass(frozen=True)
class Folder:
    """The files of a folder."""

    root: Path

    def at(self, path: str) -> str:
        return str(self.root / path)

    def names(self, folder: str) -> list[str]:
        place = self.root / folder
        return [entry.name for entry in os.scandir(place) if not is_clutter(entry.name)] if place.is_dir() else []

    def walk(self) -> Iterator[str]:
        for folder, inner, names in os.walk(self.root):
            # A folder of snapshots may hold the dataset many times over.
            inner[:] = [name for name in inner if not is_clutter(name)]
            place = Path(folder).relative_to(self.root)
            yield from ((place / name).as_posix() for name in names if not is_clutter(name))

    def open(self, path: str) -> BinaryIO:
        return (self.root / path).open("rb")

    def size(self, path: str) -> int:
        return (self.root / path).stat().st_size

    def led_outside(self, path: str) -> str | None:
        target = (self.root / path).resolve()
        return None if target.is_relative_to(self.root.resolve()) else str(target)

    def on_disk(self, path: str) -> Path | None:
        return self.root / path
