"""What was made by other code is no longer what would be made: things are kept by the code that makes them."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np

MOST_BYTES = 2 << 30
"""What was made by code of before is kept for who goes back to it, or has both: all generations together take so much.
One of all our models takes some 360 MB, reckoned from 386 of them."""


def source_files(parts: Sequence[str]) -> list[Path]:
    """The files of modules and rooms, each by its path in longtail: "curves.py", "scenes/geometry"."""
    home = Path(__file__).parents[2]
    files = []
    for part in parts:
        place = home / part
        files += [place] if place.suffix else sorted(place.rglob("*.py"))
    return files


@cache
def code_digest(parts: tuple[str, ...], *versions: str) -> str | None:
    """Of the source of `parts`, of numpy's version, the kind of processor and the `versions` of what else they call.

    None where there is no source to be read.
    """
    digest = hashlib.sha256(" ".join([*versions, np.__version__, platform.machine()]).encode())
    try:
        for path in source_files(parts):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    except OSError:
        return None
    return digest.hexdigest()[:24]


@cache
def note_use(generation: Path) -> None:
    """Let a generation's folder be the one that was used last; once a process."""
    with suppress(OSError):
        os.utime(generation)


def make_room(generation: Path) -> None:
    """Before something is kept in the folder of a generation that is new: those beside it that were used longest ago
    go, until the others take no more than `MOST_BYTES`."""
    if generation.exists():
        return
    with suppress(OSError):
        generations = sorted(generation.parent.iterdir(), key=lambda place: place.stat().st_mtime_ns)
        sizes = [sum(file.stat().st_size for file in place.iterdir()) for place in generations]
        total = sum(sizes)
        for place, size in zip(generations, sizes, strict=True):
            if total <= MOST_BYTES:
                break
            shutil.rmtree(place, ignore_errors=True)
            total -= size
