"""Frames in tar files, for sets where a million small files would hurt; as WebDataset reads them.

`shards/000100.tar` begins with frame 100. Within it a frame's files share its name up to the first dot, as WebDataset
groups samples: `masks/semantic/000112.png` is the member `000112.masks.semantic.png`, the frame's record `000112.json`.
The format: https://github.com/webdataset/webdataset#the-webdataset-format.
"""

from __future__ import annotations

import io
import tarfile
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from longtail.annotate.dataset.files import Files
from longtail.annotate.dataset.layout import FRAMES, frame_index, frame_name

SHARDS = "shards"
FRAMES_PER_TAR = 100
"""Some 100 to 500 MB of full HD frames with all outputs, near what WebDataset's readers like best."""
_SUFFIX = ".tar"
_OPEN_TARS = 4


def tar_path(index: int, frames_per_tar: int = FRAMES_PER_TAR) -> str:
    """The tar file that holds frame `index`."""
    return f"{SHARDS}/{frame_name(index - index % frames_per_tar)}{_SUFFIX}"


def member_of(path: str) -> str:
    """A frame's file as its tar names it."""
    pure = PurePosixPath(path)
    folder = ".".join(part for part in pure.parent.parts if part != FRAMES)
    return f"{pure.stem}.{folder}{pure.suffix}" if folder else pure.name


def path_of(member: str) -> str:
    """A member's path in a dataset of loose files: what `member_of` took."""
    stem, *folders, suffix = member.split(".")
    return "/".join([*(folders or [FRAMES]), f"{stem}.{suffix}"])


def write_tar(file: BinaryIO, frames: Mapping[int, Mapping[str, bytes]]) -> None:
    """A tar of frames, each its files by path. The same frames give the same bytes; records come last in a frame."""
    with tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for index in sorted(frames):
            for path in sorted(frames[index], key=lambda path: (path.startswith(f"{FRAMES}/"), path)):
                member = tarfile.TarInfo(member_of(path))
                member.size = len(frames[index][path])
                member.mode = 0o644
                tar.addfile(member, io.BytesIO(frames[index][path]))


def read_tar(file: BinaryIO) -> dict[int, dict[str, bytes]]:
    """The frames of a tar, as `write_tar` took them."""
    frames: dict[int, dict[str, bytes]] = {}
    with tarfile.open(fileobj=file, mode="r:") as tar:
        for member in tar:
            content = tar.extractfile(member)
            index = frame_index(member.name.split(".")[0])
            if content is None or index is None:
                raise OSError(f"{member.name}: expected a frame's file, got another member")
            frames.setdefault(index, {})[path_of(member.name)] = content.read()
    return frames


@dataclass(frozen=True)
class Tars:
    """The files of a dataset whose frames lie in tars among `base`, under the paths they would have as loose files."""

    base: Files
    _starts: list[int] = field(default_factory=list, init=False, compare=False, repr=False)
    _seen: dict[int, dict[str, tuple[int, int]]] = field(default_factory=dict, init=False, compare=False, repr=False)

    @classmethod
    def among(cls, files: Files) -> Tars | None:
        """The tars among `files`; None where there are none."""
        starts = _starts(files.names(SHARDS))
        if not starts:
            return None
        tars = cls(files)
        tars._starts.extend(starts)
        return tars

    def at(self, path: str) -> str:
        start = self._tar(path)
        if start is None:
            return self.base.at(path)
        return f"{self.base.at(self._name(start))}:{member_of(path)}"

    def paths(self) -> list[str]:
        """The tars' own paths, in order."""
        return [self._name(start) for start in self._starts]

    def names(self, folder: str) -> list[str]:
        if folder != FRAMES:
            return self.base.names(folder)
        members = (path for start in self._starts for path in self._members(start))
        return [path.removeprefix(f"{FRAMES}/") for path in members if path.startswith(f"{FRAMES}/")]

    def walk(self) -> Iterator[str]:
        for start in self._starts:
            yield from list(self._members(start))
        own = set(self.paths())
        yield from (path for path in self.base.walk() if path not in own)

    def open(self, path: str) -> BinaryIO:
        start = self._tar(path)
        if start is None:
            return self.base.open(path)
        offset, size = self._place(start, path)
        with self.base.open(self._name(start)) as file:
            file.seek(offset)
            return io.BytesIO(file.read(size))

    def size(self, path: str) -> int:
        start = self._tar(path)
        return self.base.size(path) if start is None else self._place(start, path)[1]

    def led_outside(self, path: str) -> str | None:
        start = self._tar(path)
        return self.base.led_outside(path if start is None else self._name(start))

    def on_disk(self, path: str) -> Path | None:
        return self.base.on_disk(path) if self._tar(path) is None else None

    def _tar(self, path: str) -> int | None:
        """The first frame of the tar that a frame's file is in; None for the dataset's other files."""
        index = frame_index(PurePosixPath(path).stem)
        if index is None or path.startswith(f"{SHARDS}/"):
            return None
        return self._starts[max(0, bisect_right(self._starts, index) - 1)]

    def _name(self, start: int) -> str:
        return f"{SHARDS}/{frame_name(start)}{_SUFFIX}"

    def _place(self, start: int, path: str) -> tuple[int, int]:
        place = self._members(start).get(path)
        if place is None:
            raise FileNotFoundError(2, "No such member", self.at(path))
        return place

    def _members(self, start: int) -> dict[str, tuple[int, int]]:
        """Offset and size of each member by path. Few tars' are kept: frames are read in order."""
        members = self._seen.get(start)
        if members is None:
            members = {}
            try:
                with self.base.open(self._name(start)) as file, tarfile.open(fileobj=file, mode="r:") as tar:
                    for member in tar:
                        members[path_of(member.name)] = (member.offset_data, member.size)
            except tarfile.TarError as error:
                raise OSError(5, f"damaged tar: {error}", self.base.at(self._name(start))) from error
            for old in list(self._seen)[: -_OPEN_TARS + 1]:
                self._seen.pop(old, None)
            self._seen[start] = members
        return members


def _starts(names: Iterable[str]) -> list[int]:
    stems = (name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX))
    return sorted(index for index in map(frame_index, stems) if index is not None)
