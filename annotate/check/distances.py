"""Lengths of rays and places in the world against depth, camera and each other, at every pixel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera.ray_lengths import centre_rays
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.check.finding import Finding
from longtail.annotate.check.places import EXACT_M
from longtail.annotate.check.void import lit
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.encoders import DEPTH_RANGE_M, DEPTH_STEP_M
from longtail.annotate.dataset.stored import StoredFrame

Layers = Mapping[str, NDArray[Any]]
_Lie = tuple[str, str, str]

_SINGLE = 4 * 2.0**-24
"""What single precision leaves of a coordinate, as a share of it: the ray's own rounding, and the file's."""


def check_distances(dataset: Dataset, stored: StoredFrame, arrays: Layers) -> Iterator[Finding]:
    """Findings of one frame, whose decoded layers are `arrays`, by name."""
    if "distance" not in arrays and "world" not in arrays:
        return
    rays = centre_rays(stored.camera.lens)
    layers = dataset.info.layers()
    for name, expected, came in (*_lengths(arrays, rays), *_places(stored, arrays, rays)):
        yield Finding(layers[name].path(stored.index), stored.index, expected, came)


def _lengths(arrays: Layers, rays: Matrix) -> Iterator[_Lie]:
    """The length of a ray times its share along the axis is the depth, to half a step of each."""
    if "distance" not in arrays or "depth" not in arrays:
        return
    length, depth, along = arrays["distance"].astype(np.float64), arrays["depth"].astype(np.float64), rays[..., 2]
    with np.errstate(invalid="ignore", divide="ignore"):
        slack = _half_step(length) * np.abs(along) + _half_step(depth) + EXACT_M
        both = np.isfinite(length) & np.isfinite(depth)
        wrong = both & (np.abs(length * along - depth) > slack)
        # A file says nothing of what is beyond its range, and a depth nothing of what is not before the camera.
        lost = np.isfinite(depth) & ~np.isfinite(length) & (depth / along < DEPTH_RANGE_M - 2 * DEPTH_STEP_M)
        lost &= depth > DEPTH_STEP_M
        gained = np.isfinite(length) & ~np.isfinite(depth) & (length * along > DEPTH_STEP_M)
    if wrong.any():
        row, column = _first(wrong)
        expected = f"the length of each ray whose depth is known, {depth[row, column] / along[row, column]:.3f} m"
        yield "distance", f"{expected} in row {row}, column {column}", _told(wrong, length[row, column])
    if lost.any():
        yield "distance", "a length wherever there is a depth", f"none at {np.count_nonzero(lost)} pixels"
    if gained.any():
        yield "distance", "no length without a depth before the camera", f"one at {np.count_nonzero(gained)} pixels"


def _places(stored: StoredFrame, arrays: Layers, rays: Matrix) -> Iterator[_Lie]:
    """A place lies on the ray of its pixel, as far away as depth and distance say."""
    if "world" not in arrays:
        return
    along, aside, slack = _along_and_aside(stored, arrays["world"], rays)
    there = np.isfinite(along)
    with np.errstate(invalid="ignore"):
        wrong = there & ~((along > 0) & (aside < slack))
    if wrong.any():
        row, column = _first(wrong)
        came = f"{np.count_nonzero(wrong)} beside it, one by {aside[row, column]:.3f} m"
        yield "world", "places on the rays of their pixels", came
        return
    for name, seen in (("distance", along), ("depth", along * rays[..., 2])):
        if name in arrays:
            yield from _as_far(name, arrays[name].astype(np.float64), seen, there, slack)
    if "normals" in arrays and (differing := int(np.count_nonzero(lit(arrays["normals"]) != there))):
        yield "world", "a place exactly where there is a normal", f"another at {differing} pixels"


def _along_and_aside(stored: StoredFrame, world: NDArray[np.float32], rays: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """How far (H, W) places are along the rays of their pixels, how far beside them, and what single precision leaves
    of either; not finite where there is no place.

    Coordinate by coordinate: sums over a last axis of three take ten times as long.
    """
    matrix = stored.camera.world_from_camera.matrix
    camera = np.moveaxis(rays, -1, 0)
    towards = [sum(matrix[row, column] * camera[column] for column in range(3)) for row in range(3)]
    away = [world[..., row].astype(np.float64) - matrix[row, 3] for row in range(3)]
    lens = stored.camera.lens
    if not lens.central:
        begun = lens.origins(stored.camera.pixel_centres())
        away = [away[row] - begun @ matrix[row, :3] for row in range(3)]
    along = np.asarray(away[0] * towards[0] + away[1] * towards[1] + away[2] * towards[2])
    aside = np.sqrt(sum((there - along * ray) ** 2 for there, ray in zip(away, towards, strict=True)))
    largest = np.maximum(np.maximum(np.abs(world[..., 0]), np.abs(world[..., 1])), np.abs(world[..., 2]))
    return along, np.asarray(aside), np.asarray(EXACT_M + _SINGLE * largest.astype(np.float64))


def _as_far(name: str, stated: Matrix, seen: Matrix, there: NDArray[np.bool_], slack: Matrix) -> Iterator[_Lie]:
    """Places whose `name` is `seen`, against the file that has states it."""
    known = np.isfinite(stated)
    with np.errstate(invalid="ignore"):
        wrong = known & ~(there & (np.abs(seen - stated) < _half_step(stated) + slack))
        reach = (seen > DEPTH_STEP_M) & (seen < DEPTH_RANGE_M - 2 * DEPTH_STEP_M)
        lost = there & ~known & reach
    if wrong.any():
        row, column = _first(wrong)
        expected = f"places as far as {name} has them, {stated[row, column]:.3f} m in row {row}, column {column}"
        yield "world", expected, _told(wrong, seen[row, column])
    if lost.any():
        yield "world", f"no place without a {name}", f"one at {np.count_nonzero(lost)} pixels"


def _half_step(values: Matrix) -> Matrix:
    """How far a file's number may be from the truth; what is nearer than half a step is written as a whole one."""
    return np.where(values > DEPTH_STEP_M, DEPTH_STEP_M / 2, DEPTH_STEP_M)


def _first(mask: NDArray[np.bool_]) -> tuple[int, int]:
    row, column = np.argwhere(mask)[0].tolist()
    return row, column


def _told(wrong: NDArray[np.bool_], came: float) -> str:
    return f"{came:.3f} m, and others at {np.count_nonzero(wrong)} pixels in all"
