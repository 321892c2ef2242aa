"""Waiting for an object store that does not answer for a while: networks and services come back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from longtail.annotate.errors import UnreachableError

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())
_Result = TypeVar("_Result")
# Four minutes and a quarter in all, beside what the store's client takes for tries of its own.
WAITS_S = (2, 5, 10, 20, 40, 60, 60, 60)


def patiently(work: Callable[[], _Result], wait: Callable[[float], object] = time.sleep) -> _Result:
    """Do `work`, again after a while where that raises UnreachableError; the last such error is raised.

    `wait` sleeps for that many seconds; where it returns anything true there is no time to wait any more.
    """
    for seconds in WAITS_S:
        try:
            return work()
        except UnreachableError as error:
            _log.warning("%s; trying again in %g s", error, seconds)
            if wait(seconds):
                raise
    return work()
