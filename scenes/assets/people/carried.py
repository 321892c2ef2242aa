"""What people carry: backpacks, handbags, shopping bags, umbrellas, sticks and phones."""

from __future__ import annotations

import numpy as np

from longtail.scenes.assets.people.body import Points, Spine, limb, mid
from longtail.scenes.geometry.materials import BLACK_PLASTIC, CHROME, Material, Principled, SignFace, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, loft, tube

LEATHER = Principled(srgb("#4a2c1c"), roughness=0.5)
NYLON = Principled(srgb("#23272f"), roughness=0.8)
NYLON_RED = Principled(srgb("#8a2f2f"), roughness=0.8)
NYLON_TEAL = Principled(srgb("#2f6f78"), roughness=0.8)
PAPER = Principled(srgb("#b79a70"), roughness=0.85)
STICK = Principled(srgb("#4b3423"), roughness=0.5)
_WHITE, _RED = SignFace((0.75, 0.75, 0.75)), SignFace(srgb("#b5171d"))
_SCREEN = Principled((0.01, 0.011, 0.014), roughness=0.08)


def pillow(size_m: tuple[float, float, float], material: Material, *, sides: int = 20) -> Mesh:
    """A stuffed bag of (length X, width Y, height Z) about the origin, flat where it touches."""
    angle = 2 * np.pi * np.arange(sides) / sides
    c, s = np.cos(angle), np.sin(angle)
    rings = []
    for t in np.linspace(-1, 1, 9):
        grow = (1 - abs(t) ** 4) ** 0.5 * 0.75 + 0.25
        x = np.sign(c) * np.abs(c) ** 0.55 * size_m[0] / 2 * grow * (1.0 - 0.16 * t)
        y = np.sign(s) * np.abs(s) ** 0.55 * size_m[1] / 2 * (0.82 + 0.18 * grow)
        rings.append(np.column_stack([x, y, np.full(sides, t * size_m[2] / 2)]))
    return loft(np.array(rings), material)


def backpack(spine: Spine, material: Material, *, ease_m: float = 0.012, size: float = 1.0) -> list[Mesh]:
    k = spine.build.scale * size
    u = 0.56
    depth = 0.15 * k
    bag = join(
        [
            pillow((depth, 0.29 * k, 0.43 * k), material),
            pillow((0.05 * k, 0.22 * k, 0.2 * k), material).moved(-depth / 2, 0, -0.08 * k),
        ]
    )
    centre = spine.point(u, -spine.depths(u)[2] - ease_m - depth / 2 + 0.012)
    parts = [bag.rotated(1, spine.tilt(u)).rotated(2, float(spine.turn[1]) * 0.7).moved(*centre)]
    for side in (1, -1):
        y = 0.1 * spine.build.scale * side
        path = [spine.point(0.84, -spine.depths(0.84)[2] - ease_m - 0.01, y * 0.8)]
        path += [spine.point(0.9, 0.0, y, 0.016)]
        for at in (0.84, 0.76, 0.62, 0.5):
            path.append(spine.point(at, spine.depths(at)[1] * (0.9 if at < 0.8 else 1.0) + ease_m, y * 1.1))
        path.append(spine.point(0.38, -0.02, side * (spine.depths(0.38)[0] + ease_m)))
        path.append(spine.point(0.36, -spine.depths(0.36)[2] - ease_m - 0.03, y * 1.2))
        parts.append(limb(path, [0.017] * len(path), material, sides=6))
    return parts


def handbag(spine: Spine, material: Material, side: int, *, ease_m: float = 0.012) -> list[Mesh]:
    """A shoulder bag at the hip."""
    k = spine.build.scale
    away = spine.depths(0.12)[0] + ease_m + 0.085 * k
    centre = spine.point(0.1, -0.05 * k, side * away)
    bag = pillow((0.29 * k, 0.11 * k, 0.22 * k), material)
    shoulder = spine.point(0.87, -0.01, side * 0.125 * k, 0.028 * k)
    straps = [
        tube([centre + (dx * k, 0, 0.09 * k), mid(centre, shoulder, 0.55) + (dx * 0.5 * k, 0.02 * side, 0), shoulder],
             0.008, material, sides=5)
        for dx in (0.1, -0.1)
    ]  # fmt: skip
    return [bag.moved(*centre), *straps]


def shopping_bag(wrist: Points, elbow: Points, k: float) -> list[Mesh]:
    """A paper bag hanging from a hand."""
    way = (wrist - elbow) / np.linalg.norm(wrist - elbow)
    grip = wrist + 0.09 * k * way
    parts = [box((0.3, 0.12, 0.34), PAPER, tuple(grip - (0, 0, 0.3)), bevel_m=0.012)]
    for y in (-0.03, 0.03):
        loop = [
            grip + (x, y * (1 - z / 0.14), z - 0.14)
            for x, z in ((-0.07, 0.0), (-0.04, 0.12), (0.04, 0.12), (0.07, 0.0))
        ]
        parts.append(tube(np.array(loop), 0.004, PAPER, sides=5))
    return parts


def umbrella(grip: Points, material: Material, *, tilt: float = 0.1, radius_m: float = 0.52) -> list[Mesh]:
    """An open umbrella over its grip: eight panels, 1.04 m across (a common stick umbrella has ribs of 60 cm)."""
    ribs, fine = 8, 6
    angle = 2 * np.pi * np.arange(ribs * fine) / (ribs * fine)
    sag = np.abs(np.sin(ribs * angle / 2))
    outer = []
    for t in np.linspace(1, 0.02, 9):
        radius = radius_m * np.sin(t * 1.15) / np.sin(1.15) * (1 - 0.055 * sag * t)
        z = 0.62 + 0.30 * (np.cos(t * 1.15) - np.cos(1.15)) / (1 - np.cos(1.15)) * 0.72
        outer.append(np.column_stack([radius * np.cos(angle), radius * np.sin(angle), z + 0.018 * sag * t]))
    skin = np.array(outer)
    # Its underside 5 mm below, so that it is a sheet with two faces.
    canopy = loft(np.concatenate([(skin - (0, 0, 0.005))[::-1][:-1], skin]), material, caps=False)
    shaft = tube([[0, 0, -0.07], [0, 0, 0.92]], 0.006, CHROME, sides=6)
    handle = tube([[0, 0, -0.1], [0, 0, 0.06]], 0.014, BLACK_PLASTIC, sides=8)
    stretchers = [
        tube([[0, 0, 0.62], [0.3 * np.cos(a), 0.3 * np.sin(a), 0.775]], 0.003, CHROME, sides=4)
        for a in 2 * np.pi * np.arange(ribs) / ribs
    ]
    return [join([canopy, shaft, handle, *stretchers]).rotated(1, tilt).moved(*grip)]


def stick(wrist: Points, side: int, k: float) -> list[Mesh]:
    """A walking stick from hand to ground."""
    top = wrist + np.array([0.035, 0, -0.06]) * k
    foot = np.array([top[0] + 0.06, top[1] + 0.02 * side, 0.0])
    shaft = tube([foot + (0, 0, 0.0), top], 0.0105, STICK, sides=8)
    shaft = Mesh(np.maximum(shaft.vertices_m, (-9, -9, 0)).astype(np.float32), shaft.triangles, shaft.slots,
                 shaft.materials, shaft.smooth, None)  # fmt: skip
    return [
        shaft,
        tube([top + (0.075, 0, -0.004), top + (0.02, 0, 0.008), top + (-0.05, 0, 0.004)], 0.012, STICK, sides=8),
    ]


def paddle(wrist: Points, elbow: Points, k: float) -> list[Mesh]:
    """A traffic paddle: a red disc with a white border on a stick, held upright."""
    way = (wrist - elbow) / np.linalg.norm(wrist - elbow)
    grip = wrist + 0.09 * k * way
    angle = 2 * np.pi * np.arange(24) / 24

    def disc(radius: float, thick: float, material: Material) -> Mesh:
        circle = np.column_stack([0 * angle, radius * np.cos(angle), radius * np.sin(angle)])
        return loft(np.array([circle - (thick, 0, 0), circle + (thick, 0, 0)]), material)

    signal = [disc(0.15, 0.006, _WHITE), disc(0.115, 0.008, _RED)]
    return [tube([grip - (0, 0, 0.06), grip + (0, 0, 0.2)], 0.012, BLACK_PLASTIC, sides=8),
            join(signal).moved(*(grip + (0, 0, 0.34)))]  # fmt: skip


def phone_at_ear(wrist: Points, elbow: Points) -> list[Mesh]:
    """A phone held to the ear."""
    way = (wrist - elbow) / np.linalg.norm(wrist - elbow)
    centre = wrist + 0.08 * way + (0.01, 0, 0)
    return [box((0.07, 0.009, 0.14), _SCREEN, bevel_m=0.003).rotated(1, -0.5).moved(*centre)]


def phone(wrist: Points, elbow: Points, side: int, k: float) -> list[Mesh]:
    """A phone held before the face, its screen towards it."""
    way = (wrist - elbow) / np.linalg.norm(wrist - elbow)
    centre = wrist + k * (0.1 * way + np.array([0.0, -0.03 * side, 0.045]))
    return [box((0.009, 0.074, 0.15), _SCREEN, bevel_m=0.003).rotated(1, 0.5).moved(*centre)]
