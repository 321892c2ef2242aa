"""Clipped hedges, round shrubs, flower beds and tufts of grass: leaves over a dark heart."""

from __future__ import annotations

from functools import partial

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.vegetation.leaves import fitted, kites, shades
from longtail.scenes.assets.vegetation.skeleton import Points, Rng, unit
from longtail.scenes.geometry.materials import Bark, Foliage, Principled, Rgb, Soil
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, convex_hull, ellipsoid, tube

_MODULE_M, _DEPTH_M = 2.0, 0.6


def _waves(rng: Rng, points: Points, wavelength_m: float) -> Points:
    """Smooth noise (N,) of about unit size: the sum of a few plane waves that do not repeat."""
    waves = rng.normal(0, 2 * np.pi / wavelength_m, (6, 3))
    return np.asarray(np.sin(points @ waves.T + rng.uniform(0, 2 * np.pi, 6)).sum(axis=1) / np.sqrt(6))


def _leaf_coat(rng: Rng, base: Points, normal: Points, leaf_m: float, width: float, rgb: Rgb) -> Mesh:
    """Leaves that stand off a surface like shingles blown about; what lies deeper is darker."""
    count = len(base)
    ahead = unit(0.6 * normal + rng.normal(0, 0.6, (count, 3)) + (0, 0, 0.25))
    facing = unit(normal + rng.normal(0, 0.6, (count, 3)) + (0, 0, 0.35))
    slots = rng.choice(3, count, p=[0.27, 0.5, 0.23])
    sizes = leaf_m * rng.uniform(0.7, 1.25, count)
    return kites(base, ahead, facing, sizes, width, shades(rgb), slots)


def _hedge(seed: int, height_m: float, rgb: Rgb) -> Mesh:
    """A module that meets its neighbours end to end: leaves on the long sides and the top, few on the ends."""
    rng = np.random.default_rng(seed)
    leaf = 0.088
    half = np.array([_MODULE_M / 2 - 0.03, _DEPTH_M / 2 - 0.06, 0.0])
    top = height_m - 0.06
    areas = np.array([_MODULE_M * height_m] * 2 + [_MODULE_M * _DEPTH_M] + [0.5 * _DEPTH_M * height_m] * 2)
    side = rng.choice(5, 4300, p=areas / areas.sum())
    x, y, z = rng.uniform(-1, 1, 4300), rng.uniform(-1, 1, 4300), rng.uniform(0.03, 1, 4300)
    base = np.column_stack([x * half[0], y * half[1], z * top])
    normal = np.zeros((4300, 3))
    for index, (axis, sign) in enumerate(((1, -1), (1, 1), (2, 1), (0, -1), (0, 1))):
        chosen = side == index
        normal[chosen, axis] = sign
        base[chosen, axis] = top if axis == 2 else sign * half[axis]
    bulge = 0.035 * _waves(rng, base, 0.9) + 0.02 * _waves(rng, base, 0.3) - rng.uniform(0.0, 0.09, 4300)
    base = base + normal * bulge[:, None]
    # Shears leave edges round, and hedges are a little wider below, where less light falls.
    base[:, 1] *= 1 - 0.1 * (base[:, 2] / height_m) - 0.1 * np.clip((base[:, 2] - top + 0.12) / 0.12, 0, 1)
    coat = _leaf_coat(rng, base, normal, leaf, 0.62, rgb)
    coat.vertices_m[:, 0] = np.clip(coat.vertices_m[:, 0], -_MODULE_M / 2, _MODULE_M / 2)
    heart = box(
        (_MODULE_M - 0.2, _DEPTH_M - 0.38, height_m - 0.27),
        Foliage((rgb[0] * 0.5, rgb[1] * 0.48, rgb[2] * 0.5)),
        (0, 0, 0.08 + (height_m - 0.27) / 2),
        bevel_m=0.07,
    )
    stems = [
        tube([[sx, sy, 0.0], [sx + 0.03, sy, 0.3]], 0.016, Bark((0.1, 0.075, 0.055)), sides=4)
        for sx, sy in zip(np.linspace(-0.85, 0.85, 6), rng.uniform(-0.1, 0.1, 6), strict=True)
    ]
    coat.vertices_m[:, 2] = np.maximum(coat.vertices_m[:, 2], 0.01)
    return _stretched(join([*stems, heart, coat]), (_MODULE_M, _DEPTH_M, height_m))


def _stretched(mesh: Mesh, size_m: tuple[float, float, float]) -> Mesh:
    """Centred on the origin, cut off at the ground, and fitted to exactly `size_m`."""
    np.maximum(mesh.vertices_m[:, 2], 0.0, out=mesh.vertices_m[:, 2])
    low, high = mesh.bounds_m
    return fitted(mesh.moved(-float(low[0] + high[0]) / 2, -float(low[1] + high[1]) / 2), size_m)


def _shrub(seed: int, size_m: tuple[float, float, float], rgb: Rgb, flower: Rgb | None) -> Mesh:
    """A dozen overlapping boughs, each a tuft of leaves over its own dark heart."""
    rng = np.random.default_rng(seed)
    width, _, height = size_m
    tufts = 13
    turn, out = np.arange(tufts) * 2.399963, np.sqrt((np.arange(tufts) + 0.3) / tufts)
    centre = np.column_stack([np.cos(turn), np.sin(turn), np.zeros(tufts)]) * (0.27 * width * out)[:, None]
    centre[:, 2] = height * (0.2 + 0.44 * np.sqrt(1 - 0.9 * out**2) * rng.uniform(0.75, 1.1, tufts))
    radius = np.minimum(0.24 * width, 0.3 * height) * rng.uniform(0.85, 1.15, tufts)
    count = 4300
    owner = rng.integers(0, tufts, count)
    normal = unit(rng.normal(0, 1, (count, 3)) + (0, 0, 0.25))
    shell = radius[owner] * rng.uniform(0.72, 1.05, count)
    base = centre[owner] + normal * shell[:, None]
    outward = unit(base - (0, 0, 0.25 * height))
    seen = (np.einsum("ij,ij->i", normal, outward) > -0.15) & (base[:, 2] > 0.02)
    base, normal = base[seen], normal[seen]
    parts = [_leaf_coat(rng, base, normal, 0.03 + 0.038 * width, 0.62, rgb)]
    dark = Foliage((rgb[0] * 0.5, rgb[1] * 0.48, rgb[2] * 0.5))
    ball = unit(np.array([[x, y, z] for x in (-1, 0, 1) for y in (-1, 0, 1) for z in (-1, 0, 1) if x or y or z], float))
    heart = convex_hull(ball, dark)
    parts += [heart.scaled(*(r * 0.52,) * 3).moved(*c) for c, r in zip(centre, radius, strict=True)]
    for part in parts:
        part.vertices_m[:, 2] = np.maximum(part.vertices_m[:, 2], 0.012)
    bark = Bark((0.1, 0.08, 0.06))
    parts += [tube([[0.0, 0.02, 0.0], c * (0.6, 0.6, 0.9)], 0.014, bark, sides=4) for c in centre[::3]]
    if flower is not None:
        chosen = rng.choice(len(base), 170, replace=False)
        petals = Principled(flower, roughness=0.6)
        for tilt in (0.0, 1.6):
            way = rng.normal(0, 1, (170, 3)) + (0, 0, tilt)
            spot = base[chosen] + 0.03 * normal[chosen]
            parts.append(
                kites(spot, way, normal[chosen] + 0.2, np.full(170, 0.06), 0.9, (petals,), np.zeros(170), fold=0.4)
            )
    return _stretched(join(parts), size_m)


def _bed(seed: int, petals: tuple[Rgb, ...]) -> Mesh:
    """A planted bed of 1.6 x 0.8 m: low leaves on dark soil, flowers above them."""
    rng = np.random.default_rng(seed)
    soil = ellipsoid((0.8, 0.4, 0.09), Soil((0.07, 0.05, 0.035)), sides=16)
    flat = np.maximum(soil.vertices_m, np.array([-9, -9, 0.0], dtype=np.float32))
    mound = Mesh(flat, soil.triangles, soil.slots, soil.materials, soil.smooth)
    plants = 46
    turn, out = np.arange(plants) * 2.399963, np.sqrt((np.arange(plants) + 0.5) / plants) * 0.92
    foot = np.column_stack([0.76 * out * np.cos(turn), 0.36 * out * np.sin(turn), 0.07 * (1 - out**2)])
    owner = np.repeat(np.arange(plants), 22)
    way = rng.normal(0, 1, (len(owner), 3)) * (1, 1, 0.4) + (0, 0, 0.9)
    spot = foot[owner] + rng.normal(0, 0.03, (len(owner), 3)) * (1, 1, 0) + (0, 0, 0.01)
    lengths, slots = rng.uniform(0.12, 0.25, len(owner)), rng.integers(0, 3, len(owner))
    green = kites(spot, way, rng.normal(0, 1, spot.shape), lengths, 0.35, shades((0.06, 0.14, 0.03)), slots, curl=0.5)
    heads = np.repeat(np.arange(plants), 3)
    rise = foot[heads] + rng.normal(0, 0.05, (len(heads), 3)) * (1, 1, 0) + (0, 0, 0.2)
    rise[:, 2] += rng.uniform(-0.05, 0.08, len(heads))
    blooms = []
    materials = [Principled(rgb, roughness=0.6) for rgb in petals]
    # Flowers nod this way and that.
    tilt, lean = rng.uniform(0, 0.9, len(heads)), rng.uniform(0, 2 * np.pi, len(heads))
    spin = rng.uniform(0, 1, len(heads))
    for petal in range(5):
        angle = 2 * np.pi * petal / 5 + spin
        ahead = np.column_stack([np.cos(angle), np.sin(angle), 0.25 + tilt * np.cos(angle - lean)])
        colour = (heads * len(petals) // plants).astype(np.float64)
        blooms.append(
            kites(rise, ahead, np.tile([0.0, 0.0, 1.0], (len(heads), 1)), np.full(len(heads), 0.05), 0.9, materials,
                  colour, fold=0.1)
        )  # fmt: skip
    green.vertices_m[:, 2] = np.maximum(green.vertices_m[:, 2], 0.01)
    return _stretched(join([mound, green, *blooms]), (1.6, 0.8, 0.34))


def _tuft(seed: int) -> Mesh:
    """A tussock of ornamental grass: 460 blades that rise and bow."""
    rng = np.random.default_rng(seed)
    count = 460
    turn, lean = rng.uniform(0, 2 * np.pi, count), rng.uniform(0.05, 0.75, count)
    out = np.column_stack([np.cos(turn), np.sin(turn), np.zeros(count)])
    foot = out * rng.uniform(0, 0.09, (count, 1))
    ahead, lengths = out * lean[:, None] + (0, 0, 1.0), rng.uniform(0.35, 0.75, count)
    greens = shades((0.1, 0.17, 0.045))
    slots = rng.integers(0, 3, count)
    blades = kites(foot, ahead, (0, 0, 0.6) - out, lengths, 0.024, greens, slots, fold=0.3, curl=0.55)
    return _stretched(blades, (0.95, 0.95, 0.6))


_PRIVET, _BEECH, _YEW = (0.055, 0.14, 0.025), (0.075, 0.165, 0.03), (0.03, 0.085, 0.022)
_HEDGES = (("privet", 1.2, _PRIVET), ("privet", 1.8, _PRIVET), ("beech", 1.2, _BEECH), ("beech", 1.8, _BEECH),
           ("yew", 1.2, _YEW))  # fmt: skip
_SHRUBS: tuple[tuple[str, tuple[float, float, float], Rgb, Rgb | None], ...] = (
    ("box-1", (0.9, 0.9, 0.8), (0.045, 0.115, 0.022), None),
    ("box-2", (1.2, 1.15, 1.0), (0.045, 0.115, 0.022), None),
    ("spiraea-1", (1.5, 1.4, 1.1), (0.08, 0.17, 0.035), (0.75, 0.74, 0.7)),
    ("hydrangea-1", (1.3, 1.25, 1.15), (0.06, 0.15, 0.03), (0.5, 0.2, 0.36)),
    ("laurel-1", (1.6, 1.5, 1.5), (0.05, 0.13, 0.022), None),
)

ASSETS: tuple[Asset, ...] = (
    *(
        Procedural(
            f"hedge/{kind}-{height:.1f}",
            "vegetation",
            (_MODULE_M, _DEPTH_M, height),
            tags=frozenset(("hedge",)),
            recipe=partial(_hedge, round(100 * height) + len(kind), height, rgb),
        )
        for kind, height, rgb in _HEDGES
    ),
    *(
        Procedural(
            f"shrub/{name}",
            "vegetation",
            size,
            tags=frozenset(("shrub", "garden")),
            recipe=partial(_shrub, sum(map(ord, name)), size, rgb, flower),
        )
        for name, size, rgb, flower in _SHRUBS
    ),
    *(
        Procedural(
            f"flowers/bed-{variant}",
            "vegetation",
            (1.6, 0.8, 0.34),
            tags=frozenset(("garden", "flowers")),
            recipe=partial(_bed, 70 + variant, petals),
        )
        for variant, petals in (
            (1, ((0.75, 0.5, 0.02), (0.6, 0.03, 0.03), (0.7, 0.68, 0.6))),
            (2, ((0.25, 0.08, 0.4), (0.6, 0.25, 0.4), (0.7, 0.68, 0.6))),
        )
    ),
    Procedural(
        "grass/tuft-1", "vegetation", (0.95, 0.95, 0.6), tags=frozenset(("garden", "shrub")), recipe=partial(_tuft, 5)
    ),
)
