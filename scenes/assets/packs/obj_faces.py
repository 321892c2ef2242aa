"""The points and faces of an OBJ as arrays.

To go through its lines one by one takes ten times as long as to take all numbers at once, which can be done with what
most files have.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# To look for a line's beginning by the end of the one before is ten times as fast as by "^", and files have megabytes.
_POINT = re.compile(rb"\nv[ \t](.*)")
_FACE = re.compile(rb"\nf[ \t](.*)")
_WORN = re.compile(rb"\nusemtl (.*)")
# What a corner says of textures and normals.
_BESIDE_POINTS = re.compile(rb"/\S*")
_PLAIN = re.compile(rb"[\d \t\n]*")


class ObjFaces(NamedTuple):
    """What a file shows.

    Attributes:
        points: (V, 3) float32, in the file's frame and unit
        corners: (C,) int64, the points of all faces one after the other, counted from 0
        counts: (F,) int64, how many of the corners are each face's
        slots: (F,) int32, the material that each face wears
    """

    points: NDArray[np.float32]
    corners: NDArray[np.int64]
    counts: NDArray[np.int64]
    slots: NDArray[np.int32]

    @classmethod
    def of(cls, points: Sequence[Sequence[float]], polygons: Sequence[Sequence[int]], slots: Sequence[int]) -> ObjFaces:
        """Of the points (x, y, z), and the points and the material of each face."""
        return cls(
            np.array(points, dtype=np.float64).reshape(-1, 3).astype(np.float32),
            np.array([corner for polygon in polygons for corner in polygon], dtype=np.int64),
            np.array([len(polygon) for polygon in polygons], dtype=np.int64),
            np.array(slots, dtype=np.int32),
        )


def plain_faces(obj: bytes) -> ObjFaces | None:
    """The surface of an OBJ whose materials are numbered, as those of `Model` are.

    None where it is not plain: points of other than three numbers, faces that count back or name points that are not
    there, and whatever is broken.
    """
    lines = (b"\n" + obj).replace(b"\r\n", b"\n")
    given = _POINT.findall(lines)
    faces = face_corners(lines)
    if any(len(line.split()) != 3 for line in given) or not _PLAIN.fullmatch(faces):
        return None
    try:
        points = np.array(list(map(float, b" ".join(given).split())), dtype=np.float64).reshape(-1, 3)
    except ValueError:
        return None
    # Where a line ends stands a 0, which no corner has: they are counted from 1.
    numbers = whole_numbers(faces.replace(b"\n", b" 0 ") + b" 0")
    ends = np.flatnonzero(numbers == 0)
    counts, corners = np.diff(ends, prepend=-1) - 1, np.delete(numbers, ends) - 1
    slots = _slots(lines)
    if len(counts) != len(slots) or not len(corners) or corners.max() >= len(points):
        return None
    return ObjFaces(points.astype(np.float32), corners, counts, slots)


def face_corners(lines: bytes) -> bytes:
    """A line for each face of an OBJ that begins with an end of line: of each of its corners the point's number."""
    return _BESIDE_POINTS.sub(b"", b"\n".join(_FACE.findall(lines)))


def whole_numbers(text: bytes) -> NDArray[np.int64]:
    """The numbers (N,) of a text of digits and blanks."""
    return np.fromstring(text, dtype=np.int64, sep=" ")


def _slots(lines: bytes) -> NDArray[np.int32]:
    """The material that each face (F,) wears: that of the last line before it which names one."""
    first, *others = _WORN.split(lines)
    runs = [(0, first), *zip(map(int, others[::2]), others[1::2], strict=True)]
    return np.repeat(
        np.array([slot for slot, _ in runs], dtype=np.int32),
        [run.count(b"\nf ") + run.count(b"\nf\t") for _, run in runs],
    )
