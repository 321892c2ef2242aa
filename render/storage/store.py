"""Committing frames so that each is there whole or not at all, and opening a dataset folder to go on with it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from longtail.annotate.dataset.atomic import FULL, replacing, sync_file, sync_folder
from longtail.annotate.dataset.dataset import Dataset, DatasetInfo
from longtail.annotate.dataset.documents import FrameLines
from longtail.annotate.dataset.files import Files, Folder, read
from longtail.annotate.dataset.free import is_free
from longtail.annotate.dataset.layout import (
    DATASET,
    FAILED,
    FRAMES,
    TEMPORARY_SUFFIX,
    failed_among,
    frames_among,
    record_path,
)
from longtail.annotate.dataset.part import joined, part_of
from longtail.annotate.dataset.removing import remove_frame
from longtail.annotate.errors import DatasetError, StorageError
from longtail.render.storage.heal import damaged
from longtail.render.storage.quarantine import quarantine_paths
from longtail.render.storage.same_request import difference

ANOTHER = "choose another -o"
"""What to try where a place cannot be written to that -o has named."""


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

    def begin(self, info: DatasetInfo) -> DatasetInfo:
        """Write dataset.json for a run of `info` that was accepted here, and give what it says now.

        Credits of what is there, and what else was asked for before, stay in it.
        """

    def write_info(self, info: DatasetInfo) -> None:
        """Write dataset.json as it is."""

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
    def accepted(cls, root: Path, info: DatasetInfo) -> Store:
        """The store of a run that may begin there, or go on with what an earlier run of the same request began.

        Writes nothing. DatasetError where the folder is foreign, unwritable, or was made from another request.
        """
        require_writable(root)
        with refused(root):
            if (root / DATASET).exists():
                require_same_request(root, info, Dataset.open(root))
            elif root.is_dir() and not is_free(root):
                raise DatasetError(
                    f"{root}: expected an empty folder or a Longtail dataset, got a folder with other files in it; "
                    "choose another -o"
                )
        return cls(root)

    def begin(self, info: DatasetInfo) -> DatasetInfo:
        """See `FrameStore`. DatasetError where the folder cannot be written to, StorageError for a full disk."""
        with refused(self.root):
            found = Dataset.open(self.root) if (self.root / DATASET).exists() else None
            begun = going_on(info, found)
            self.write_info(begun)
        return begun

    def write_info(self, info: DatasetInfo) -> None:
        with replacing(self.root / DATASET) as file:
            file.write(info.dumps())

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
        if not self.has(index):
            remove_frame(self.root, index)

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
            remove_frame(self.root, index)
            said.append(fault)
        return said

    def dataset(self) -> Dataset:
        return Dataset.open(self.root)

    def publish(self) -> None:
        """The documents lie where they belong."""

    def _sweep(self) -> None:
        """Remove what interrupted writes left behind."""
        for path in Folder(self.root).walk():
            if path.endswith(TEMPORARY_SUFFIX):
                (self.root / path).unlink(missing_ok=True)


def going_on(info: DatasetInfo, found: Dataset | None) -> DatasetInfo:
    """What dataset.json says once a run of `info` has begun on what is there.

    The frames asked for are those of both, and the credits those that are there: what they are for is there too.
    """
    if found is None:
        return info
    parts = (part_of(info.asked()), part_of(found.info.asked()))
    return replace(info, assets=found.info.assets, part=joined(parts, info.frames))


def require_writable(folder: Path, way: str = ANOTHER) -> None:
    """DatasetError where a folder, or the one that it would be made in, takes no files by what its permissions say.

    `way` is what to try, for commands whose place is not given by -o.
    """
    with refused(folder, way):
        nearest = next(place for place in (folder, *folder.absolute().parents) if os.path.lexists(place))
        if not nearest.is_dir():
            raise DatasetError(f"{folder}: expected a folder to write to, but {nearest} is none; {way}")
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise DatasetError(f"{folder}: cannot be written to: {nearest} is read-only; {way}")


def require_file(path: Path, name: str, way: str = ANOTHER) -> None:
    """DatasetError where no file can be at `path`: a folder is, or the folder that it would lie in takes none.

    `name` is what one could be called. It is asked before any work: what cannot be written must not cost an hour first.
    """
    with refused(path, way):
        if path.is_dir():
            raise DatasetError(f"{path}: expected a file to write, got a folder; add a name, such as {name}")
    require_writable(path.parent, way)


@contextmanager
def refused(root: Path, way: str = ANOTHER) -> Iterator[None]:
    """DatasetError where `root` does not take files at all, StorageError where its disk is full. `way` leads out."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise disk_error(root, error) from error
        raise DatasetError(f"{root}: cannot be written to: {error.strerror or error}; {way}") from error


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
    if error.errno in FULL:
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
        sync_file(file)
