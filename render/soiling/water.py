"""Water on the glass: where it bends the light of each pixel to.

A small drop on glass is a spherical cap. A ray that leaves it where its surface is tilted by a is bent towards its
middle by asin(n sin a) - a (Snell), and where n sin a > 1 it is reflected inside: the dark rim.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.render.soiling.drop_shapes import Points, Shapes
from longtail.render.soiling.glass import Array, Glass, Rng

_WATER = 1.333
# The lower side of a drop hangs over.
_SAG_DEG = 9.0
_TRAIL_CONTACT_DEG = (14.0, 26.0)
# How far, in radii, an outline can reach.
_REACH = 1.25
# Pixels that are worked on at once: more do not fit into a processor's cache.
_BATCH_PX = 60_000
# Drops show the scene many times smaller: it is taken from pictures shrunk by these, whichever is closer.
FINE, COARSE = 4, 16
# The tangent of the deflection near the rim of a drop of the mean contact angle.
_TYPICAL_SLOPE = 0.4


@dataclass(eq=False)
class Canvas:
    """What the glass does: `cover` by water, where a pixel's ray is shifted to (pixels), what passes; all (H, W).

    `coarse` is 0 where the view through it is shrunk by FINE or less, 1 where it is by COARSE or more.
    """

    cover: Array
    shift_x: Array
    shift_y: Array
    passes: Array
    coarse: Array

    @classmethod
    def blank(cls, glass: Glass) -> Canvas:
        width, height = glass.size_px
        return cls(*(np.zeros((height, width), dtype=np.float32) for _ in range(5)))

    def put(self, at: tuple[NDArray[np.intp], NDArray[np.intp]], cover: Points, bend: _Bend, glass: Glass) -> None:
        """Write pixels `at` (rows, columns); what is there already stays where it covers more."""
        wins = cover > self.cover[at]
        at = (at[0][wins], at[1][wins])
        self.cover[at] = cover[wins]
        self.shift_x[at] = -glass.fx_px * bend.slope[wins] * bend.outward_x[wins]
        self.shift_y[at] = -glass.fx_px * bend.slope[wins] * bend.outward_y[wins]
        self.passes[at] = bend.passes[wins]
        self.coarse[at] = bend.coarse[wins]


@dataclass(frozen=True, eq=False)
class _Bend:
    """Refraction of rays: unit vectors away from the thick part, tangent of the deflection, share that passes.

    `coarse` is as in Canvas.
    """

    outward_x: Points
    outward_y: Points
    slope: Points
    passes: Points
    coarse: Points


def refracted(tilt_sine: Points) -> tuple[Points, Points]:
    """(tangent of the deflection, share that passes) of rays that leave water through a surface tilted by asin.

    Fresnel's equations for unpolarised light; nothing passes beyond the critical angle.
    """
    inside = np.clip(tilt_sine, 0.0, 1.0)
    outside = _WATER * inside
    passing = outside < 1
    cos_in, cos_out = np.sqrt(1 - inside**2), np.sqrt(np.where(passing, 1 - np.minimum(outside, 1.0) ** 2, 0.0))
    across = (_WATER * cos_in - cos_out) / (_WATER * cos_in + cos_out)
    along = (cos_in - _WATER * cos_out) / (cos_in + _WATER * cos_out)
    passes = np.where(passing, 1 - (across**2 + along**2) / 2, 0.0)
    deflection = np.arcsin(np.minimum(outside, 1.0)) - np.arcsin(inside)
    return np.tan(deflection), passes


def caps(canvas: Canvas, glass: Glass, shapes: Shapes) -> None:
    """Put all drops onto the canvas."""
    width, height = glass.size_px
    centre, radius = shapes.centres * width, shapes.radii * width
    reach = _REACH * radius[:, None] * np.stack([np.ones(len(radius)), np.maximum(shapes.stretch, 1.0)], axis=-1) + 1
    low = np.clip(np.floor(centre - reach), 0, (width, height)).astype(np.intp)
    high = np.clip(np.ceil(centre + reach), 0, (width, height)).astype(np.intp)
    sides = high - low
    coarse, contours = _coarseness(_TYPICAL_SLOPE, glass, radius), shapes.contours.astype(np.float32)
    for batch in _batches(sides.prod(axis=1)):
        # The pixels of all boxes in one list.
        size = sides[batch].prod(axis=1)
        number = np.repeat(np.arange(batch.start, batch.stop), size)
        local = np.arange(len(number)) - np.repeat(np.cumsum(size) - size, size)
        row, column = np.divmod(local, sides[number, 0])
        row, column = row + low[number, 1], column + low[number, 0]
        across = (column + 0.5 - centre[number, 0]).astype(np.float32)
        down = ((row + 0.5 - centre[number, 1]) / shapes.stretch[number]).astype(np.float32)
        distance = np.maximum(np.sqrt(across * across + down * down), np.float32(1e-6))
        contour, outward_x, outward_y = _outline(across / distance, down / distance, contours, number)
        edge = distance / (radius[number] * contour)
        cover = np.clip((1 - edge) * radius[number] + 0.5, 0.0, 1.0) * np.minimum(1.0, 2 * radius[number])
        wet = cover > 0
        number, outward_x, outward_y, edge = number[wet], outward_x[wet], outward_y[wet], edge[wet]
        contact = shapes.contact_rad[number] + math.radians(_SAG_DEG) * outward_y
        slope, passes = refracted(np.minimum(edge, 1.0) * np.sin(contact))
        bend = _Bend(outward_x, outward_y, slope, passes, coarse[number])
        canvas.put((row[wet], column[wet]), cover[wet], bend, glass)


def _batches(sizes: NDArray[np.intp]) -> Iterator[slice]:
    """Runs of drops whose boxes hold about _BATCH_PX pixels together."""
    start, held = 0, 0
    for i, size in enumerate(sizes):
        held += int(size)
        if held >= _BATCH_PX:
            yield slice(start, i + 1)
            start, held = i + 1, 0
    if start < len(sizes):
        yield slice(start, len(sizes))


def _outline(
    x: Points, y: Points, contours: NDArray[np.float32], number: NDArray[np.intp]
) -> tuple[Points, Points, Points]:
    """In the directions `x`, `y` (N,): the outlines (N,) in radii of drops `number` (N,), and the normals x, y of it.

    Written out in real numbers: how numpy rounds products of complex ones depends on where they lie in memory.
    """
    contour, slope = np.ones_like(x), np.zeros_like(x)
    power_x, power_y = x, y
    for harmonic in range(contours.shape[1]):
        power_x, power_y = power_x * x - power_y * y, power_x * y + power_y * x
        cosine, sine = contours[number, harmonic, 0], contours[number, harmonic, 1]
        contour += cosine * power_x - sine * power_y
        slope -= (harmonic + 2) * (cosine * power_y + sine * power_x)
    # Lines of equal height follow the contour: the slope points across them, not straight away from the middle.
    turn = slope / contour
    length = np.sqrt(1 + turn * turn)
    return contour, (x + turn * y) / length, (y - turn * x) / length


def _coarseness(slope: float, glass: Glass, half_px: Points) -> Points:
    """Between 0 and 1 for water that shows `slope` to either side within `half_px`."""
    shrinks = glass.fx_px * slope / np.maximum(half_px, 0.1)
    return np.asarray(np.clip(np.log(shrinks / FINE) / math.log(COARSE / FINE), 0.0, 1.0))


@dataclass(frozen=True, eq=False)
class Track:
    """The way of a running drop down the glass. Lengths are in widths of the picture.

    Attributes:
        x, y: where the drop is at time 0
        sway: how far the way meanders to either side
        length: of the wet trail above the drop
        waves: (2, K): of the meander, and of where the trail is thin
        contact_rad: contact angle of the trail
    """

    x: float
    y: float
    sway: float
    length: float
    waves: Points
    contact_rad: float

    @classmethod
    def drawn(cls, shapes: Shapes, number: int, rng: Rng) -> Track:
        """That of one of the drops, where `shapes` has it at time 0."""
        x, y = (float(v) for v in shapes.centres[number])
        radius = float(shapes.radii[number])
        length = radius * rng.uniform(6, 22)
        waves = rng.normal(0, 1, (2, 5)) / np.arange(1, 6)
        return cls(x, y, 0.35 * radius, length, waves, math.radians(rng.uniform(*_TRAIL_CONTACT_DEG)))

    def beside(self, y: Points) -> Points:
        """Where (N,) along X the way is at heights (N,): it stays where it is on the glass."""
        return np.asarray(self.x + self.sway * (self.waves[0] * np.sin(self._phase(y))).sum(axis=1))

    def beads(self, y: Points) -> Points:
        """How wide (N,) the trail is at heights (N,), as a share."""
        return np.asarray(0.75 + 0.25 * np.tanh(1.5 * (self.waves[1] * np.sin(4 * self._phase(y))).sum(axis=1)))

    def _phase(self, y: Points) -> Points:
        return np.asarray(2 * math.pi * ((self.y - y) / self.length)[:, None] * np.arange(1, self.waves.shape[1] + 1))


def trail(canvas: Canvas, glass: Glass, shapes: Shapes, number: int, track: Track) -> None:
    """The wet track that a running drop has left above it: a low ridge of water that meanders and thins out."""
    width, height = glass.size_px
    y = float(shapes.centres[number, 1]) * width
    radius = float(shapes.radii[number]) * width
    length, contact = track.length * width, track.contact_rad
    rows = np.arange(max(0, math.floor(y - length)), min(height, math.ceil(y)))
    if not len(rows):
        return
    along = (y - rows - 0.5) / length
    middle = track.beside((rows + 0.5) / width) * width
    beads = track.beads((rows + 0.5) / width)
    half = np.maximum(radius * 0.5 * beads * np.clip(1 - along, 0.0, 1.0) ** 0.35, 0.05)
    reach = math.ceil(radius) + 1
    columns = np.floor(middle).astype(np.intp)[:, None] + np.arange(-reach, reach + 1)
    offset = columns + 0.5 - middle[:, None]
    edge = np.abs(offset) / half[:, None]
    cover = np.clip((1 - edge) * half[:, None] + 0.5, 0.0, 1.0) * (edge < 1.5) * (columns >= 0) * (columns < width)
    wet = cover > 0
    at = (np.broadcast_to(rows[:, None], wet.shape)[wet], columns[wet])
    slope, passes = refracted(np.minimum(edge[wet], 1.0) * math.sin(contact))
    coarse = np.broadcast_to(_coarseness(math.sin(contact) / 3, glass, half)[:, None], wet.shape)[wet]
    canvas.put(at, cover[wet], _Bend(np.sign(offset[wet]), np.zeros(len(slope)), slope, passes, coarse), glass)
