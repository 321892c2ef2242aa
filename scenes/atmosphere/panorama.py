"""Panoramas as skies: what a picture of all that is around shows of the sun, and which light it goes with."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from longtail.scenes.assets.library.description import SkySeen
from longtail.scenes.atmosphere.light import Light

Array = NDArray[np.float64]

LEAST_SUN_DEG = 5.0
"""Panoramas are skies of the day: below this the light is twilight's own."""
REACH_DEG = 10.0
"""A panorama's sun may be this far above or below the one that was drawn: the picture is stretched to meet it."""
_MOST_CLOUDS, _LEAST_CLOUDS = 0.6, 0.85
"""A sun that one sees has at most the former cover; from the latter on the covered sky has none."""
# Of all light that a picture holds; what is less is a lamp, or a gap in clouds.
_SUN_SHARE = 0.2
# Of a sun's own light, so near to its middle.
_COMPACT_SHARE, _COMPACT_DEG = 0.7, 10.0
# A covered sky is about three times as bright at the zenith as at the horizon (CIE S 011, standard overcast sky).
_EVEN = 8.0


# Red over blue of linear sRGB: clouds are grey, about from 4,600 to 11,000 K (our estimate), and a clear sky at sunset
# is as even as they are, and half as red.
_GREY = (0.7, 1.5)
# What stands before a sky is darker than a quarter of its median; houses and trees are low where that is no more than
# so much of what is higher (our estimates: of Blender's eight panoramas a sunrise over a field has none, a city 23 %).
_DARK, _BEFORE_SHARE, _LOW_DEG = 0.25, 0.05, 10.0


def sky_seen(kept: Array, lost: Array, red_over_blue: float = 1.0) -> SkySeen | None:
    """What is seen of the sky in a panorama; None where it shows neither a day's sun nor an even cover of clouds.

    `kept` (H, W) is the luminance of the picture as it is kept, its top row the zenith, and `lost` (H, W) what its sun
    was dimmed by, in the same unit; `red_over_blue` is of what is more than 20 degrees up. Rooms, nights and low suns
    are no skies.
    """
    rows, columns = kept.shape
    elevation = math.pi / 2 - (np.arange(rows) + 0.5) / rows * math.pi
    solid_sr = np.cos(elevation)[:, None] * (math.pi / rows) * (2 * math.pi / columns)
    upper, lower = kept[: rows // 2] * solid_sr[: rows // 2], kept[rows // 2 :] * solid_sr[rows // 2 :]
    level = float((upper * np.sin(elevation)[: rows // 2, None]).sum())
    if level <= 0 or _covered_share(kept, elevation, solid_sr) > _BEFORE_SHARE:
        return None
    weight = lost * solid_sr
    total = float(weight.sum())
    if total > _SUN_SHARE * (total + float(upper.sum() + lower.sum())):
        return _sunny(weight, elevation, level)
    bright = float(np.quantile(kept[: rows // 2], 0.999))
    grey = _GREY[0] <= red_over_blue <= _GREY[1]
    if grey and upper.sum() > lower.sum() and bright < _EVEN * float(upper.sum()) / (2 * math.pi):
        return SkySeen(level=round(level, 6))
    return None


def _covered_share(kept: Array, elevation: Array, solid_sr: Array) -> float:
    """How much of what is high is hidden by houses and trees, which labels would call sky."""
    high = elevation > math.radians(_LOW_DEG)
    dark = kept[high] < _DARK * np.median(kept[high])
    return float((dark * solid_sr[high]).sum() / (solid_sr[high].sum() * kept.shape[1]))


def _sunny(weight: Array, elevation: Array, level: float) -> SkySeen | None:
    # The middle column looks along X, and pictures run clockwise.
    columns = weight.shape[1]
    azimuth = (0.5 - (np.arange(columns) + 0.5) / columns) * 2 * math.pi
    flat = np.cos(elevation)[:, None]
    towards = np.stack(np.broadcast_arrays(flat * np.cos(azimuth), flat * np.sin(azimuth), np.sin(elevation)[:, None]))
    middle = (towards * weight).sum(axis=(1, 2))
    middle /= math.sqrt(float((middle**2).sum())) or 1.0
    near = np.tensordot(middle, towards, 1) > math.cos(math.radians(_COMPACT_DEG))
    high_deg = math.degrees(math.asin(min(max(float(middle[2]), -1.0), 1.0)))
    if float(weight[near].sum()) < _COMPACT_SHARE * float(weight.sum()) or high_deg < LEAST_SUN_DEG:
        return None
    turn_deg = math.degrees(math.atan2(float(middle[1]), float(middle[0])))
    return SkySeen(sun_elevation_deg=round(high_deg, 4), sun_azimuth_deg=round(turn_deg, 4), level=round(level, 6))


def serves(sky: SkySeen, light: Light) -> bool:
    """Whether a panorama may be the sky of this light: by day, its sun near the drawn one or hidden as that is."""
    if light.sun_elevation_deg < LEAST_SUN_DEG or not light.sky:
        return False
    if sky.sun_elevation_deg is None:
        return light.cloud_cover >= _LEAST_CLOUDS
    return light.cloud_cover <= _MOST_CLOUDS and abs(sky.sun_elevation_deg - light.sun_elevation_deg) <= REACH_DEG


def stretched(elevation_rad: Array, shown_deg: float, drawn_deg: float) -> Array:
    """Where in a picture whose sun is at `shown_deg` one looks so that it is seen at `drawn_deg`.

    Horizon and zenith stay; between these and the sun it is even.
    """
    shown, drawn, top = math.radians(shown_deg), math.radians(drawn_deg), math.pi / 2
    below, above = elevation_rad * (shown / drawn), shown + (elevation_rad - drawn) * ((top - shown) / (top - drawn))
    return np.where(elevation_rad < drawn, below, above)
