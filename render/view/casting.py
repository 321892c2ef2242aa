"""Rays at single meshes, as if nothing else were there (Embree)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from embreex import rtcore_scene
from embreex.mesh_construction import TriangleMesh
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.rounding import product
from longtail.scenes.geometry.cut_outs import CutOuts

NOTHING = np.float32(1e30)
"""How far away what a ray does not meet is, at least: Embree gives such a ray the largest number that it knows."""

# As many cut-outs as the label pass looks through. Behind a hole a ray goes on from a hair's breadth farther.
_HOLES = 256
_HAIR, _HAIR_ON = np.float32(1e-6), np.float32(1e-5)
# Rays that are made at once take some 100 bytes each.
_AT_ONCE = 1 << 20

Pixels = NDArray[np.int64]
Triangles = tuple[NDArray[np.float32], NDArray[np.int32], CutOuts | None]
"""Vertices (V, 3) and triangles (F, 3) in the object frame, and what is cut out of them."""


@dataclass(frozen=True, eq=False)
class Ask:
    """A thing, and the pixels (N, 2), column and row, whose centres are looked through for it."""

    item: SceneObject
    pixels: Pixels


@dataclass(frozen=True, eq=False)
class Met:
    """Where the rays of an `Ask` meet its thing.

    A ray is as long as `z` (N,) says along the optical axis: 1, or what a unit vector has behind a lens that bends
    lines, NaN where that has none. `away` (N,) is how many rays far the thing begins, `NOTHING` or more where none is.
    """

    away: NDArray[np.float32]
    z: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Hits:
    """Where N rays meet a mesh: `away` as in `Met`; of the triangle (N,), -1 where none is met, `u` and `v` are the
    shares of its second and third corner."""

    away: NDArray[np.float32]
    triangles: NDArray[np.int64]
    u: NDArray[np.float32]
    v: NDArray[np.float32]

    @classmethod
    def none(cls, count: int) -> Hits:
        """Of rays that meet nothing."""
        zeros = np.zeros(count, dtype=np.float32)
        return cls(np.full(count, NOTHING), np.full(count, -1, dtype=np.int64), zeros, zeros.copy())


class Meshes:
    """What rays are cast at, kept by name, since most assets appear again and again."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Any, CutOuts | None]] = {}
        self._offered: Mapping[str, Callable[[], Triangles]] = {}

    def add(
        self, name: str, vertices_m: NDArray[np.float32], triangles: NDArray[np.int32], cut_outs: CutOuts | None = None
    ) -> None:
        """Keep the mesh (V, 3), (F, 3) of an asset, in the object frame, with what is cut out of it."""
        scene = rtcore_scene.EmbreeScene()
        TriangleMesh(scene, np.ascontiguousarray(vertices_m, np.float32), np.ascontiguousarray(triangles, np.int32))
        self._kept[name] = scene, cut_outs

    @contextmanager
    def offered(self, meshes: Mapping[str, Callable[[], Triangles]]) -> Iterator[None]:
        """While the block lasts, meshes are read and added as soon as a ray is cast at them: to make all of a street's
        ready takes 0.2 s, and at most things of it none is cast."""
        self._offered = meshes
        try:
            yield
        finally:
            self._offered = {}

    def _at(self, name: str) -> tuple[Any, CutOuts | None]:
        if name not in self._kept and name in self._offered:
            self.add(name, *self._offered[name]())
        return self._kept[name]

    def forget(self, name: str) -> None:
        """Let go of a mesh that will not come again."""
        self._kept.pop(name, None)

    def __contains__(self, name: str) -> bool:
        return name in self._kept

    def met(self, asks: Sequence[Ask], camera: Camera) -> list[Met]:
        """What each ask meets, in their order."""
        return [met for group in _grouped(asks) for met in self._met(group, camera)]

    def _met(self, asks: Sequence[Ask], camera: Camera) -> Iterator[Met]:
        # All in one, as lenses that bend solve for each ray in many small steps.
        every = rays(camera, np.concatenate([ask.pixels for ask in asks]))
        first = 0
        for ask in asks:
            own = every[:, first : first + len(ask.pixels)]
            first += len(ask.pixels)
            there = np.isfinite(own[2])
            pose, view = ask.item.world_from_object.matrix, camera.world_from_camera.matrix
            start = product((view[:3, 3] - pose[:3, 3])[None], pose[:3, :3])[0]
            turn = product(view[:3, :3].T, pose[:3, :3])
            along = np.empty((own.shape[1], 3), dtype=np.float32)
            if not camera.lens.central:
                # All run along the axis, each from a place of its own.
                begun = camera.lens.origins(ask.pixels + 0.5)
                start = start + product(begun, turn)
            for axis in range(3):
                along[:, axis] = own[0] * turn[0, axis] + own[1] * turn[1, axis] + own[2] * turn[2, axis]
            if not there.all():
                along[~there] = (0.0, 0.0, 1.0)
            away = self.away(ask.item.asset, start, along)
            away[~there] = NOTHING
            yield Met(away, own[2])

    def away(self, name: str, start: Matrix, along: NDArray[np.float32]) -> NDArray[np.float32]:
        """How many times `along` (N, 3) from `start`, (3,) or (N, 3), all in the object frame, the mesh begins where it
        is not cut out (N,); `NOTHING` or more where it is not met."""
        if not len(along):
            return np.empty(0, dtype=np.float32)
        scene, cut_outs = self._at(name)
        if cut_outs is not None:
            return self.hits(name, start, along).away
        return np.asarray(scene.run(_from(start, along), along, query="DISTANCE"), dtype=np.float32)

    def hits(self, name: str, start: Matrix, along: NDArray[np.float32]) -> Hits:
        """As `away`, with the place in the mesh that is met."""
        scene, cut_outs = self._at(name)
        origins = _from(start, along)
        found = Hits.none(len(along))
        begun, going = np.zeros(len(along), dtype=np.float32), np.arange(len(along))
        for _ in range(_HOLES):
            if not going.size:
                break
            from_here = origins[going] + begun[going, None] * along[going]
            hit = scene.run(from_here, along[going], query="INTERSECT", output=True)
            meets = hit["primID"] >= 0
            going, reached = going[meets], (begun[going] + hit["tfar"])[meets]
            triangles, u, v = (hit[key][meets] for key in ("primID", "u", "v"))
            holes = np.zeros(len(going), np.bool_) if cut_outs is None else cut_outs.holes(triangles, u, v)
            there = going[~holes]
            found.away[there], found.triangles[there] = reached[~holes], triangles[~holes]
            found.u[there], found.v[there] = u[~holes], v[~holes]
            going, reached = going[holes], reached[holes]
            begun[going] = reached * (1 + _HAIR) + _HAIR_ON
        return found


def _from(start: Matrix, along: NDArray[np.float32]) -> NDArray[np.float32]:
    origins = np.empty_like(along)
    origins[:] = start
    return origins


def rays(camera: Camera, pixels: Pixels) -> Matrix:
    """Rays (3, N) in the camera frame through the centres of pixels (N, 2), as long as `Met` says."""
    lens, (column, row) = camera.lens, pixels.T
    if not (lens.straight and lens.central):
        return np.ascontiguousarray(lens.rays(pixels + 0.5).T)
    across, down = (column + (0.5 - lens.cx_px)) / lens.fx_px, (row + (0.5 - lens.cy_px)) / lens.fy_px
    return np.stack([across, down, np.ones(len(pixels))])


def _grouped(asks: Sequence[Ask]) -> Iterator[list[Ask]]:
    """Asks in their order, together as many as are made at once, or one that is larger."""
    group: list[Ask] = []
    for ask in asks:
        if group and sum(len(one.pixels) for one in group) + len(ask.pixels) > _AT_ONCE:
            yield group
            group = []
        group.append(ask)
    if group:
        yield group
