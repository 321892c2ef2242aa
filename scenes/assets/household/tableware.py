"""Mugs, bowls, plates, glasses, jars and cutlery, at the sizes of what shops sell."""

from __future__ import annotations

from functools import partial

import numpy as np
import shapely

from longtail.scenes.assets.household.turned import Row, thing, vessel
from longtail.scenes.assets.packs.household import CERAMIC, GLASS, METAL, SHEET
from longtail.scenes.geometry.materials import Glass, Material, Principled, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import loft, prism, tube

GLAZE = Principled((1.0, 1.0, 1.0), roughness=0.14, coat=0.5, tinted=True)
STONEWARE = Principled((1.0, 1.0, 1.0), roughness=0.5, tinted=True)
CLEAR = Glass((0.93, 0.95, 0.94))
GREEN_GLASS = Glass((0.3, 0.5, 0.28))
BROWN_GLASS = Glass((0.42, 0.2, 0.06))
STEEL = Principled((0.62, 0.61, 0.6), roughness=0.07, metallic=1.0)
SATIN_STEEL = Principled((0.58, 0.57, 0.55), roughness=0.24, metallic=1.0)

_CHINA = tuple(
    srgb(code)
    for code in ("#eeece6", "#f3f1ea", "#dcd6c8", "#2f4a63", "#7d9a8c", "#a14a3a", "#30302f", "#c79a4b", "#8ba0b0")
)


def _mug(radius_m: float, height_m: float, material: Material, taper: float = 1.0) -> Mesh:
    body = vessel(
        [(radius_m * taper - 0.003, 0.0), (radius_m * taper, 0.004), (radius_m, height_m)], 0.0038, 0.006, material
    )
    angle = np.linspace(-0.42 * np.pi, 0.42 * np.pi, 14)
    reach, tall = 0.032, 0.36 * height_m
    path = np.column_stack(
        [radius_m - 0.004 + reach * np.cos(angle) ** 0.8, np.zeros(14), height_m * 0.52 + tall * np.sin(angle) / 0.97]
    )
    ends = np.array([[radius_m - 0.003, 0, path[0, 2] + 0.002], [radius_m - 0.003, 0, path[-1, 2] - 0.002]])
    handle = tube(np.vstack([ends[:1], path, ends[1:]]), 0.0052, material, sides=12)
    return join([body, handle])


def _bowl(radius_m: float, height_m: float, material: Material, wall_m: float = 0.004) -> Mesh:
    foot = radius_m * 0.48
    angle = np.linspace(0, np.pi / 2, 9)
    curve = [
        (foot + (radius_m - foot) * float(np.sin(a)), 0.008 + (height_m - 0.008) * float(1 - np.cos(a))) for a in angle
    ]
    return vessel([(foot - 0.002, 0.0), *curve], wall_m, 0.011, material, round_m=0.0015)


def _plate(radius_m: float, material: Material) -> Mesh:
    r = radius_m
    outline = [(0.56 * r, 0.0), (0.6 * r, 0.003), (0.66 * r, 0.008), (0.74 * r, 0.014), (r, 0.021)]
    inner = [(r - 0.002, 0.0235), (0.74 * r, 0.0175), (0.64 * r, 0.0095), (0.58 * r, 0.0075), (0.0, 0.0072)]
    from longtail.scenes.assets.household.turned import rounded
    from longtail.scenes.geometry.solids import lathe

    return lathe(rounded([(0.0, 0.0025), (0.53 * r, 0.0025), *outline, *inner], 0.003), material, sides=64)


def _tumbler(radius_m: float, height_m: float, material: Material) -> Mesh:
    return vessel([(radius_m * 0.82, 0.0), (radius_m, height_m)], 0.0024, 0.009, material, round_m=0.003)


def _wine_glass(radius_m: float, height_m: float) -> Mesh:
    bowl_from = 0.46 * height_m
    tall = height_m - bowl_from
    foot = radius_m * 0.92
    outer = [(0.0, 0.0), (foot, 0.0), (foot, 0.0025), (0.012, 0.009), (0.0045, 0.02), (0.004, bowl_from - 0.012)]
    bulge = [
        (0.012, bowl_from + 0.002),
        (radius_m * 0.72, bowl_from + 0.16 * tall),
        (radius_m * 0.98, bowl_from + 0.42 * tall),
        (radius_m, bowl_from + 0.58 * tall),
        (radius_m * 0.82, height_m),
    ]
    inner = [(r - 0.0018, z + (0.004 if k == 0 else 0.0)) for k, (r, z) in enumerate(bulge)]
    from longtail.scenes.assets.household.turned import rounded
    from longtail.scenes.geometry.solids import lathe

    outline = [*outer, *bulge, *reversed(inner), (0.0, bowl_from + 0.005)]
    return lathe(rounded(outline, 0.012), CLEAR, sides=48)


def _jar(radius_m: float, height_m: float) -> Mesh:
    body = vessel(
        [
            (radius_m - 0.004, 0.0),
            (radius_m, 0.006),
            (radius_m, height_m * 0.8),
            (radius_m * 0.8, height_m * 0.9),
            (radius_m * 0.8, height_m * 0.99),
        ],
        0.003,
        0.006,
        CLEAR,
    )
    lid = vessel([(0.001, 0.0), (radius_m * 0.84, 0.0), (radius_m * 0.84, 0.018)], 0.001, 0.0012, GLAZE, round_m=0.001)
    return join([body, lid.scaled(1, 1, -1).moved(z_m=height_m + 0.005)])


def _cutlery(head: str) -> Mesh:
    """A spoon, a fork or a knife of 190 mm: a flat blank, bent along its length."""
    width = {"spoon": 0.04, "fork": 0.025, "knife": 0.02}[head]
    stations = np.array([-0.095, -0.09, -0.05, 0.0, 0.03, 0.04, 0.055, 0.07, 0.085, 0.092, 0.095])
    half = {
        "spoon": [0.004, 0.009, 0.0065, 0.0035, 0.004, 0.010, 0.018, 0.02, 0.0155, 0.009, 0.003],
        "fork": [0.004, 0.009, 0.0065, 0.0035, 0.004, 0.009, 0.0125, 0.0125, 0.0125, 0.0125, 0.0125],
        "knife": [0.004, 0.009, 0.008, 0.007, 0.009, 0.0095, 0.01, 0.01, 0.0095, 0.007, 0.002],
    }[head]
    bend = np.interp(stations, [-0.095, -0.02, 0.03, 0.07, 0.095], [0.006, 0.009, 0.002, 0.0015, 0.0045])
    if head == "knife":
        bend = np.full(len(stations), 0.0015)
    thick = 0.0011
    rows = []
    for x, w, z in zip(stations, half, bend, strict=True):
        across = np.linspace(-1, 1, 9)
        dish = 0.006 * (across**2 - 1) * (1.0 if head == "spoon" and x > 0.035 else 0.0) * (w / 0.02)
        top = np.column_stack([np.full(9, x), across * w, z + dish + thick])
        low = np.column_stack([np.full(9, x), across[::-1] * w, z + dish[::-1] - thick])
        rows.append(np.vstack([low, top]))
    blank = loft(np.array(rows)[:, ::-1], SATIN_STEEL)
    lift = -float(blank.vertices_m[:, 2].min())
    if head != "fork":
        return blank.moved(z_m=lift)
    tines = [
        prism(shapely.box(0.05, y - 0.0016, 0.102, y + 0.0016), 0.0, 0.0018, SATIN_STEEL).rotated(1, -0.06)
        for y in (-0.0105, -0.0035, 0.0035, 0.0105)
    ]
    keep = blank.vertices_m[:, 0] < 0.056
    inside = keep[blank.triangles].all(axis=1)
    stem = Mesh(
        blank.vertices_m, blank.triangles[inside], blank.slots[inside], blank.materials, blank.smooth[inside], None
    )
    whole = join([stem.moved(z_m=lift), *(tine.moved(z_m=0.003) for tine in tines)])
    del width
    return whole.moved(z_m=-float(whole.vertices_m[whole.triangles.ravel(), 2].min()))


ROWS: tuple[Row, ...] = (
    thing("mug", "cup", (0.1151, 0.082, 0.094), partial(_mug, 0.041, 0.094, GLAZE), CERAMIC, "hollow", tints=_CHINA),
    thing(
        "mug_wide",
        "cup",
        (0.1268, 0.0936, 0.082),
        partial(_mug, 0.047, 0.082, STONEWARE, 0.8),
        CERAMIC,
        "hollow",
        tints=_CHINA,
    ),
    thing("mug_enamel", "cup", (0.117, 0.084, 0.08), partial(_mug, 0.042, 0.08, SATIN_STEEL), SHEET, "hollow", "shiny"),
    thing(
        "bowl", "bowl", (0.1498, 0.1498, 0.062), partial(_bowl, 0.075, 0.062, GLAZE), CERAMIC, "hollow", tints=_CHINA
    ),
    thing(
        "bowl_large",
        "bowl",
        (0.2198, 0.2198, 0.08),
        partial(_bowl, 0.11, 0.08, STONEWARE),
        CERAMIC,
        "hollow",
        tints=_CHINA,
    ),
    thing(
        "bowl_steel",
        "bowl",
        (0.1899, 0.1899, 0.075),
        partial(_bowl, 0.095, 0.075, STEEL, 0.002),
        METAL,
        "hollow",
        "shiny",
    ),
    thing("plate", "plate", (0.2089, 0.2089, 0.0227), partial(_plate, 0.105, GLAZE), CERAMIC, tints=_CHINA),
    thing("plate_large", "plate", (0.2688, 0.2688, 0.0227), partial(_plate, 0.135, STONEWARE), CERAMIC, tints=_CHINA),
    thing(
        "tumbler", "cup", (0.0759, 0.0759, 0.11), partial(_tumbler, 0.038, 0.11, CLEAR), GLASS, "hollow", "transparent"
    ),
    thing(
        "tumbler_low",
        "cup",
        (0.0838, 0.0838, 0.085),
        partial(_tumbler, 0.042, 0.085, CLEAR),
        GLASS,
        "hollow",
        "transparent",
    ),
    thing(
        "wine_glass",
        "wine glass",
        (0.0794, 0.0794, 0.2),
        partial(_wine_glass, 0.04, 0.2),
        GLASS,
        "hollow",
        "transparent",
    ),
    thing("jar", "jar", (0.08, 0.08, 0.115), partial(_jar, 0.04, 0.11), GLASS, "transparent", tints=_CHINA),
    thing("spoon", "spoon", (0.19, 0.04, 0.0145), partial(_cutlery, "spoon"), METAL, "shiny"),
    thing("fork", "fork", (0.1968, 0.025, 0.0109), partial(_cutlery, "fork"), METAL, "shiny"),
    thing("table_knife", "knife", (0.19, 0.02, 0.0022), partial(_cutlery, "knife"), METAL, "shiny"),
)
