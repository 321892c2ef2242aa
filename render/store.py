"""Committing frames so that each is there whole or not at all, and opening a dataset folder to go on with it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from longtail.annotate.atomic import replacing, sync_folder
from longtail.annotate.dataset import Dataset, DatasetInfo
from longtail.annotate.documents import FrameLines
from longtail.annotate.errors import DatasetError, StorageError
from longtail.annotate.files import Files, Folder, read
from longtail.annotate.layers import IMAGE_FORMATS, LAYERS, images
from longtail.annotate.layout import DATASET, FAILED, FRAMES, TEMPORARY_SUFFIX, failed_among, frames_among, record_path
from longtail.render.heal import damaged
from longtail.render.quarantine import quarantine_paths
from longtail.render.same_request import difference

_FULL = (errno.ENOSPC, errno.EDQUOT)


class Committer(Protocol):
    """What a worker writes its frames with; each worker has a copy."""

    def commit(self, index: int, files: Mapping[str, bytes], record: bytes) -> None:
        """Write a frame; StorageError where it cannot be written."""


class FrameStore(Protocol):
    """Where a run's frames go."""

    @property
    def root(self) -> Path:
        """A local folder for logs, and for the dataset's own documents."""

    @property
    def committer(self) -> Committer:
        """What writes its frames."""

    def committed(self) -> frozenset[int]:
        """The frames that exist."""

    def lines(self, index: int) -> FrameLines:
        """What the dataset's documents need of a frame that exists; DatasetError where its record is damaged."""

    def has_room(self) -> bool:
        """Whether it takes more frames now; StorageError where it will never take any again."""

    def settle(self, index: int) -> None:
        """Told of each new frame, after its commit."""

    def discard(self, index: int) -> None:
        """Remove what an interrupted commit may have left of a frame, unless it exists."""

    def quarantined(self) -> frozenset[int]:
        """The frames that were given up, by this run or an earlier one."""

    def quarantine(self, index: int, files: Mapping[str, bytes]) -> None:
        """Write the files of a frame that was given up, and discard it."""

    def release(self, index: int) -> None:
        """Remove the files of a frame that was given up once, and is made now."""

    @property
    def place(self) -> str:
        """Where it lies, for messages."""

    def dataset(self) -> Dataset:
        """All that is committed, for reading."""

    def publish(self) -> None:
        """Put the finished documents of `root` where the frames are."""


class Store:
    """The dataset folder of a run, as `FrameStore`.

    A frame's files are written under temporary names, synced and renamed; its record goes last, so a frame without a
    record does not exist and is made again.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def prepare(cls, root: Path, info: DatasetInfo) -> Store:
        """Create the folder, or open the one that an earlier run of the same request began.

        DatasetError where the folder is foreign, unwritable, or was made from another request; StorageError where the
        disk is full.
        """
        store = cls(root)
        path = root / DATASET
        try:
            if root.exists() and not root.is_dir():
                raise DatasetError(f"{root}: expected a folder to write to, got a file; choose another -o")
            if path.exists():
                require_same_request(root, info, Dataset.open(root))
            elif root.is_dir() and any(entry.name != f"{DATASET}{TEMPORARY_SUFFIX}" for entry in root.iterdir()):
                raise DatasetError(
                    f"{root}: expected an empty folder or a Longtail dataset, got a folder with other files in it; "
                    "choose another -o"
                )
            # Written again at every start: a run may ask for more frames than the last one did.
            with replacing(path) as file:
                file.write(info.dumps())
        except OSError as error:
            if error.errno in _FULL:
                raise disk_error(root, error) from error
            raise DatasetError(f"{root}: cannot be written to: {error.strerror or error}; choose another -o") from error
        return store

    @property
    def place(self) -> str:
        """Where it lies, for messages."""
        return str(self.root)

    @property
    def files(self) -> Files:
        return Folder(self.root)

    @property
    def committer(self) -> Committer:
        return self

    def committed(self) -> frozenset[int]:
        """The frames that exist."""
        return frozenset(frames_among(Folder(self.root).names(FRAMES)))

    def has(self, index: int) -> bool:
        """Whether a frame exists."""
        return (self.root / record_path(index)).exists()

    def commit(self, index: int, files: Mapping[str, bytes], record: bytes) -> None:
        """Write a frame. StorageError with what to do where the disk is full or the folder cannot be written."""
        with self._troubles(index):
            for path, data in files.items():
                _write_temporary(self.root / path, data)
            for path in files:
                target = self.root / path
                target.with_name(target.name + TEMPORARY_SUFFIX).replace(target)
            for folder in {(self.root / path).parent for path in files}:
                sync_folder(folder)
            with replacing(self.root / record_path(index)) as file:
                file.write(record)

    @contextmanager
    def _troubles(self, index: int) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.discard(index)
            raise disk_error(self.root, error) from error

    def lines(self, index: int) -> FrameLines:
        return read_lines(self.files, index)

    def has_room(self) -> bool:
        """A folder takes any number; that its disk is full shows when a frame is written."""
        return True

    def settle(self, index: int) -> None:
        """Nothing is left to do for a committed frame."""

    def discard(self, index: int) -> None:
        if self.has(index):
            return
        layers = (*LAYERS.values(), *map(images, IMAGE_FORMATS))
        for path in (*(layer.path(index) for layer in layers), record_path(index)):
            (self.root / path).unlink(missing_ok=True)
            (self.root / f"{path}{TEMPORARY_SUFFIX}").unlink(missing_ok=True)

    def quarantined(self) -> frozenset[int]:
        return frozenset(failed_among(self.files.names(FAILED)))

    def quarantine(self, index: int, files: Mapping[str, bytes]) -> None:
        self.discard(index)
        with self._troubles(index):
            for path, data in files.items():
                with replacing(self.root / path) as file:
                    file.write(data)

    def release(self, index: int) -> None:
        for path in quarantine_paths(index):
            (self.root / path).unlink(missing_ok=True)
        with suppress(OSError):  # others are still there
            (self.root / FAILED).rmdir()

    def heal(self, info: DatasetInfo) -> list[str]:
        """Clear up behind a run that ended badly. Frames that are damaged are taken out; what was wrong with each."""
        self._sweep()
        said = []
        for index, fault in damaged(Dataset(self.root, info, Folder(self.root))):
            # The record goes first: without it there is no frame, whatever happens now.
            (self.root / record_path(index)).unlink(missing_ok=True)
            self.discard(index)
            said.append(fault)
        return said

    def dataset(self) -> Dataset:
        return Dataset.open(self.root)

    def publish(self) -> None:
        """The documents lie where they belong."""

    def _sweep(self) -> None:
        """Remove what interrupted writes left behind."""
        for folder, _, names in os.walk(self.root):
            for name in names:
                if name.endswith(TEMPORARY_SUFFIX):
                    (Path(folder) / name).unlink(missing_ok=True)


def require_same_request(where: object, asked: DatasetInfo, found: Dataset) -> None:
    """DatasetError, naming the place as `where`, unless both ask for the same frames.

    Their number may differ, but none that is there may lie beyond it.
    """
    if differs := difference(asked, found.info):
        raise DatasetError(
            f"{where}: holds frames of another request: expected {differs}; "
            "choose another -o, or repeat the command that made it"
        )
    if asked.frames < found.info.frames:
        require_none_beyond(where, asked.frames, found.frames())


def require_none_beyond(where: object, frames: int, indices: Iterable[int]) -> None:
    """DatasetError, naming the place as `where`, if any of `indices` lies beyond a run of `frames`."""
    last = max(indices, default=-1)
    if last >= frames:
        raise DatasetError(
            f"{where}: expected no frame beyond the {frames} asked for, but frame {last} is there; ask for "
            f"--frames {last + 1} or more, or choose another -o"
        )


def read_lines(files: Files, index: int) -> FrameLines:
    """What the dataset's documents need of a frame; FileNotFoundError where it has no record among `files`."""
    path = record_path(index)
    return FrameLines.of(index, read(files, path), files.at(path))


def disk_error(root: Path, error: OSError) -> StorageError:
    """What to tell, and to do, where something cannot be written below `root`."""
    if error.errno in _FULL:
        why, remedy = "the disk is full", "Free some space"
    else:
        why, remedy = f"cannot be written to: {error.strerror or error}", "Mend that"
    return StorageError(
        f"{root}: {why}; the finished frames are kept. {remedy} and run the same command again to go on"
    )


def _write_temporary(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + TEMPORARY_SUFFIX).open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
