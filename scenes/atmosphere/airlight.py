"""What the air itself sends to the eye, and which of it the renderer need not trace."""

from __future__ import annotations

import math
from collections.abc import Iterable

from longtail.colour import unit_luminance
from longtail.scenes.atmosphere.air import AirLayer, extinction
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.geometry.materials import Rgb

# How far around the eye the air is filled: streets end before.
REACH_M = 800.0
# Air in which one sees farther than this takes a few percent of what a street shows. As a traced volume it would cost
# as much as dense fog; laid over the finished picture it costs nothing, and mirrors may do without it.
_THIN_1_M = extinction(6_000.0)
# Air in which one sees farther than 20 km is left out.
_LEAST_1_M = extinction(20_000.0)


def dense(layers: Iterable[AirLayer]) -> tuple[AirLayer, ...]:
    """The layers that are rendered as volumes."""
    return tuple(layer for layer in layers if layer.extinction_1_m >= _THIN_1_M)


def thin(layers: Iterable[AirLayer]) -> tuple[AirLayer, ...]:
    """The layers that are laid over the picture."""
    return tuple(layer for layer in layers if _LEAST_1_M <= layer.extinction_1_m < _THIN_1_M)


def airlight(light: Light, albedo_rgb: Rgb = (1.0, 1.0, 1.0)) -> Rgb:
    """Radiance in kcd/m2 that an endless depth of the air sends: that of a white sky of the same illuminance.

    Indoors lamps light it, which are none of the sky's."""
    level = (light.horizontal_lux + light.lamps_lux) / 1000 / math.pi
    blue = 1.04 if light.sun_elevation_deg > -4 else 0.85
    tone = unit_luminance(light.sky_filter)
    red, green, blue = (level * a * b * c for a, b, c in zip((0.99, 1.0, blue), tone, albedo_rgb, strict=True))
    return red, green, blue
