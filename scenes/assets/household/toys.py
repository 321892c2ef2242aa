"""Toy blocks and balls."""

from __future__ import annotations

from functools import partial

import numpy as np
import shapely

from longtail.scenes.assets.household.turned import Row, rounded, thing
from longtail.scenes.assets.packs.household import RUBBER, WOOD
from longtail.scenes.geometry.materials import Principled, srgb
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.solids import box, ellipsoid, lathe, prism

_LACQUER = Principled((1.0, 1.0, 1.0), roughness=0.28, coat=0.3, tinted=True)
_SOFT = Principled((1.0, 1.0, 1.0), roughness=0.55, tinted=True)
_BRIGHT = tuple(
    srgb(code) for code in ("#aa3f38", "#38619c", "#c8a43c", "#43824f", "#c8793c", "#c1a680", "#c1a680", "#775084")
)


def _block(x_m: float, y_m: float, z_m: float) -> Mesh:
    return box((x_m, y_m, z_m), _LACQUER, (0, 0, z_m / 2), bevel_m=0.0018)


def _arch() -> Mesh:
    shape = shapely.box(-0.05, 0, 0.05, 0.05).difference(shapely.Point(0, 0).buffer(0.026, quad_segs=12))
    return _stood(prism(shape, -0.0125, 0.0125, _LACQUER))


def _roof() -> Mesh:
    return _stood(prism(shapely.Polygon([(-0.04, 0), (0.04, 0), (0, 0.04)]), -0.0125, 0.0125, _LACQUER))


def _stood(flat: Mesh) -> Mesh:
    return flat.rotated(0, np.pi / 2)


def _pillar() -> Mesh:
    return lathe(rounded([(0.0, 0.0), (0.016, 0.0), (0.016, 0.075), (0.0, 0.075)], 0.0018), _LACQUER, sides=32)


def _ball(radius_m: float) -> Mesh:
    return ellipsoid((radius_m,) * 3, _SOFT, (0, 0, radius_m), sides=40)


ROWS: tuple[Row, ...] = (
    thing("block_cube", "block", (0.04, 0.04, 0.04), partial(_block, 0.04, 0.04, 0.04), WOOD, tints=_BRIGHT),
    thing("block_long", "block", (0.08, 0.04, 0.02), partial(_block, 0.08, 0.04, 0.02), WOOD, tints=_BRIGHT),
    thing("block_large", "block", (0.08, 0.04, 0.04), partial(_block, 0.08, 0.04, 0.04), WOOD, tints=_BRIGHT),
    thing("block_arch", "block", (0.1, 0.025, 0.05), _arch, WOOD, tints=_BRIGHT),
    thing("block_roof", "block", (0.08, 0.025, 0.04), _roof, WOOD, tints=_BRIGHT),
    thing("block_pillar", "block", (0.032, 0.032, 0.075), _pillar, WOOD, tints=_BRIGHT),
    thing("ball", "ball", (0.064, 0.064, 0.064), partial(_ball, 0.032), RUBBER, tints=_BRIGHT),
    thing("ball_large", "ball", (0.12, 0.12, 0.12), partial(_ball, 0.06), RUBBER, tints=_BRIGHT),
)
