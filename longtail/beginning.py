"""How processes of ours begin: what they import stays, so nothing is gained by looking for garbage among it.

Python looks through all that is there again and again while modules are imported and objects that refer to them are
unpickled: a quarter of what a worker took to begin.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any


class Lightly(SpawnContext):
    """The context "spawn" of multiprocessing, whose processes look for no garbage before their work begins.

    What they were begun with is unpickled first, and imports all modules that it is of.
    """

    class Process(SpawnProcess):
        """One of them."""

        def __reduce__(self) -> tuple[Callable[[type], Any], tuple[type], dict[str, Any]]:
            """Unpickled in the new process: first `_begun` is called, then the rest of it is read."""
            return _begun, (type(self),), self.__dict__

        def run(self) -> None:
            gc.freeze()
            gc.enable()
            super().run()


def _begun(kind: type) -> Any:
    gc.disable()
    return object.__new__(kind)


@contextmanager
def importing_for_good() -> Iterator[None]:
    """While a process of ours imports what it needs to its end; what it holds afterwards is not looked at again.

    In a process of somebody else's there may be garbage among it.
    """
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if looked:
            gc.enable()
