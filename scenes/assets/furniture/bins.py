"""Bins: litter bins, household wheelie bins (EN 840), recycling containers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import shapely

from longtail.scenes.assets.asset import Asset, Procedural, Vector
from longtail.scenes.geometry.materials import BLACK_PLASTIC, GALVANISED, RUBBER, Material, Principled, Rgb, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, cylinder, lathe, loft, prism, tube

_HDPE = Principled((0.8, 0.8, 0.8), roughness=0.5, mottle=0.25, tinted=True)
_BIN_TINTS = tuple(srgb(code) for code in ("#35393b", "#2f5b3a", "#27486f", "#5b3d28", "#3b4043", "#8a1f1c"))


def _tapered(low: tuple[float, float], high: tuple[float, float], z0: float, z1: float, material: Material) -> Mesh:
    """A box whose foot and top differ in size, with rounded corners."""

    def ring(size: tuple[float, float], z: float) -> np.ndarray:  # type: ignore[type-arg]
        half = np.array(size) / 2
        outline = shapely.box(-half[0], -half[1], half[0], half[1]).buffer(-0.04).buffer(0.04, quad_segs=2)
        points = shapely.get_coordinates(shapely.orient_polygons(outline))[:-1]
        return np.column_stack([points, np.full(len(points), z)])

    return loft([ring(low, z0), ring(high, z1)], material)


def _wheelie(depth_m: float, width_m: float, height_m: float, lid: Material | None) -> Mesh:
    """A two-wheeled bin; the lid's handle and the axle are at the back."""
    cover = lid or _HDPE
    body = _tapered((depth_m * 0.68, width_m * 0.8), (depth_m * 0.88, width_m * 0.96), 0.06, height_m - 0.08, _HDPE)
    rim = box((depth_m * 0.92, width_m, 0.05), _HDPE, (0.0, 0.0, height_m - 0.1), bevel_m=0.015)
    top = box((depth_m * 0.93, width_m * 0.98, 0.06), cover, (0.01, 0.0, height_m - 0.03), bevel_m=0.025)
    back = -depth_m / 2
    grip = [(back + 0.014, side * width_m * 0.4, height_m - 0.05) for side in (-1, 1)]
    handle = tube(grip, 0.016, cover, sides=6)
    wheel = cylinder(0.1, 0.05, RUBBER, sides=14).rotated(0, np.pi / 2)
    wheels = [wheel.moved(back + 0.115, y, 0.1) for y in (width_m * 0.36, -width_m * 0.36 + 0.05)]
    front = box((0.06, width_m * 0.6, 0.08), _HDPE, (depth_m * 0.3, 0.0, 0.04))
    ribs = [box((0.02, width_m * 0.5, 0.02), _HDPE, (depth_m * 0.385 + k * 0.01, 0.0, 0.3 + 0.2 * k)) for k in range(3)]
    tip = box((0.05, 0.16, 0.02), cover, (depth_m / 2 - 0.025, 0.0, height_m - 0.055))
    return join([body, rim, top, handle, *wheels, front, *ribs, tip])


def _container() -> Mesh:
    """The four-wheeled 1100 litre container: 1.37 x 1.07 x 1.37 m."""
    body = _tapered((0.82, 1.15), (1.0, 1.33), 0.2, 1.18, _HDPE)
    rim = box((1.07, 1.37, 0.06), _HDPE, (0.0, 0.0, 1.2), bevel_m=0.02)
    angle = np.linspace(0, np.pi, 9)
    section = [(0.5 * np.cos(a), 1.23 + 0.14 * np.sin(a)) for a in angle]
    lid = loft([[(x, y, z) for x, z in section] for y in (-0.64, 0.64)][::-1], _HDPE)
    castors = [
        join([cylinder(0.09, 0.05, RUBBER, sides=12).rotated(0, np.pi / 2).moved(x, y + 0.025, 0.09),
              box((0.06, 0.08, 0.16), GALVANISED, (x, y, 0.17))])
        for x in (-0.3, 0.3) for y in (-0.48, 0.48)
    ]  # fmt: skip
    return join([body, rim, lid, *castors])


def _post_bin(shell: Material) -> Mesh:
    """A litter bin of sheet steel hung on a post."""
    post = tube([(-0.2, 0.0, 0.0), (-0.2, 0.0, 1.1)], 0.03, GALVANISED, sides=8)
    outline = shapely.Point(0.0, 0.0).buffer(0.19, quad_segs=5)
    body = prism(outline, 0.45, 0.92, shell)
    band = prism(outline.buffer(0.008).difference(outline.buffer(-0.01)), 0.86, 0.95, GALVANISED)
    hood = lathe([(0.2, 1.0), (0.205, 1.02), (0.15, 1.07), (0.02, 1.1)], shell, sides=18)
    struts = [
        box((0.02, 0.02, 0.1), GALVANISED, (0.16 * np.cos(a), 0.16 * np.sin(a), 0.97)) for a in (1.0, -1.0, 2.4, -2.4)
    ]
    mouth = cylinder(0.175, 0.004, BLACK_PLASTIC, sides=16).moved(z_m=0.925)
    return join([post, body, band, hood, *struts, mouth])


def _slatted() -> Mesh:
    """A round park bin of upright slats around a liner."""
    wood = Principled(srgb("#5a3a22"), roughness=0.7, mottle=0.4)
    slat = box((0.025, 0.075, 0.72), wood, (0.235, 0.0, 0.44), bevel_m=0.006)
    slats = [slat.rotated(2, a) for a in np.linspace(0, 2 * np.pi, 18, endpoint=False)]
    rings = [
        lathe([(0.222, z), (0.252, z), (0.252, z + 0.03), (0.222, z + 0.03)], BLACK_PLASTIC, sides=24)
        for z in (0.2, 0.66)
    ]
    liner = cylinder(0.2, 0.76, BLACK_PLASTIC, sides=18).moved(z_m=0.04)
    lid = lathe([(0.27, 0.8), (0.275, 0.83), (0.19, 0.88), (0.06, 0.9)], BLACK_PLASTIC, sides=24)
    foot = cylinder(0.21, 0.06, BLACK_PLASTIC, sides=18)
    return join([*slats, *rings, liner, lid, foot])


def _igloo(shell: Material) -> Mesh:
    """A bottle bank: a dome with round mouths."""
    dome = lathe(
        [(0.72, 0.08), (0.76, 0.2), (0.77, 0.7), (0.7, 1.1), (0.52, 1.42), (0.3, 1.58), (0.12, 1.62)], shell, sides=24
    )
    foot = cylinder(0.68, 0.1, BLACK_PLASTIC, sides=24)
    mouths = []
    for angle in (0.0, np.pi):
        hole = cylinder(0.09, 0.05, BLACK_PLASTIC, sides=14).rotated(1, np.pi / 2 - 0.3).moved(0.68, 0.0, 1.12)
        mouths.append(hole.rotated(2, angle))
    hook = tube([(-0.06, 0, 1.6), (-0.06, 0, 1.7), (0.06, 0, 1.7), (0.06, 0, 1.6)], 0.016, GALVANISED, sides=6)
    label = box((0.004, 0.4, 0.28), Principled((0.7, 0.7, 0.68), roughness=0.5), (0.776, 0.0, 0.55))
    return join([dome, foot, *mouths, hook, label])


def _asset(name: str, size_m: Vector, recipe: Callable[[], Mesh], *tags: str, tints: tuple[Rgb, ...] = ()) -> Asset:
    return Procedural(f"bin/{name}", "trash can", size_m, tags=frozenset(tags), tints=tints, recipe=recipe)


def _household(name: str, size_m: Vector, lid: Material | None = None) -> Asset:
    """A wheelie bin; where the lid has a colour of its own, the body is grey."""
    tints = _BIN_TINTS if lid is None else _BIN_TINTS[:1]
    return _asset(name, size_m, partial(_wheelie, *size_m, lid), "pavement", "household", tints=tints)


_GREEN = Principled(srgb("#2f5d3c"), roughness=0.5, mottle=0.2)
_GREY = Principled(srgb("#6d7276"), roughness=0.5, mottle=0.2)
_ORANGE = Principled(srgb("#c2561a"), roughness=0.5, mottle=0.2)
_LID_YELLOW = Principled(srgb("#d9a614"), roughness=0.5, mottle=0.2)
_LID_BLUE = Principled(srgb("#23528c"), roughness=0.5, mottle=0.2)

ASSETS: tuple[Asset, ...] = (
    _asset("post-green", (0.435, 0.41, 1.1), partial(_post_bin, _GREEN), "pavement"),
    _asset("post-grey", (0.435, 0.41, 1.1), partial(_post_bin, _GREY), "pavement"),
    _asset("post-orange", (0.435, 0.41, 1.1), partial(_post_bin, _ORANGE), "pavement"),
    _asset("slatted-round", (0.55, 0.55, 0.9), _slatted, "pavement"),
    _household("wheelie-120", (0.55, 0.48, 0.93)),
    _household("wheelie-240", (0.74, 0.58, 1.07)),
    _household("wheelie-yellow", (0.74, 0.58, 1.07), _LID_YELLOW),
    _household("wheelie-blue", (0.55, 0.48, 0.93), _LID_BLUE),
    _asset("container-1100", (1.07, 1.37, 1.37), _container, "pavement", "household", tints=_BIN_TINTS[:3]),
    _asset("bottle_bank-green", (1.54, 1.54, 1.716), partial(_igloo, _GREEN), "recycling"),
    _asset("bottle_bank-grey", (1.54, 1.54, 1.716), partial(_igloo, _GREY), "recycling"),
)
