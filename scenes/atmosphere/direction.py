"""Which way a body in the sky stands."""

from __future__ import annotations

import math

from longtail.scenes.assets.asset import Vector


def towards(elevation_deg: float, azimuth_deg: float) -> Vector:
    """The unit vector towards it; azimuths are counter-clockwise from X.

    Examples:
        >>> [round(x, 3) for x in towards(30.0, 90.0)]
        [0.0, 0.866, 0.5]
    """
    elevation, azimuth = math.radians(elevation_deg), math.radians(azimuth_deg)
    return math.cos(elevation) * math.cos(azimuth), math.cos(elevation) * math.sin(azimuth), math.sin(elevation)
