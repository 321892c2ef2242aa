"""One four-legged body for dogs, deer, horses and boars: a trunk, a neck, a head and legs that stand, walk or lie.

Lengths are shares of the height at the withers. The trunk's middle is over the origin, X ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from longtail.scenes.assets.people.body import limb
from longtail.scenes.geometry.materials import Material
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import ellipsoid, loft

Points = NDArray[np.float64]
Station = tuple[float, float, float, float]
Doing = Literal["standing", "walking", "lying"]

# Turns of the legs while walking, degrees ahead: left fore, right fore, left hind, right hind; the lifted one bends.
# A walk has four beats, with the two legs of a side close behind each other.
_WALK = ((20.0, False), (-17.0, False), (-6.0, True), (8.0, False))
_STAND = ((1.0, False), (-2.0, False), (-3.0, False), (4.0, False))


@dataclass(frozen=True)
class Kind:
    """The shape of a species.

    Attributes:
        withers_m: its height
        trunk: from the rump to the breast: x, height of the middle, half height, half width
        fore, hind: x and half distance of the legs, and their thickness at the top
        leg: radii of a fore leg at elbow, knee, cannon and foot
        neck: x and height where it leaves the trunk and where the head is, and its half height at both
        head: from the poll to the nose: how far along, half height, half width
        head_deg: how far the head points down
        ears: length, and how far apart and upright they are
        neck_width: half width of the neck beside its half height
        tail: its length, and radius at the root; how far up it is carried
    """

    withers_m: float
    trunk: tuple[Station, ...]
    fore: tuple[float, float, float]
    hind: tuple[float, float, float]
    leg: tuple[float, float, float, float]
    neck: tuple[tuple[float, float, float], tuple[float, float, float]]
    head: tuple[tuple[float, float, float], ...]
    head_deg: float
    ears: tuple[float, float, float]
    tail: tuple[float, float, float]
    neck_width: float = 0.7


@dataclass(frozen=True)
class Coat:
    """What it wears: fur, its darker parts, feet, nose and eyes; `pale` is the belly and the rump."""

    fur: Material
    dark: Material
    foot: Material
    pale: Material | None = None
    mane: Material | None = None


@dataclass(frozen=True)
class Made:
    """A body without what only its species has, and where that goes: head's matrix (4, 4), neck's ends (2, 3)."""

    parts: tuple[Mesh, ...]
    head: Points = field(repr=False)
    neck: Points = field(repr=False)


def quadruped(kind: Kind, coat: Coat, doing: Doing) -> Made:
    """In metres, standing or lying on z = 0."""
    drop = 0.0
    if doing == "lying":
        drop = min(height - half for _, height, half, _ in kind.trunk[1:-1]) - 0.02
    trunk = _trunk(kind, coat, drop)
    neck, head = _neck_and_head(kind, drop)
    parts = [trunk, _neck(kind, neck, coat.fur), *_legs(kind, coat, doing), _tail(kind, coat, drop)]
    parts += [mesh.transformed(head) for mesh in _head(kind, coat)]
    size = kind.withers_m
    return Made(tuple(part.scaled(size, size, size) for part in parts), _sized(head, size), neck * size)


def _sized(matrix: Points, size: float) -> Points:
    return np.asarray(np.diag([size, size, size, 1.0]) @ matrix)


def _along(rows: Points, x: Points) -> Points:
    """What stands behind the first column of `rows`, where the first is `x`."""
    from scipy.interpolate import PchipInterpolator  # slow to import, and needed where meshes are made only

    return np.asarray(PchipInterpolator(rows[:, 0], rows[:, 1:])(x))


def _trunk(kind: Kind, coat: Coat, drop: float) -> Mesh:
    rows = np.array(kind.trunk)
    x = np.linspace(rows[0, 0], rows[-1, 0], 21)
    angle = 2 * np.pi * np.arange(22) / 22
    shape = _along(rows, x)
    rings = [
        np.column_stack([0 * angle + at, wide * np.cos(angle), middle - drop + high * np.sin(angle)])
        for at, (middle, high, wide) in zip(x, shape, strict=True)
    ]
    mesh = loft(np.array(rings), coat.fur)
    if coat.pale is None:
        return mesh
    centre = mesh.vertices_m[mesh.triangles].mean(axis=1)
    middle = np.interp(centre[:, 0], x, shape[:, 0] - drop)
    half = np.interp(centre[:, 0], x, shape[:, 1])
    below = centre[:, 2] < middle - 0.72 * half
    slots = np.where(below, len(mesh.materials), mesh.slots).astype(np.int32)
    return Mesh(mesh.vertices_m, mesh.triangles, slots, (*mesh.materials, coat.pale), mesh.smooth, None)


def _neck_and_head(kind: Kind, drop: float) -> tuple[Points, Points]:
    """The neck's two ends (2, 3), and the head's matrix (4, 4): its poll at the upper end, its nose along X."""
    (x0, z0, _), (x1, z1, _) = kind.neck
    down = np.radians(kind.head_deg)
    ends = np.array([(x0, 0.0, z0 - drop), (x1, 0.0, z1 - drop)])
    matrix = np.eye(4)
    matrix[:3, :3] = [[np.cos(down), 0, np.sin(down)], [0, 1, 0], [-np.sin(down), 0, np.cos(down)]]
    matrix[:3, 3] = ends[1]
    return ends, matrix


def _neck(kind: Kind, ends: Points, fur: Material) -> Mesh:
    low, high = kind.neck[0][2], kind.neck[1][2]
    bent = 0.5 * (ends[0] + ends[1]) + (0.02, 0, 0.03)
    path = [ends[0] - 0.25 * (ends[1] - ends[0]), ends[0], bent, ends[1]]
    mesh = limb(path, [low * 1.05, low, 0.55 * (low + high), high], fur, sides=14, rings=14)
    return mesh.scaled(1, kind.neck_width, 1)


def _head(kind: Kind, coat: Coat) -> list[Mesh]:
    """In its own frame, the poll at the origin and the nose along X."""
    angle = 2 * np.pi * np.arange(16) / 16
    rows = np.array(kind.head)
    x = np.linspace(rows[0, 0], rows[-1, 0], 13)
    shape = _along(rows, x)
    # The forehead runs straight: what gets lower gets lower below.
    brow = shape[:, 0].max()
    rings = [
        np.column_stack([0 * angle + at, wide * np.cos(angle), 0.35 * (brow - high) + high * np.sin(angle)])
        for at, (high, wide) in zip(x, shape, strict=True)
    ]
    parts = [loft(np.array(rings), coat.fur)]
    end, high, wide = x[-1], shape[-1, 0], shape[-1, 1]
    parts.append(ellipsoid((0.35 * high, 0.8 * wide, 0.75 * high), coat.dark, (end, 0, 0.35 * (brow - high)), sides=10))
    length, apart, upright = kind.ears
    at = 0.36 * x[-1]
    for side in (1, -1):
        wide_here = float(np.interp(at, x, shape[:, 1]))
        parts.append(ellipsoid((0.022, 0.012, 0.018), coat.dark, (at, side * 0.9 * wide_here, 0.45 * brow), sides=8))
        tip = np.array([-0.35 * length, side * apart * length, upright * length])
        root = np.array([0.04, side * 0.6 * float(shape[1, 1]), 0.75 * brow])
        parts.append(
            limb([root, root + 0.5 * tip, root + tip], length * np.array([0.16, 0.24, 0.03]), coat.fur, sides=8)
        )
    return parts


def _legs(kind: Kind, coat: Coat, doing: Doing) -> list[Mesh]:
    parts: list[Mesh] = []
    swings = _WALK if doing == "walking" else _STAND
    for number, (turn_deg, lifted) in enumerate(swings):
        fore, side = number < 2, 1 if number % 2 == 0 else -1
        x, y, top = kind.fore if fore else kind.hind
        path = _folded(kind, fore) if doing == "lying" else _straight(kind, fore, np.radians(turn_deg), lifted)
        if doing == "lying":
            points = path + (x, 0, 0)
            points[:, 1] = side * (y + (0.03 if fore else 0.06) + 0.02 * np.arange(len(path)))
        else:
            points = path + (x, side * y, 0)
        parts += _leg(kind, coat, points, top, fore)
    return parts


def _leg(kind: Kind, coat: Coat, points: Points, top: float, fore: bool) -> list[Mesh]:
    elbow, knee, cannon, foot = kind.leg
    radii = [top, elbow, knee, cannon, foot] if fore else [1.15 * top, 1.25 * elbow, 1.05 * knee, cannon, foot]
    way = points[-1] - points[-2]
    hoof = [points[-1] - 0.35 * way / max(float(np.linalg.norm(way)), 1e-9) * foot, points[-1]]
    sole = ellipsoid((1.35 * foot, foot * 1.05, foot * 0.8), coat.foot, tuple(hoof[1] + (0.3 * foot, 0, 0)), sides=10)
    return [limb(list(points), radii, coat.fur, sides=10, rings=16), sole]


def _straight(kind: Kind, fore: bool, turn: float, lifted: bool) -> Points:
    """Five joints (5, 3) from the trunk to the foot of a leg turned ahead by `turn`, in the plane y = 0."""
    foot = 0.8 * kind.leg[3]
    high = 0.72 if fore else 0.75
    side = (
        [(0.0, high), (-0.04, 0.52), (0.0, 0.29), (-0.01, 0.1), (0.015, foot)]
        if fore
        else [(0.04, high), (0.06, 0.52), (-0.1, 0.32), (-0.075, 0.11), (-0.045, foot)]
    )
    points = np.array([(x, 0.0, z) for x, z in side])
    hip = points[0].copy()
    rest = points - hip
    # A leg that stands reaches the ground in every phase, as the trunk sways too little to show.
    reach = 1.0 if not lifted else 0.9
    turned = rest @ np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
    turned = np.column_stack([turned[:, 0], 0 * turned[:, 0], turned[:, 2]]) * reach
    stretch = (hip[2] - foot) / -turned[-1, 2] if not lifted else 1.0
    out = turned * (1, 1, stretch) + hip
    if lifted:
        out[3:] += [(-0.06, 0, 0.02), (-0.1, 0, 0.03)]
    return np.asarray(out)


def _folded(kind: Kind, fore: bool) -> Points:
    """The same of somebody who lies on the breast with the legs drawn in."""
    foot = kind.leg[3]
    side = (
        [(0.0, 0.24), (-0.05, 0.12), (0.2, 0.065), (0.02, 0.055), (-0.08, foot)]
        if fore
        else [(0.0, 0.25), (0.24, 0.17), (-0.06, 0.07), (0.14, 0.05), (0.24, foot)]
    )
    return np.array([(x, 0.0, z) for x, z in side])


def _tail(kind: Kind, coat: Coat, drop: float) -> Mesh:
    length, radius, carried = kind.tail
    x, height, half, _ = kind.trunk[0]
    root = np.array([x + 0.02, 0.0, height + 0.6 * half - drop])
    lowest = max(root[2] + (carried - 1) * length, 0.03)
    path = [root, root + (-0.3 * length, 0, 0.1 * carried * length), np.array([root[0] - 0.55 * length, 0, lowest])]
    return limb(path, [radius, 1.1 * radius, 0.35 * radius], coat.mane or coat.fur, sides=8)


def centred(parts: Sequence[Mesh]) -> Mesh:
    """All of it over the middle of its footprint, on z = 0."""
    whole = join(parts)
    corner = whole.vertices_m[whole.triangles].astype(np.float64)
    area = np.linalg.norm(np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]), axis=1) / 2
    keep = area > 1e-9
    used, inverse = np.unique(whole.triangles[keep], return_inverse=True)
    faces = inverse.reshape(-1, 3).astype(np.int32)
    clean = Mesh(whole.vertices_m[used], faces, whole.slots[keep], whole.materials, whole.smooth[keep], None)
    low, high = clean.bounds_m
    return clean.moved(-float(low[0] + high[0]) / 2, -float(low[1] + high[1]) / 2, -float(low[2]))
