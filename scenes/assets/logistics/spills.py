"""What has run out on the floor: water, oil, paint, and a heap of granulate. Films are 1 to 2 mm thick."""

from __future__ import annotations

from functools import partial

import numpy as np
import shapely

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.geometry.materials import Material, Principled, Rgb, srgb
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.solids import polygon

_THICK_M = 0.0015
# Water darkens concrete by about half, as it does any porous stone (Lekner and Dorf 1988), and mirrors over it.
_WATER = Principled((0.15, 0.145, 0.135), roughness=0.02, coat=0.3)
_OIL = Principled((0.028, 0.022, 0.014), roughness=0.03, coat=1.0)
_PAINT = Principled((0.9, 0.9, 0.9), roughness=0.12, coat=0.8, tinted=True)
_GRAINS = Principled(srgb("#d8d2c0"), roughness=0.9, mottle=0.15)
_PAINTS: tuple[Rgb, ...] = tuple(srgb(code) for code in ("#dcdcd6", "#2f5f96", "#b3261c", "#3f7a55"))


def outline(radius_m: float, number: int) -> shapely.Geometry:
    """A puddle of about that radius with tongues, and drops beside it."""
    rng = np.random.default_rng(number)
    angle = np.linspace(0, 2 * np.pi, 97)[:-1]
    reach = np.ones_like(angle)
    for order in range(2, 9):
        reach += rng.normal(0, 0.34 / order) * np.cos(order * angle + rng.uniform(0, 2 * np.pi))
    reach = radius_m * np.clip(reach, 0.35, 1.9)
    middle = shapely.Polygon(np.column_stack([reach * np.cos(angle), 0.75 * reach * np.sin(angle)])).buffer(0)
    drops = []
    for _ in range(12):
        far, towards = radius_m * float(rng.uniform(1.0, 1.7)), float(rng.uniform(0, 2 * np.pi))
        size = radius_m * float(rng.uniform(0.015, 0.07))
        drops.append(shapely.Point(far * np.cos(towards), 0.75 * far * np.sin(towards)).buffer(size, quad_segs=5))
    whole = shapely.union_all([middle, *drops])
    low_x, low_y, high_x, high_y = whole.bounds
    return shapely.affinity.translate(whole, -(low_x + high_x) / 2, -(low_y + high_y) / 2)


def puddle(radius_m: float, number: int, material: Material) -> Mesh:
    return polygon(outline(radius_m, number), _THICK_M, material)


def heap(radius_m: float, number: int) -> Mesh:
    """Granulate from a torn sack: a cone at its angle of repose, some 30 degrees, with a long foot."""
    rng = np.random.default_rng(number)
    rings, sides = 14, 48
    angle = 2 * np.pi * np.arange(sides) / sides
    lobes = 1 + sum(rng.normal(0, 0.12 / k) * np.cos(k * angle + rng.uniform(0, 6)) for k in (1, 2, 3, 5))
    points = [(0.0, 0.0, 0.34 * radius_m)]
    for ring in range(1, rings + 1):
        share = ring / rings
        height = 0.34 * radius_m * (1 - share) ** 1.5 * (1 + 0.06 * np.sin(5 * angle + ring))
        points += [
            (share * radius_m * lobe * np.cos(a), share * radius_m * lobe * np.sin(a), h)
            for a, lobe, h in zip(angle, lobes, height, strict=True)
        ]
    faces = [(0, 1 + k, 1 + (k + 1) % sides) for k in range(sides)]
    for ring in range(rings - 1):
        a = 1 + ring * sides
        for k in range(sides):
            n = (k + 1) % sides
            faces += [(a + k, a + sides + k, a + sides + n), (a + k, a + sides + n, a + n)]
    made = np.array(points)
    made[:, :2] -= (made[:, :2].min(axis=0) + made[:, :2].max(axis=0)) / 2
    return Mesh.of(made, faces, _GRAINS, smooth=True)


# As the outlines come out, in x and y; paint has those of water.
_PUDDLES_M = {
    "water": ((1.037413239479065, 0.7088695168495178), (1.887649416923523, 1.1730153560638428),
              (2.8365721702575684, 1.8573764562606812)),
    "oil": ((1.0857990980148315, 0.7378621101379395), (1.7821004390716553, 1.314494252204895),
            (2.8292007446289062, 1.9507402181625366)),
}  # fmt: skip
_HEAPS_M = (
    (0.8131681680679321, 0.7983293533325195, 0.13600000739097595),
    (1.199899435043335, 1.2274043560028076, 0.20399999618530273),
)


def _puddles(name: str, material: Material, shapes: str, tints: tuple[Rgb, ...] = ()) -> list[Asset]:
    return [
        Procedural(
            f"spill/{name}-{k}", "spill", (*size_m, 0.0),
            recipe=partial(puddle, radius, 11 * len(shapes) + k, material),
            tags=frozenset({"puddle"}), tints=tints, attributes={"stuff": name},
        )
        for k, (radius, size_m) in enumerate(zip((0.35, 0.6, 0.95), _PUDDLES_M[shapes], strict=True), start=1)
    ]  # fmt: skip


ASSETS: tuple[Asset, ...] = (
    *_puddles("water", _WATER, "water"),
    *_puddles("oil", _OIL, "oil"),
    *_puddles("paint", _PAINT, "water", _PAINTS),
    *(
        Procedural(
            f"spill/granulate-{k}", "spill", size_m, recipe=partial(heap, radius, k), tags=frozenset({"heap"}),
            attributes={"stuff": "granulate"},
        )
        for k, (radius, size_m) in enumerate(zip((0.4, 0.6), _HEAPS_M, strict=True), start=1)
    ),
)  # fmt: skip
