"""Embree as Blender brings it along, called from here: the library that Cycles itself casts its rays with.

The wheel of bpy carries it (4.4 in 5.0). What is called is its C interface of version 4 (https://www.embree.org/api.html,
rtcore.h and rtcore_ray.h), sixteen rays at a time. Trees are built with the flags that Cycles builds its own with
(`RTC_SCENE_FLAG_ROBUST`: no ray slips through between two triangles), so that labels are of the surfaces of pictures.
"""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera.transform import Matrix
from longtail.annotate.errors import RenderError

Array = NDArray[np.float32]
Numbers = NDArray[np.int64]

LIBRARY = "libembree4.so.4"

NOTHING = np.float32(np.finfo(np.float32).max)
"""How far away what a ray does not meet is."""

# rtcore_common.h, rtcore_buffer.h, rtcore_geometry.h and rtcore_scene.h of 4.4.
_TRIANGLES, _INSTANCE = 0, 121
_INDICES, _VERTICES = 0, 1
_UINT3, _FLOAT3, _FLOAT3X4_BY_COLUMNS = 0x5003, 0x9003, 0x9234
# Compact trees take 41 bytes a triangle instead of 68, with its vertices, and no more time that could be told.
_COMPACT, _ROBUST = 1 << 1, 1 << 2
_NONE = 0xFFFFFFFF
_POINTER, _UINT, _SIZE = ctypes.c_void_p, ctypes.c_uint, ctypes.c_size_t
# What each function that is called returns, and takes.
_FUNCTIONS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "rtcNewDevice": (_POINTER, (ctypes.c_char_p,)),
    "rtcGetDeviceError": (ctypes.c_int, (_POINTER,)),
    "rtcNewScene": (_POINTER, (_POINTER,)),
    "rtcSetSceneFlags": (None, (_POINTER, ctypes.c_int)),
    "rtcCommitScene": (None, (_POINTER,)),
    "rtcReleaseScene": (None, (_POINTER,)),
    "rtcNewGeometry": (_POINTER, (_POINTER, ctypes.c_int)),
    "rtcSetSharedGeometryBuffer": (
        None,
        (_POINTER, ctypes.c_int, _UINT, ctypes.c_int, _POINTER, _SIZE, _SIZE, _SIZE),
    ),
    "rtcSetGeometryInstancedScene": (None, (_POINTER, _POINTER)),
    "rtcSetGeometryTransform": (None, (_POINTER, _UINT, ctypes.c_int, _POINTER)),
    "rtcCommitGeometry": (None, (_POINTER,)),
    "rtcAttachGeometryByID": (None, (_POINTER, _POINTER, _UINT)),
    "rtcReleaseGeometry": (None, (_POINTER,)),
    "rtcIntersect16": (None, (_POINTER, _POINTER, _POINTER, _POINTER)),
}

# RTCRayHit16: rows of sixteen, each of one number of all rays. What is not named stays 0.
_PACKET, _ROWS, _ALIGNMENT = 16, 21, 64
_ORIGIN, _BEGIN, _ALONG, _FAR, _MASK = slice(0, 3), 3, slice(4, 7), 8, 9
_FACING, _U, _V, _TRIANGLE, _PLACE = slice(12, 15), 15, 16, 17, 19
# Rays that are sent at once: what they take stays in a core's cache.
_AT_ONCE = 1 << 13


@dataclass(frozen=True, eq=False)
class Struck:
    """Where N rays meet triangles.

    `away` (N,) float32 is how many rays far, `NOTHING` where none is met; of the triangle (N,), -1 there, `u` and `v`
    (N,) float32 are the shares of its second and third corner, and `facing` (3, N) float32, of any length, is square to
    it in the frame of its mesh; `places` (N,) says in which of a `Stand`'s places it stands.
    """

    away: Array
    triangles: Numbers
    places: Numbers
    u: Array
    v: Array
    facing: Array

    @classmethod
    def none(cls, count: int) -> Struck:
        """Of rays that meet nothing."""
        away, numbers, zeros = np.full(count, NOTHING), np.full(count, -1), np.zeros((5, count), dtype=np.float32)
        return cls(away, numbers, numbers.copy(), zeros[0], zeros[1], zeros[2:])

    def of(self, rays: Numbers) -> Struck:
        """That of some rays (M,), by their places among all."""
        return Struck(*(values[..., rays] for values in self._all))

    def put(self, rays: Numbers, struck: Struck) -> None:
        """Have some rays (M,) have met something else."""
        for values, others in zip(self._all, struck._all, strict=True):
            values[..., rays] = others

    @property
    def _all(self) -> tuple[NDArray[Any], ...]:
        return self.away, self.triangles, self.places, self.u, self.v, self.facing


class Tree:
    """The triangles of one mesh."""

    def __init__(self, vertices_m: Array, triangles: NDArray[np.int32]) -> None:
        """Of vertices (V, 3) in metres and triangles (F, 3) of their numbers.

        RenderError where the library complains or is not there.
        """
        library, device = _library()
        # Embree reads the last vertex with sixteen bytes. Both arrays must live as long as it does.
        self._vertices = np.zeros(vertices_m.size + 1, dtype=np.float32)
        self._vertices[:-1] = np.ravel(vertices_m)
        self._triangles = np.ascontiguousarray(triangles, dtype=np.int32)
        geometry = library.rtcNewGeometry(device, _TRIANGLES)
        for kind, layout, values, count in (
            (_VERTICES, _FLOAT3, self._vertices, len(vertices_m)),
            (_INDICES, _UINT3, self._triangles, len(self._triangles)),
        ):
            library.rtcSetSharedGeometryBuffer(geometry, kind, 0, layout, values.ctypes.data, 0, 12, count)
        self.scene = _committed([geometry])
        weakref.finalize(self, library.rtcReleaseScene, self.scene)

    def __len__(self) -> int:
        return len(self._triangles)

    def struck(self, origins: Array, along: Array, begun: Array) -> Struck:
        """Where rays from `origins` (N, 3) `along` (N, 3), from `begun` (N,) of these on, meet it, in its own frame."""
        return _struck(self.scene, origins, along, begun)


class Stand:
    """Trees in their places in the world."""

    def __init__(self, stood: Sequence[tuple[Tree, Matrix]]) -> None:
        """Of trees and the matrices (4, 4) from their frames to the world's, affine ones.

        RenderError where the library complains or is not there.
        """
        library, device = _library()
        self._trees = [tree for tree, _ in stood]  # they must live as long
        geometries = []
        for tree, world_from_mesh in stood:
            geometry = library.rtcNewGeometry(device, _INSTANCE)
            library.rtcSetGeometryInstancedScene(geometry, tree.scene)
            columns = np.ascontiguousarray(world_from_mesh[:3].T, dtype=np.float32)
            library.rtcSetGeometryTransform(geometry, 0, _FLOAT3X4_BY_COLUMNS, columns.ctypes.data)
            geometries.append(geometry)
        self._scene = _committed(geometries)
        weakref.finalize(self, library.rtcReleaseScene, self._scene)

    def struck(self, origins: Array, along: Array, begun: Array) -> Struck:
        """Where rays from `origins` (N, 3) `along` (N, 3), from `begun` (N,) of these on, meet any, in the world."""
        return _struck(self._scene, origins, along, begun)


def _committed(geometries: Sequence[int]) -> int:
    """A scene of these geometries, which are the scene's alone from then on."""
    library, device = _library()
    scene: int = library.rtcNewScene(device)
    library.rtcSetSceneFlags(scene, _ROBUST | _COMPACT)
    for number, geometry in enumerate(geometries):
        library.rtcCommitGeometry(geometry)
        library.rtcAttachGeometryByID(scene, geometry, number)
        library.rtcReleaseGeometry(geometry)
    library.rtcCommitScene(scene)
    if error := library.rtcGetDeviceError(device):
        raise RenderError(
            f"rays: expected Embree to build a tree of {len(geometries)} geometries, got its error {error}"
        )
    return scene


def _struck(scene: int, origins: Array, along: Array, begun: Array) -> Struck:
    pieces = [slice(first, first + _AT_ONCE) for first in range(0, len(along), _AT_ONCE)]
    parts = [_part(scene, origins[piece], along[piece], begun[piece]) for piece in pieces]
    rows = np.concatenate(parts, axis=1) if parts else np.empty((_ROWS, 0), dtype=np.float32)
    numbers = rows.view(np.uint32)
    triangles, places = (
        np.where(numbers[row] == _NONE, -1, numbers[row].astype(np.int64)) for row in (_TRIANGLE, _PLACE)
    )
    return Struck(rows[_FAR], triangles, places, rows[_U], rows[_V], rows[_FACING])


def _part(scene: int, origins: Array, along: Array, begun: Array) -> Array:
    """The rows of RTCRayHit16 (21, N) float32 of N rays, after they were cast."""
    count = len(along)
    packets = -(-count // _PACKET)
    rows = np.zeros((_ROWS, packets * _PACKET), dtype=np.float32)
    rows[_ORIGIN, :count], rows[_ALONG, :count] = origins.T, along.T
    rows[_BEGIN, :count], rows[_FAR, :count] = begun, NOTHING
    rows[_FAR, count:] = -1.0  # what fills up the last packet ends before it begins
    rows.view(np.uint32)[[_MASK, _TRIANGLE, _PLACE]] = _NONE
    sent = _aligned((packets, _ROWS, _PACKET))
    by_packet = sent.transpose(1, 0, 2)
    by_packet[:] = rows.reshape(_ROWS, packets, _PACKET)
    valid = _aligned((_PACKET,)).view(np.int32)
    valid[:] = -1
    intersect, every = _library()[0].rtcIntersect16, valid.ctypes.data
    for packet in range(sent.ctypes.data, sent.ctypes.data + sent.nbytes, sent.strides[0]):
        intersect(every, scene, packet, None)
    return np.ascontiguousarray(by_packet.reshape(_ROWS, -1)[:, :count])


def _aligned(shape: tuple[int, ...]) -> Array:
    """A new array, which begins where Embree wants it to."""
    size = int(np.prod(shape))
    taken = np.empty(size + _ALIGNMENT // 4, dtype=np.float32)
    first = -taken.ctypes.data % _ALIGNMENT // 4
    return taken[first : first + size].reshape(shape)


def folder() -> Path:
    """Where the libraries lie that bpy brings along."""
    place = find_spec("bpy")
    return Path((place and place.origin) or "").parent / "lib"


@cache
def _library() -> tuple[ctypes.CDLL, int]:
    """The library with its functions, and its device; RenderError where bpy has none that serves."""
    try:
        library = ctypes.CDLL(str(folder() / LIBRARY))
        for name, (returns, takes) in _FUNCTIONS.items():
            function = getattr(library, name)
            function.restype, function.argtypes = returns, takes
    except (OSError, AttributeError) as error:
        raise RenderError(
            f"rays: expected Embree's {LIBRARY} among the libraries of the package bpy, got: {error}; reinstall bpy"
        ) from error
    # As many threads as whoever loaded TBB allows: a number of its own would hold Blender to it, too.
    device: int | None = library.rtcNewDevice(b"")
    if not device:
        raise RenderError(f"rays: expected Embree to run on this CPU, got its error {library.rtcGetDeviceError(None)}")
    return library, device
