"""What stands and hangs in halls: guards, signs, extinguishers, ladders, roll containers, cones, bins, rolls.

Signs follow ISO 7010 and ISO 3864 (colours and shapes), extinguishers EN 3 (a 6 kg one is 160 mm wide and 520 mm high),
roll containers DIN EN 12674 (720 by 810 by 1650 mm); rack guards are 400 mm high (EN 15512 asks for that much).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import shapely

from longtail.scenes.assets.asset import Asset, Procedural, Vector
from longtail.scenes.assets.furniture import bins, cones
from longtail.scenes.assets.lettering import word
from longtail.scenes.assets.logistics.facing import on_side, rectangle
from longtail.scenes.assets.logistics.labels import INK, PAPER
from longtail.scenes.geometry.interior_materials import StretchFilm
from longtail.scenes.geometry.materials import (
    BLACK_PLASTIC,
    CHROME,
    GALVANISED,
    RUBBER,
    Principled,
    Rgb,
    SignFace,
    srgb,
)
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, cylinder, lathe, prism, tube

# Safety colours after ISO 3864-4 as RAL: 1003 yellow, 3001 red, 5005 blue, 6032 green, 9003 white.
_YELLOW, _RED, _BLUE, _GREEN, _WHITE = (srgb(code) for code in ("#f9a800", "#9b2423", "#005387", "#237f52", "#ecece7"))
_GUARD = Principled(_YELLOW, roughness=0.42, mottle=0.35)
_STRIPE = Principled(srgb("#1a1a1b"), roughness=0.5, mottle=0.2)
_CAGE = Principled((0.55, 0.56, 0.57), roughness=0.35, metallic=0.9, mottle=0.3)


def bollard() -> Mesh:
    """A steel tube of 159 mm, 1.0 m high, with black bands on a foot plate."""
    parts = [box((0.24, 0.24, 0.012), _GUARD, (0, 0, 0.006)), cylinder(0.0795, 0.98, _GUARD, sides=24).moved(z_m=0.012)]
    parts += [cylinder(0.0803, 0.1, _STRIPE, sides=24).moved(z_m=z) for z in (0.25, 0.55, 0.82)]
    bolts = [
        cylinder(0.012, 0.012, GALVANISED, sides=6).moved(x, y, 0.012) for x in (-0.09, 0.09) for y in (-0.09, 0.09)
    ]
    return join([*parts, *bolts])


def rack_guard() -> Mesh:
    """Before a rack's end, long in Y: two posts and two rails of 1.2 m, black on yellow."""
    parts = [box((0.16, 0.16, 0.01), _GUARD, (0, y, 0.005)) for y in (-0.52, 0.52)]
    parts += [box((0.08, 0.08, 0.39), _GUARD, (0, y, 0.205), bevel_m=0.01) for y in (-0.52, 0.52)]
    for z in (0.13, 0.32):
        parts.append(box((0.07, 1.2, 0.1), _GUARD, (0.03, 0, z), bevel_m=0.015))
        parts += [box((0.0715, 0.07, 0.1015), _STRIPE, (0.03, y, z)) for y in (-0.45, -0.15, 0.15, 0.45)]
    return join(parts)


def barrier() -> Mesh:
    """A guard rail of plastic between ways for people and for trucks: three rails, 2 m long in Y, 1.1 m high."""
    posts = [
        cylinder(0.085, 1.1, Principled(srgb("#26282a"), roughness=0.45), sides=20).moved(0, y) for y in (-0.93, 0.93)
    ]
    feet = [box((0.26, 0.2, 0.012), GALVANISED, (0, y, 0.006)) for y in (-0.9, 0.9)]
    rails = [cylinder(0.07, 1.86, _GUARD, sides=20).rotated(0, np.pi / 2).moved(0, 0.93, z) for z in (0.22, 0.6, 0.98)]
    return join([*posts, *feet, *rails])


def extinguisher() -> Mesh:
    red = Principled(srgb("#b3140f"), roughness=0.25, coat=0.6)
    parts = [
        lathe(
            [
                (0.0, 0.0),
                (0.07, 0.0),
                (0.075, 0.012),
                (0.08, 0.03),
                (0.08, 0.36),
                (0.07, 0.41),
                (0.035, 0.44),
                (0.02, 0.45),
                (0.0, 0.45),
            ],
            red,
            sides=28,
        ),
        cylinder(0.022, 0.04, CHROME, sides=14).moved(z_m=0.445),
        box((0.11, 0.022, 0.012), BLACK_PLASTIC, (0.03, 0, 0.5)),
        box((0.1, 0.022, 0.012), BLACK_PLASTIC, (0.03, 0, 0.47)),
        tube([(-0.02, 0, 0.46), (-0.09, 0, 0.42), (-0.1, 0.02, 0.25), (-0.09, 0.03, 0.1)], 0.011, RUBBER, sides=8),
    ]
    parts.append(cylinder(0.0806, 0.14, PAPER, sides=28).moved(z_m=0.17))
    return join(parts)


def _plate(width_m: float, height_m: float, rgb: Rgb, foreground: shapely.Geometry, ink: Rgb, frame: bool) -> Mesh:
    """A sheet on x = 0 that looks along +X, its foot at z = 0, printed on its front."""
    face = rectangle(width_m, height_m).buffer(-0.012).buffer(0.012, quad_segs=3)
    middle = (0.0, height_m / 2)
    parts = [
        box(
            (0.003, width_m, height_m),
            Principled((0.5, 0.5, 0.5), roughness=0.4, metallic=0.7),
            (-0.0015, 0, height_m / 2),
        ),
        on_side(face, SignFace(rgb), 0, 0.0, middle, 1),
        on_side(foreground.intersection(face), SignFace(ink), 0, 0.0, middle, 2),
    ]
    if frame:
        line = face.buffer(-0.012).difference(face.buffer(-0.02))
        parts.append(on_side(line.difference(foreground), SignFace(ink), 0, 0.0, middle, 2))
    return join(parts)


def _words(*lines: str, height_m: float) -> shapely.Geometry:
    step = 1.5 * height_m
    return shapely.union_all(
        [
            shapely.affinity.translate(word(text, height_m), 0, (len(lines) - 1) / 2 * step - k * step)
            for k, text in enumerate(lines)
        ]
    )


def aisle_sign(text: str) -> Mesh:
    """The letter or number of an aisle, 500 mm square."""
    return _plate(0.5, 0.5, _BLUE, word(text, 0.3), _WHITE, True)


def text_sign(lines: tuple[str, ...], rgb: Rgb, ink: Rgb, width_m: float) -> Mesh:
    print_ = _words(*lines, height_m=0.07)
    low, _, high, _ = print_.bounds
    share = min(1.0, 0.9 * width_m / (high - low))
    print_ = shapely.affinity.scale(print_, share, share, origin=(0, 0))
    return _plate(width_m, 0.14 + 0.11 * len(lines), rgb, print_, ink, True)


def warning_sign() -> Mesh:
    """A yellow triangle with an exclamation mark over a word (ISO 7010, W001)."""
    side = 0.36
    triangle = shapely.Polygon([(-side / 2, 0), (side / 2, 0), (0, side * 0.866)]).buffer(-0.02).buffer(0.02)
    triangle = shapely.affinity.translate(triangle, 0, -0.09)
    inner = triangle.buffer(-0.022)
    mark = shapely.union_all(
        [
            shapely.Polygon([(-0.02, 0.1), (0.02, 0.1), (0.009, -0.01), (-0.009, -0.01)]),
            shapely.Point(0, -0.04).buffer(0.018),
        ]
    )
    text = shapely.affinity.translate(word("FORKLIFTS", 0.055), 0, -0.17)
    black = shapely.union_all([triangle.difference(inner), mark, text])
    return join(
        [
            _plate(0.42, 0.5, _WHITE, black, srgb("#161616"), False),
            on_side(inner.difference(mark), SignFace(_YELLOW), 0, 0.0, (0.0, 0.25), 3),
        ]
    )


def exit_sign() -> Mesh:
    """An arrow, a doorway and a word on green (after ISO 7010, E001)."""
    door = shapely.box(-0.15, -0.07, -0.07, 0.07).difference(shapely.box(-0.14, -0.07, -0.08, 0.06))
    arrow = shapely.union_all(
        [shapely.box(-0.05, -0.012, 0.03, 0.012), shapely.Polygon([(0.03, 0.04), (0.08, 0), (0.03, -0.04)])]
    )
    text = shapely.affinity.translate(word("EXIT", 0.05), 0.15, 0)
    return _plate(0.44, 0.17, _GREEN, shapely.union_all([door, arrow, text]), _WHITE, False)


def wet_floor() -> Mesh:
    """The folding yellow board that stands where the floor is wet: 300 by 620 mm."""
    plastic = Principled(srgb("#f2b600"), roughness=0.4)
    leaf_shape = shapely.Polygon([(-0.15, 0), (0.15, 0), (0.115, 0.61), (0.08, 0.63), (-0.08, 0.63), (-0.115, 0.61)])
    leaf_shape = leaf_shape.difference(shapely.box(-0.05, 0.56, 0.05, 0.6))
    words = shapely.union_all(
        [
            shapely.affinity.translate(word("CAUTION", 0.04), 0, 0.47),
            shapely.affinity.translate(word("WET FLOOR", 0.032), 0, 0.12),
            shapely.Polygon([(-0.08, 0.2), (0.08, 0.2), (0, 0.38)]).difference(
                shapely.Polygon([(-0.06, 0.212), (0.06, 0.212), (0, 0.352)])
            ),
            shapely.box(-0.008, 0.255, 0.008, 0.31),
            shapely.box(-0.008, 0.225, 0.008, 0.243),
        ]
    )
    leaf = join(
        [
            prism(leaf_shape, -0.008, 0.0, plastic).rotated(0, np.pi / 2).rotated(2, np.pi / 2),
            on_side(words, INK, 0, 0.0, (0.0, 0.0)),
        ]
    )
    # Two leaves that lean against each other.
    one = leaf.rotated(1, -0.22).moved(x_m=0.14)
    whole = join([one, one.rotated(2, np.pi)])
    return whole.moved(z_m=-float(whole.bounds_m[0][2]))


def step_ladder() -> Mesh:
    """Five treads of aluminium, 1.2 m to the platform, with a rail."""
    alloy = Principled((0.62, 0.63, 0.64), roughness=0.35, metallic=0.9)
    tread = Principled((0.2, 0.2, 0.2), roughness=0.7)
    parts = []
    for side in (-1, 1):
        y = side * 0.24
        parts.append(tube([(0.45, y, 0.0), (-0.1, y, 1.22), (-0.1, y, 1.85)], 0.02, alloy, sides=6))
        parts.append(tube([(-0.45, y, 0.0), (-0.38, y, 1.2)], 0.02, alloy, sides=6))
    for k in range(5):
        share = (k + 1) / 5
        parts.append(box((0.16, 0.46, 0.025), tread, (0.45 - 0.55 * share - 0.03, 0, 1.2 * share)))
    parts.append(box((0.34, 0.5, 0.025), tread, (-0.24, 0, 1.2)))
    parts.append(tube([(-0.1, -0.24, 1.84), (-0.1, 0.24, 1.84)], 0.02, alloy, sides=6))
    whole = join(parts)
    low, high = whole.bounds_m
    return whole.moved(-float(low[0] + high[0]) / 2, 0.0, -float(low[2]))


def roll_container() -> Mesh:
    """A cage on four castors, open at its front."""
    parts = [box((0.72, 0.8, 0.03), _CAGE, (0, 0, 0.19))]
    parts += [
        tube([(x, -0.39, z), (x, 0.39, z)], 0.008, _CAGE, sides=5) for x in (-0.345,) for z in np.linspace(0.25, 1.6, 9)
    ]
    for side in (-1, 1):
        y = side * 0.39
        parts += [tube([(x, y, 0.2), (x, y, 1.65)], 0.013, _CAGE, sides=6) for x in (-0.345, 0.345)]
        parts += [tube([(-0.345, y, z), (0.345, y, z)], 0.005, _CAGE, sides=4) for z in np.linspace(0.3, 1.64, 11)]
        parts += [tube([(x, y, 0.25), (x, y, 1.64)], 0.004, _CAGE, sides=4) for x in (-0.2, 0.0, 0.2)]
        for x in (-0.28, 0.28):
            parts.append(
                cylinder(0.062, 0.035, RUBBER, sides=16).rotated(0, np.pi / 2).moved(x, side * 0.31 + 0.0175, 0.062)
            )
            parts.append(box((0.06, 0.06, 0.06), GALVANISED, (x, side * 0.31, 0.15)))
    return join(parts)


def film_roll() -> Mesh:
    """A roll of stretch film, 500 mm long, that stands on its core."""
    core = Principled(srgb("#8a6a45"), roughness=0.8)
    film = Principled(srgb("#b9c0c4"), roughness=0.18, coat=0.6)
    return join(
        [
            lathe([(0.025, 0.0), (0.038, 0.0), (0.038, 0.56), (0.025, 0.56)], core, sides=24),
            lathe([(0.03, 0.03), (0.085, 0.03), (0.085, 0.53), (0.03, 0.53)], film, sides=32),
        ]
    )


def scrap_of_film(number: int) -> Mesh:
    """A crumpled piece of film on the floor."""
    rng = np.random.default_rng(number)
    steps = 17
    x, y = np.meshgrid(np.linspace(-0.3, 0.3, steps), np.linspace(-0.2, 0.2, steps), indexing="ij")
    a, b, c, d = rng.uniform(0, 6, 4)
    z = (
        0.02
        + 0.018 * np.sin(22 * x + a) * np.cos(17 * y + b)
        + 0.022 * np.abs(np.sin(9 * (x + y) + c))
        + 0.01 * np.sin(40 * (x - y) + d)
    )
    points = np.stack([x + 0.03 * np.sin(15 * y + a), y + 0.03 * np.sin(13 * x + b), z - z.min()], -1).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(steps - 1), np.arange(steps - 1), indexing="ij")
    at = (i * steps + j).ravel()
    faces = np.concatenate([np.stack([at, at + steps, at + steps + 1], 1), np.stack([at, at + steps + 1, at + 1], 1)])
    low, high = points.min(axis=0), points.max(axis=0)
    points[:, :2] -= ((low + high) / 2)[:2]
    return Mesh.of(points, faces, StretchFilm(0.3), smooth=True)


def _asset(
    name: str, category: str, size_m: Vector, recipe: Callable[[], Mesh], *tags: str, **others: object
) -> Procedural:
    return Procedural(name, category, size_m, tags=frozenset(tags), recipe=recipe, **others)  # type: ignore[arg-type]


def _as(found: tuple[Asset, ...], name: str, as_name: str, *tags: str) -> Asset:
    """One of the street's things, here."""
    asset = next(asset for asset in found if asset.name == name)
    assert isinstance(asset, Procedural)
    return Procedural(
        as_name, asset.category, asset.size_m, tags=frozenset(tags), tints=asset.tints, recipe=asset.recipe
    )


AISLES = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "B", "C")
_TEXTS: tuple[tuple[str, tuple[str, ...], Rgb, Rgb, float], ...] = (
    ("no-entry", ("NO ENTRY", "STAFF ONLY"), _RED, _WHITE, 0.7),
    ("speed", ("SPEED LIMIT", "10 KM/H"), _WHITE, _RED, 0.6),
    ("vest", ("WEAR YOUR", "SAFETY VEST"), _BLUE, _WHITE, 0.7),
    ("load", ("MAX LOAD", "1000 KG / PALLET"), _YELLOW, srgb("#161616"), 0.7),
    ("fire", ("FIRE POINT",), _RED, _WHITE, 0.5),
)

ASSETS: tuple[Asset, ...] = (
    _asset("guard/bollard", "barrier", (0.24, 0.24, 0.992), bollard, "guard"),
    _asset("guard/rack-end", "barrier", (0.16, 1.2, 0.4), rack_guard, "guard"),
    _asset("guard/rail", "barrier", (0.26, 2.03, 1.1), barrier, "guard"),
    _asset("extinguisher/6kg", "fire extinguisher", (0.2, 0.16, 0.506), extinguisher, "column"),
    *(
        _asset(f"hall-sign/aisle-{name.lower()}", "sign", (0.005, 0.5, 0.5), partial(aisle_sign, name), "aisle",
               attributes={"text": name})
        for name in AISLES
    ),
    *(
        _asset(f"hall-sign/{name}", "sign", (0.005, width, 0.14 + 0.11 * len(lines)),
               partial(text_sign, lines, rgb, ink, width), "wall", attributes={"text": " ".join(lines)})
        for name, lines, rgb, ink, width in _TEXTS
    ),
    _asset("hall-sign/forklifts", "sign", (0.005, 0.42, 0.5), warning_sign, "wall", attributes={"text": "FORKLIFTS"}),
    _asset("hall-sign/exit", "sign", (0.005, 0.44, 0.17), exit_sign, "exit", attributes={"text": "EXIT"}),
    _asset("hall-sign/wet-floor", "sign", (0.28, 0.3, 0.617), wet_floor, "floor",
           attributes={"text": "CAUTION WET FLOOR"}),
    _asset("step-ladder/5", "ladder", (0.94, 0.52, 1.87), step_ladder, "clutter"),
    _asset("roll-container/cage", "roll container", (0.72, 0.8, 1.66), roll_container, "clutter"),
    _asset("film-roll/500", "other object", (0.17, 0.17, 0.56), film_roll, "clutter"),
    *(_asset(f"film-scrap/{k}", "debris", (0.66, 0.459, 0.062), partial(scrap_of_film, k), "litter") for k in (1, 2)),
    _as(cones.ASSETS, "cone/traffic-50", "hall-cone/50", "clutter"),
    _as(bins.ASSETS, "bin/wheelie-240", "hall-bin/240", "clutter"),
    _as(bins.ASSETS, "bin/container-1100", "hall-bin/1100", "clutter"),
)  # fmt: skip
