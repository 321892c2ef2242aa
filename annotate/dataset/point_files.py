"""Point clouds to file bytes and back, one pair for each format. The same points give the same bytes.

Every reader raises ValueError on bytes that are not what the writer makes.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.labels.points import POINT

Cloud = NDArray[Any]
_NAMES = POINT.names or ()
_PCD = "# .PCD v0.7 - Point Cloud Data file format\n"


def encode_npy(points: Cloud) -> bytes:
    """NumPy's own format, with the names and types of `POINT`."""
    file = io.BytesIO()
    np.save(file, np.ascontiguousarray(points, POINT), allow_pickle=False)
    return file.getvalue()


def decode_npy(data: bytes) -> Cloud:
    """(N,) of `POINT`."""
    file = io.BytesIO(data)
    found: Cloud = np.load(file, allow_pickle=False)
    if not isinstance(found, np.ndarray) or found.dtype != POINT or found.ndim != 1 or file.read(1):
        raise ValueError(f"expected a row of points of {POINT}, got {found.shape} of {found.dtype}")
    return found


def encode_bin(points: Cloud) -> bytes:
    """Little-endian float32, the seven columns of `POINT` point by point, as KITTI has four of them and nuScenes five.

    Ids are whole numbers that float32 holds exactly.
    """
    columns = np.stack([points[name].astype("<f4") for name in _NAMES], axis=-1)
    return bytes(columns.tobytes())


def decode_bin(data: bytes) -> Cloud:
    """(N,) of `POINT`."""
    row = 4 * len(_NAMES)
    if len(data) % row:
        raise ValueError(f"expected {row} bytes for each point, got {len(data)}")
    columns = np.frombuffer(data, "<f4").reshape(-1, len(_NAMES))
    points = np.empty(len(columns), POINT)
    for name, column in zip(_NAMES, columns.T, strict=True):
        if POINT[name].kind == "u" and not ((column >= 0) & (column < 65536) & (column == np.rint(column))).all():
            raise ValueError(f"expected whole numbers of 0 to 65535 for {name}, got others")
        points[name] = column
    return points


def encode_pcd(points: Cloud) -> bytes:
    """A binary PCD of version 0.7, as the Point Cloud Library reads it; floats of 4 bytes, whole numbers of 2.

    Its viewpoint is the sensor's own: points are in its frame.
    """
    return _header(len(points)).encode("ascii") + np.ascontiguousarray(points, POINT).tobytes()


def decode_pcd(data: bytes) -> Cloud:
    """(N,) of `POINT`."""
    head, found, body = data.partition(b"DATA binary\n")
    count, odd = divmod(len(body), POINT.itemsize)
    if not found or odd or head + found != _header(count).encode("ascii"):
        raise ValueError(
            "expected a binary PCD of points with x y z intensity ring instance category, got another file"
        )
    return np.frombuffer(body, POINT).copy()


def _header(count: int) -> str:
    kinds = {"f": "F", "u": "U"}
    types = [POINT[name] for name in _NAMES]
    return (
        f"{_PCD}VERSION 0.7\nFIELDS {' '.join(_NAMES)}\nSIZE {' '.join(str(kind.itemsize) for kind in types)}\n"
        f"TYPE {' '.join(kinds[kind.kind] for kind in types)}\nCOUNT {' '.join('1' for _ in types)}\nWIDTH {count}\n"
        f"HEIGHT 1\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS {count}\nDATA binary\n"
    )


POINT_FORMATS: dict[str, tuple[Callable[[Cloud], bytes], Callable[[bytes], Cloud]]] = {
    "npy": (encode_npy, decode_npy),
    "bin": (encode_bin, decode_bin),
    "pcd": (encode_pcd, decode_pcd),
}
"""The formats of point clouds by their files' endings, each with its writer and its reader."""
