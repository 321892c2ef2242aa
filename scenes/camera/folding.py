"""Lenses that a camera's matrix gives: those whose picture ends before its borders are refused."""

from __future__ import annotations

import math

import numpy as np

from longtail.annotate.camera import Lens, Pinhole

_NARROWEST_DEG, _WIDEST_DEG = 0.5, 172.0


def require_rays(lens: Lens) -> None:
    """ValueError, naming the angle, where the formula of `lens` folds back within the picture.

    Asked of the borders in the row and the column of the principal point; beyond a fold that reaches no farther than
    corners there is no ray, and nothing to see. So it is beyond the rim of a fisheye's image circle, which is taken to
    be what ends a field of half a turn or more. A pinhole has a field that a perspective camera of Blender can have.
    """
    if isinstance(lens, Pinhole) and not _NARROWEST_DEG <= lens.horizontal_fov_deg <= _WIDEST_DEG:
        raise ValueError(
            f"expected a pinhole whose focal length over the picture's width is that of a field of {_NARROWEST_DEG:g} "
            f"to {_WIDEST_DEG:g} deg, got {lens.horizontal_fov_deg:.3g} deg; try another fx_px or camera.size_px"
        )
    column = min(max(lens.cx_px, 0.0), float(lens.width_px))
    row = min(max(lens.cy_px, 0.0), float(lens.height_px))
    if not lens.central and lens.fx_px != lens.fy_px:
        raise ValueError(
            f"expected an orthographic camera of square pixels, got {lens.fx_px:g} and {lens.fy_px:g} pixels a metre; "
            "leave fy_px out"
        )
    borders = [[0.0, row], [lens.width_px, row], [column, 0.0], [column, lens.height_px]]
    if np.isfinite(lens.rays(borders)).all():
        return
    if lens.limit_rad <= math.pi / 2:
        raise ValueError(
            "expected a distortion that reaches all borders of the picture, got one that folds back "
            f"{math.degrees(lens.limit_rad):.1f} deg from the optical axis, before the border; try a calibration of "
            "the whole picture, a smaller camera.size_px or a longer fx_px"
        )
    if lens.name == "equirectangular":
        raise ValueError(
            "expected a panorama of up to 360 by 180 deg, got "
            f"{math.degrees(lens.width_px / lens.fx_px):.1f} by {math.degrees(lens.height_px / lens.fy_px):.1f} deg "
            f"around [{lens.cx_px:g}, {lens.cy_px:g}]; try a smaller camera.size_px or longer fx_px and fy_px"
        )
