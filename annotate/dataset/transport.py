"""Bringing frames from one dataset to another: loose files are linked where they can be, tars are written anew."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import groupby
from pathlib import Path

from longtail.annotate.dataset.atomic import replacing
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.documents import FrameLines
from longtail.annotate.dataset.files import Files, Folder, read
from longtail.annotate.dataset.layout import TEMPORARY_SUFFIX, record_path
from longtail.annotate.dataset.stored import FileEntry, files_of
from longtail.annotate.dataset.tars import Tars, member_of, read_tar, tar_path, write_tar
from longtail.annotate.errors import DatasetError, StorageError
from longtail.annotate.wording import counted

_LOST = (FileNotFoundError, NotADirectoryError, IsADirectoryError)
"""What the system says where no file is. All else that it says of reading is a disk's, a network's or a right's."""


def sound_record(source: Dataset, index: int) -> bytes:
    """A frame's record as stored; DatasetError where there is none, StorageError where it cannot be read now."""
    path = record_path(index)
    with _reading(source.files.at(path)):
        return read(source.files, path)


def sound_lines(source: Dataset, index: int) -> FrameLines:
    """What the documents need of a frame; DatasetError where its record is damaged, else as `sound_record`."""
    return FrameLines.of(index, sound_record(source, index), source.files.at(record_path(index)))


def bring_frame(source: Dataset, lines: FrameLines, root: Path) -> None:
    """Bring one frame over as loose files, its record last: until then it does not exist there.

    DatasetError where one of them is not what the record says: then some may have been brought, the record not.
    StorageError where one cannot be read now.
    """
    for path, entry in _sized_files(source, lines).items():
        _bring_file(source.files, path, root, entry)
    _bring_file(source.files, record_path(lines.index), root)


def bring_into_tars(source: Dataset, root: Path) -> dict[int, str]:
    """Bring all frames over into the tars of `root`; one that has some of its frames is written anew with all.

    Frames that are damaged are left out; what is wrong with each.
    """
    damaged: dict[int, str] = {}
    if isinstance(source.files, Tars):
        files = source.files.base
        for path in source.files.paths():
            frames, faults = _sound_frames(files, path)
            damaged |= faults
            if faults or (root / path).exists():
                _add(root, path, frames)
            else:
                _bring_file(files, path, root)
        return damaged
    for path, indices in groupby(source.frames(), tar_path):
        frames = {}
        for index in indices:
            try:
                frames[index] = dict(_loose(source, index))
            except DatasetError as error:
                damaged[index] = str(error)
        _add(root, path, frames)
    return damaged


def remove_damaged_of_tars(dataset: Dataset) -> dict[int, str]:
    """Write tars of a dataset in a folder that have damaged frames anew without them; what is wrong with each."""
    damaged: dict[int, str] = {}
    for path in dataset.files.paths() if isinstance(dataset.files, Tars) else ():
        frames, faults = _sound_frames(Folder(dataset.root), path)
        damaged |= faults
        if faults and frames:
            with replacing(dataset.root / path) as file:
                write_tar(file, frames)
        elif faults:
            (dataset.root / path).unlink()
    return damaged


def require_sound(dataset: Dataset, lines: FrameLines) -> None:
    """DatasetError where a file of a frame is not what its record says, StorageError where it cannot be read now."""
    for path, entry in _sized_files(dataset, lines).items():
        _require_bytes(dataset.files, path, entry)


def _add(root: Path, path: str, frames: dict[int, dict[str, bytes]]) -> None:
    """Add frames to the tar at `path`, which may not be there yet, where it lacks any of them."""
    here: dict[int, dict[str, bytes]] = {}
    with suppress(FileNotFoundError), Folder(root).open(path) as file:
        here = read_tar(file)
    if frames.keys() <= here.keys():
        return
    with replacing(root / path) as file:
        write_tar(file, frames | here)


def _sound_frames(files: Files, path: str) -> tuple[dict[int, dict[str, bytes]], dict[int, str]]:
    """The frames of a tar that are as their records say, and what is wrong with the others."""
    where = files.at(path)
    with _reading(where), files.open(path) as file:
        frames = read_tar(file)
    damaged: dict[int, str] = {}
    for index, held in frames.items():
        try:
            _require_held(index, held, where)
        except DatasetError as error:
            damaged[index] = str(error)
    return {index: held for index, held in frames.items() if index not in damaged}, damaged


def _require_held(index: int, held: Mapping[str, bytes], tar: str) -> None:
    """DatasetError where the files of a frame, by path, are not what its record says."""
    record = f"{tar}:{member_of(record_path(index))}"
    if record_path(index) not in held:
        raise DatasetError(f"{record}: expected a frame record, got none")
    lines = FrameLines.of(index, held[record_path(index)], record)
    for path, entry in files_of(lines.files, record).items():
        came = hashlib.sha256(held[path]).hexdigest() if path in held else "no file"
        if came != entry.sha256:
            raise DatasetError(f"{tar}:{member_of(path)}: expected sha256 {entry.sha256}, got {came}")


def _loose(source: Dataset, index: int) -> Iterator[tuple[str, bytes]]:
    record = sound_record(source, index)
    where = source.files.at(record_path(index))
    for path, entry in _sized_files(source, FrameLines.of(index, record, where)).items():
        yield path, b"".join(_pieces(source.files, path, entry))
    yield record_path(index), record


def _sized_files(source: Dataset, lines: FrameLines) -> Mapping[str, FileEntry]:
    """A frame's files by path; DatasetError where one is not as large as its record says.

    Most damage shows in that, before anything is read.
    """
    files = source.files
    entries = files_of(lines.files, files.at(record_path(lines.index)))
    for path, entry in entries.items():
        with _reading(files.at(path)):
            outside, size = files.led_outside(path), files.size(path)
        if outside:
            raise DatasetError(f"{files.at(path)}: expected a file inside the dataset, got a link to {outside}")
        if size != entry.size_bytes:
            expected, came = counted(entry.size_bytes, "byte"), counted(size, "byte")
            raise DatasetError(f"{files.at(path)}: expected {expected}, got {came}")
    return entries


def _bring_file(files: Files, path: str, root: Path, entry: FileEntry | None = None) -> None:
    """Link, or copy where links cannot go; an unfinished earlier merge may have left the name.

    DatasetError, and nothing is brought, where the bytes are not those of its entry, if it has one.
    """
    destination = root / path
    destination.parent.mkdir(parents=True, exist_ok=True)
    temporary = destination.with_name(destination.name + TEMPORARY_SUFFIX)
    temporary.unlink(missing_ok=True)
    try:
        if not isinstance(files, Folder):
            raise OSError("only files of folders can be linked")
        os.link(files.root / path, temporary)
    except OSError:
        with replacing(destination) as file:
            file.writelines(_pieces(files, path, entry))
        return
    try:
        if entry is not None:
            _require_bytes(files, path, entry)
        temporary.replace(destination)
    finally:
        # Renaming one hard link over another of the same file does nothing and leaves the first name behind.
        temporary.unlink(missing_ok=True)


def _require_bytes(files: Files, path: str, entry: FileEntry) -> None:
    """DatasetError where a file's bytes are not those that were recorded: a power cut leaves zeros in their place."""
    for _ in _pieces(files, path, entry):
        pass


def _pieces(files: Files, path: str, entry: FileEntry | None) -> Iterator[bytes]:
    """A file's bytes, a megabyte at a time, read once; DatasetError at the end where they are not those of its entry.

    Errors of reading are as `_reading` has them; those of whoever takes the pieces stay theirs.
    """
    where, digest = files.at(path), hashlib.sha256()
    with _reading(where):
        file = files.open(path)
    with file:
        while True:
            with _reading(where):
                piece = file.read(1 << 20)
            if not piece:
                break
            digest.update(piece)
            yield piece
    if entry is not None and digest.hexdigest() != entry.sha256:
        raise DatasetError(f"{where}: expected sha256 {entry.sha256}, got {digest.hexdigest()}")


@contextmanager
def _reading(where: str) -> Iterator[None]:
    """For a block that reads a file: DatasetError where there is none, StorageError where it cannot be read now.

    A disk or a network that fails says nothing of a frame, and would say it of each one that follows.
    """
    try:
        yield
    except _LOST as error:
        raise DatasetError(f"{where}: expected a file, but {error.strerror or type(error).__name__}") from error
    except OSError as error:
        raise StorageError(
            f"{where}: cannot be read: {error.strerror or error}; mend that, and run the same command again to go on"
        ) from error
