"""One run at a time in a dataset's folder."""

from __future__ import annotations

import errno
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

from longtail.annotate.dataset.layout import LOCK, LOGS
from longtail.annotate.errors import StorageError

if os.name == "posix":
    import fcntl

LOCK_PATH = PurePath(LOGS) / LOCK
# Whoever asks `at_work` holds it for some microseconds.
_TRIES, _BETWEEN_S = 5, 0.05


# A path at which no lock can be: whoever reads the folder says why.
_NOWHERE = {errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.ELOOP, errno.ENAMETOOLONG}


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Keep other runs out of `root` while the block lasts; StorageError where another one is at work there.

    The lock is the kernel's, and ends with the process however it ends. File systems without locks go unguarded.
    """
    if os.name != "posix":
        yield
        return
    path = root / LOCK_PATH
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        for left in reversed(range(_TRIES)):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not left:
                    file.seek(0)
                    raise _busy(root, file.read()) from None
                time.sleep(_BETWEEN_S)
            except OSError:
                break
            else:
                file.truncate(0)
                file.write(f"process {os.getpid()} on {socket.gethostname()}\n")
                file.flush()
                break
        yield


def at_work(root: Path) -> str | None:
    """Who keeps others out of `root` now ("process 12 on rig"); None where nobody does. Writes nothing."""
    if os.name != "posix":
        return None
    try:
        file = (root / LOCK_PATH).open()
    except OSError as error:
        if error.errno in _NOWHERE:
            return None
        raise
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return file.read().strip() or "unknown"
        except OSError:
            return None
    return None


def require_nobody_at_work(root: Path) -> None:
    """StorageError where a run is at work in `root`. Writes nothing."""
    if (who := at_work(root)) is not None:
        raise _busy(root, who)


def _busy(root: Path, who: str) -> StorageError:
    return StorageError(
        f"{root}: another run is at work there ({who.strip() or 'unknown'}); wait for it, give each shard a folder of "
        "its own, or choose another -o"
    )
