"""One run at a time in a dataset's folder."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from longtail.annotate.errors import StorageError
from longtail.annotate.layout import LOGS

if os.name == "posix":
    import fcntl


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Keep other runs out of `root` while the block lasts; StorageError where another one is at work there.

    The lock is the kernel's, and ends with the process however it ends. File systems without locks go unguarded.
    """
    if os.name != "posix":
        yield
        return
    path = root / LOGS / "lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise StorageError(
                f"{root}: another run is at work there ({file.read().strip() or 'unknown'}); wait for it, give each "
                "shard a folder of its own, or choose another -o"
            ) from None
        except OSError:
            pass
        else:
            file.truncate(0)
            file.write(f"process {os.getpid()} on {socket.gethostname()}\n")
            file.flush()
        yield
