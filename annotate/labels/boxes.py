"""Boxes: tight ones around pixels, and the picture of a 3D box.

A box is `[x, y, width, height]` in the pixel frame, whose (0, 0) is the top-left corner of the first pixel: a mask of
the one pixel in column 3, row 5 has the box [3, 5, 1, 1].
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Matrix, inverses, placed, turns_of
from longtail.annotate.labels.frame import SceneObject, boxes_of, corners_m, poses_of
from longtail.annotate.rounding import cos_sin, product

NEAR_M = 0.05
"""Parts of a 3D box nearer than this to the camera's plane are cut off where a lens bends lines."""

_SAMPLES = 33
"""Points per box edge where the lens bends lines; one that keeps them straight needs only the ends."""

_RIM = 64
"""Directions along the rim of a lens's field."""

_ON_SIDE, _TURN = 233, 144
"""Points on each side of a box: the Fibonacci lattice, even at any number of points, and no two of them in one row or
column, so that a cut along either moves past one at a time (Niederreiter, Random Number Generation and Quasi-Monte
Carlo Methods, 1992, chapter 5)."""

Box = tuple[int, int, int, int]

_CORNERS = np.arange(8)
# Corners are numbered by the bits of (x, y, z); two corners that differ in one bit share one of the twelve edges.
_EDGES = np.array([[corner, corner | bit] for bit in (1, 2, 4) for corner in _CORNERS if not corner & bit])


def _on_sides() -> Matrix:
    """Points (6, P, 3) on the sides of the cube from -0.5 to 0.5: two sides each along X, Y and Z."""
    number = np.arange(_ON_SIDE)
    flat = np.stack([(number + 0.5) / _ON_SIDE, (number * _TURN % _ON_SIDE + 0.5) / _ON_SIDE], axis=-1) - 0.5
    sides = np.empty((6, _ON_SIDE, 3))
    for side in range(6):
        axis = side // 2
        sides[side, :, axis] = side % 2 - 0.5
        sides[side][:, [(axis + 1) % 3, (axis + 2) % 3]] = flat
    return sides


_ON_SIDES = _on_sides()


def tight_boxes(labels: NDArray[np.int32], count: int) -> list[Box | None]:
    """The tight boxes of labels 1..count in a raster (H, W); None for a label that owns no pixel.

    Examples:
        >>> raster = np.array([[1, 1, 0], [0, 3, 3]], dtype=np.int32)
        >>> tight_boxes(raster, 3)
        [(0, 0, 2, 1), None, (1, 1, 2, 1)]
    """
    from scipy import ndimage  # slow to import, and needed where pictures are labelled only

    boxes: list[Box | None] = []
    slices: Sequence[tuple[slice, ...] | None] = ndimage.find_objects(labels, max_label=count)
    for found in slices:
        if found is None:
            boxes.append(None)
            continue
        rows, columns = found
        boxes.append((columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start))
    return boxes


def tight_box(mask: NDArray[np.bool_]) -> Box | None:
    """The tight box of one mask (H, W); None where it is empty.

    Examples:
        >>> mask = np.zeros((8, 8), dtype=np.bool_)
        >>> mask[5, 3] = True
        >>> tight_box(mask)
        (3, 5, 1, 1)
    """
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    if not columns.size:
        return None
    x, y = int(columns[0]), int(rows[0])
    return x, y, int(columns[-1]) - x + 1, int(rows[-1]) - y + 1


def areas_and_boxes(raster: NDArray[np.integer[Any]]) -> dict[int, tuple[int, Box]]:
    """The number of pixels and the tight box of each value of a raster (H, W), in one pass for all values.

    Examples:
        >>> areas_and_boxes(np.array([[7, 7, 0], [0, 7, 7]]))
        {0: (2, (0, 0, 3, 2)), 7: (4, (0, 0, 3, 2))}
    """
    flat = raster.ravel()
    # Sorting the values of runs is quicker than sorting those of all pixels.
    starts = np.flatnonzero(np.concatenate(([True], flat[1:] != flat[:-1])))
    lengths = np.diff(starts, append=flat.size)
    values, places = np.unique(flat[starts], return_inverse=True)
    areas = np.bincount(places, weights=lengths, minlength=values.size).astype(int).tolist()
    boxes = tight_boxes(np.repeat(places + 1, lengths).reshape(raster.shape).astype(np.int32), values.size)
    return {
        value: (area, box) for value, area, box in zip(values.tolist(), areas, boxes, strict=True) if box is not None
    }


def canvas(size_px: tuple[int, int]) -> Box:
    """The [x, y, width, height] beyond which silhouettes and projected boxes are cut: one picture on each side.

    BOP's tools look for the boxes of whole silhouettes on the same one.

    Examples:
        >>> canvas((64, 48))
        (-64, -48, 192, 144)
    """
    width, height = size_px
    return -width, -height, 3 * width, 3 * height


def projected_boxes(camera: Camera, objects: Sequence[SceneObject]) -> Matrix:
    """The bounding rectangles (N, 4) in pixels of what of the objects' projected 3D boxes lies on the `canvas`.

    Where the lens keeps lines straight, that is exact. Where it bends them, what it cannot see is cut off (at the angle
    where its field ends and, unless it sees more than half a turn, `NEAR_M` in front of the camera), and the rectangle
    around the rest at the canvas's border: it holds all of the box there, and may reach a little farther. A box with
    nothing on the canvas has a row of NaN.
    """
    if not objects:
        return np.empty((0, 4))
    pixels = _on_canvas(camera, objects) if camera.lens.straight else _everywhere(camera, objects)
    seen = np.isfinite(pixels).all(axis=-1, keepdims=True)
    left, top, width, height = canvas(camera.size_px)
    first, last = np.array([left, top]), np.array([left + width, top + height])
    low = np.maximum(np.where(seen, pixels, np.inf).min(axis=1), first)
    high = np.minimum(np.where(seen, pixels, -np.inf).max(axis=1), last)
    boxes: Matrix = np.concatenate([low, high - low], axis=1)
    boxes[~(np.isfinite(boxes).all(axis=1) & (high >= low).all(axis=1))] = np.nan
    return boxes


def _everywhere(camera: Camera, objects: Sequence[SceneObject]) -> Matrix:
    """Pixels (N, P, 2) that span what a bending lens shows of each 3D box, NaN where it shows nothing."""
    edges = projected_edges(camera, objects).reshape(len(objects), -1, 2)
    return np.concatenate([edges, _projected_rim(camera, objects)], axis=1)


def _on_canvas(camera: Camera, objects: Sequence[SceneObject]) -> Matrix:
    """Pixels (N, 28, 2) that span what a straight lens shows of each 3D box on the canvas, NaN where that is nothing.

    The picture of a box is convex. Cut at the canvas, its corners are ends of the box's edges, cut there too, and
    corners of the canvas whose rays meet the box.
    """
    lens = camera.lens
    left, top, width, height = canvas(camera.size_px)
    right, bottom = left + width, top + height
    # The canvas's sides as planes through the eye: what is on the canvas is on the positive side of all four.
    sides = np.array(
        [
            [lens.fx_px, 0.0, lens.cx_px - left],
            [-lens.fx_px, 0.0, right - lens.cx_px],
            [0.0, lens.fy_px, lens.cy_px - top],
            [0.0, -lens.fy_px, bottom - lens.cy_px],
        ]
    )
    ends = _edges(camera, objects)
    near, far = ends[..., 0, :], ends[..., 1, :]
    if lens.central:
        inside, then = product(near, sides.T), product(far, sides.T)
    else:
        # Sides of a beam that begins before the camera's plane.
        beam = np.vstack([sides * [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
        from_eye = np.append(sides[:, 2], -NEAR_M)
        inside, then = product(near, beam.T) + from_eye, product(far, beam.T) + from_eye
    step = then - inside
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = np.where(step == 0, 0.0, -inside / step)
    enter = np.where(inside < 0, np.where(then < 0, np.inf, crossing), 0.0).max(axis=-1)
    leave = np.where(then < 0, np.where(inside < 0, -np.inf, crossing), 1.0).min(axis=-1)
    cut = np.stack([enter, leave], axis=-1)
    with np.errstate(invalid="ignore"):
        points = near[..., None, :] + cut[..., None] * (far - near)[..., None, :]
    points[enter > leave] = np.nan
    corners = np.array([[x, y] for x in (left, right) for y in (top, bottom)], dtype=np.float64)
    world = camera.world_from_camera.directions(lens.rays(corners))
    eyes = camera.world_from_camera.points(lens.origins(corners))
    # A box within the canvas holds none of its corners, nor does one that is all on the other side of an edge of it.
    may = ~(inside >= 0).all(axis=(1, 2)) & ~((inside < 0) & (then < 0)).all(axis=1).any(axis=1)
    meeting = np.zeros((len(objects), 4), dtype=np.bool_)
    meeting[may] = _meet([objects[place] for place in np.flatnonzero(may).tolist()], eyes, world)
    met = np.where(meeting[..., None], corners, np.nan)
    return np.concatenate([lens.project(points).reshape(len(objects), -1, 2), met], axis=1)


def _edges(camera: Camera, objects: Sequence[SceneObject]) -> Matrix:
    """The ends (N, 12, 2, 3) of the edges of the objects' 3D boxes in the camera frame."""
    ends: Matrix = camera.world_from_camera.inverse().points(corners_m(objects))[:, _EDGES]
    return ends


def projected_edges(camera: Camera, objects: Sequence[SceneObject]) -> Matrix:
    """Pixels (N, 12, S, 2) along the edges of the objects' 3D boxes, NaN where the lens cannot see them.

    S is 2 where the lens keeps lines straight. Edges that cross the plane `NEAR_M` in front of the camera are cut
    there, unless the lens sees more than half a turn.
    """
    ends = _edges(camera, objects)
    near, far = ends[..., 0, :], ends[..., 1, :]
    along = np.linspace(0, 1, 2 if camera.lens.straight else _SAMPLES)
    if camera.lens.limit_rad > math.pi / 2:
        return camera.lens.project(near[..., None, :] + along[:, None] * (far - near)[..., None, :])
    step = far[..., 2] - near[..., 2]
    # Where along each edge, from 0 to 1, it crosses the near plane; edges parallel to the plane never do.
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = np.where(step == 0, 0.0, (NEAR_M - near[..., 2]) / step)
    first = np.where(near[..., 2] < NEAR_M, crossing, 0.0)
    last = np.where(far[..., 2] < NEAR_M, crossing, 1.0)
    behind = (near[..., 2] < NEAR_M) & (far[..., 2] < NEAR_M)
    cut = first[..., None] + (last - first)[..., None] * along
    points = near[..., None, :] + cut[..., None] * (far - near)[..., None, :]
    points[behind] = np.nan
    return camera.lens.project(points)


def _projected_rim(camera: Camera, objects: Sequence[SceneObject]) -> Matrix:
    """Pixels (N, R, 2) of the optical axis and of the rim of the lens's field, NaN where they miss the object's 3D box.

    A box can fill the field without any edge in it. With the rim's pixels its rectangle is the whole field's. Straight
    up and down are a panorama's borders, which a box can reach with no edge near them.
    """
    lens = camera.lens
    if math.isclose(lens.limit_rad, math.pi / 2):
        return np.empty((len(objects), 0, 2))
    cos, sin = cos_sin(np.linspace(0, 2 * math.pi, _RIM, endpoint=False))
    limit = lens.limit_rad * (1 - 1e-9)
    rim = np.stack([math.sin(limit) * cos, math.sin(limit) * sin, np.full(_RIM, math.cos(limit))], -1)
    rays = np.concatenate([rim, [[0.0, 0.0, 1.0], [0.0, -1.0, 0.0], [0.0, 1.0, 0.0]]])
    pixels = lens.project(rays)
    world = camera.world_from_camera.directions(rays)
    eye = camera.world_from_camera.matrix[:3, 3]
    return np.where(_meet(objects, eye, world)[..., None], pixels, np.nan)


def _meet(objects: Sequence[SceneObject], eye: Matrix, directions: Matrix) -> NDArray[np.bool_]:
    """Which (N, R) rays (R, 3) from `eye` (3,) or (R, 3), both in the world, meet the objects' 3D boxes: the slab
    test."""
    objects_from_world = inverses(poses_of(objects))
    centres_m, sizes_m = boxes_of(objects)
    start = placed(objects_from_world, np.atleast_2d(eye)) - centres_m[:, None]
    with np.errstate(divide="ignore"):
        inverse = 1 / product(directions, turns_of(objects_from_world))
    half = sizes_m[:, None] / 2
    with np.errstate(invalid="ignore"):
        one, other = (-half - start) * inverse, (half - start) * inverse
    enter, leave = np.fmin(one, other).max(axis=-1), np.fmax(one, other).min(axis=-1)
    met: NDArray[np.bool_] = (leave >= enter) & (leave > 0)
    return met


def truncations(camera: Camera, objects: Sequence[SceneObject], boxes: Matrix) -> NDArray[np.float64]:
    """The share (N,) of the surface of each object's 3D box that lies outside the picture; `boxes` as projected.

    Told by points spread evenly over its six sides, each as many and weighted with the side's area: it stays finite and
    smooth where a box crosses the camera's plane, behind which all is outside. 1 where the projected box does not touch
    the picture.
    """
    return next(_truncations(camera, objects, boxes, (0.0,)))


def truncation_bounds(
    camera: Camera, objects: Sequence[SceneObject], boxes: Matrix, slack_px: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The least and the most (N,) that truncations may be, where the picture's border may be off by `slack_px`."""
    least, most = _truncations(camera, objects, boxes, (slack_px, -slack_px))
    return least, most


def _truncations(
    camera: Camera, objects: Sequence[SceneObject], boxes: Matrix, slacks_px: Sequence[float]
) -> Iterator[NDArray[np.float64]]:
    """Truncations (N,) for each of so many pixels beyond the picture's border that still count as inside."""
    size, held = np.array(camera.size_px), _held(camera, objects)
    low, high = boxes[:, :2], boxes[:, :2] + boxes[:, 2:]
    whole, partly = [], []
    for slack_px in slacks_px:
        with np.errstate(invalid="ignore"):
            whole.append(((low >= -slack_px) & (high <= size + slack_px)).all(axis=1) & held)
            partly.append(~whole[-1] & ((high >= -slack_px) & (low <= size + slack_px)).all(axis=1))
    cut = np.flatnonzero(np.any(partly, axis=0))
    across, down, weights = _surface_pixels(camera, [objects[place] for place in cut.tolist()])
    for slack_px, inside, beside in zip(slacks_px, whole, partly, strict=True):
        with np.errstate(invalid="ignore"):
            seen = (across >= -slack_px) & (across <= size[0] + slack_px)
            seen &= (down >= -slack_px) & (down <= size[1] + slack_px)
        outside = np.clip(((~seen).mean(axis=-1) * weights).sum(axis=-1), 0.0, 1.0)
        shares = np.where(inside, 0.0, 1.0)
        shares[cut] = np.where(beside[cut], outside, shares[cut])
        yield shares


def _held(camera: Camera, objects: Sequence[SceneObject]) -> NDArray[np.bool_]:
    """Whether (N,) the lens is known to show all of the 3D box, of which it may cut off what it cannot see."""
    if camera.lens.straight or not objects:
        return np.ones(len(objects), dtype=np.bool_)
    if camera.lens.limit_rad > math.pi / 2:
        return np.zeros(len(objects), dtype=np.bool_)
    return np.asarray(np.isfinite(camera.project(corners_m(objects))).all(axis=(1, 2)))


def _surface_pixels(camera: Camera, objects: Sequence[SceneObject]) -> tuple[Matrix, Matrix, Matrix]:
    """Columns and rows (N, 6, P) in pixels of points spread evenly over each side of the objects' 3D boxes, and the
    sides' shares (N, 6) of the surface; alike where a box is but a line or a point."""
    centres_m, sizes_m = boxes_of(objects)
    areas = np.repeat(np.roll(sizes_m, -1, axis=1) * np.roll(sizes_m, -2, axis=1), 2, axis=1)
    total = areas.sum(axis=1, keepdims=True)
    weights = np.where(total > 0, areas / np.where(total > 0, total, 1.0), 1 / 6)
    # From the cube that each box is, stretched, to the camera in one step: thousands of points take it.
    object_from_cube = np.tile(np.eye(4), (len(objects), 1, 1))
    object_from_cube[:, :3, :3] *= sizes_m[:, None]
    object_from_cube[:, :3, 3] = centres_m
    camera_from_cube = product(camera.world_from_camera.inverse().matrix, product(poses_of(objects), object_from_cube))
    pixels = camera.lens.project(placed(camera_from_cube, _ON_SIDES.reshape(-1, 3)))
    across, down = np.moveaxis(pixels, -1, 0).reshape(2, len(objects), 6, _ON_SIDE)
    return across, down, weights


def box_list(box: Box | NDArray[Any]) -> list[int] | list[float]:
    """A box as JSON writes it."""
    return [value.item() if isinstance(value, np.generic) else value for value in box]
