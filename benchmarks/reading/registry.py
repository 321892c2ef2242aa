"""What reads what: a table that every check joins, and what checks share."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from reading.truth import Truth

Check = Callable[[Truth, Path], str]
CHECKS: dict[str, tuple[str, str, Check]] = {}
"""By name: the distribution that reads, the export that is read, and the function, which says what was read."""

NEEDS: dict[str, str] = {}
"""By name: the files that a dataset must have for a check to be of use, where it needs any."""

ITSELF = "the dataset"
"""The export of what is read as the dataset has it."""


def check(reader: str, export: str, needs: str = "") -> Callable[[Check], Check]:
    """Join the table; `needs` is a pattern of files without which the dataset has nothing to read."""

    def added(function: Check) -> Check:
        CHECKS[function.__name__] = (reader, export, function)
        if needs:
            NEEDS[function.__name__] = needs
        return function

    return added


def close(found: Any, expected: Any, slack: float = 1e-3) -> None:
    """Sorted rows of numbers that are the same but for rounding."""
    one, other = (np.array(sorted(map(tuple, rows)), dtype=float) for rows in (found, expected))
    assert one.shape == other.shape, f"expected {other.shape}, got {one.shape}"
    assert not one.size or np.abs(one - other).max() <= slack, np.abs(one - other).max()


def quietly(what: Callable[[], Any]) -> Any:
    with contextlib.redirect_stdout(io.StringIO()):
        return what()
