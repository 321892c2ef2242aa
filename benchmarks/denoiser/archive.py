"""Tensor archives (TZA), in which Open Image Denoise keeps networks: inside its library, and as its users bring them.

A head with the place of a table, tensors at multiples of 64 bytes, and the table: of each its name, shape, the order of
its axes, the kind of its numbers, and its place (training/tza.py of https://github.com/RenderKit/oidn, version 2.0).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Tensors = Mapping[str, NDArray[np.float16]]

_HEAD = struct.pack("<HBB", 0x41D7, 2, 0)
_ALIGNMENT = 64
# Weights are out, in, height, width; biases have one axis.
_LAYOUT = {4: b"oihw", 1: b"x"}


def archives(library: bytes) -> Iterator[dict[str, NDArray[np.float16]]]:
    """The networks in `library`, a file of Open Image Denoise's, in its order."""
    at = library.find(_HEAD)
    while at >= 0:
        yield read(library, at)
        at = library.find(_HEAD, at + 1)


def read(data: bytes, at: int = 0) -> dict[str, NDArray[np.float16]]:
    """The tensors of the archive that begins at `at`. ValueError where there is none, or one of other numbers."""
    if data[at : at + len(_HEAD)] != _HEAD:
        raise ValueError(f"expected a tensor archive of version 2, got {data[at : at + len(_HEAD)]!r}")
    cursor = at + _HEAD_PLACE.unpack_from(data, at + len(_HEAD))[0]

    def taken(form: str) -> tuple[Any, ...]:
        nonlocal cursor
        values = struct.unpack_from(f"<{form}", data, cursor)
        cursor += struct.calcsize(f"<{form}")
        return values

    tensors = {}
    for _ in range(taken("I")[0]):
        name = taken(f"{taken('H')[0]}s")[0].decode()
        axes = taken("B")[0]
        shape = taken(f"{axes}I")
        _, kind, place = taken(f"{axes}scQ")
        if kind != b"h":
            raise ValueError(f"{name}: expected numbers of 16 bits, got {kind!r}")
        tensors[name] = np.frombuffer(data, np.float16, int(np.prod(shape)), at + place).reshape(shape)
    return tensors


def written(tensors: Tensors) -> bytes:
    """An archive of `tensors`, of one axis or four."""
    body = bytearray(_HEAD + _HEAD_PLACE.pack(0))
    table = bytearray(struct.pack("<I", len(tensors)))
    for name, tensor in tensors.items():
        _align(body)
        table += struct.pack(f"<H{len(name)}sB{tensor.ndim}I", len(name), name.encode(), tensor.ndim, *tensor.shape)
        table += struct.pack(f"<{tensor.ndim}scQ", _LAYOUT[tensor.ndim], b"h", len(body))
        body += tensor.astype(np.float16).tobytes()
    _align(body)
    _HEAD_PLACE.pack_into(body, len(_HEAD), len(body))
    return bytes(body + table)


def _align(body: bytearray) -> None:
    body += bytes(-len(body) % _ALIGNMENT)


_HEAD_PLACE = struct.Struct("<Q")
