"""Convex parts of meshes that were made once for all users, in parts.zip beside this file.

To make a thing's parts by known cuts and to measure them takes 25 ms, to read them half of one.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np

from longtail.scenes.physics.body import Points, Shape, Triangles, hull_of
from longtail.scenes.physics.convex_parts import DIGITS
from longtail.scenes.physics.known_cuts import digest_of

PATH = Path(__file__).with_name("parts.zip")
_STEPS_PER_M = 10**DIGITS
# Far below all other corners: that of a zero that was rounded from below.
_NEGATIVE_ZERO = -(1 << 30)
_EPOCH = (1980, 1, 1, 0, 0, 0)


def known_shape(vertices_m: Points, triangles: Triangles, path: Path = PATH) -> Shape | None:
    """A mesh (V, 3), (F, 3) with the very parts that `convex_parts` makes, measured; None for one that is not known."""
    known, digest = _opened(path), digest_of(vertices_m, triangles)
    if digest not in known.NameToInfo:
        return None
    return unpacked(known.read(digest), vertices_m, triangles)


def read_parts(path: Path = PATH) -> dict[str, bytes]:
    """By the digest of each mesh what `packed` makes of its parts."""
    return {name: _opened(path).read(name) for name in _opened(path).namelist()}


def write_parts(parts: Mapping[str, bytes], path: Path = PATH) -> None:
    """What `read_parts` reads."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as known:
        for digest in sorted(parts):
            known.writestr(zipfile.ZipInfo(digest, _EPOCH), parts[digest], zipfile.ZIP_DEFLATED, 9)
    _opened.cache_clear()


def packed(shape: Shape) -> bytes:
    """A shape's parts in little-endian numbers: how many (int32), of how many corners each is (int32), their volumes
    (float64), the corners (N, 3), and of each corner whether it is one of the outline's (uint8).

    Corners are whole numbers of their last digit, each axis by itself, each less the one before, and of these
    differences (int32) first all lowest bytes, last all highest: so zlib packs them in half the room.

    ValueError where that would not tell each corner to its last bit.
    """
    steps = np.rint(shape.corners_m * _STEPS_PER_M).astype(np.int64)
    steps[(steps == 0) & np.signbit(shape.corners_m)] = _NEGATIVE_ZERO
    apart = np.diff(steps, axis=0, prepend=0)
    in_outline = np.zeros(len(steps), dtype=np.bool_)
    in_outline[hull_of(shape.corners_m).vertices] = True
    data = b"".join(
        [
            np.array([len(shape.parts_m), *map(len, shape.parts_m)], "<i4").tobytes(),
            np.array(shape.volumes_m3, "<f8").tobytes(),
            apart.T.astype("<i4").reshape(-1, 1).view(np.uint8).T.tobytes(),
            in_outline.tobytes(),
        ]
    )
    again = unpacked(data, shape.vertices_m, shape.triangles)
    if again.corners_m.tobytes() != shape.corners_m.tobytes() or again.outline_m.tobytes() != shape.outline_m.tobytes():
        raise ValueError(f"parts of a thing: expected corners of {DIGITS} digits within 100 m, got others")
    return data


def unpacked(data: bytes, vertices_m: Points, triangles: Triangles) -> Shape:
    """The shape of a mesh whose parts `packed` has made into bytes."""
    parts = int(np.frombuffer(data, "<i4", 1)[0])
    counts = np.frombuffer(data, "<i4", parts, 4)
    volumes = np.frombuffer(data, "<f8", parts, 4 + 4 * parts)
    begins, total = 4 + 12 * parts, int(counts.sum())
    apart = np.frombuffer(data, np.uint8, 12 * total, begins).reshape(4, -1).T
    steps = np.ascontiguousarray(apart).view("<i4").reshape(3, -1).cumsum(axis=1, dtype=np.int64)
    corners = np.ascontiguousarray(steps.T / _STEPS_PER_M)
    corners[steps.T == _NEGATIVE_ZERO] = -0.0
    in_outline = np.frombuffer(data, np.bool_, total, begins + 12 * total)
    parts_m = tuple(np.split(corners, np.cumsum(counts)[:-1]))
    return Shape.measured(vertices_m, triangles, parts_m, volumes.tolist(), corners[in_outline])


@cache
def _opened(path: Path) -> zipfile.ZipFile:
    """In memory, where processes that begin as one do not share a place in the file."""
    return zipfile.ZipFile(BytesIO(path.read_bytes()))
