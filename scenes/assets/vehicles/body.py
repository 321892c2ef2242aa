"""Car-like bodies as a loft of cross-sections along X, closed by domed front and rear faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from longtail.curves import smoothstep
from longtail.scenes.assets.vehicles.shell import Points, Shell
from longtail.scenes.geometry.materials import CarPaint, Material

Curve = tuple[tuple[float, float], ...]
PAINT = CarPaint()


def along(curve: Curve, x_m: Points) -> Points:
    """The curve's value at x, without overshoot, constant beyond its ends."""
    knots = np.array(sorted(curve))
    if len(knots) == 1:
        return np.full_like(x_m, knots[0, 1])
    from scipy.interpolate import PchipInterpolator  # slow to import, and needed where meshes are made only

    return np.asarray(PchipInterpolator(*knots.T)(np.clip(x_m, knots[0, 0], knots[-1, 0])))


@dataclass(frozen=True)
class Lines:
    """The feature lines of a body, each as (x, value) knots in the vehicle's frame, in metres.

    Attributes:
        top: height of the centre line: bonnet, windscreen, roof, boot
        rail_z: height of the cant rail (above the side windows); on bonnet and boot the edge of the lid
        rail_y: half width at the cant rail
        waist: height of the lower edge of the side windows
        shoulder: height of the crease below it
        width: half width at the widest line, which lies at `belly`
        bottom: height of the underside
        nose, tail: (z, how far the end face lies back from the foremost or rearmost point)
        bow: (front, rear): how far the end faces curve back towards the sides
        round_m: (front, rear): radius of the edges of the end faces
        stations_m: extra cross-sections, where the profile is steep
        reach_m: (front, rear): over which length the end face's shape fades into the body
    """

    length_m: float
    top: Curve
    rail_z: Curve
    rail_y: Curve
    waist: Curve
    shoulder: Curve
    width: Curve
    belly: Curve
    bottom: Curve
    nose: Curve
    tail: Curve
    bow: tuple[float, float] = (0.2, 0.15)
    round_m: tuple[float, float] = (0.1, 0.1)
    reach_m: tuple[float, float] = (0.8, 1.0)
    bow_power: tuple[float, float] = (2.6, 3.2)
    waist_in_m: float = 0.05
    glass_bulge_m: float = 0.015
    roof_shoulder_m: float = 0.11
    stations_m: tuple[float, ...] = ()

    def rail_height(self, x_m: Points) -> Points:
        return along(self.rail_z, x_m)

    def rail_half_width(self, x_m: Points) -> Points:
        return along(self.rail_y, x_m)


@dataclass(frozen=True)
class Arch:
    """A wheel opening: wheel centre, its radius, and how far the metal around it is pulled out."""

    x_m: float
    z_m: float
    radius_m: float
    flare_m: float = 0.012


def _sections(lines: Lines, x: Points) -> Points:
    """Half sections (R, N, 2) of (y, z) from the bottom's middle to the roof's middle."""
    top, rail_z, rail_y = along(lines.top, x), along(lines.rail_z, x), along(lines.rail_y, x)
    waist, shoulder = along(lines.waist, x), along(lines.shoulder, x)
    w, belly, low = along(lines.width, x), along(lines.belly, x), along(lines.bottom, x)
    crown = top - rail_z
    in_m, zero = lines.waist_in_m, np.zeros_like(x)
    waist_y = w - in_m
    keys = [
        (zero, low),
        (w - 0.12, low),
        (w - 0.03, low + 0.07),
        (w - 0.016, 0.5 * low + 0.5 * belly),
        (w, belly),
        (w - 0.004, 0.55 * belly + 0.45 * shoulder),
        (w - 0.004, shoulder - 0.012),
        (w - 0.02, shoulder + 0.006),
        (w - 0.45 * in_m - 0.01, 0.45 * shoulder + 0.55 * waist),
        (waist_y, waist),
        (0.62 * waist_y + 0.38 * rail_y + lines.glass_bulge_m, 0.6 * waist + 0.4 * rail_z),
        (0.25 * waist_y + 0.75 * rail_y + 0.7 * lines.glass_bulge_m, 0.25 * waist + 0.75 * rail_z),
        (rail_y, rail_z),
        (rail_y - 0.5 * lines.roof_shoulder_m, rail_z + 0.42 * crown),
        (rail_y - lines.roof_shoulder_m, rail_z + 0.62 * crown),
        (0.5 * rail_y, rail_z + 0.92 * crown),
        (0.25 * rail_y, top),
        (zero, top),
    ]
    section = np.stack([np.stack([np.broadcast_to(y, x.shape), z], axis=-1) for y, z in keys], axis=1)
    # Chaikin's corner cutting, once; the ends stay on the middle plane.
    near, far = section[:, :-1], section[:, 1:]
    cut = np.stack([0.75 * near + 0.25 * far, 0.25 * near + 0.75 * far], axis=2).reshape(len(x), -1, 2)
    return np.concatenate([section[:, :1], cut, section[:, -1:]], axis=1)


def _end(ring: Points, x: float, out: int, radius: float, steps: int) -> list[Points]:
    """Rings (N, 3) that round the edge off and close the end face of a tube; `out` is +1 in front."""
    half = np.array([ring[:, 0].max(), np.ptp(ring[:, 1]) / 2])
    centre = np.array([0.0, ring[:, 1].min() + half[1]])
    rings = []
    angles = np.linspace(0, np.pi / 2, 5)[1:]
    insets = np.concatenate([radius * (1 - np.cos(angles)), np.linspace(radius, half.min(), steps + 1)[1:]])
    advance = np.concatenate([radius * np.sin(angles), np.full(steps, radius)])
    for inset, ahead in zip(insets, advance, strict=True):
        if inset <= radius:
            scale = 1 - inset / half
        else:
            scale = (1 - radius / half) * (half.min() - inset) / (half.min() - radius)
        flat = centre + (ring - centre) * np.maximum(scale, 0.004)
        rings.append(np.column_stack([np.full(len(flat), x + out * ahead), flat]))
    return rings


def body(
    lines: Lines, arches: Sequence[Arch] = (), *, paint: Material = PAINT, step_m: float = 0.095, end_steps: int = 9
) -> Shell:
    """The uncut skin of a body, its wheel arches flared."""
    half = lines.length_m / 2
    x_rear, x_front = -half + lines.round_m[1], half - lines.round_m[0]
    x = np.linspace(x_rear, x_front, round((x_front - x_rear) / step_m) + 1)
    x = np.unique(np.concatenate([x, lines.stations_m]))
    flat = _sections(lines, x)
    tube = [np.column_stack([np.full(len(ring), at), ring]) for at, ring in zip(x, flat, strict=True)]
    rear = _end(flat[0], x_rear, -1, lines.round_m[1], end_steps)
    front = _end(flat[-1], x_front, 1, lines.round_m[0], end_steps)
    rings = np.array([*rear[::-1], *tube, *front])
    count, sides = rings.shape[:2]
    points = rings.reshape(-1, 3)
    w = np.abs(points[:, 1]) / max(value for _, value in lines.width)
    for out, shape, bow, power, reach in [
        (1, lines.nose, lines.bow[0], lines.bow_power[0], lines.reach_m[0]),
        (-1, lines.tail, lines.bow[1], lines.bow_power[1], lines.reach_m[1]),
    ]:
        t = np.clip((out * points[:, 0] - half + reach) / reach, 0, 1)
        points[:, 0] -= out * smoothstep(t) * (along(shape, points[:, 2]) + bow * w**power)
    points[:, 0] *= lines.length_m / np.ptp(points[:, 0])
    points[:, 0] -= (points[:, 0].max() + points[:, 0].min()) / 2
    for arch in arches:
        away = np.hypot(points[:, 0] - arch.x_m, points[:, 2] - arch.z_m) - arch.radius_m
        points[:, 1] += arch.flare_m * np.exp(-((away / 0.07) ** 2)) * (w > 0.5)
    i, j = np.meshgrid(np.arange(count - 1), np.arange(sides - 1), indexing="ij")
    a = i * sides + j
    b, c, d = a + 1, a + sides, a + sides + 1
    triangles = np.concatenate([np.stack([a, b, d], -1).reshape(-1, 3), np.stack([a, d, c], -1).reshape(-1, 3)])
    return Shell(points, triangles, paint)
