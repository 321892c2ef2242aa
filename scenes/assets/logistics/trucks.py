"""Industrial trucks: a counterbalance forklift, hand and electric pallet trucks, and a mobile robot.

Sizes are those of common makes: an electric forklift of 1.6 t with forks of 1150 mm, 1090 mm wide, 2.1 m under its
guard; pallet trucks of 550 by 1150 mm over their forks, as EUR pallets ask for; a robot that carries
loads of 100 to 600 kg. Forward is where the forks point.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import shapely

from longtail.scenes.assets.asset import Asset, Lamp, Procedural, Vector
from longtail.scenes.assets.lettering import word
from longtail.scenes.assets.logistics.facing import on_side
from longtail.scenes.assets.vehicles.wheels import turned, tyre
from longtail.scenes.geometry.materials import (
    BLACK_PLASTIC,
    CHROME,
    LampGlass,
    Material,
    Principled,
    Rgb,
    srgb,
)
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, cylinder, prism, tube
from longtail.scenes.lamps.kinds import LampKind

_PAINT = Principled((0.92, 0.92, 0.92), roughness=0.3, coat=0.5, mottle=0.15, tinted=True)
_GREY = Principled(srgb("#3d4043"), roughness=0.45, mottle=0.25)
_BLACK = Principled(srgb("#1b1c1e"), roughness=0.5, mottle=0.3)
_STEEL = Principled(srgb("#55585b"), roughness=0.35, metallic=0.85, mottle=0.3)
_SEAT = Principled((0.03, 0.03, 0.033), roughness=0.75)
_WHITE = Principled(srgb("#e6e6e2"), roughness=0.4)
_ROLLER = Principled(srgb("#b8562a"), roughness=0.5)
_TINTS = tuple(srgb(code) for code in ("#f0b400", "#d8601a", "#a81e1e", "#4d7f32", "#c7c9c6", "#1f5f9c"))
# Seen while it flashes; its strength is our estimate.
BEACON = LampKind("beacon", (1.0, 0.45, 0.03), 0.05, 180.0, 0.05, glass_kcd_m2=9.0, switched=True)
_BEACON_M = (-0.8, -0.3, 2.2)
FRONT_AXLE_M = 0.04
"""How far before a forklift's middle its front axle is, which drives and is not steered."""
STEERED_BEHIND = frozenset({"forklift"})
"""The categories of what steers with the wheels behind."""
FORKS_M = 1.15
"""How long a forklift's forks are; they end where the truck's box does."""


def _side(profile: list[tuple[float, float]], half_m: float, material: Material, middle_m: float = 0.0) -> Mesh:
    """A profile (x, z) drawn across the truck."""
    flat = prism(shapely.Polygon([(x, z) for x, z in profile]), -half_m, half_m, material)
    return flat.rotated(0, np.pi / 2).moved(y_m=middle_m)


def _wheel(radius_m: float, width_m: float, at_m: Vector, rim: Material = _WHITE) -> Mesh:
    rim_m = 0.6 * radius_m
    disc = turned(
        [(rim_m, -0.36 * width_m), (rim_m, 0.3 * width_m), (0.5 * rim_m, 0.12 * width_m), (0.001, 0.12 * width_m)],
        rim,
        24,
    )
    back = turned([(0.001, -0.3 * width_m), (rim_m, -0.3 * width_m)], _BLACK, 24)
    both = join([tyre(radius_m, width_m, rim_m, sides=32), disc, back])
    x, y, z = at_m
    return (both if y > 0 else both.rotated(2, np.pi)).moved(x, y, z)


def _fork(y_m: float, lift_m: float) -> Mesh:
    blade = _side(
        [
            (0.4, lift_m + 0.012),
            (1.5, lift_m + 0.03),
            (1.55, lift_m + 0.04),
            (1.5, lift_m + 0.05),
            (0.44, lift_m + 0.052),
            (0.4, lift_m + 0.05),
        ],
        0.05,
        _STEEL,
        y_m,
    )
    shank = box((0.04, 0.1, 0.56), _STEEL, (0.42, y_m, lift_m + 0.3))
    return join([blade, shank])


def forklift(lift_m: float) -> Mesh:
    """With its forks `lift_m` above the floor."""
    parts = [
        _side(
            [(-1.55, 0.3), (-1.5, 0.2), (-0.85, 0.16), (-0.85, 0.98), (-1.2, 0.98), (-1.46, 0.86), (-1.55, 0.62)],
            0.51,
            _PAINT,
        ),
        box((1.1, 0.98, 0.36), _PAINT, (-0.42, 0, 0.34), bevel_m=0.02),
        box((0.5, 1.04, 0.06), _BLACK, (-0.14, 0, 0.53), bevel_m=0.01),
        box((0.62, 0.84, 0.36), _GREY, (-0.62, 0, 0.74), bevel_m=0.03),
        box((0.36, 0.5, 0.13), _SEAT, (-0.58, 0, 0.98), bevel_m=0.045),
        box((0.12, 0.48, 0.52), _SEAT, (-0.8, 0, 1.26), bevel_m=0.05).moved(),
        _side([(0.0, 0.5), (0.14, 0.5), (0.14, 1.02), (0.06, 1.08), (-0.02, 0.98)], 0.46, _GREY),
        tube([(0.04, 0.08, 1.0), (-0.12, 0.08, 1.2)], 0.025, _BLACK, sides=8),
        *(box((0.03, 0.62, 0.03), _BLACK, (-1.536, 0, 0.36 + 0.06 * k)) for k in range(4)),
    ]
    angle = np.linspace(0, 2 * np.pi, 25)
    wheel = np.column_stack(
        [-0.13 + 0.16 * np.cos(angle) * 0.5, 0.08 + 0.16 * np.sin(angle), 1.22 + 0.16 * np.cos(angle) * 0.86]
    )
    parts.append(tube(wheel, 0.014, _BLACK, sides=6))
    parts += [_wheel(0.24, 0.19, (FRONT_AXLE_M, side * 0.445, 0.24)) for side in (-1, 1)]
    parts += [_wheel(0.205, 0.16, (-1.16, side * 0.43, 0.205)) for side in (-1, 1)]
    parts += [_guard(), _mast(lift_m), *(_fork(y, lift_m) for y in (-0.26, 0.26))]
    parts += [_lamp_posts()]
    for q, y in ((1, 1), (3, -1)):
        parts.append(on_side(word("E16", 0.13), _BLACK, q, 0.51, (-1.2 * -y, 0.68)))
    return join(parts)


def _guard() -> Mesh:
    """The overhead guard: four pillars and a roof of bars."""
    parts = []
    for side in (-1, 1):
        parts.append(
            tube(
                [(-0.98, side * 0.47, 0.9), (-0.95, side * 0.47, 1.6), (-0.84, side * 0.44, 2.07)],
                0.032,
                _BLACK,
                sides=8,
            )
        )
        parts.append(
            tube([(0.1, side * 0.47, 0.5), (0.0, side * 0.47, 1.3), (-0.14, side * 0.44, 2.07)], 0.032, _BLACK, sides=8)
        )
        parts.append(box((0.8, 0.07, 0.06), _BLACK, (-0.49, side * 0.44, 2.08), bevel_m=0.01))
    parts += [box((0.07, 0.9, 0.06), _BLACK, (x, 0, 2.08), bevel_m=0.01) for x in (-0.86, -0.12)]
    parts += [box((0.68, 0.025, 0.05), _BLACK, (-0.49, y, 2.08)) for y in np.linspace(-0.33, 0.33, 6)]
    return join(parts)


def _mast(lift_m: float) -> Mesh:
    parts = []
    for side in (-1, 1):
        parts.append(box((0.11, 0.05, 2.02), _BLACK, (0.23, side * 0.33, 1.09)))
        parts.append(box((0.07, 0.04, 2.0), _STEEL, (0.25, side * 0.28, 1.09 + 0.3 * min(lift_m, 0.2))))
        parts.append(tube([(0.02, side * 0.3, 0.62), (0.2, side * 0.33, 0.9)], 0.035, _STEEL, sides=8))
        parts.append(box((0.012, 0.03, 1.9), _STEEL, (0.29, side * 0.1, 1.1)))
    parts += [box((0.06, 0.66, 0.1), _BLACK, (0.2, 0, z)) for z in (0.25, 1.3, 2.06)]
    parts += [cylinder(0.035, 1.8, CHROME, sides=12).moved(0.22, y, 0.15) for y in (-0.2, 0.2)]
    # The carriage and the load's backrest.
    parts += [box((0.05, 1.0, 0.1), _STEEL, (0.365, 0, lift_m + z)) for z in (0.12, 0.5)]
    parts += [box((0.03, 0.98, 0.04), _BLACK, (0.365, 0, lift_m + 1.18))]
    parts += [box((0.025, 0.03, 1.1), _BLACK, (0.365, y, lift_m + 0.62)) for y in np.linspace(-0.46, 0.46, 7)]
    return join(parts)


def _lamp_posts() -> Mesh:
    glass = LampGlass(BEACON, (1.0, 0.45, 0.03), srgb("#c56a10"))
    x, y, _ = _BEACON_M
    parts = [
        cylinder(0.055, 0.02, BLACK_PLASTIC, sides=14).moved(x, y, 2.105),
        cylinder(0.05, 0.1, glass, sides=16, top_radius_m=0.04).moved(x, y, 2.125),
    ]
    clear = Principled((0.75, 0.76, 0.76), roughness=0.1, coat=1.0)
    for side in (-1, 1):
        parts.append(box((0.06, 0.13, 0.09), _BLACK, (0.06, side * 0.48, 1.72), bevel_m=0.01))
        parts.append(box((0.004, 0.11, 0.07), clear, (0.092, side * 0.48, 1.72)))
        parts.append(
            box((0.02, 0.06, 0.1), Principled(srgb("#8c1410"), roughness=0.2, coat=1.0), (-0.985, side * 0.49, 1.5))
        )
    return join(parts)


def pallet_truck() -> Mesh:
    """By hand: two forks with rollers, the pump, the tiller."""
    parts = []
    for side in (-1, 1):
        y = side * 0.195
        blade = shapely.Polygon(
            [(-0.38, 0.06), (0.7, 0.06), (0.77, 0.066), (0.77, 0.075), (0.7, 0.085), (-0.38, 0.085)]
        )
        top = prism(blade, -0.08, 0.08, _PAINT).rotated(0, np.pi / 2).moved(y_m=y)
        web = [box((1.05, 0.008, 0.05), _PAINT, (0.14, y + w * 0.076, 0.055)) for w in (-1, 1)]
        roller = cylinder(0.038, 0.09, _ROLLER, sides=16).rotated(0, np.pi / 2).moved(0.52, y + 0.045, 0.038)
        parts += [top, *web, roller]
    parts += [
        box((0.1, 0.55, 0.12), _PAINT, (-0.43, 0, 0.13), bevel_m=0.01),
        _side([(-0.5, 0.19), (-0.34, 0.19), (-0.4, 0.34), (-0.46, 0.34)], 0.17, _PAINT),
        cylinder(0.05, 0.3, _BLACK, sides=14).moved(-0.52, 0, 0.14),
        *(
            cylinder(0.09, 0.05, _BLACK, sides=20).rotated(0, np.pi / 2).moved(-0.52, y + 0.025, 0.09)
            for y in (-0.06, 0.06)
        ),
        tube([(-0.54, 0, 0.36), (-0.6, 0, 0.62), (-0.69, 0, 1.02)], 0.018, _PAINT, sides=8),
    ]
    angle = np.linspace(0.25 * np.pi, 1.75 * np.pi, 15) - np.pi
    loop = np.column_stack([-0.715 - 0.05 * np.cos(angle) * 0.4, 0.13 * np.sin(angle), 1.12 - 0.08 * np.cos(angle)])
    parts.append(tube(loop, 0.013, _BLACK, sides=6))
    parts.append(box((0.03, 0.05, 0.06), _BLACK, (-0.69, 0, 1.03), bevel_m=0.008))
    return join(parts)


def robot() -> Mesh:
    """A low platform on hidden wheels: laser scanners on two corners, a light band, a plate on top."""
    band = LampGlass(
        LampKind("robot", (0.1, 0.7, 1.0), glass_kcd_m2=1.2, switched=True), (0.1, 0.7, 1.0), srgb("#3f6f80")
    )
    body = shapely.box(-0.44, -0.28, 0.44, 0.28).buffer(0.04, quad_segs=4)
    parts = [
        prism(body.buffer(-0.015), 0.04, 0.1, _BLACK),
        prism(body, 0.1, 0.17, _WHITE),
        prism(body.buffer(-0.006), 0.17, 0.185, band),
        prism(body, 0.185, 0.27, _WHITE),
        prism(body.buffer(-0.02), 0.27, 0.3, _BLACK),
        *(cylinder(0.05, 0.12, BLACK_PLASTIC, sides=16).moved(sx * 0.43, sx * 0.27, 0.1) for sx in (-1, 1)),
        *(
            cylinder(0.06, 0.05, _BLACK, sides=16).rotated(0, np.pi / 2).moved(x, y + 0.025, 0.06)
            for x in (-0.3, 0.0, 0.3)
            for y in (-0.22, 0.22)
        ),
        box((0.004, 0.2, 0.05), BLACK_PLASTIC, (0.481, 0, 0.22)),
        cylinder(0.025, 0.03, Principled(srgb("#b3160f"), roughness=0.4), sides=14).moved(-0.4, 0.22, 0.3),
    ]
    for q, text in ((1, "AMR 07"), (3, "AMR 07")):
        parts.append(on_side(word(text, 0.045), _BLACK, q, 0.32, (0.18, 0.225)))
    whole = join(parts)
    return whole.moved(z_m=-float(whole.bounds_m[0][2]))


def _asset(
    name: str, category: str, size_m: Vector, recipe: Callable[[], Mesh], *tags: str,
    tints: tuple[Rgb, ...] = (), lamps: tuple[Lamp, ...] = (),
) -> Procedural:  # fmt: skip
    return Procedural(name, category, size_m, tags=frozenset(tags), tints=tints, lamps=lamps, recipe=recipe)


_FLASH = (Lamp(BEACON, (_BEACON_M[0], _BEACON_M[1], _BEACON_M[2] + 0.06), (0.0, 0.0, 1.0)),)

ASSETS: tuple[Asset, ...] = (
    _asset(
        "forklift/lowered",
        "forklift",
        (3.105, 1.09, 2.225),
        partial(forklift, 0.05),
        tints=_TINTS,
        lamps=_FLASH,
    ),
    _asset(
        "forklift/raised",
        "forklift",
        (3.105, 1.09, 2.225),
        partial(forklift, 0.6),
        tints=_TINTS,
        lamps=_FLASH,
    ),
    _asset("pallet-truck/hand", "pallet truck", (1.517, 0.55, 1.2), pallet_truck, tints=_TINTS),
    _asset("robot/carrier", "mobile robot", (0.965, 0.645, 0.33), robot),
)
