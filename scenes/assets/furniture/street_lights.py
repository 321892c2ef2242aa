"""Street lights. The mast stands at the origin and the arm reaches over the road, to +X.

Mounting heights: 8 m on streets, 4 to 5 m on footways and squares (EN 40-2 gives 3 to 20 m in such steps).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from longtail.scenes.assets.asset import Asset, Lamp, Procedural, Vector
from longtail.scenes.geometry.materials import GALVANISED, Glass, LampGlass, Material, Principled, Rgb, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, circle, cylinder, lathe, loft, tube
from longtail.scenes.lamps import kinds

_SODIUM: Rgb = (1.0, 0.52, 0.16)
_LED: Rgb = (1.0, 0.86, 0.7)
_GREY = Principled(srgb("#7d8286"), roughness=0.45, metallic=0.4, mottle=0.2)
_DARK = Principled(srgb("#2b2f33"), roughness=0.5)
_GREEN = Principled(srgb("#1d3529"), roughness=0.5)
_DOWN: Vector = (0.0, 0.0, -1.0)


def _bulb(radii_m: Vector, material: Material, centre_m: Vector, *, sides: int) -> Mesh:
    """An ellipsoid cut flat at its poles, where a whole one would end in needle-thin triangles."""
    angle = np.linspace(-1.4, 1.4, max(sides // 2, 4) + 1)
    profile = np.column_stack([np.cos(angle), np.sin(angle) / np.sin(1.4)])
    return lathe(profile, material, sides=sides).scaled(*radii_m).moved(*centre_m)


def _mast(height_m: float, material: Material, foot_m: float = 0.075, top_m: float = 0.04) -> Mesh:
    """A tapered steel mast with a base sleeve and a service door."""
    shaft = loft(
        np.stack([np.column_stack([circle(r, 12), np.full(12, z)]) for r, z in ((foot_m, 0.0), (top_m, height_m))]),
        material,
    )
    sleeve = cylinder(foot_m + 0.02, 0.35, material, sides=12, top_radius_m=foot_m + 0.01)
    door = box((0.02, 0.1, 0.4), material, (-foot_m - 0.002, 0.0, 0.9), bevel_m=0.005)
    return join([shaft, sleeve, door])


def _arm_led() -> Mesh:
    path = [(0.0, 0.0, 7.5), (0.06, 0.0, 7.8), (0.25, 0.0, 7.92), (1.1, 0.0, 8.0)]
    head = box((0.62, 0.3, 0.08), _GREY, (1.35, 0.0, 8.02), bevel_m=0.03)
    fins = [box((0.03, 0.24, 0.03), _GREY, (1.15 + 0.06 * k, 0.0, 8.065)) for k in range(6)]
    glow = box((0.42, 0.22, 0.012), LampGlass(kinds.STREET, _LED, (0.7, 0.7, 0.6)), (1.4, 0.0, 7.976))
    return join([_mast(7.6, GALVANISED), tube(path, 0.035, GALVANISED, sides=8), head, *fins, glow])


def _arm_sodium() -> Mesh:
    angle = np.linspace(np.pi, np.pi / 2 + 0.12, 7)
    path = [(0.0, 0.0, 6.4), *((1.4 + 1.4 * np.cos(a), 0.0, 6.8 + 1.2 * np.sin(a)) for a in angle)]
    hood = _bulb((0.42, 0.17, 0.13), _GREY, (1.6, 0.0, 8.0), sides=14)
    bowl = _bulb((0.26, 0.13, 0.11), LampGlass(kinds.STREET, _SODIUM, (0.65, 0.6, 0.5)), (1.68, 0.0, 7.94), sides=12)
    return join([_mast(6.6, GALVANISED, 0.085, 0.045), tube(path, 0.04, GALVANISED, sides=8), hood, bowl])


def _twin() -> Mesh:
    """Two heads on one mast, for the middle of a wide road."""
    heads = []
    for sign in (-1, 1):
        path = [(0.0, 0.0, 8.6), (sign * 0.2, 0.0, 8.85), (sign * 1.3, 0.0, 8.95)]
        heads += [
            tube(path, 0.035, _DARK, sides=8),
            box((0.6, 0.28, 0.07), _DARK, (sign * 1.5, 0.0, 8.97), bevel_m=0.025),
            box((0.42, 0.2, 0.012), LampGlass(kinds.STREET, _LED, (0.7, 0.7, 0.6)), (sign * 1.52, 0.0, 8.93)),
        ]
    return join([_mast(8.7, _DARK, 0.09, 0.045), *heads])


def _post_top() -> Mesh:
    """A 5 m footway light with a flat disc on top."""
    disc = lathe([(0.05, 4.86), (0.26, 4.9), (0.28, 4.94), (0.2, 4.98), (0.06, 5.0)], _DARK, sides=20)
    glow = lathe(
        [(0.05, 4.835), (0.2, 4.84), (0.22, 4.856), (0.06, 4.858)],
        LampGlass(kinds.STREET, _LED, (0.7, 0.7, 0.65)),
        sides=20,
    )
    return join([_mast(4.86, _DARK, 0.06, 0.04), disc, glow])


def _mushroom() -> Mesh:
    """The opal cylinder lights of housing estates."""
    glow = cylinder(0.17, 0.42, LampGlass(kinds.STREET, _LED, (0.75, 0.75, 0.72)), sides=16, top_radius_m=0.2).moved(
        z_m=4.45
    )
    cap = lathe([(0.29, 4.87), (0.3, 4.9), (0.2, 4.97), (0.05, 5.0)], _GREY, sides=16)
    return join([_mast(4.45, _GREY, 0.06, 0.045), cylinder(0.1, 0.055, _GREY).moved(z_m=4.4), glow, cap])


def _lantern() -> Mesh:
    """A cast-iron candelabra with a four-sided lantern, as in old towns."""
    profile = [
        (0.2, 0.0), (0.2, 0.12), (0.15, 0.18), (0.13, 0.7), (0.16, 0.76), (0.11, 0.85), (0.07, 1.0), (0.06, 2.2),
        (0.08, 2.25), (0.055, 2.32), (0.045, 3.25), (0.07, 3.3), (0.035, 3.38), (0.03, 3.5),
    ]  # fmt: skip
    square = circle(1.0, 4, phase=0.5)

    def ring(radius: float, height: float) -> np.ndarray:  # type: ignore[type-arg]
        return np.column_stack([square * radius, np.full(4, height)])

    panes = loft([ring(0.17, 3.56), ring(0.3, 4.05)], Glass(), caps=False, smooth=False)
    floor = loft([ring(0.13, 3.5), ring(0.18, 3.55)], _GREEN, smooth=False)
    roof = loft([ring(0.34, 4.06), ring(0.33, 4.1), ring(0.1, 4.34), ring(0.07, 4.42)], _GREEN, smooth=False)
    edges = [
        tube([(0.172 * x, 0.172 * y, 3.55), (0.302 * x, 0.302 * y, 4.06)], 0.014, _GREEN, sides=4) for x, y in square
    ]
    flame = _bulb((0.09, 0.09, 0.14), LampGlass(kinds.STREET, _SODIUM, (0.8, 0.78, 0.7)), (0, 0, 3.78), sides=10)
    ball = _bulb((0.04, 0.04, 0.05), _GREEN, (0, 0, 4.45), sides=8)
    return join([lathe(profile, _GREEN, sides=14), panes, floor, roof, *edges, flame, ball])


def _asset(name: str, size_m: Vector, recipe: Callable[[], Mesh], spots: tuple[Vector, ...], *tags: str) -> Asset:
    return Procedural(
        f"street_light/{name}",
        "street light",
        size_m,
        tags=frozenset({"kerb", *tags}),
        lamps=tuple(Lamp(kinds.STREET, spot, _DOWN) for spot in spots),
        footprint_m=(0.3, 0.3),
        recipe=recipe,
    )


ASSETS: tuple[Asset, ...] = (
    _asset("arm_led-8m", (1.755, 0.3, 8.08), _arm_led, ((1.4, 0.0, 7.93),), "road"),
    _asset("arm_sodium-8m", (2.117, 0.325, 8.13), _arm_sodium, ((1.68, 0.0, 7.8),), "road"),
    _asset("twin_led-9m", (3.6, 0.28, 9.005), _twin, ((1.52, 0.0, 8.88), (-1.52, 0.0, 8.88)), "road"),
    _asset("post_top-5m", (0.56, 0.56, 5.0), _post_top, ((0.0, 0.0, 4.78),), "pavement"),
    _asset("opal-5m", (0.6, 0.6, 5.0), _mushroom, ((0.0, 0.0, 4.38),), "pavement"),
    _asset("lantern-4m", (0.48, 0.48, 4.5), _lantern, ((0.0, 0.0, 3.45),), "pavement"),
)
