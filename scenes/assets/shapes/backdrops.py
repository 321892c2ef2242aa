"""Hollow balls, seen from inside, that shine in a pattern: what is behind all else, and the light that comes from all
sides."""

from __future__ import annotations

from functools import partial

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.geometry.materials import Material
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.pattern_materials import KINDS, Kind, Pattern
from longtail.scenes.geometry.solids import lathe

RADIUS_M = 180.0
"""All around the camera; depth in a 16-bit layer reaches 256 m."""
_PITCHES_M = (14.0, 40.0, 110.0)


def _ball(kind: Kind, pitch_m: float) -> Mesh:
    return inside_of_a_ball(Pattern(kind, pitch_m, glows=True))


def inside_of_a_ball(material: Material) -> Mesh:
    """It stands on z = 0, as assets do; patterns count from there."""
    angle = np.linspace(-np.pi / 2, np.pi / 2, 25)
    profile = np.column_stack([np.maximum(np.cos(angle), 1e-3), np.sin(angle)]) * RADIUS_M
    outside = lathe(profile, material, sides=48).moved(z_m=RADIUS_M)
    return Mesh(outside.vertices_m, outside.triangles[:, ::-1], outside.slots, outside.materials, outside.smooth, None)


ASSETS: tuple[Asset, ...] = tuple(
    Procedural(
        f"backdrop/{kind}-{size}", "backdrop", (2 * RADIUS_M, 2 * RADIUS_M, 2 * RADIUS_M), tags=frozenset({kind}),
        tints=((1.0, 1.0, 1.0),), recipe=partial(_ball, kind, pitch_m),
    )
    for kind in KINDS
    for size, pitch_m in zip(("small", "middle", "large"), _PITCHES_M, strict=True)
)  # fmt: skip
