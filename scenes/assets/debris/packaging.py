"""Cardboard boxes, drums, crates, canisters and buckets."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural, Vector
from longtail.scenes.assets.debris.settled import settled
from longtail.scenes.geometry.materials import Material, Principled, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, cylinder, lathe, tube

_CARDBOARD = Principled(srgb("#a9835a"), roughness=0.85, mottle=0.25)
_INSIDE = Principled(srgb("#97744d"), roughness=0.9)
_TAPE = Principled(srgb("#b99a6a"), roughness=0.3)
_PLASTIC = Principled((0.8, 0.8, 0.8), roughness=0.45, mottle=0.3, tinted=True)
_BLACK = Principled((0.02, 0.02, 0.02), roughness=0.5)
_STEEL = Principled(srgb("#9a9c9e"), roughness=0.4, metallic=0.9)
_DRUMS = tuple(srgb(code) for code in ("#1f4fa0", "#2458a6", "#20242a", "#d9d6c8"))
_CRATES = tuple(srgb(code) for code in ("#b0261e", "#d2a514", "#1f5e35", "#2b4a8c", "#4a3524"))
_THICK_M = 0.005


def _carton(length_m: float, width_m: float, height_m: float) -> Mesh:
    """A box that stands open, its four flaps bent outwards."""
    half_x, half_y = length_m / 2 - _THICK_M / 2, width_m / 2 - _THICK_M / 2
    parts = [box((length_m, width_m, _THICK_M), _CARDBOARD, (0, 0, _THICK_M / 2))]
    parts += [box((_THICK_M, width_m, height_m), _CARDBOARD, (side * half_x, 0, height_m / 2)) for side in (-1, 1)]
    parts += [box((length_m, _THICK_M, height_m), _CARDBOARD, (0, side * half_y, height_m / 2)) for side in (-1, 1)]
    flap = width_m / 2
    for side, tilt in ((-1, 0.6), (1, 1.15)):
        leaf = box((length_m, flap, _THICK_M), _INSIDE, (0, side * flap / 2, 0)).rotated(0, side * tilt)
        parts.append(leaf.moved(0, side * half_y, height_m))
    for side, tilt in ((-1, -0.4), (1, 0.9)):
        leaf = box((flap, width_m, _THICK_M), _INSIDE, (side * flap / 2, 0, 0)).rotated(1, -side * tilt)
        parts.append(leaf.moved(side * half_x, 0, height_m))
    return settled(join(parts))


def _closed_carton(length_m: float, width_m: float, height_m: float) -> Mesh:
    """A box taped shut, one edge knocked in."""
    body = box((length_m, width_m, height_m), _CARDBOARD, (0, 0, height_m / 2), bevel_m=0.008)
    bands = [
        box((length_m + 0.002, 0.05, 0.002), _TAPE, (0, 0, height_m)),
        *(box((0.002, 0.05, 0.09), _TAPE, (side * length_m / 2, 0, height_m - 0.045)) for side in (-1, 1)),
    ]
    return settled(join([body, *bands]))


def _flattened() -> Mesh:
    """A carton torn open and trodden flat, corners curling up."""
    x, y = np.meshgrid(np.linspace(-0.55, 0.55, 19), np.linspace(-0.4, 0.4, 15), indexing="ij")
    z = 0.05 * (np.abs(x) / 0.55) ** 3 * (np.abs(y) / 0.4) ** 2 + 0.012 * np.sin(7 * x + 2) * np.cos(6 * y)
    folds = 0.02 * np.exp(-(((x - 0.12) / 0.015) ** 2)) + 0.02 * np.exp(-(((y + 0.1) / 0.015) ** 2))
    points = np.stack([x, y, z + folds], axis=-1).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(18), np.arange(14), indexing="ij")
    a = (i * 15 + j).ravel()
    faces = np.concatenate([np.stack([a, a + 15, a + 16], 1), np.stack([a, a + 16, a + 1], 1)])
    top = Mesh.of(points, faces, _CARDBOARD)
    under = Mesh.of(points - (0, 0, 0.004), faces[:, ::-1], _INSIDE)
    return settled(join([top, under]))


def _drum(material: Material) -> Mesh:
    """A drum of 200 litres lying on its side: 0.58 m wide, 0.88 m long, with two rolling hoops."""
    hoop = [(0.285, z) for z in (0.28, 0.58)]
    profile: list[tuple[float, float]] = [(0.25, 0.0), (0.275, 0.012), (0.28, 0.04)]
    for radius, z in hoop:
        profile += [(0.28, z - 0.025), (radius + 0.005, z - 0.012), (radius + 0.005, z + 0.012), (0.28, z + 0.025)]
    profile += [(0.28, 0.84), (0.275, 0.868), (0.25, 0.88)]
    plugs = [cylinder(0.03, 0.015, _BLACK, sides=10).moved(x, 0.0, 0.875) for x in (-0.17, 0.17)]
    lying = join([lathe(profile, material, sides=28), *plugs]).rotated(1, np.pi / 2)
    return settled(lying)


def _crate() -> Mesh:
    """A bottle crate, 40 x 30 x 27 cm, with grips and dividers."""
    parts = [box((0.4, 0.3, 0.008), _PLASTIC, (0, 0, 0.004))]
    for side in (-1, 1):
        parts += [
            box((0.4, 0.008, 0.15), _PLASTIC, (0, side * 0.146, 0.083)),
            box((0.4, 0.014, 0.05), _PLASTIC, (0, side * 0.143, 0.245)),
            box((0.008, 0.3, 0.15), _PLASTIC, (side * 0.196, 0, 0.083)),
            box((0.014, 0.3, 0.035), _PLASTIC, (side * 0.193, 0, 0.2525)),
        ]
        parts += [box((0.03, 0.012, 0.12), _PLASTIC, (x, side * 0.144, 0.2)) for x in (-0.185, -0.06, 0.06, 0.185)]
        parts += [box((0.012, 0.03, 0.12), _PLASTIC, (side * 0.194, y, 0.2)) for y in (-0.135, 0.135)]
    parts += [box((0.004, 0.285, 0.1), _PLASTIC, (x, 0, 0.058)) for x in (-0.12, -0.04, 0.04, 0.12)]
    parts += [box((0.38, 0.004, 0.1), _PLASTIC, (0, y, 0.058)) for y in (-0.05, 0.05)]
    return settled(join(parts))


def _bucket() -> Mesh:
    """A bucket of 12 litres, toppled."""
    outer = lathe([(0.105, 0.0), (0.112, 0.01), (0.148, 0.27), (0.156, 0.272), (0.156, 0.288), (0.146, 0.29)], _PLASTIC)
    angle = np.linspace(0.0, np.pi, 15)
    bail = np.column_stack([0.02 + 0.13 * np.sin(angle), 0.152 * np.cos(angle), np.full(15, 0.27)])
    handle = tube(bail, 0.003, _STEEL, sides=5)
    mouth = cylinder(0.14, 0.002, _BLACK, sides=24).moved(z_m=0.2895)
    return settled(join([outer, mouth, handle]).rotated(1, np.pi / 2 - 0.1))


def _asset(name: str, size_m: Vector, recipe: Callable[[], Mesh], tints: tuple[Vector, ...] = ()) -> Asset:
    tags = frozenset({"storm", "floats"})
    return Procedural(f"debris/{name}", "debris", size_m, tags=tags, tints=tints, recipe=recipe)


ASSETS: tuple[Asset, ...] = (
    _asset("carton-open", (0.791, 0.613, 0.494), partial(_carton, 0.5, 0.38, 0.32)),
    _asset("carton", (0.402, 0.3, 0.261), partial(_closed_carton, 0.4, 0.3, 0.26)),
    _asset("carton-flat", (1.1, 0.8, 0.074), _flattened),
    _asset("drum", (0.89, 0.58, 0.58), partial(_drum, _PLASTIC), _DRUMS),
    _asset("crate", (0.4, 0.3, 0.27), _crate, _CRATES),
    _asset("bucket", (0.315, 0.312, 0.312), _bucket, _CRATES),
)
