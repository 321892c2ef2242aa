"""The mean wind as a vector, from what weather reports say of it."""

from __future__ import annotations

import math

from longtail.scenes.assets.asset import Vector

# Mean wind grows with height by a power law; in towns with an exponent near 0.3 (Counihan, Atmospheric Environment 9,
# 1975), from the 10 m of weather reports down to the height of a driver's eye.
_EXPONENT, _REPORTED_M, EYE_M = 0.3, 10.0, 1.5


def town_wind_m_s(reported_m_s: float, towards_rad: float) -> Vector:
    """The wind at a driver's eye in a town, of `reported_m_s` at 10 m that blows towards a world heading."""
    speed = reported_m_s * (EYE_M / _REPORTED_M) ** _EXPONENT
    return math.cos(towards_rad) * speed, math.sin(towards_rad) * speed, 0.0
