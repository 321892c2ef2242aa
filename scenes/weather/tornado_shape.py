"""The shape of a tornado as a mesh: a funnel about a bent axis, the dust whirling at its foot, and flying debris.

Lengths are metres in a frame whose origin is the foot of the axis on the ground, Z up. Surfaces are the outer bounds of
cloud and dust; how far a ray sees into them is the shader's business (`scenes/blender/tornado.py`), which finds its way
by the UVs: u is the angle about the axis in radians, v the height over the ground in metres.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.scenes.geometry.materials import Material, Principled
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.weather.tornado import Tornado

Array = NDArray[np.float64]
Rng = np.random.Generator

# Stand-ins that tell the parts of the mesh apart, in the order of its material slots.
FUNNEL: Material = Principled((0.5, 0.5, 0.5))
DUST: Material = Principled((0.4, 0.3, 0.2))
DEBRIS: Material = Principled((0.1, 0.1, 0.1))

_FUNNEL_SIDES, _FUNNEL_RINGS = 144, 128
_DUST_SIDES, _DUST_RINGS = 176, 56


def tornado_mesh(tornado: Tornado, rng: Rng, *, seam_rad: float = 0.0) -> Mesh:
    """The whole tornado with the slots FUNNEL, DUST and DEBRIS.

    `seam_rad` is the world direction from the axis in which u wraps round (best away from the eye).
    """
    bend = Axis.of(tornado)
    funnel = _funnel(tornado, bend, rng, seam_rad)
    dust = _dust(tornado, bend, rng, seam_rad)
    return join([funnel, dust, _debris(tornado, rng)])


def funnel_radius_m(tornado: Tornado, heights_m: ArrayLike) -> Array:
    """Mean radius of the funnel (...) at heights (...): half its width at the ground, flaring into the cloud base.

    A funnel that does not reach the ground ends in a rounded tip.
    """
    share = np.clip(np.asarray(heights_m, dtype=np.float64) / tornado.cloud_base_m, 0.0, 1.0)
    ground = tornado.width_m / 2
    radius = ground * (1 + 0.75 * share**1.3) + (0.05 * tornado.cloud_base_m + 0.35 * ground) * share**4.5
    tip = tip_height_m(tornado) / tornado.cloud_base_m
    if tip <= 0:
        return np.asarray(radius)
    above = np.clip((share - tip) / (1 - tip), 0.0, 1.0)
    return np.asarray(radius * np.clip(above / 0.7, 0.0, 1.0) ** 0.62)


def tip_height_m(tornado: Tornado) -> float:
    """Height at which the funnel of cloud ends, 0 where it touches the ground."""
    return max(0.0, 1 - tornado.condensed) * tornado.cloud_base_m


def dust_size_m(tornado: Tornado) -> tuple[float, float]:
    """(radius, height) of the dust about the foot."""
    radius = tornado.width_m / 2 * (1.25 + 0.45 * tornado.dust) + 40.0 * tornado.dust
    height = radius * (0.7 + 0.7 * tornado.dust)
    return radius, min(height, 0.45 * tornado.cloud_base_m)


class Axis:
    """The axis as horizontal offsets from its foot: a lean, and waves that grow with sinuosity and thinness."""

    def __init__(self, top_m: Array, waves: Array, height_m: float) -> None:
        self._top_m, self._waves, self._height_m = top_m, waves, height_m

    @classmethod
    def of(cls, tornado: Tornado) -> Axis:
        """The axis of `tornado`."""
        rng = np.random.default_rng(tornado.seed)
        height = tornado.cloud_base_m
        angle = math.radians(tornado.lean_towards_deg)
        top = height * math.tan(math.radians(tornado.lean_deg)) * np.array([math.cos(angle), math.sin(angle)])
        thin = 1 / (1 + tornado.width_m / 120)
        amplitude = tornado.sinuosity * thin * 0.1 * height
        modes = np.arange(1, 5)
        waves = amplitude * rng.normal(size=(4, 2, 2)) / modes[:, None, None] ** 1.6
        return cls(top, waves, height)

    def at(self, heights_m: ArrayLike) -> Array:
        """Offsets (N, 2) in metres at heights (N,)."""
        share = np.asarray(heights_m, dtype=np.float64) / self._height_m
        modes = np.arange(1, 5)
        phase = math.pi * modes[None] * share[:, None]
        wave = np.einsum("nm,mk->nk", np.sin(phase), self._waves[:, 0]) + np.einsum(
            "nm,mk->nk", np.cos(phase) - 1, 0.5 * self._waves[:, 1]
        )
        # The foot drags behind along the ground, the top runs up into the cloud.
        lean = (0.55 * share + 0.45 * share**2)[:, None] * self._top_m
        return np.asarray(lean + wave)


def _waves(rng: Rng, angle: Array, along: Array, *, twist: float, modes: int, slope: float, waves: int = 12) -> Array:
    """Noise of zero mean and unit deviation over an angle (N, 1) or (1, M) and a length (in radii), periodic in angle.

    A sum of random waves whose amplitudes fall by the power `slope` of their wave number, wound by `twist` radians a
    radius.
    """
    total = np.zeros(np.broadcast(angle, along).shape)
    power = 0.0
    for _ in range(modes):
        m, k = int(rng.integers(0, waves)), float(rng.normal(0, 0.3 * waves))
        amplitude = (1 + math.hypot(m, k)) ** -slope
        total += amplitude * np.cos(m * (angle - twist * along) + k * along + rng.uniform(0, 2 * math.pi))
        power += amplitude**2 / 2
    return np.asarray(total / math.sqrt(power))


def _revolved(centres_m: Array, heights_m: Array, radii_m: Array, seam_rad: float, material: Material) -> Mesh:
    """A skin over rings: centres (R, 2), heights (R,), radii (R, S) at S angles from 0 up to 2 pi past the seam."""
    rings, sides = radii_m.shape
    angle = np.linspace(0.0, 2 * math.pi, sides)
    around = np.stack([np.cos(angle + seam_rad), np.sin(angle + seam_rad)], axis=-1)
    flat = centres_m[:, None] + radii_m[..., None] * around[None]
    points = np.concatenate([flat, np.broadcast_to(heights_m[:, None, None], (rings, sides, 1))], axis=-1)
    uv = np.stack(np.broadcast_arrays(angle[None] + seam_rad, heights_m[:, None]), axis=-1)
    i, j = np.meshgrid(np.arange(rings - 1), np.arange(sides - 1), indexing="ij")
    a = i * sides + j
    b, c, d = a + 1, a + sides, a + sides + 1
    faces = np.concatenate([np.stack([a, b, d], -1).reshape(-1, 3), np.stack([a, d, c], -1).reshape(-1, 3)])
    return Mesh.of(points.reshape(-1, 3), faces, material, smooth=True, uv=uv.reshape(-1, 2))


def _closing(noise: Array) -> Array:
    """The last column made equal to the first."""
    noise[:, -1] = noise[:, 0]
    return noise


def _funnel(tornado: Tornado, axis: Axis, rng: Rng, seam_rad: float) -> Mesh:
    tip = tip_height_m(tornado)
    heights = tip + (tornado.cloud_base_m - tip) * np.linspace(0.0, 1.0, _FUNNEL_RINGS)
    radii = funnel_radius_m(tornado, heights)
    angle = np.linspace(0.0, 2 * math.pi, _FUNNEL_SIDES)[None]
    along = heights[:, None] / (tornado.width_m / 2 + 0.03 * tornado.cloud_base_m)
    rough = 0.025 + 0.04 * min(tornado.swirl, 1.2)
    lumps = _closing(_waves(rng, angle, along, twist=0.35, modes=40, slope=2.3))
    # Breaths: the whole ring widens and narrows along the axis.
    breath = _waves(rng, np.zeros((1, 1)), along, twist=0.0, modes=6, slope=0.6)
    factor = np.clip(1 + rough * (lumps + 0.6 * breath), 0.5, 1.6)
    return _revolved(axis.at(heights), heights, np.maximum(radii[:, None] * factor, 0.05), seam_rad, FUNNEL)


def _dust(tornado: Tornado, axis: Axis, rng: Rng, seam_rad: float) -> Mesh:
    radius, height = dust_size_m(tornado)
    t = np.linspace(0.0, 1.0, _DUST_RINGS)
    # A bowl that opens upwards and rounds off.
    profile = radius * (0.95 + 0.3 * t**0.8) * np.sqrt(np.maximum(1 - t**3, 1e-4))
    angle = np.linspace(0.0, 2 * math.pi, _DUST_SIDES)[None]
    along = (t * height / radius)[:, None]
    billows = _closing(_waves(rng, angle, along, twist=0.9, modes=50, slope=1.7, waves=16))
    broad = _closing(_waves(rng, angle, 0.4 * along, twist=1.2, modes=12, slope=1.6))
    factor = np.clip(1 + 0.06 * billows + 0.06 * broad, 0.6, 1.4)
    heights = t * height
    skin = _revolved(axis.at(heights), heights, profile[:, None] * factor, seam_rad, DUST)
    assert skin.uv is not None
    uv = np.stack([np.interp(skin.uv[..., 1], heights, profile), skin.uv[..., 1]], axis=-1)
    return replace(skin, uv=uv.astype(np.float32))


def _debris(tornado: Tornado, rng: Rng) -> Mesh:
    """Boards, sheets and branches in the air, as flat shards of 0.5 to 5 m."""
    radius, height = dust_size_m(tornado)
    count = int(40 + 140 * tornado.dust)
    angle = rng.uniform(0, 2 * math.pi, count)
    # Most fly near the edge of the dust, where they have been flung.
    out = radius * np.clip(rng.normal(1.05, 0.2, count), 0.5, 1.7)
    up = height * rng.beta(1.2, 2.2, count) * 1.3 + 1.0
    centre = np.stack([out * np.cos(angle), out * np.sin(angle), up], axis=-1)
    length = np.clip(rng.lognormal(0.1, 0.6, count), 0.5, 5.0)
    frame = np.linalg.qr(rng.normal(size=(count, 3, 3)))[0]
    a, b = frame[:, 0] * length[:, None] / 2, frame[:, 1] * (length * rng.uniform(0.1, 0.5, count))[:, None] / 2
    points = np.stack([centre - a - b, centre + a - b, centre + a + b, centre - a + b], axis=1)
    first = 4 * np.arange(count)
    faces = np.concatenate([first[:, None] + [0, 1, 2], first[:, None] + [0, 2, 3]])
    return Mesh.of(points.reshape(-1, 3), faces, DEBRIS)
