"""Half a field of view, as far as a lens has it."""

from __future__ import annotations

import math


def half_field_rad(horizontal_fov_deg: float, limit_rad: float) -> float:
    """Half of `horizontal_fov_deg` in radians. ValueError: it is beyond `limit_rad`, where a fisheye folds back.

    Examples:
        >>> round(half_field_rad(180, math.pi) * 2 / math.pi, 9)
        1.0
    """
    half_rad = math.radians(horizontal_fov_deg) / 2
    if half_rad > limit_rad:
        limit_deg = math.degrees(2 * limit_rad)
        raise ValueError(
            f"expected a horizontal field up to {limit_deg:.1f} deg, where this distortion folds back, "
            f"got {horizontal_fov_deg:g} deg"
        )
    return half_rad
