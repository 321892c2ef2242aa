"""Normals against depth: there wherever a surface is, of length 1, towards the camera, and across what depth says.

Surfaces of a scene are rough by their materials: gravel and paving tilt single normals by tens of degrees from the flat
ground that depth has, so that it is the middle of all that must agree.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera.transform import Matrix
from longtail.annotate.check.finding import Finding
from longtail.annotate.check.places import Layers, Places, kinds_of, origins_of, owners_of, put_back, rays_of
from longtail.annotate.check.void import lit
from longtail.annotate.dataset.encoders import DEPTH_STEP_M
from longtail.annotate.dataset.stored import StoredFrame

_CODE = 1 / 254
"""Half a step of a component's 8 bits."""

_LEAST_FACING = 0.97
"""Leaves and cloths are drawn from both sides, and rough ones turn away at their edges."""

_TILT = 0.12
"""The sine of the angle, 7 degrees, by which the middle normal may be off what depth says. Rough materials tilt single
ones by tens of degrees, but to all sides."""

_TILTS = 1000
"""About as many pixels have their neighbours looked at."""

_FEW = 100
"""With fewer pixels to go by there is no verdict."""

_APART_PX = 3
"""How far the neighbours are: a few pixels, as between two next to each other depth may differ by less than a step."""

_FLAT, _ROUGH = 0.05, 0.25
"""How much of the way between two neighbours a bend between them, and a step of depth, may be."""


def check_normals(stored: StoredFrame, arrays: Layers, places: Places | None) -> Iterator[Finding]:
    """Findings of one frame, whose normals are in `arrays` as their file's 8-bit codes (H, W, 3)."""
    codes = arrays.get("normals")
    if codes is None or "depth" not in arrays:
        return
    path = next(path for path in stored.files if path.startswith("normals/"))
    if missing := int(np.count_nonzero(np.isfinite(arrays["depth"]) & ~lit(codes))):
        yield Finding(path, stored.index, "a normal wherever there is a depth", f"none at {missing} pixels")
        return
    if places is None or places.rows.size < _FEW:
        return
    normals = (codes[places.rows, places.columns].astype(np.float64) - 128) / 127
    for expected, came in (*_lengths(normals), *_facing(normals, places), *_across(stored, arrays, codes, places)):
        yield Finding(path, stored.index, expected, came)


_Lie = tuple[str, str]


def _lengths(normals: Matrix) -> Iterator[_Lie]:
    lengths = np.linalg.norm(normals, axis=-1)
    wrong = np.abs(lengths - 1) > 2 * np.sqrt(3) * _CODE
    if wrong.any():
        worst = lengths[np.abs(lengths - 1).argmax()]
        yield "normals of length 1", f"{np.count_nonzero(wrong)} of {wrong.size} others, as of {worst:.2f}"


def _facing(normals: Matrix, places: Places) -> Iterator[_Lie]:
    away = (normals * places.rays).sum(axis=-1) > 2 * np.sqrt(3) * _CODE
    if (share := float(away.mean())) > 1 - _LEAST_FACING:
        yield "normals that face the camera", f"{share:.0%} that face away"


def _across(stored: StoredFrame, arrays: Layers, codes: NDArray[np.uint8], places: Places) -> Iterator[_Lie]:
    """Between the neighbours of a pixel on both sides a flat surface runs straight, and its normal stands on it."""
    for name, step in (("rows", (0, _APART_PX)), ("columns", (_APART_PX, 0))):
        tilts = _tilts(stored, arrays, codes, places, *step)
        if tilts.size >= _FEW and (middle := float(np.median(tilts))) > _TILT:
            off = f"off by {np.degrees(np.arcsin(min(middle, 1.0))):.0f} degrees along {name}"
            yield "normals that stand on the surfaces that depth has", f"the middle one of {tilts.size} {off}"
            return


def _tilts(
    stored: StoredFrame, arrays: Layers, codes: NDArray[np.uint8], places: Places, down: int, right: int
) -> Matrix:
    """The sines (M,) of the angles between normals and the right one, along one direction in the picture, as far as
    steps of depth do not explain them."""
    depth_m = arrays["depth"]
    height, width = depth_m.shape
    every = max(places.rows.size // _TILTS, 1)
    rows, columns, rays = places.rows[::every], places.columns[::every], places.rays[::every]
    inner = (rows >= down) & (rows < height - down) & (columns >= right) & (columns < width - right)
    for mask in (owners_of(arrays), kinds_of(arrays)):
        if mask is not None:
            here = mask[rows, columns]
            for side in (-1, 1):
                there = np.clip(rows + side * down, 0, height - 1), np.clip(columns + side * right, 0, width - 1)
                inner &= mask[there] == here
    rows, columns = rows[inner], columns[inner]
    points = [_world_m(stored, depth_m, rows + side * down, columns + side * right) for side in (-1, 0, 1)]
    with np.errstate(invalid="ignore", divide="ignore"):
        along = points[2] - points[0]
        length_m = np.linalg.norm(along, axis=-1)
        bend = np.linalg.norm(np.cross(points[1] - points[0], along), axis=-1) / length_m**2
        rough = DEPTH_STEP_M / rays[inner, 2] / length_m
        sure = (bend < _FLAT + rough) & (rough < _ROUGH)
    normals = (codes[rows[sure], columns[sure]].astype(np.float64) - 128) / 127
    turned = stored.camera.world_from_camera.directions(normals)
    tilts = np.abs((turned * along[sure]).sum(axis=-1)) / length_m[sure]
    beyond: Matrix = np.maximum(tilts - rough[sure], 0.0)
    return beyond


def _world_m(
    stored: StoredFrame, depth_m: NDArray[np.float32], rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> Matrix:
    """World points (N, 3) of pixels; not finite where nothing is."""
    rays, origins_m = (of(stored.camera.lens, rows, columns) for of in (rays_of, origins_of))
    with np.errstate(invalid="ignore", divide="ignore"):
        return put_back(stored, rays, depth_m[rows, columns].astype(np.float64), origins_m)[0]
