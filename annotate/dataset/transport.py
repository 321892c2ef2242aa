"""Bringing frames from one dataset to another: loose files are linked where they can be, tars are written anew."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path

from longtail.annotate.dataset.atomic import replacing
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.documents import FrameLines
from longtail.annotate.dataset.files import Files, Folder, read
from longtail.annotate.dataset.layout import TEMPORARY_SUFFIX, record_path
from longtail.annotate.dataset.merge import frame_lines
from longtail.annotate.dataset.stored import files_of
from longtail.annotate.dataset.tars import Tars, read_tar, tar_path, write_tar
from longtail.annotate.errors import DatasetError


def bring_frame(source: Dataset, lines: FrameLines, root: Path) -> None:
    """Bring one frame over as loose files, its record last: until then it does not exist there.

    DatasetError, before any is brought, where one of them is damaged.
    """
    for path in list(_sound_files(source, lines)):
        _bring_file(source.files, path, root)
    _bring_file(source.files, record_path(lines.index), root)


def bring_into_tars(source: Dataset, root: Path) -> list[str]:
    """Bring all frames over into the tars of `root`; one that has some of its frames is written anew with all.

    Loose frames that are damaged are left out; what is wrong with each.
    """
    if isinstance(source.files, Tars):
        files = source.files.base
        for path in source.files.paths():
            if not (root / path).exists():
                _bring_file(files, path, root)
                continue
            with files.open(path) as file:
                _add(root, path, read_tar(file))
        return []
    damaged: list[str] = []
    for path, indices in groupby(source.frames(), tar_path):
        frames = {}
        for index in indices:
            try:
                frames[index] = dict(_loose(source, index))
            except DatasetError as error:
                damaged.append(str(error))
        _add(root, path, frames)
    return damaged


def require_sound(dataset: Dataset, lines: FrameLines) -> None:
    """DatasetError where a file of a frame is not as large as its record says."""
    for _ in _sound_files(dataset, lines):
        pass


def _add(root: Path, path: str, frames: dict[int, dict[str, bytes]]) -> None:
    """Add frames to the tar at `path`, which may not be there yet, where it lacks any of them."""
    here: dict[int, dict[str, bytes]] = {}
    with suppress(FileNotFoundError), Folder(root).open(path) as file:
        here = read_tar(file)
    if frames.keys() <= here.keys():
        return
    with replacing(root / path) as file:
        write_tar(file, frames | here)


def _loose(source: Dataset, index: int) -> Iterator[tuple[str, bytes]]:
    for path in (*_sound_files(source, frame_lines(source, index)), record_path(index)):
        yield path, read(source.files, path)


def _sound_files(source: Dataset, lines: FrameLines) -> Iterator[str]:
    """The paths of a frame's files; DatasetError where one is not as large as its record says."""
    for path, entry in files_of(lines.files, source.files.at(record_path(lines.index))).items():
        if fault := source.file_fault(path, entry, deep=False):
            raise DatasetError(f"{source.files.at(path)}: expected {fault[0]}, got {fault[1]}")
        yield path


def _bring_file(files: Files, path: str, root: Path) -> None:
    """Link, or copy where links cannot go; an unfinished earlier merge may have left the name."""
    destination = root / path
    destination.parent.mkdir(parents=True, exist_ok=True)
    temporary = destination.with_name(destination.name + TEMPORARY_SUFFIX)
    temporary.unlink(missing_ok=True)
    try:
        if not isinstance(files, Folder):
            raise OSError("only files of folders can be linked")
        os.link(files.root / path, temporary)
    except OSError:
        with replacing(destination) as file, files.open(path) as original:
            shutil.copyfileobj(original, file, 1 << 20)
        return
    temporary.replace(destination)
    # Renaming one hard link over another of the same file does nothing and leaves the first name behind.
    temporary.unlink(missing_ok=True)
