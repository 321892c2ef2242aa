"""What a camera sees first through each pixel's centre: one ray each, at all that stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Matrix
from longtail.render.view.affine import cofactors
from longtail.render.view.casting import Pixels, Solid, first_struck, rays
from longtail.render.view.embree import Stand, Struck

# Rays of a square of pixels go the same ways, and are sent together.
_SQUARE_PX = 4
# Rays that are made at once take some 200 bytes each.
_AT_ONCE = 1 << 20


@dataclass(frozen=True, eq=False)
class Stood:
    """A `solid` that stands in the world as the object `id`; `world_from_mesh` (4, 4) is affine."""

    id: int
    solid: Solid
    world_from_mesh: Matrix


@dataclass(frozen=True, eq=False)
class FirstHits:
    """What is seen: `ids` (H, W) int32, 0 where nothing is; `depth_m` (H, W) float32 is z along the optical axis, inf
    there; `facets` (H, W, 3) float32 are unit normals of the triangles that are met, towards the camera, in its frame,
    zeros there."""

    ids: NDArray[np.int32]
    depth_m: NDArray[np.float32]
    facets: NDArray[np.float32]


def first_hits(camera: Camera, stood: Sequence[Stood], clip_m: tuple[float, float]) -> FirstHits:
    """What `camera` sees of what stands, from where its view begins to where it ends (z, or the distance for a lens
    that bends lines)."""
    width, height = camera.size_px
    ids = np.zeros((height, width), dtype=np.int32)
    depth_m = np.full((height, width), np.inf, dtype=np.float32)
    facets = np.zeros((height, width, 3), dtype=np.float32)
    scene = _Scene(stood)
    rows = max(_AT_ONCE // width // _SQUARE_PX, 1) * _SQUARE_PX
    for top in range(0, height, rows):
        pixels = _in_squares(width, min(rows, height - top), top)
        every = rays(camera, pixels)
        there = np.isfinite(every[2])
        pixels, every = pixels[there], every[:, there]
        met, along = scene.met(camera, pixels, every, clip_m)
        hit = (met.triangles >= 0) & (met.away <= clip_m[1])
        column, row = pixels[hit].T
        places, met = met.places[hit], met.of(np.flatnonzero(hit))
        ids[row, column] = scene.ids[places]
        depth_m[row, column] = met.away * every[2, hit]
        facets[row, column] = scene.facets(met, along[hit]) @ camera.world_from_camera.matrix[:3, :3]
    return FirstHits(ids, depth_m, facets)


class _Scene:
    def __init__(self, stood: Sequence[Stood]) -> None:
        solids = list(dict.fromkeys(item.solid for item in stood))
        number = {solid: place for place, solid in enumerate(solids)}
        self.ids = np.array([item.id for item in stood], dtype=np.int32)
        self._stand = Stand([(item.solid.tree, item.world_from_mesh) for item in stood])
        self._solid_of = np.array([number[item.solid] for item in stood], dtype=np.int64)
        self._cut = [(place, cut) for place, solid in enumerate(solids) if (cut := solid.cut_outs) is not None]
        self._is_cut = np.array([solid.cut_outs is not None for solid in solids], dtype=np.bool_)
        turned = np.array([item.world_from_mesh[:3, :3] for item in stood]).reshape(-1, 3, 3)
        self._world_from_facing = cofactors(turned).astype(np.float32)

    def met(
        self, camera: Camera, pixels: Pixels, every: Matrix, clip_m: tuple[float, float]
    ) -> tuple[Struck, NDArray[np.float32]]:
        """Where rays (3, N) in the camera frame through `pixels` (N, 2) meet what stands, and these in the world."""
        view = camera.world_from_camera.matrix
        # Column by column, as the same numbers come of it on all machines.
        along = np.empty((every.shape[1], 3), dtype=np.float32)
        for axis in range(3):
            along[:, axis] = every[0] * view[axis, 0] + every[1] * view[axis, 1] + every[2] * view[axis, 2]
        origins = np.empty_like(along)
        if camera.lens.central:
            origins[:] = view[:3, 3]
        else:
            origins[:] = camera.world_from_camera.points(camera.lens.origins(pixels + 0.5))
        begun = np.full(len(along), clip_m[0], dtype=np.float32)
        return first_struck(self._stand, origins, along, self._holes if self._cut else None, begun), along

    def _holes(self, met: Struck) -> NDArray[np.bool_]:
        solids = self._solid_of[met.places]
        found = np.zeros(len(solids), dtype=np.bool_)
        cut = np.flatnonzero(self._is_cut[solids])
        for place, cut_outs in self._cut:
            its = cut[solids[cut] == place]
            if its.size:
                found[its] = cut_outs.holes(met.triangles[its], met.u[its], met.v[its])
        return found

    def facets(self, met: Struck, along: NDArray[np.float32]) -> NDArray[np.float32]:
        """Unit normals (N, 3) in the world of the triangles that rays `along` (N, 3) have met, against these."""
        turned = self._world_from_facing[met.places]
        normals = turned[..., 0] * met.facing[0, :, None]
        for axis in (1, 2):
            normals += turned[..., axis] * met.facing[axis, :, None]
        length = np.sqrt((normals * normals).sum(axis=1))
        away = (normals * along).sum(axis=1) > 0
        return np.asarray(normals / np.where(away, -length, length)[:, None], dtype=np.float32)


def _in_squares(width: int, height: int, top: int) -> Pixels:
    """Pixels (N, 2), column and row, of `height` rows from `top` on, square by square."""
    down, across = -(-height // _SQUARE_PX), -(-width // _SQUARE_PX)
    numbers = np.full((down * _SQUARE_PX, across * _SQUARE_PX), -1, dtype=np.int64)
    numbers[:height, :width] = np.arange(height * width).reshape(height, width)
    squares = numbers.reshape(down, _SQUARE_PX, across, _SQUARE_PX).transpose(0, 2, 1, 3).ravel()
    row, column = np.divmod(squares[squares >= 0], width)
    return np.stack([column, row + top], axis=-1)
