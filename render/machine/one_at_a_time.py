"""What processes of this machine do one after another, because the first one leaves the others nothing to do."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

from longtail.scenes.kept.folder import kept_folder

if os.name == "posix":
    import fcntl


@contextmanager
def one_at_a_time(name: str, waiting: Callable[[], None]) -> Iterator[None]:
    """The block, while no other process of this user and machine is in a block of that `name`.

    `waiting` is called once where one is. The lock is the kernel's, and ends with its process however that ends. Where
    no file can be written or locked, none waits.
    """
    folder = kept_folder()
    with ExitStack() as held:
        if folder is not None and os.name == "posix":
            # A home may be shared by many machines.
            host = re.sub(r"[^\w.-]", "_", platform.node())
            with suppress(OSError):
                folder.mkdir(parents=True, exist_ok=True)
                file = held.enter_context((folder / f"{name}-{host}.lock").open("a"))
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    waiting()
                    fcntl.flock(file, fcntl.LOCK_EX)
        yield
