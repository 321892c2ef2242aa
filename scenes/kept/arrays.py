"""Arrays by name in a file, numpy's .npz without compression: read whole and sound, or not at all.

What `keep_arrays` writes lies where processors would have it, so that it is read once and not copied.
"""

from __future__ import annotations

import math
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from io import SEEK_CUR, SEEK_END, SEEK_SET, BufferedReader, BytesIO, RawIOBase
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
# The header of an array of plain numbers, as `_write` has it.
_OURS = re.compile(
    rb"\{'descr': '(\|[biu]1|<[iuf][248])', 'fortran_order': False, "
    rb"'shape': \((\d{1,18},(?: \d{1,18}(?:, \d{1,18})*)?)\)\} *\n"
)
# Where numbers of every kind, and vectors of them, may begin.
_ALIGNED_BYTES = 64
# Pages are summed up as whole numbers of eight bytes; what comes of it is told in the comment of the file's entry.
_PAGE_BYTES, _SUM_BYTES = 4096, 4
_EPOCH = (1980, 1, 1, 0, 0, 0)


def read_arrays(path: Path) -> Arrays | None:
    """The arrays of a file; None where there is none, or one that is damaged: every array has its checksum."""
    try:
        return arrays_in(whole(path))
    except DAMAGED:
        return None


def whole(path: Path) -> memoryview:
    """All bytes of a file, where processors would have them; OSError where it cannot be read."""
    return np.fromfile(path, np.uint8).data


def arrays_in(data: bytes | memoryview) -> Arrays:
    """The arrays of a file's bytes, each with its checksum looked at; one of `DAMAGED` where they are no such file.

    They may be parts of `data`, and can be written to if it can.

    numpy's own reader takes a millisecond for every three arrays, mostly for the text of their headers.
    """
    found = {}
    view = memoryview(data)
    with zipfile.ZipFile(BufferedReader(_Bytes(view))) as kept:
        for item in kept.infolist():
            if item.compress_type != zipfile.ZIP_STORED or not item.filename.endswith(_SUFFIX):
                raise ValueError(f"expected arrays as they are, got {item.filename}")
            name_bytes, extra_bytes = struct.unpack_from("<HH", view, item.header_offset + _LOCAL_LENGTHS)
            start = item.header_offset + _LOCAL_BYTES + name_bytes + extra_bytes
            content = view[start : start + item.file_size]
            if len(content) != item.file_size or not _is_whole(content, item):
                raise ValueError(f"expected {item.filename} as it was written, got other bytes")
            found[item.filename.removesuffix(_SUFFIX)] = _array(content)
    return found


def _is_whole(content: memoryview, item: zipfile.ZipInfo) -> bool:
    """Whether these are the bytes that were written. What others wrote has no sum of pages."""
    if len(item.comment) == _SUM_BYTES:
        return item.comment == _sum_of_pages(content)
    return zlib.crc32(content) == item.CRC


def _sum_of_pages(content: memoryview) -> bytes:
    """The CRC-32 of a .npy file's head, of the sums of its pages of numbers, and of what is left.

    It takes a fifth of the time of the file's own CRC-32. One byte that is another, or a page elsewhere, changes it.
    """
    begins = 10 + int.from_bytes(content[8:10], "little")
    ends = begins + max(len(content) - begins, 0) // _PAGE_BYTES * _PAGE_BYTES
    words = np.frombuffer(content[begins:ends], "<u8").reshape(-1, _PAGE_BYTES // 8)
    sums = np.add.reduce(words, axis=1).astype("<u8")
    found = zlib.crc32(content[ends:], zlib.crc32(sums.tobytes(), zlib.crc32(content[:begins])))
    return found.to_bytes(_SUM_BYTES, "little")


class _Bytes(RawIOBase):
    """Bytes as a file, of which no copy is made."""

    def __init__(self, view: memoryview) -> None:
        self._view, self._at = view, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        start = {SEEK_SET: 0, SEEK_CUR: self._at, SEEK_END: len(self._view)}[whence]
        if start + offset < 0:
            raise OSError("expected a place within the file, got one before it")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        found = self._view[self._at : self._at + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)


def _array(content: memoryview) -> NDArray[Any]:
    """One of numpy's .npy files of version 1, whose header's length is two bytes (NEP 1)."""
    if bytes(content[:8]) != _MAGIC:
        raise ValueError("expected an array of numpy's format 1.0, got another")
    begins = 10 + int.from_bytes(content[8:10], "little")
    dtype, shape, in_columns = _header(bytes(content[10:begins]))
    flat = np.frombuffer(content, dtype, math.prod(shape), begins)
    if not flat.flags.aligned or not flat.flags.writeable:
        flat = flat.copy()
    return flat.reshape(shape, order="F" if in_columns else "C")


@lru_cache(maxsize=4096)
def _header(text: bytes) -> tuple[np.dtype[Any], tuple[int, ...], bool]:
    # Nearly all were written here. To have Python parse a text takes ten times as long.
    if ours := _OURS.fullmatch(text):
        descr, shape = ours.groups()
        return np.dtype(descr.decode()), tuple(int(size) for size in shape.split(b",") if size.strip()), False
    read = np.lib.format.read_array_header_1_0
    shape, in_columns, dtype = read(BytesIO(struct.pack("<H", len(text)) + text))  # type: ignore[no-untyped-call]
    if dtype.hasobject:
        raise ValueError("expected an array of numbers, got one of objects")
    return dtype, shape, in_columns


def packed(arrays: Arrays) -> bytes:
    """A file's bytes, the same whenever and wherever it is written."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as kept:
        for name, values in arrays.items():
            _write(kept, name, values)
    return buffer.getvalue()


def keep_arrays(path: Path, arrays: Arrays) -> None:
    """Write a file, under another name first: processes that start together make the same things.

    A place where nothing can be written is no error.
    """
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            try:
                file.write(packed(arrays))
                file.close()
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise


def _write(kept: zipfile.ZipFile, name: str, values: NDArray[Any]) -> None:
    """An array as a .npy file of format 1.0, whose header is so long that the numbers after it are aligned."""
    item = zipfile.ZipInfo(name + _SUFFIX, _EPOCH)
    array = np.ascontiguousarray(values)
    said = {"descr": array.dtype.str, "fortran_order": False, "shape": values.shape}
    begins = kept.start_dir + _LOCAL_BYTES + len(item.filename.encode()) + len(_MAGIC) + 2
    text = f"{said!r}\n".encode("latin1")
    spaces = -(begins + len(text)) % _ALIGNED_BYTES
    header = text[:-1] + b" " * spaces + b"\n"
    content = _MAGIC + struct.pack("<H", len(header)) + header + array.tobytes()
    item.comment = _sum_of_pages(memoryview(content))
    kept.writestr(item, content)
