"""Rays at single meshes, as if nothing else were there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.rounding import product
from longtail.render.view.affine import inverse
from longtail.render.view.embree import NOTHING, Stand, Struck, Tree
from longtail.scenes.geometry.cut_outs import CutOuts

# As many cut-outs as are looked through. Behind a hole a ray goes on from a hair's breadth farther.
_HOLES = 256
_HAIR, _HAIR_ON = np.float32(1e-6), np.float32(1e-5)
# Rays that are made at once take some 100 bytes each.
_AT_ONCE = 1 << 20

Pixels = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Ask:
    """A thing, and the pixels (N, 2), column and row, whose centres are looked through for it."""

    item: SceneObject
    pixels: Pixels


@dataclass(frozen=True, eq=False)
class Met:
    """Where the rays of an `Ask` meet its thing.

    A ray is as long as `z` (N,) says along the optical axis: 1, or what a unit vector has behind a lens that bends
    lines, NaN where that has none. `away` (N,) is how many rays far the thing begins, `NOTHING` where none is.
    """

    away: NDArray[np.float32]
    z: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Solid:
    """A mesh that rays are cast at, and what is cut out of it."""

    tree: Tree
    cut_outs: CutOuts | None = None

    @classmethod
    def of(
        cls, vertices_m: NDArray[np.float32], triangles: NDArray[np.int32], cut_outs: CutOuts | None = None
    ) -> Solid:
        """Of a mesh (V, 3), (F, 3) in its own frame."""
        return cls(Tree(vertices_m, triangles), cut_outs)


class Meshes:
    """What rays are cast at, kept by name, since most assets appear again and again."""

    def __init__(self) -> None:
        # Each with the matrix into its own frame, None where it is in the object frame.
        self._kept: dict[str, tuple[Solid, Matrix | None]] = {}

    def add(
        self, name: str, vertices_m: NDArray[np.float32], triangles: NDArray[np.int32], cut_outs: CutOuts | None = None
    ) -> None:
        """Keep the mesh (V, 3), (F, 3) of an asset, in the object frame, with what is cut out of it."""
        self.show(name, Solid.of(vertices_m, triangles, cut_outs))

    def show(self, name: str, solid: Solid, object_from_mesh: Matrix | None = None) -> None:
        """Keep an asset that is a `solid` in the object frame, or comes there by an affine matrix (4, 4)."""
        same = object_from_mesh is None or (object_from_mesh == np.eye(4)).all()
        self._kept[name] = solid, None if object_from_mesh is None or same else inverse(object_from_mesh)

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
        is not cut out (N,); `NOTHING` where it is not met."""
        return self.hits(name, start, along).away

    def hits(self, name: str, start: Matrix, along: NDArray[np.float32]) -> Struck:
        """As `away`, with the place in the mesh that is met."""
        solid, into = self._kept[name]
        if into is not None:
            start = product(np.atleast_2d(start), into[:3, :3].T) + into[:3, 3]
            along = product(along.astype(np.float64), into[:3, :3].T).astype(np.float32)
        origins = np.empty_like(along)
        origins[:] = start
        cut_outs = solid.cut_outs
        if cut_outs is None:
            return first_struck(solid.tree, origins, along)
        return first_struck(solid.tree, origins, along, lambda met: cut_outs.holes(met.triangles, met.u, met.v))


def first_struck(
    target: Tree | Stand,
    origins: NDArray[np.float32],
    along: NDArray[np.float32],
    holes: Callable[[Struck], NDArray[np.bool_]] | None = None,
    begun: NDArray[np.float32] | None = None,
) -> Struck:
    """Where rays from `origins` (N, 3) `along` (N, 3), from `begun` (N,) of these on, first meet what is no hole.

    `holes` says of what rays have met, (M,) of it, where that is a hole (M,).
    """
    found = target.struck(origins, along, np.zeros(len(along), dtype=np.float32) if begun is None else begun)
    if holes is None:
        return found
    going = np.flatnonzero(found.triangles >= 0)
    for _ in range(_HOLES):
        going = going[holes(found.of(going))]
        if not going.size:
            return found
        behind = found.away[going] * (1 + _HAIR) + _HAIR_ON
        found.put(going, target.struck(origins[going], along[going], behind))
        going = going[found.triangles[going] >= 0]
    found.put(going, Struck.none(going.size))
    return found


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
