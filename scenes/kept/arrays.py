"""Arrays by name in a file, numpy's .npz without compression: read whole and sound, or not at all."""

from __future__ import annotations

import math
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
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
_MAGIC, _SUFFIX = b"\x93NUMPY\x01\x00", ".npy"
# Where a file's own header in a .zip has the lengths of its name and of what else is said, and where these begin
# (PKWARE, APPNOTE 4.3.7).
_LOCAL_LENGTHS, _LOCAL_BYTES = 26, 30


def read_arrays(path: Path) -> Arrays | None:
    """The arrays of a file; None where there is none, or one that is damaged: every array has its checksum (CRC-32)."""
    try:
        return arrays_in(path.read_bytes())
    except DAMAGED:
        return None


def arrays_in(data: bytes) -> Arrays:
    """The arrays of a file's bytes, each with its checksum looked at; one of `DAMAGED` where they are no such file.

    numpy's own reader takes a millisecond for every three arrays, mostly for the text of their headers.
    """
    found = {}
    view = memoryview(data)
    with zipfile.ZipFile(BytesIO(data)) as kept:
        for item in kept.infolist():
            if item.compress_type != zipfile.ZIP_STORED or not item.filename.endswith(_SUFFIX):
                raise ValueError(f"expected arrays as they are, got {item.filename}")
            name_bytes, extra_bytes = struct.unpack_from("<HH", data, item.header_offset + _LOCAL_LENGTHS)
            start = item.header_offset + _LOCAL_BYTES + name_bytes + extra_bytes
            content = view[start : start + item.file_size]
            if len(content) != item.file_size or zlib.crc32(content) != item.CRC:
                raise ValueError(f"expected {item.filename} as it was written, got other bytes")
            found[item.filename.removesuffix(_SUFFIX)] = _array(content)
    return found


def _array(content: memoryview) -> NDArray[Any]:
    """One of numpy's .npy files of version 1, whose header's length is two bytes (NEP 1)."""
    if bytes(content[:8]) != _MAGIC:
        raise ValueError("expected an array of numpy's format 1.0, got another")
    begins = 10 + int.from_bytes(content[8:10], "little")
    dtype, shape, in_columns = _header(bytes(content[10:begins]))
    # A copy, as in a .zip nothing lies where processors would have it.
    flat = np.frombuffer(content, dtype, math.prod(shape), begins).copy()
    return flat.reshape(shape, order="F" if in_columns else "C")


@lru_cache(maxsize=4096)
def _header(text: bytes) -> tuple[np.dtype[Any], tuple[int, ...], bool]:
    read = np.lib.format.read_array_header_1_0
    shape, in_columns, dtype = read(BytesIO(struct.pack("<H", len(text)) + text))  # type: ignore[no-untyped-call]
    if dtype.hasobject:
        raise ValueError("expected an array of numbers, got one of objects")
    return dtype, shape, in_columns


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
