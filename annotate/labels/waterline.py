"""Where water stands against a thing: the line along which its visible surface dips in."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.labels.boxes import Box

TOLERANCE_PX = 1.0
"""How far, in pixels of the picture, an approximated line may run from the traced one."""

EXTENTS = 1.25
"""Pixel extents by which heights may differ: neighbours' centres are one apart, and water has waves."""

Point = tuple[float, float]
Polyline = tuple[Point, ...]


def waterlines(
    camera: Camera,
    depth_m: NDArray[np.float32],
    instance: NDArray[np.uint16],
    water: NDArray[np.bool_],
    boxes: Mapping[int, Box],
) -> dict[int, tuple[Polyline, ...]]:
    """The waterlines of those ids in `instance` (H, W) that stand in water; ids without one are left out.

    A line's points are centres (x + 0.5, y + 0.5) of pixels of the thing, each beside a pixel of `water` (H, W) whose
    surface lies at the same height, within `EXTENTS` of the height that one pixel shows there. Where a thing merely
    hides water that lies far behind it the heights differ, and there is no line. Lines follow the mask's border and are
    thinned to within `TOLERANCE_PX`; they have at least two points, and one that runs around the thing ends where it
    starts.

    Examples:
        A raft of five by five pixels on the water, seen from 10 m above: the line runs around it through the centres
        of the pixels at its border.

        >>> from longtail.annotate.camera import Pinhole
        >>> from longtail.annotate.camera.transform import Transform
        >>> down = Transform("world", "camera", np.array([[1, 0, 0, 0], [0, -1, 0, 0], [0, 0, -1, 10], [0, 0, 0, 1]]))
        >>> raft = np.zeros((9, 9), dtype=np.uint16)
        >>> raft[2:7, 2:7] = 1
        >>> camera, depth_m = Camera(Pinhole.from_fov(9, 9, 60), down), np.full((9, 9), 10, dtype=np.float32)
        >>> waterlines(camera, depth_m, raft, raft == 0, {1: (2, 2, 5, 5)})[1]
        (((2.5, 2.5), (2.5, 6.5), (6.5, 6.5), (6.5, 2.5), (2.5, 2.5)),)
    """
    wet = _wet(camera, depth_m, instance, water)
    if not wet.any():
        return {}
    standing = np.unique(instance[wet]).tolist()
    found = {}
    for owner in standing:
        x, y, w, h = boxes[owner]
        crop = np.s_[y : y + h, x : x + w]
        own = (instance[crop] == owner).view(np.uint8)
        contours, _ = cv2.findContours(own, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
        lines = []
        for contour in contours:
            points = contour.reshape(-1, 2)
            flags = wet[crop][points[:, 1], points[:, 0]]
            for run in _runs(flags):
                line = cv2.approxPolyDP(points[run].reshape(-1, 1, 2), TOLERANCE_PX, closed=flags.all()).reshape(-1, 2)
                if len(line) > 1:
                    line = np.concatenate([line, line[:1]]) if flags.all() else line
                    lines.append(tuple((float(column) + x + 0.5, float(row) + y + 0.5) for column, row in line))
        if lines:
            found[owner] = tuple(sorted(lines))
    return found


def _wet(
    camera: Camera, depth_m: NDArray[np.float32], instance: NDArray[np.uint16], water: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """The pixels (H, W) of things at whose side water lies at their own height."""
    wet = np.zeros(instance.shape, dtype=np.bool_)
    if not water.any():
        return wet
    beside = cv2.dilate(water.view(np.uint8), cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)))
    rows, columns = np.nonzero((instance > 0) & (beside > 0))
    heights_m, extents_m = surface(camera, depth_m, rows, columns)
    height, width = instance.shape
    for down, right in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        there, across = np.clip(rows + down, 0, height - 1), np.clip(columns + right, 0, width - 1)
        chosen = np.flatnonzero(water[there, across])
        levels_m, _ = surface(camera, depth_m, there[chosen], across[chosen])
        meets = chosen[np.abs(heights_m[chosen] - levels_m) <= EXTENTS * extents_m[chosen]]
        wet[rows[meets], columns[meets]] = True
    return wet


def surface(
    camera: Camera, depth_m: NDArray[np.float32], rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Heights (N,) in the world of the surfaces at pixels, and the extents (N,) of one pixel there, in metres."""
    centres = np.stack([columns, rows], axis=-1) + 0.5
    rays = camera.lens.rays(centres)
    distance_m = depth_m[rows, columns] / rays[:, 2]
    if not camera.lens.central:
        places = camera.lens.origins(centres) + rays * distance_m[:, None]
        return camera.world_from_camera.points(places)[:, 2], np.full(len(rows), 1 / camera.lens.fy_px)
    heights_m = camera.world_from_camera.points(rays * distance_m[:, None])[:, 2]
    extents_m = np.linalg.norm(camera.lens.rays(centres + (0.0, 1.0)) - rays, axis=-1) * distance_m
    return heights_m, extents_m


def _runs(flags: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """Index runs of a closed ring's true flags."""
    if flags.all():
        return [np.arange(flags.size)]
    start = int(np.flatnonzero(~flags)[0])
    order = (np.arange(flags.size) + start) % flags.size
    edges = np.flatnonzero(np.diff(flags[order].astype(np.int8), append=0))
    # The ring starts at a false flag, so edges come in pairs: the last false one, then the last true one.
    return [order[first + 1 : last + 1] for first, last in zip(edges[::2], edges[1::2], strict=True)]
