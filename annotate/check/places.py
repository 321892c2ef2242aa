"""Pixels put back where they were seen: what depth and camera of a stored frame say of the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Lens
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.dataset.encoders import DEPTH_STEP_M
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.labels.instances import MAX_ID
from longtail.annotate.labels.taxonomy import VOID

Layers = Mapping[str, NDArray[Any]]

OF_A_THING, OF_A_KIND, _OF_A_GRID = 64, 256, 30_000
"""The most pixels that are looked at: of one thing, of one kind of stuff, and of all stuff before that."""

STEEP = 0.05
"""Least cosine of a ray against the optical axis: towards the camera's plane a step of z is ever more of the ray."""

BEAM_PX = 0.01
"""Width of the beam that labels were traced with when Cycles made all of them."""

EXACT_M = 1e-3
"""What is left of everything else: single precision a kilometre away, and the last digits of poses."""


@dataclass(frozen=True, eq=False)
class Places:
    """N pixels of one frame that have a depth, spread evenly over each thing and each kind of stuff.

    Attributes:
        owner: (N,) ids of things, 0 for stuff
        kind: (N,) ids of categories; 0 for stuff where no mask says it
        rows, columns: (N,)
        rays: (N, 3) unit vectors in the camera frame
        depth_m: (N,) z along the optical axis
        world_m: (N, 3)
        slack_m: (N,) how far from there the surface may be: half a step of the depth's file along the ray, and what the
            beam is wide across it
    """

    owner: NDArray[np.int64]
    kind: NDArray[np.int64]
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    rays: Matrix
    depth_m: Matrix
    world_m: Matrix
    slack_m: Matrix

    @classmethod
    def of(cls, stored: StoredFrame, arrays: Layers) -> Places | None:
        """None where the frame has no depth, or no mask."""
        depth_m, owners, kinds = arrays.get("depth"), owners_of(arrays), kinds_of(arrays)
        if depth_m is None or (owners is None and kinds is None):
            return None
        there = np.isfinite(depth_m)
        flat = np.concatenate(
            [
                np.empty(0, dtype=np.int64) if owners is None else _of_things(owners, there),
                np.empty(0, dtype=np.int64) if kinds is None else _of_stuff(kinds, owners, there),
            ]
        )
        rows, columns = np.divmod(flat, depth_m.shape[1])
        owner = np.zeros(flat.size, dtype=np.int64) if owners is None else owners.ravel()[flat].astype(np.int64)
        kind = np.zeros(flat.size, dtype=np.int64) if kinds is None else kinds.ravel()[flat].astype(np.int64)
        rays = rays_of(stored.camera.lens, rows, columns)
        sound = np.isfinite(rays).all(axis=-1) & (rays[:, 2] > STEEP)
        owner, kind, rows, columns, rays = (array[sound] for array in (owner, kind, rows, columns, rays))
        seen_m = depth_m[rows, columns].astype(np.float64)
        world_m, slack_m = put_back(stored, rays, seen_m, origins_of(stored.camera.lens, rows, columns))
        return cls(owner, kind, rows, columns, rays, seen_m, world_m, slack_m)


def rays_of(lens: Lens, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Matrix:
    """Unit vectors (N, 3) through the centres of pixels, in the camera frame; NaN where the lens has no ray."""
    return lens.rays(np.stack([columns, rows], axis=-1) + 0.5)


def origins_of(lens: Lens, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Matrix:
    """Where the rays through the centres of pixels begin (N, 3), in the camera frame."""
    return lens.origins(np.stack([columns, rows], axis=-1) + 0.5)


def put_back(
    stored: StoredFrame, rays: Matrix, depth_m: Matrix, origins_m: Matrix | float = 0.0
) -> tuple[Matrix, Matrix]:
    """World points (N, 3) at depths (N,) along rays that begin at `origins_m` (N, 3) in the camera frame, and how far
    from them (N,) the surface may be."""
    along_m = depth_m / rays[:, 2]
    world_m = stored.camera.world_from_camera.points(rays * along_m[:, None] + origins_m)
    # Nearer than half a step is written as a whole one.
    step_m = np.where(depth_m > DEPTH_STEP_M, DEPTH_STEP_M / 2, DEPTH_STEP_M)
    lens = stored.camera.lens
    # A pixel of a parallel projection is as wide at any depth.
    across_m = (along_m if lens.central else 1.0) / lens.fx_px
    slack_m = step_m / rays[:, 2] + BEAM_PX * across_m + EXACT_M
    return world_m, slack_m


def owners_of(arrays: Layers) -> NDArray[Any] | None:
    """The ids (H, W) of things, from whichever mask has them."""
    if "instance" in arrays:
        return arrays["instance"]
    return arrays["panoptic"] & MAX_ID if "panoptic" in arrays else None


def kinds_of(arrays: Layers) -> NDArray[Any] | None:
    """The ids (H, W) of categories, from whichever mask has them."""
    if "semantic" in arrays:
        return arrays["semantic"]
    return arrays["panoptic"] >> 16 if "panoptic" in arrays else None


def _of_things(owners: NDArray[Any], there: NDArray[np.bool_]) -> NDArray[np.int64]:
    flat = np.flatnonzero((owners > 0) & there)
    return _spread(flat, owners.ravel()[flat], OF_A_THING)


def _of_stuff(kinds: NDArray[Any], owners: NDArray[Any] | None, there: NDArray[np.bool_]) -> NDArray[np.int64]:
    height, width = kinds.shape
    apart = max(int((height * width / _OF_A_GRID) ** 0.5), 1)
    grid = np.s_[apart // 2 :: apart, apart // 2 :: apart]
    stuff = there[grid] & (kinds[grid] != VOID)
    if owners is not None:
        stuff &= owners[grid] == 0
    rows, columns = (places * apart + apart // 2 for places in np.nonzero(stuff))
    return _spread(rows * width + columns, kinds[rows, columns], OF_A_KIND)


def _spread(flat: NDArray[np.int64], values: NDArray[Any], most: int) -> NDArray[np.int64]:
    """Of the places of each value as many as that, evenly spread over them."""
    order = np.argsort(values, kind="stable")
    _, starts, counts = np.unique(values[order], return_index=True, return_counts=True)
    # One more pick than gaps, so that the first and the last place are among them.
    picked = [
        start + np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64))
        for start, count in zip(starts.tolist(), counts.tolist(), strict=True)
    ]
    chosen: NDArray[np.int64] = flat[order[np.concatenate(picked)]] if picked else flat[:0]
    return chosen
