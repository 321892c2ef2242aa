"""Lens flare: ghosts of lights by reflections between lens surfaces, and the rays that the aperture's edge makes.

Ghosts lie on the line through a light and the optical axis, each an out-of-focus picture of the aperture in the colour
that a coating reflects (M. Hullin et al., "Physically-Based Real-Time Lens Flare Rendering", ACM TOG 30(4), 2011). Rays
stand across the straight parts of the aperture's edge and fall off as the inverse square of the distance, as Fraunhofer
diffraction by an edge does (M. Born and E. Wolf, "Principles of Optics", section 8.5).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from longtail.curves import smoothstep
from longtail.render.sensor.light_sources import LightSource, light_sources
from longtail.render.sensor.shot import Array, Shot


@dataclass(frozen=True)
class _Ghost:
    """`place` along the line from the axis (0) to the light (1); radius as a share of the width; share of the ghosts'
    light; tint."""

    place: float
    radius: float
    share: float
    rgb: tuple[float, float, float]


_GHOSTS = (
    _Ghost(-0.42, 0.030, 0.16, (0.6, 1.2, 0.9)),
    _Ghost(-0.95, 0.085, 0.30, (1.3, 0.8, 1.1)),
    _Ghost(-0.18, 0.014, 0.06, (1.2, 1.0, 0.6)),
    _Ghost(0.34, 0.022, 0.10, (0.7, 0.9, 1.5)),
    _Ghost(0.58, 0.048, 0.14, (0.8, 1.2, 0.8)),
    _Ghost(-1.6, 0.120, 0.24, (0.9, 1.0, 1.3)),
)
# How soft the edge of a point's ghost is, as a share of its radius.
_SHARPEST = 0.12
_BLADES = 7
_TURN_RAD = 0.2
_RAY_WIDTH = 0.0011
# What no eye would find in the picture.
_FAINTEST = 1.5e-3


def flare(linear: Array, shot: Shot) -> Array:
    """`linear` (H, W, 3) with the shares `sensor.flare` and `sensor.starburst` of its lights in ghosts and rays.

    The added light is less than a percent of the lights', which are left as they are.
    """
    sensor = shot.sensor
    if not sensor.flare and not sensor.starburst:
        return linear
    lights = light_sources(linear)
    if not lights:
        return linear
    result = linear.copy()
    if sensor.flare:
        _add_ghosts(result, lights, shot)
    for light in lights if sensor.starburst else ():
        _add_rays(result, light, sensor.starburst)
    return result


def _add_ghosts(picture: Array, lights: tuple[LightSource, ...], shot: Shot) -> None:
    lens = shot.view.camera.lens
    for light in lights:
        for ghost in _GHOSTS:
            x = lens.cx_px + ghost.place * (light.x_px - lens.cx_px)
            y = lens.cy_px + ghost.place * (light.y_px - lens.cy_px)
            aperture = max(ghost.radius * lens.width_px, 1.5)
            # Each point of a light has a ghost of its own: a window's is no disc, but a blur as wide as both together.
            blur = abs(ghost.place) * light.radius_px
            radius = math.hypot(aperture, blur)
            level = light.flux * shot.sensor.flare * ghost.share * ghost.rgb / (math.pi * radius**2)
            if level.max() > _FAINTEST:
                softness = max(_SHARPEST, blur / radius)
                _add(picture, x, y, math.ceil((1 + softness) * radius), partial(_pupil, radius, softness), level)


def _pupil(radius: float, softness: float, dx: Array, dy: Array) -> Array:
    """A disc whose edge is as soft as `softness`, a share of `radius`; where it is sharp, its rim is slightly brighter,
    as spherical aberration leaves it."""
    r = np.sqrt(dx * dx + dy * dy) / np.float32(radius)
    edge = np.clip((1 + softness - r) / (2 * softness), 0.0, 1.0)
    rim = 0.3 * (1 - softness)
    return np.asarray(smoothstep(edge) * (1 - rim / 2 + rim * np.minimum(r, 1.0) ** 4), dtype=np.float32)


def _add_rays(picture: Array, light: LightSource, share: float) -> None:
    """An odd number of blades throws twice as many rays."""
    count = 2 * _BLADES
    # As wide as the light: each of its points has rays of its own.
    width_px = math.hypot(max(_RAY_WIDTH * picture.shape[1], 0.7), light.radius_px)
    core_px = 3 * width_px
    # A ray of Gaussian profile across, 1 / (r^2 + core^2) along it.
    level = light.flux * share / count / (math.sqrt(2 * math.pi) * width_px * math.pi / (2 * core_px))
    reach = math.sqrt(max(float(level.max()) / _FAINTEST, 0.0))
    if reach < 2 * core_px:
        return

    def rays(dx: Array, dy: Array) -> Array:
        r2 = dx * dx + dy * dy
        turned = (np.arctan2(dy, dx) - _TURN_RAD) * (count / (2 * math.pi))
        off = (turned - np.round(turned)) * (2 * math.pi / count)
        across = np.sqrt(r2) * np.sin(np.abs(off))
        return np.asarray(np.exp(-((across / width_px) ** 2) / 2) / (r2 + core_px**2), dtype=np.float32)

    _add(picture, light.x_px, light.y_px, math.ceil(min(reach, 0.4 * picture.shape[1])), rays, level)


def _add(
    picture: Array,
    x_px: float,
    y_px: float,
    reach_px: int,
    shape: Callable[[Array, Array], Array],
    level: NDArray[np.float64],
) -> None:
    """Add `shape(dx, dy)` times `level` (3,) to the window of the picture around a place."""
    height, width = picture.shape[:2]
    left, right = max(math.floor(x_px) - reach_px, 0), min(math.floor(x_px) + reach_px + 1, width)
    top, bottom = max(math.floor(y_px) - reach_px, 0), min(math.floor(y_px) + reach_px + 1, height)
    if left >= right or top >= bottom:
        return
    dx = np.arange(left, right, dtype=np.float32)[None, :] + np.float32(0.5 - x_px)
    dy = np.arange(top, bottom, dtype=np.float32)[:, None] + np.float32(0.5 - y_px)
    picture[top:bottom, left:right] += shape(dx, dy)[..., None] * level.astype(np.float32)
