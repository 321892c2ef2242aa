"""Painting thousands of small moving bodies into a picture at once, each hidden by what stands before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.render.particles.view import Array, Points, View
from longtail.render.sensor import LUMINANCE

Floats = NDArray[np.float32]

# A pixel and the lens's own blur spread every edge over about this much.
_SHARPEST_PX = 1.4
# The least change of a pixel, as a share of it, that is worth its time: a step of an 8-bit picture.
_FAINTEST = 6e-3
_CHUNK = 1_500_000


@dataclass(frozen=True, eq=False)
class Strokes:
    """N bodies, each a disc that moved along a line while the shutter was open.

    Attributes:
        start_px, end_px: (N, 2) pixels
        size_px: (N,) diameter of the body
        soft_px: (N,) blur of its edge
        depth_m: (N,) z
        opacity: (N,) of the body at rest, 0..1, or more where it stands for several that share its path
        colour: (N, 3) radiance
        thickness_m: (N,) over which it sinks into a surface behind it, 0 for solid bodies
    """

    start_px: Points
    end_px: Points
    size_px: Points
    soft_px: Points
    depth_m: Points
    opacity: Points
    colour: Points
    thickness_m: Points

    def __len__(self) -> int:
        return len(self.size_px)

    def chosen(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Strokes:
        """Those that a mask or an index picks."""
        return Strokes(*(getattr(self, f.name)[which] for f in fields(self)))

    @property
    def peak(self) -> Points:
        """(N,) opacity in the middle of each stroke.

        A body covers pi/4 d^2 at every moment; spread over its path and its blur, it covers less of each pixel, and in
        the sum over all pixels as much. An edge that falls smoothly over s around the radius w/2 encloses
        pi/4 (w^2 + s^2/5) at rest, and w per unit of path.
        """
        wide = np.maximum(self.size_px, self.soft_px)
        length = np.linalg.norm(self.end_px - self.start_px, axis=1)
        painted = length * wide + np.pi / 4 * (wide**2 + self.soft_px**2 / 5)
        return np.asarray(np.minimum(self.opacity * np.pi / 4 * self.size_px**2 / painted, 1.0))


def moving(
    view: View,
    middle_m: Points,
    velocity_m_s: Points,
    size_m: Points,
    colour: Points,
    opacity: float | Points = 1.0,
    thickness_m: float | Points = 0.0,
    softness: float = 0.0,
) -> Strokes:
    """The strokes of bodies at `middle_m` (N, 3) half-way through the exposure, moving by `velocity_m_s` (N, 3).

    Both in the camera frame, the velocity relative to the camera. Bodies behind the lens are left out. `softness` is
    the width of their own edge as a share of their size, 0 for bodies with a surface.
    """
    step = velocity_m_s * (view.shutter_s / 2)
    first, last = middle_m - step, middle_m + step
    seen = np.minimum(first[:, 2], last[:, 2]) > 0.05
    middle_m, first, last = middle_m[seen], first[seen], last[seen]
    z = middle_m[:, 2]
    # Focused far away, a lens shows a point as a disc as wide as its pupil would be there.
    blur_px = view.pupil_m * view.focal_px / z
    size_px = size_m[seen] * view.focal_px / z
    count = len(seen)
    return Strokes(
        view.camera.lens.project(first),
        view.camera.lens.project(last),
        size_px,
        np.hypot(np.hypot(_SHARPEST_PX, blur_px), softness * size_px),
        z,
        np.broadcast_to(opacity, count)[seen],
        np.broadcast_to(colour, (count, 3))[seen],
        np.broadcast_to(thickness_m, count)[seen],
    )


def joined(parts: Sequence[Strokes]) -> Strokes:
    """All strokes of several sets."""
    return Strokes(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Strokes)))


def paint(radiance: Array, depth_m: Array, strokes: Strokes, texture: Array | None = None) -> Array:
    """`radiance` (H, W, 3) behind the strokes; a new array, or `radiance` itself where none of them shows.

    Strokes of one pixel multiply what they let through, and their colours mix by their opacity: the result does not
    depend on their order. `texture` (H, W) scales their opacity by place.
    """
    height, width = depth_m.shape
    peak = strokes.peak
    reach = (np.maximum(strokes.size_px, strokes.soft_px) + strokes.soft_px) / 2
    low = np.minimum(strokes.start_px, strokes.end_px) - reach[:, None]
    high = np.maximum(strokes.start_px, strokes.end_px) + reach[:, None]
    with np.errstate(invalid="ignore"):
        seen = (high > 0).all(axis=1) & (low < [width, height]).all(axis=1) & (peak > 1e-4)
    seen &= np.isfinite(low).all(axis=1) & np.isfinite(high).all(axis=1)
    if not seen.any():
        return radiance
    strokes = strokes.chosen(seen)
    strokes = strokes.chosen(_before(strokes, depth_m) & _tells(strokes, radiance))
    through = np.zeros(height * width)
    light = np.zeros((3, height * width))
    weight = np.zeros(height * width)
    for part in _portions(strokes):
        _accumulate(part, depth_m, texture, through, light, weight)
    if not weight.any():
        return radiance
    touched = np.flatnonzero(weight)
    hidden = (1 - np.exp(through[touched])).astype(np.float32)
    colour = (light[:, touched] / weight[touched]).T.astype(np.float32)
    result = radiance.reshape(-1, 3).copy()
    result[touched] += hidden[:, None] * (colour - result[touched])
    return result.reshape(radiance.shape)


def _portions(strokes: Strokes) -> list[Strokes]:
    """Groups whose pixels fit into memory at ease."""
    reach = np.maximum(strokes.size_px, strokes.soft_px) + strokes.soft_px
    length = np.linalg.norm(strokes.end_px - strokes.start_px, axis=1)
    pixels = np.cumsum((length + reach + 2) * (1.42 * reach + 3))
    groups = (pixels // _CHUNK).astype(int)
    return [strokes.chosen(groups == group) for group in np.unique(groups)]


def _accumulate(
    strokes: Strokes, depth_m: Array, texture: Array | None, through: Points, light: Points, weight: Points
) -> None:
    height, width = depth_m.shape
    a, b = strokes.start_px.astype(np.float32), strokes.end_px.astype(np.float32)
    along = b - a
    steep = np.abs(along[:, 1]) >= np.abs(along[:, 0])
    # Columns become (major, minor): a stroke runs over whole rows where it is steep, over whole columns where not.
    a, along = np.where(steep[:, None], a[:, ::-1], a), np.where(steep[:, None], along[:, ::-1], along)
    length = np.hypot(along[:, 0], along[:, 1])
    direction = along / np.maximum(length, 1e-6)[:, None]
    direction[length < 1e-6] = (1.0, 0.0)
    slope = direction[:, 1] / direction[:, 0]
    wide = np.maximum(strokes.size_px, strokes.soft_px).astype(np.float32)
    soft = strokes.soft_px.astype(np.float32)
    reach = (wide + soft) / 2
    majors, minors = np.where(steep, height, width), np.where(steep, width, height)
    end = a[:, 0] + along[:, 0]
    first = np.clip(np.floor(np.minimum(a[:, 0], end) - reach), 0, majors).astype(np.int32)
    last = np.clip(np.ceil(np.maximum(a[:, 0], end) + reach), 0, majors).astype(np.int32)
    half = reach * np.sqrt(1 + slope**2)
    breadth = np.ceil(2 * half).astype(np.int32) + 1
    # Rows first, then the pixels of each row: what holds for a row is worked out once.
    rows = np.maximum(last - first, 0)
    stroke = np.repeat(np.arange(len(rows), dtype=np.int32), rows)
    major = _counted(rows) + first[stroke]
    p = major + np.float32(0.5) - a[stroke, 0]
    leftmost = np.floor(a[stroke, 1] + p * slope[stroke] - half[stroke])
    q = leftmost + np.float32(0.5) - a[stroke, 1]
    u, v = direction[stroke, 0], direction[stroke, 1]
    t, n = p * u + q * v, q * u - p * v
    breadths = breadth[stroke]
    pixel_step, row_step = np.where(steep, 1, width), np.where(steep, width, 1)
    pixel = major * row_step[stroke] + leftmost.astype(np.int32) * pixel_step[stroke]
    row = np.repeat(np.arange(len(stroke), dtype=np.int32), breadths)
    column = _counted(breadths)
    minor = leftmost.astype(np.int32)[row] + column
    which = stroke[row]
    t = t[row] + column * v[row]
    t -= np.clip(t, 0, length[which])
    n = n[row] + column * u[row]
    distance = np.sqrt(t * t + n * n)
    near = (distance < reach[which]) & (minor >= 0) & (minor < minors[which])
    which, distance = which[near], distance[near]
    pixel = pixel[row[near]] + column[near] * pixel_step[which]
    thickness = np.maximum(strokes.thickness_m, 1e-5).astype(np.float32)
    before = (depth_m.ravel()[pixel] - strokes.depth_m.astype(np.float32)[which]) / thickness[which] + np.float32(0.5)
    shown = before > 0
    which, pixel, distance, before = which[shown], pixel[shown], distance[shown], before[shown]
    cover = np.minimum((reach[which] - distance) / soft[which], 1)
    cover *= cover * (3 - 2 * cover) * np.minimum(before, 1) * strokes.peak.astype(np.float32)[which]
    if texture is not None:
        cover *= texture.ravel()[pixel]
    cover = np.minimum(cover, np.float32(0.995))
    size = height * width
    through += np.bincount(pixel, np.log1p(-cover), size)
    weight += np.bincount(pixel, cover, size)
    colour = strokes.colour.astype(np.float32)
    for channel in range(3):
        light[channel] += np.bincount(pixel, cover * colour[which, channel], size)


def _counted(counts: NDArray[np.int32]) -> NDArray[np.int32]:
    """0, 1, 2, ... for each count, one after the other."""
    total = int(counts.sum())
    return np.arange(total, dtype=np.int32) - np.repeat((np.cumsum(counts) - counts).astype(np.int32), counts)


def _tells(strokes: Strokes, radiance: Array) -> NDArray[np.bool_]:
    """Which strokes differ enough from what is behind their middle to be seen."""
    height, width = radiance.shape[:2]
    middle = (strokes.start_px + strokes.end_px) / 2
    column = np.clip(middle[:, 0], 0, width - 1).astype(np.int32)
    row = np.clip(middle[:, 1], 0, height - 1).astype(np.int32)
    behind = radiance[row, column] @ LUMINANCE
    contrast = np.abs(strokes.colour @ LUMINANCE - behind) / np.maximum(behind, 1e-6)
    return np.asarray(strokes.peak * np.maximum(contrast, 1.0) > _FAINTEST)


def _before(strokes: Strokes, depth_m: Array) -> NDArray[np.bool_]:
    """Which strokes may show: not those whose ends and middle lie well behind all that is around them."""
    height, width = depth_m.shape
    reach = max(3, round(0.008 * width)) | 1
    farthest = cv2.dilate(depth_m, np.ones((reach, reach), np.uint8))
    shown = np.zeros(len(strokes), dtype=bool)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        place = strokes.start_px + share * (strokes.end_px - strokes.start_px)
        column = np.clip(place[:, 0], 0, width - 1).astype(np.int32)
        row = np.clip(place[:, 1], 0, height - 1).astype(np.int32)
        shown |= strokes.depth_m - strokes.thickness_m < farthest[row, column]
    return shown | (strokes.size_px > reach)
