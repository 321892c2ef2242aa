"""Traffic cones (EN 13422) and the striped beacons of road works."""

from __future__ import annotations

from functools import partial

import numpy as np
import shapely

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.furniture.printing import RED, TO_FACE, WHITE
from longtail.scenes.geometry.materials import BLACK_PLASTIC, SignFace, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, cylinder, polygon

_ORANGE = SignFace(srgb("#e84a12"))


def _cone(scale: float) -> Mesh:
    white = SignFace((0.85, 0.85, 0.85))
    parts = [
        box((0.38, 0.38, 0.035), BLACK_PLASTIC, (0, 0, 0.0175), bevel_m=0.01),
        cylinder(0.14, 0.25, _ORANGE, top_radius_m=0.1).moved(z_m=0.035),
        cylinder(0.1, 0.15, white, top_radius_m=0.076).moved(z_m=0.285),
        cylinder(0.076, 0.12, _ORANGE, top_radius_m=0.0566).moved(z_m=0.435),
        cylinder(0.0566, 0.1, white, top_radius_m=0.0404).moved(z_m=0.555),
        cylinder(0.0404, 0.095, _ORANGE, top_radius_m=0.025).moved(z_m=0.655),
    ]
    return join(parts).scaled(scale, scale, scale)


def _beacon() -> Mesh:
    """A panel 25 x 100 cm with slanted stripes on a rubber foot."""
    plate = shapely.box(-0.125, 0.0, 0.125, 0.9)
    slants = [
        shapely.Polygon([(-0.2, z), (0.2, z + 0.4), (0.2, z + 0.55), (-0.2, z + 0.15)]) for z in np.arange(-0.5, 1, 0.3)
    ]
    red = shapely.union_all(slants).intersection(plate)
    face = join([polygon(red, 0.0, SignFace(RED)), polygon(plate.difference(red), 0.0, SignFace(WHITE))])
    front = face.transformed(TO_FACE).moved(0.018, 0.0, 0.14)
    core = box((0.028, 0.25, 0.9), SignFace(WHITE), (0.0, 0.0, 0.59))
    foot = box((0.8, 0.4, 0.12), BLACK_PLASTIC, (0.0, 0.0, 0.06), bevel_m=0.02)
    stem = box((0.04, 0.06, 0.1), BLACK_PLASTIC, (0.0, 0.0, 0.12))
    return join([foot, stem, core, front, front.rotated(2, np.pi)])


def _asset(name: str, scale: float) -> Asset:
    size = (0.38 * scale, 0.38 * scale, 0.75 * scale)
    return Procedural(f"cone/{name}", "traffic cone", size, tags=frozenset({"roadworks"}), recipe=partial(_cone, scale))


ASSETS: tuple[Asset, ...] = (
    _asset("traffic", 1.0),
    _asset("traffic-50", 0.667),
    _asset("traffic-100", 1.333),
    Procedural("cone/beacon", "traffic cone", (0.8, 0.4, 1.04), tags=frozenset({"roadworks"}), recipe=_beacon),
)
