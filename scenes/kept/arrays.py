"""Arrays by name in a file, numpy's .npz without compression: read whole and sound, or not at all."""

from __future__ import annotations

import struct
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]

DAMAGED = (
    OSError, ValueError, KeyError, EOFError, RuntimeError, OverflowError, MemoryError,
    zipfile.BadZipFile, zlib.error, struct.error,
)  # fmt: skip
"""What numpy and zipfile raise over bytes that anything may have happened to."""


def read_arrays(path: Path) -> Arrays | None:
    """The arrays of a file; None where there is none, or one that is damaged: every array has its checksum (CRC-32)."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return {name: kept[name] for name in kept.files}
    except DAMAGED:
        return None


def keep_arrays(path: Path, arrays: Arrays) -> None:
    """Write a file, under another name first: processes that start together make the same things.

    A place where nothing can be written is no error.
    """
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            try:
                np.savez(file, **arrays)
                file.close()
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
