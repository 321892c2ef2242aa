"""Writing a file so that it is there whole or not at all."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from longtail.annotate.dataset.layout import TEMPORARY_SUFFIX
from longtail.annotate.errors import DatasetError, StorageError

if os.name == "posix":
    import fcntl

FULL = (errno.ENOSPC, errno.EDQUOT)
"""What the system says where a disk, or its owner's share of it, has no room."""

# What file systems answer that know no syncing of files or folders, or leave it to a server: man 2 fsync has EINVAL,
# FUSE passes on ENOSYS, others say that it is not supported. EIO and a full disk are failures.
_NO_SYNC = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
# A folder may be written to by whoever may not read it.
_NO_LOOK = {errno.EACCES, errno.EPERM, *_NO_SYNC}
# So many files and folders are put on disk one by one: what else waits on their file system may be far more.
_ONE_BY_ONE = 1000


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes `path`'s place when the block ends well and vanishes when it does not.

    The bytes are on disk before the name is: a power cut leaves the old file or the new one. StorageError where another
    process is writing it. Where a disk is full the OSError names the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + TEMPORARY_SUFFIX)
    with _opened(temporary) as file:
        _require_alone(file.fileno(), temporary, path)
        try:
            if os.fstat(file.fileno()).st_size:  # what a kill has left; devices cannot be cut
                file.truncate(0)
            yield file
            sync_file(file)
            if os.name != "posix":
                file.close()
            temporary.replace(path)
        except BaseException as error:
            if isinstance(error, OSError) and error.errno in FULL and error.filename is None:
                error.filename = str(path)  # a write by itself does not say where
            with suppress(OSError):  # the first error is the one to tell
                file.close()
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
    sync_folder(path.parent)


@contextmanager
def into(place: Path, way: str = "choose another -o") -> Iterator[None]:
    """For a block that writes a file or into a folder: DatasetError where it cannot, StorageError for a full disk.

    `way` is what to try.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageError(full(error.filename or place)) from error
        raise DatasetError(f"{place}: cannot be written to: {error.strerror or error}; {way}") from error


def full(where: object) -> str:
    """What to tell, and to do, where a disk is full."""
    return f"{where}: the disk is full; free some space, and run the same command again"


def of_disk(error: OSError) -> str:
    """What the system says, and of which file: it may be one that is read as well as one that is written."""
    said = error.strerror or str(error)
    return said if error.filename is None else f"{said}: {error.filename}"


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """A new folder that takes the place of `path`, an empty one or none, when the block ends well.

    It lies beside it, is removed when the block does not end well, and is cleared at first where a kill has left one.
    All of it is on disk before it has its name: a power cut leaves no folder whose files are empty.
    StorageError where another process is making it.
    """
    target = path.absolute()
    folder = target.with_name(target.name + TEMPORARY_SUFFIX)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone_in(folder, path):
        try:
            for left in folder.iterdir():
                shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
            yield folder
            _sync_tree(folder)
            if target.exists():
                target.rmdir()
            folder.replace(target)
            sync_folder(target.parent)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def _opened(path: Path) -> BinaryIO:
    """A file to write to, of which nothing is cut off: it may be somebody's who writes just now."""
    try:
        return path.open("xb", buffering=1 << 20)
    except FileExistsError:
        return path.open("r+b", buffering=1 << 20)


@contextmanager
def _alone_in(folder: Path, path: Path) -> Iterator[None]:
    if os.name != "posix":
        yield
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except FileNotFoundError as error:
        raise _busy(path) from error
    try:
        _require_alone(descriptor, folder, path)
        yield
    finally:
        os.close(descriptor)


def _require_alone(descriptor: int, temporary: Path, path: Path) -> None:
    """StorageError where another process has the kernel's lock on what will be `path`, or has just moved it there.

    The lock ends with the descriptor, and with the process however it ends. File systems without locks go unguarded.
    """
    if os.name != "posix":
        return
    with suppress(OSError):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(descriptor), temporary.stat()):
                return
        except (BlockingIOError, FileNotFoundError):
            pass
        raise _busy(path)


def wait_for_others(file: BinaryIO) -> None:
    """Wait until nobody else who has opened a file writes to it; from then on they wait until it is closed here.

    File systems without locks go unguarded.
    """
    if os.name == "posix":
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)


def _busy(path: Path) -> StorageError:
    return StorageError(f"{path}: another command is writing it just now; wait for that, and try again")


def sync_file(file: BinaryIO) -> None:
    """Put what was written to a file on disk, as far as its file system does that."""
    file.flush()
    _sync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Put a folder's names on disk, as far as its file system does that.

    Systems that cannot open folders (Windows) keep them by themselves.
    """
    if os.name != "posix":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        if error.errno in _NO_LOOK:
            return
        raise
    try:
        _sync(descriptor)
    finally:
        os.close(descriptor)


def _sync_tree(folder: Path) -> None:
    """Put all that lies below a folder on disk.

    Few files go one by one. More go with all else of their file system, as a million one by one take hours; where the
    system can only sync all file systems, all are. OSError where something could not be written.
    """
    if os.name != "posix":
        return
    files = list(islice(_tree(folder), _ONE_BY_ONE + 1))
    if len(files) <= _ONE_BY_ONE:
        for path in files:
            descriptor = os.open(path, os.O_RDONLY)
            try:
                _sync(descriptor)
            finally:
                os.close(descriptor)
        return
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)  # Linux has it, Python does not
    if syncfs is None:
        os.sync()
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if syncfs(descriptor) != 0 and ctypes.get_errno() not in _NO_SYNC:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))
    finally:
        os.close(descriptor)


def _tree(folder: Path) -> Iterator[Path]:
    """All files and folders below a folder, and itself, each folder behind what it holds; OSError where one cannot be
    looked at. Links are names in their folder."""

    def refuse(error: OSError) -> None:
        raise error

    for home, _, names in os.walk(folder, topdown=False, onerror=refuse):
        yield from (path for name in names if not (path := Path(home, name)).is_symlink())
        yield Path(home)


def _sync(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
