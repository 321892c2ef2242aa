"""Folders that a command needs only while it lasts, and that vanish after it however it ends."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

if os.name == "posix":
    import fcntl

_PREFIX = "longtail-"
_LOCK = ".longtail-lives"


@contextmanager
def staging_folder() -> Iterator[Path]:
    """An empty folder where the system keeps temporary files (TMPDIR), which is removed after the block.

    A command that was killed cannot do that, so whoever comes next does: the kernel's lock on a file beside each folder
    tells those whose command still lives. They may hold gigabytes of tars that wait for an object store.
    """
    parent = Path(tempfile.gettempdir())
    _remove_orphans(parent)
    home = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    folder = home / "files"
    try:
        folder.mkdir()
        with _lock(home):
            yield folder
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _lock(home: Path) -> Iterator[None]:
    if os.name != "posix":
        yield
        return
    # Taken before it has the name that others look for: nobody finds it free while its command lives.
    coming = home / f"{_LOCK}-soon"
    with coming.open("w") as file:
        if _taken(file):
            coming.rename(home / _LOCK)
        yield


def _taken(file: IO[str]) -> bool:
    """Whether this process has the lock now. Where a file system knows no locks, nobody has."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _remove_orphans(parent: Path) -> None:
    if os.name != "posix":
        return
    for home in parent.glob(f"{_PREFIX}*"):
        # Others' folders are none of ours, and neither are those that others may have put links into.
        with suppress(OSError):
            if home.is_symlink() or home.stat().st_uid != os.getuid():
                continue
            with (home / _LOCK).open() as file:
                if _taken(file):
                    shutil.rmtree(home, ignore_errors=True)
