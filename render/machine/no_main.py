"""Processes that do not begin with whatever the program that starts them does."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_MAIN = "__main__"


@contextmanager
def no_main_to_repeat() -> Iterator[None]:
    """While the block lasts, spawned processes do not import the program's file.

    `multiprocessing` would have each of them run it up to its end, and so call us again, where it has no
    `if __name__ == "__main__":`. Our workers need nothing of it. `multiprocessing.spawn` looks for the file in the
    module that is called `__main__`.
    """
    main = sys.modules[_MAIN]
    sys.modules[_MAIN] = ModuleType(_MAIN)
    try:
        yield
    finally:
        sys.modules[_MAIN] = main
