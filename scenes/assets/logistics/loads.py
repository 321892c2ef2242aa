"""Unit loads as one lifts them with their pallet: wound in film, sacks, drums, bulk boxes, plastic crates, tanks.

All stand on z = 0 where the pallet's deck is, long side along X. Footprints are those of pallets, 1200 by 800 mm or
1200 by 1000 mm. Tanks (IBCs of 1000 litres, 1200 by 1000 by 1160 mm, as their makers state) have a pallet of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import shapely

from longtail.scenes.assets.asset import Asset, Procedural, Vector
from longtail.scenes.assets.lettering import word
from longtail.scenes.assets.logistics.cartons import BLUE, KRAFT, PALE, WHITE, body
from longtail.scenes.assets.logistics.facing import on_side, rectangle
from longtail.scenes.assets.logistics.labels import INK, diamond, transport_label
from longtail.scenes.geometry.interior_materials import SawnTimber, StretchFilm
from longtail.scenes.geometry.materials import GALVANISED, Material, Principled, Rgb, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, cylinder, lathe, loft, tube

EURO, WIDE = (1.2, 0.8), (1.2, 1.0)
_STRAP = Principled(srgb("#191a1c"), roughness=0.4)
_DRUM = Principled((0.85, 0.85, 0.85), roughness=0.35, mottle=0.25, tinted=True)
_CRATE = Principled((0.85, 0.85, 0.85), roughness=0.45, mottle=0.2, tinted=True)
_TANK = Principled(srgb("#d5d8d2"), roughness=0.35, subsurface=0.1)
_DRUMS = tuple(srgb(code) for code in ("#1f4fa0", "#20242a", "#7a1f1f", "#c8c6bc"))
_CRATES = tuple(srgb(code) for code in ("#2b4a8c", "#8a8d90", "#b0261e", "#2f5f3c", "#3c3f43"))
_RED, _ORANGE = srgb("#c8241b"), srgb("#e8801a")


def _rounded(length_m: float, width_m: float, radius_m: float) -> np.ndarray:  # type: ignore[type-arg]
    shape = rectangle(length_m - 2 * radius_m, width_m - 2 * radius_m).buffer(radius_m, quad_segs=3)
    return np.asarray(shapely.get_coordinates(shapely.segmentize(shape.exterior, 0.12))[-1:0:-1])


def _film(length_m: float, width_m: float, height_m: float, milky: float) -> Mesh:
    """Wound around a load and drawn in over its top."""
    heights = np.linspace(0.0, height_m, max(int(height_m / 0.1), 3))
    ring = _rounded(length_m, width_m, 0.03)
    rings = []
    for number, z in enumerate(heights):
        waist = 1.0 + 0.004 * np.sin(2.1 * number) - 0.006 * (number == len(heights) - 1)
        rings.append(np.column_stack([ring * waist, np.full(len(ring), z)]))
    drawn_in = np.column_stack([ring * 0.86, np.full(len(ring), height_m + 0.004)])
    return loft([*rings, drawn_in], StretchFilm(milky), caps=False)


def _stacked(carton_m: Vector, board: Material, layers: int, number: int) -> Mesh:
    """Layers of cartons in columns, each a little off."""
    length, width, height = carton_m
    rng = np.random.default_rng(number)
    across, deep = round(1.2 / length), round(0.8 / width)
    prints = [body(carton_m, board, number + k) for k in (0, 3)]
    parts = []
    for layer in range(layers):
        for i in range(across):
            for j in range(deep):
                x = (i - (across - 1) / 2) * length + rng.normal(0, 0.003)
                y = (j - (deep - 1) / 2) * width + rng.normal(0, 0.003)
                turn = np.pi * int(rng.integers(2))
                parts.append(prints[int(rng.integers(2))].rotated(2, turn).moved(float(x), float(y), layer * height))
    return join(parts)


def wrapped(carton_m: Vector, board: Material, layers: int, number: int, milky: float) -> Mesh:
    """A stack in film, with labels on two sides."""
    height = layers * carton_m[2]
    film = _film(1.222, 0.822, height + 0.006, milky)
    tags = [transport_label(q, 0.42 if q % 2 else 0.62, (0.2, 0.62 * height), number + q) for q in (0, 1, 3)]
    return join([_stacked(carton_m, board, layers, number), film, *tags])


def _sack(number: int) -> Mesh:
    """A filled paper sack of 600 by 400 mm, 130 mm thick where it is thickest."""
    u, v = np.meshgrid(np.linspace(-1, 1, 13), np.linspace(-1, 1, 9), indexing="ij")
    full = np.sqrt(np.clip(1 - np.abs(u) ** 5, 0, 1) * np.clip(1 - np.abs(v) ** 4, 0, 1))
    rng = np.random.default_rng(number)
    lump = 0.006 * np.sin(4 * u + rng.uniform(0, 6)) * np.cos(5 * v + rng.uniform(0, 6))
    top = np.stack([0.3 * u, 0.2 * v, 0.065 + (0.058 + lump) * full], axis=-1).reshape(-1, 3)
    low = np.stack([0.3 * u, 0.2 * v, 0.065 - 0.058 * full], axis=-1).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(12), np.arange(8), indexing="ij")
    a = (i * 9 + j).ravel()
    quads = np.concatenate([np.stack([a, a + 9, a + 10], 1), np.stack([a, a + 10, a + 1], 1)])
    paper = Principled(srgb("#b9a98a"), roughness=0.8, mottle=0.25)
    return join([Mesh.of(top, quads, paper, smooth=True), Mesh.of(low, quads[:, ::-1], paper, smooth=True)])


def sacks(layers: int, number: int, *, film: bool) -> Mesh:
    """Four sacks a layer, turned from layer to layer."""
    rng = np.random.default_rng(number)
    made = [_sack(number + k) for k in range(3)]
    parts = []
    for layer in range(layers):
        for x in (-0.3, 0.3):
            for y in (-0.2, 0.2):
                turn = float(rng.normal(0, 0.03)) + np.pi * int(rng.integers(2))
                shift = rng.normal(0, 0.006, 2)
                parts.append(
                    made[int(rng.integers(3))].rotated(2, turn).moved(x + shift[0], y + shift[1], 0.118 * layer - 0.007)
                )
    whole = join(parts)
    low, high = whole.bounds_m
    return join([whole, _film(1.28, 0.88, float(high[2]) + 0.004, 0.2)]) if film else whole.moved(z_m=-float(low[2]))


def drum(material: Material = _DRUM) -> Mesh:
    """A steel drum of 200 litres (ISO 15750-2: 585 mm over the hoops, 880 mm high)."""
    profile: list[tuple[float, float]] = [(0.0, 0.012), (0.27, 0.012), (0.282, 0.0), (0.286, 0.012), (0.28, 0.03)]
    for z in (0.29, 0.58):
        profile += [(0.28, z - 0.025), (0.2925, z - 0.01), (0.2925, z + 0.01), (0.28, z + 0.025)]
    profile += [(0.28, 0.85), (0.286, 0.866), (0.286, 0.88), (0.275, 0.88), (0.272, 0.862), (0.0, 0.862)]
    plugs = [cylinder(0.032, 0.014, _STRAP, sides=10).moved(x, 0.02, 0.862) for x in (-0.19, 0.2)]
    return join([lathe(profile, material, sides=36), *plugs])


def drums() -> Mesh:
    """Four, of 120 litres (490 mm wide, 800 mm high), strapped."""
    small = drum().scaled(0.49 / 0.585, 0.49 / 0.585, 0.8 / 0.88)
    parts = [
        small.rotated(2, 1.3 * k).moved(x, y)
        for k, (x, y) in enumerate(((-0.25, -0.25), (0.25, -0.25), (0.25, 0.25), (-0.25, 0.25)))
    ]
    path = [(x, y) for x, y in _rounded(0.998, 0.998, 0.245)]
    closed = np.array([*path, path[0], path[1]])
    for z in (0.35, 0.62):
        parts.append(tube(np.column_stack([closed, np.full(len(closed), z)]), 0.006, _STRAP, sides=4))
    parts.append(diamond(0, 0.497, (0.25, 0.42), _RED, "3"))
    return join(parts)


def bulk_box(height_m: float, number: int) -> Mesh:
    """A carton as large as its pallet, with a lid and two straps."""
    board = (KRAFT, PALE, WHITE)[number % 3]
    parts = [
        box((1.18, 0.78, height_m - 0.01), board, (0, 0, height_m / 2 - 0.005), bevel_m=0.008),
        box((1.2, 0.8, 0.12), board, (0, 0, height_m - 0.06), bevel_m=0.008),
    ]
    for x in (-0.3, 0.3):
        parts += [box((0.016, 0.806, 0.0015), _STRAP, (x, 0, height_m + 0.0008))]
        parts += [box((0.016, 0.0015, height_m), _STRAP, (x, side * 0.4015, height_m / 2)) for side in (-1, 1)]
    text = word(("BULK 1000 KG", "SPARES", "RETURN GOODS")[number % 3], 0.075)
    parts += [on_side(text, INK, q, 0.39, (0, 0.5 * height_m)) for q in (1, 3)]
    parts += [
        transport_label(q, 0.59 if q % 2 == 0 else 0.39, (0.32 if q % 2 else 0.2, 0.3 * height_m), number + q, 1.3)
        for q in (0, 3)
    ]
    return join(parts)


def _crate() -> Mesh:
    """A container of 600 by 400 by 220 mm (VDA 4500), with ribs and grips."""
    parts = [box((0.59, 0.39, 0.21), _CRATE, (0, 0, 0.105), bevel_m=0.006)]
    parts += [box((0.6, 0.4, 0.02), _CRATE, (0, 0, z)) for z in (0.21, 0.155)]
    parts += [box((0.012, 0.397, 0.145), _CRATE, (x, 0, 0.0825)) for x in (-0.2, 0.0, 0.2)]
    parts += [box((0.597, 0.012, 0.145), _CRATE, (0, y, 0.0825)) for y in (-0.1, 0.1)]
    parts += [box((0.004, 0.12, 0.03), _STRAP, (side * 0.2985, 0, 0.185)) for side in (-1, 1)]
    parts += [
        on_side(rectangle(0.08, 0.06), Principled(srgb("#e6e5df"), roughness=0.5), q, 0.296, (0.1, 0.08), 3)
        for q in (0, 2)
    ]
    return join(parts)


def crates(layers: int) -> Mesh:
    made = _crate()
    return join(made.moved(x, y, 0.22 * layer) for layer in range(layers) for x in (-0.3, 0.3) for y in (-0.2, 0.2))


def tank() -> Mesh:
    """An intermediate bulk container: a bottle in a cage on its own pallet, with a plate and a valve."""
    timber = SawnTimber(along="y", aged=0.5)
    feet = [box((0.14, 0.14, 0.1), timber, (x, y, 0.05)) for x in (-0.5, 0.0, 0.5) for y in (-0.42, 0.0, 0.42)]
    deck = [
        box((1.2, 1.0, 0.02), GALVANISED, (0, 0, 0.11)),
        *(box((1.18, 0.1, 0.02), GALVANISED, (0, y, 0.01)) for y in (-0.42, 0.0, 0.42)),
    ]
    ring = _rounded(1.14, 0.94, 0.09)
    levels = [(0.125, 0.97), (0.15, 1.0), (1.04, 1.0), (1.08, 0.97), (1.1, 0.86)]
    bottle = loft([np.column_stack([ring * share, np.full(len(ring), z)]) for z, share in levels], _TANK)
    lid = cylinder(0.1, 0.05, Principled(srgb("#20242a"), roughness=0.5), sides=20).moved(z_m=1.1)
    bars: list[Mesh] = []
    for z in (0.2, 0.42, 0.64, 0.86, 1.06):
        path = np.array([*_rounded(1.17, 0.97, 0.08)])
        closed = np.vstack([path, path[:2]])
        bars.append(tube(np.column_stack([closed, np.full(len(closed), z)]), 0.008, GALVANISED, sides=5))
    for x in np.linspace(-0.5, 0.5, 8):
        bars += [tube([(x, s * 0.492, 0.12), (x, s * 0.492, 1.07)], 0.008, GALVANISED, sides=5) for s in (-1, 1)]
    for y in np.linspace(-0.4, 0.4, 6):
        bars += [tube([(s * 0.592, y, 0.12), (s * 0.592, y, 1.07)], 0.008, GALVANISED, sides=5) for s in (-1, 1)]
    tops = [tube([(x, -0.485, 1.12), (x, 0.485, 1.12)], 0.012, GALVANISED, sides=6) for x in (-0.28, 0.28)]
    plate = box((0.003, 0.4, 0.3), GALVANISED, (0.598, 0, 0.7))
    valve = (
        cylinder(0.04, 0.1, Principled(srgb("#a3261c"), roughness=0.4), sides=12)
        .rotated(1, np.pi / 2)
        .moved(0.5, 0.0, 0.19)
    )
    tags = [transport_label(0, 0.6, (-0.08, 0.7), 5), diamond(0, 0.6, (0.11, 0.7), _ORANGE, "8")]
    return join([*feet, *deck, bottle, lid, *bars, *tops, plate, valve, *tags])


def _asset(
    name: str, size_m: Vector, recipe: Callable[[], Mesh], *tags: str, tints: tuple[Rgb, ...] = (),
    category: str = "unit load",
) -> Procedural:  # fmt: skip
    return Procedural(f"load/{name}", category, size_m, tags=frozenset(tags), tints=tints, recipe=recipe)


_CARTON: tuple[tuple[str, Vector, Material, int, float], ...] = (
    ("cartons-low", (0.6, 0.4, 0.3), KRAFT, 2, 0.12),
    ("cartons-middle", (0.6, 0.4, 0.4), KRAFT, 3, 0.1),
    ("cartons-high", (0.6, 0.4, 0.22), PALE, 6, 0.14),
    ("cartons-white", (0.6, 0.4, 0.3), WHITE, 4, 0.16),
    ("cartons-small", (0.4, 0.4, 0.2), PALE, 5, 0.1),
    ("cartons-blue", (0.6, 0.4, 0.35), BLUE, 3, 0.12),
    ("cartons-flat", (0.6, 0.8, 0.16), KRAFT, 5, 0.08),
)

ASSETS: tuple[Asset, ...] = (
    *(
        _asset(
            f"{name}-{k}",
            (1.235, 0.844, layers * size[2] + 0.01),
            partial(wrapped, size, board, layers, 7 * row + k, milky * (1 + k)),
            "euro",
            "wrapped",
        )
        for row, (name, size, board, layers, milky) in enumerate(_CARTON)
        for k in range(2)
    ),
    _asset("sacks", (1.225, 0.822, 0.955), partial(sacks, 8, 3, film=False), "euro"),
    _asset("sacks-wrapped", (1.285, 0.884, 0.722), partial(sacks, 6, 8, film=True), "euro", "wrapped"),
    _asset("drums", (1.0, 0.99, 0.8), drums, "wide", tints=_DRUMS),
    _asset("bulk-700", (1.2, 0.806, 0.702), partial(bulk_box, 0.7, 0), "euro"),
    _asset("bulk-1000", (1.2, 0.806, 1.002), partial(bulk_box, 1.0, 1), "euro"),
    _asset("bulk-1250", (1.2, 0.806, 1.252), partial(bulk_box, 1.25, 2), "euro"),
    _asset("crates-3", (1.2, 0.8, 0.66), partial(crates, 3), "euro", tints=_CRATES),
    _asset("crates-5", (1.2, 0.8, 1.1), partial(crates, 5), "euro", tints=_CRATES),
    _asset("tank", (1.2, 1.0, 1.16), tank, "own pallet"),
    _asset("drum", (0.585, 0.585, 0.88), drum, "single", tints=_DRUMS, category="barrel"),
)
