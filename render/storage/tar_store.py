"""Committing frames as whole tars: each waits in a staging folder until all frames of its tar are there."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from longtail.annotate.dataset.atomic import replacing
from longtail.annotate.dataset.dataset import Dataset, DatasetInfo
from longtail.annotate.dataset.documents import FrameLines
from longtail.annotate.dataset.files import Folder, read
from longtail.annotate.dataset.layout import FRAMES, frames_among, record_path
from longtail.annotate.dataset.record_text import RecordText
from longtail.annotate.dataset.stored import files_of
from longtail.annotate.dataset.tars import FRAMES_PER_TAR, Tars, read_tar, tar_path, write_tar
from longtail.annotate.errors import DatasetError
from longtail.render.storage.background import Background
from longtail.render.storage.patience import patiently
from longtail.render.storage.remote_store import RemoteStore
from longtail.render.storage.store import Committer, Store, disk_error, read_lines, require_none_beyond

STAGING = "staging"
# Tars that wait to be written; more would fill the disk where an object store takes them slower than frames are made.
_MOST_LEFT = 2


@dataclass(eq=False)
class TarStore:
    """A dataset of tars, as `render.storage.store.FrameStore`, in the place of `base`.

    Frames are committed to `waiting`. Those of a full tar are moved into it by a thread, while other frames are made;
    `dataset` moves what is left, so that a tar lacks only the frames that could not be made. A tar that lacks frames is
    written anew once they are there.
    """

    base: Store | RemoteStore
    waiting: Store
    frames: int
    frames_per_tar: int = FRAMES_PER_TAR
    _packing: Background = field(default_factory=Background, init=False)
    _tars: Tars | None = field(default=None, init=False)

    @classmethod
    def over(cls, base: Store | RemoteStore, frames: int, frames_per_tar: int = FRAMES_PER_TAR) -> TarStore:
        """DatasetError where `base` holds loose frames, or frames beyond `frames` wait."""
        if base.committed():
            raise DatasetError(
                f"{base.place}: expected frames in tars, got loose ones; leave out --format, or choose another -o"
            )
        store = cls(base, Store(base.root / STAGING), frames, frames_per_tar)
        require_none_beyond(base.place, frames, store.waiting.committed())
        return store

    @property
    def root(self) -> Path:
        return self.base.root

    @property
    def committer(self) -> Committer:
        return self.waiting

    def begin(self, info: DatasetInfo) -> DatasetInfo:
        return self.base.begin(info)

    def write_info(self, info: DatasetInfo) -> None:
        self.base.write_info(info)

    def committed(self) -> frozenset[int]:
        tars = Tars.among(self.base.files)
        return frozenset(frames_among(tars.names(FRAMES)) if tars else ()) | self.waiting.committed()

    def discard(self, index: int) -> None:
        self.waiting.discard(index)

    def quarantined(self) -> frozenset[int]:
        return self.base.quarantined()

    def quarantine(self, index: int, files: Mapping[str, bytes]) -> None:
        self.discard(index)
        self.base.quarantine(index, files)

    def release(self, index: int) -> None:
        self.base.release(index)

    @property
    def place(self) -> str:
        return self.base.place

    def lines(self, index: int) -> FrameLines:
        with suppress(FileNotFoundError):
            return read_lines(Folder(self.waiting.root), index)
        if self._tars is not None:
            with suppress(FileNotFoundError, DatasetError):
                return read_lines(self._tars, index)
        # What it knows of them is out of date: some were written since.
        self._tars = Tars.among(self.base.files)
        return read_lines(self._tars or self.base.files, index)

    def has_room(self) -> bool:
        return self._packing.left() <= _MOST_LEFT

    def settle(self, index: int) -> None:
        first = index - index % self.frames_per_tar
        block = range(first, min(first + self.frames_per_tar, self.frames))
        # From the end, which is made last: mostly the first look tells.
        if all(self.waiting.has(index) for index in reversed(block)):
            self._packing.begin(partial(patiently, partial(self._pack, block), self._packing.wait))

    def dataset(self) -> Dataset:
        self._packing.end()
        for block in sorted({index // self.frames_per_tar for index in self.waiting.committed()}):
            self._pack(range(block * self.frames_per_tar, (block + 1) * self.frames_per_tar))
        shutil.rmtree(self.waiting.root, ignore_errors=True)
        return self.base.dataset()

    def publish(self) -> None:
        self.base.publish()

    def _pack(self, block: range) -> None:
        """Write a tar of the frames of a block that wait and of those that it has already; they wait no more."""
        indices = [index for index in block if self.waiting.has(index)]
        if not indices:  # done already: its last frames were committed at the same time
            return
        path = tar_path(block.start, self.frames_per_tar)
        frames: dict[int, dict[str, bytes]] = {}
        with suppress(FileNotFoundError), self.base.files.open(path) as file:
            frames = read_tar(file)
        for index in indices:
            frames[index] = self._waiting_files(index)
        packed = self.base.root / path
        try:
            with replacing(packed) as file:
                write_tar(file, frames)
        except OSError as error:
            raise disk_error(self.base.root, error) from error
        if isinstance(self.base, RemoteStore):
            self.base.remote.upload(packed, path)
            packed.unlink()
        for index in indices:
            # The record goes first: what is left of a frame without one is no frame.
            for own in reversed(frames[index]):
                (self.waiting.root / own).unlink(missing_ok=True)

    def _waiting_files(self, index: int) -> dict[str, bytes]:
        folder = Folder(self.waiting.root)
        record = read(folder, record_path(index))
        where = folder.at(record_path(index))
        paths = files_of(RecordText.of(record, where).line("files"), where)
        return {**{path: read(folder, path) for path in paths}, record_path(index): record}
