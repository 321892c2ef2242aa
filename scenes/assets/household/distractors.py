"""Things that nobody looks for: parts, scraps, stones. Their label is `distractor`."""

from __future__ import annotations

from functools import partial

import numpy as np
import shapely

from longtail.annotate.rounding import product
from longtail.scenes.assets.household.tableware import SATIN_STEEL
from longtail.scenes.assets.household.turned import Row, rounded, thing
from longtail.scenes.assets.packs.household import METAL, PLASTIC, Stuff
from longtail.scenes.geometry.materials import BLACK_PLASTIC, GALVANISED, Material, Principled, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, convex_hull, cylinder, lathe, prism

_STONE = Principled((0.3, 0.29, 0.27), roughness=0.8, mottle=0.4)
_PLASTIC = Principled((1.0, 1.0, 1.0), roughness=0.4, tinted=True)
_FOAM = Principled((1.0, 1.0, 1.0), roughness=0.95, tinted=True)
_CORK = Principled((0.45, 0.3, 0.18), roughness=0.95)
_MUTED = tuple(srgb(code) for code in ("#4a5560", "#8a8578", "#6b4a3a", "#3d5a4c", "#9a7f3a", "#7a3a3a", "#c9c5bb"))


def _pebble(seed: int, size_m: tuple[float, float, float]) -> Mesh:
    """An ellipsoid, flattened here and there."""
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(700, 3))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    for flat in rng.normal(size=(5, 3)):
        beyond = product(points, (flat / np.linalg.norm(flat))[:, None]) - 0.75
        points -= 0.6 * np.maximum(beyond, 0.0) * flat / np.linalg.norm(flat)
    hull = convex_hull(points * size_m / 2, _STONE, smooth=True)
    return hull.moved(z_m=-float(hull.vertices_m[:, 2].min()))


def _bracket() -> Mesh:
    shape = shapely.Polygon([(0, 0), (0.07, 0), (0.07, 0.004), (0.004, 0.004), (0.004, 0.07), (0, 0.07)])
    return prism(shape, 0.0, 0.03, GALVANISED).moved(-0.035, -0.035)


def _gear() -> Mesh:
    teeth = 16
    angle = np.arange(4 * teeth) * 2 * np.pi / (4 * teeth)
    radius = np.where(np.arange(4 * teeth) % 4 < 2, 0.036, 0.03)
    outline = shapely.Polygon(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]))
    return prism(outline.difference(shapely.Point(0, 0).buffer(0.009, quad_segs=8)), 0.0, 0.014, BLACK_PLASTIC)


def _nut() -> Mesh:
    angle = np.arange(6) * np.pi / 3
    outline = shapely.Polygon(np.column_stack([0.024 * np.cos(angle), 0.024 * np.sin(angle)]))
    return prism(outline.difference(shapely.Point(0, 0).buffer(0.0125, quad_segs=8)), 0.0, 0.018, SATIN_STEEL)


def _wedge() -> Mesh:
    flat = prism(shapely.Polygon([(-0.06, 0), (0.06, 0), (0.06, 0.032)]), -0.022, 0.022, _PLASTIC)
    return flat.rotated(0, np.pi / 2)


def _tee(material: Material) -> Mesh:
    """A pipe fitting, its ends closed."""
    run = cylinder(0.016, 0.09, material, sides=28).rotated(1, np.pi / 2).moved(-0.045, 0, 0.019)
    side = cylinder(0.016, 0.045, material, sides=28).rotated(0, np.pi / 2).moved(0, 0, 0.019)
    collars = [
        cylinder(0.019, 0.014, material, sides=28).rotated(1, np.pi / 2).moved(x, 0, 0.019) for x in (-0.047, 0.033)
    ]
    return join([run, side, *collars])


def _sponge() -> Mesh:
    soft = box((0.11, 0.07, 0.026), _FOAM, (0, 0, 0.013), bevel_m=0.006)
    scour = box((0.109, 0.069, 0.008), Principled((0.05, 0.16, 0.06), roughness=1.0), (0, 0, 0.03), bevel_m=0.002)
    return join([soft, scour])


def _stopper() -> Mesh:
    return lathe(rounded([(0.0, 0.0), (0.014, 0.0), (0.018, 0.045), (0.0, 0.045)], 0.002), _CORK, sides=28)


ROWS: tuple[Row, ...] = (
    thing("pebble", "distractor", (0.0712, 0.053, 0.0398), partial(_pebble, 3, (0.075, 0.055, 0.04)), Stuff(2600, 0.6)),
    thing(
        "pebble_flat", "distractor", (0.1062, 0.0798, 0.028), partial(_pebble, 8, (0.11, 0.08, 0.03)), Stuff(2600, 0.6)
    ),
    thing("bracket", "distractor", (0.07, 0.07, 0.03), _bracket, METAL),
    thing("gear", "distractor", (0.072, 0.072, 0.014), _gear, PLASTIC),
    thing("nut", "distractor", (0.048, 0.0416, 0.018), _nut, METAL),
    thing("wedge", "distractor", (0.12, 0.044, 0.032), _wedge, PLASTIC, tints=_MUTED),
    thing("pipe_tee", "distractor", (0.094, 0.064, 0.038), partial(_tee, _PLASTIC), PLASTIC, tints=_MUTED),
    thing("sponge", "distractor", (0.11, 0.07, 0.034), _sponge, Stuff(60, 0.7), tints=_MUTED),
    thing("stopper", "distractor", (0.0356, 0.0356, 0.045), _stopper, Stuff(240, 0.6)),
)
