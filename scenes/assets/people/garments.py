"""Clothes on the trunk: tops, jackets and coats, and what hangs round the legs (coat tails, skirts)."""

from __future__ import annotations

import numpy as np

from longtail.scenes.assets.people.body import Points, Spine
from longtail.scenes.assets.people.poses import Skeleton
from longtail.scenes.geometry.materials import Material
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import ellipsoid, loft

_SIDES = 24


def seat(spine: Spine, material: Material, *, top: float = 0.16, ease_m: float = 0.004) -> Mesh:
    """Trousers between legs and waist."""
    return loft(np.array([spine.ring(u, ease_m) for u in np.linspace(-0.2, top, 9)]), material)


def top(
    spine: Spine,
    material: Material,
    *,
    hem: float = 0.1,
    ease_m: float = 0.008,
    neck: float = 0.97,
    opening: Material | None = None,
    opening_low: float = 0.72,
) -> Mesh:
    """A garment from its hem (share of the trunk) to the neck; through its opening one sees what is worn below."""
    stations = np.concatenate([np.linspace(hem, 0.8, 14), np.linspace(0.84, neck, 5)])
    grow = _grown(stations, hem) * ease_m
    mesh = loft(np.array([spine.ring(u, e, sides=_SIDES) for u, e in zip(stations, grow, strict=True)]), material)
    return mesh if opening is None else join([mesh, _opening(spine, opening, opening_low, neck, hem, ease_m)])


def _grown(stations: Points | float, hem: float) -> Points:
    """How far a garment stands off at shares of the trunk, beside its ease."""
    return np.interp(stations, [hem, 0.3, 0.8, 0.97], [1.35, 1.0, 0.9, 0.55])


def _opening(spine: Spine, material: Material, low: float, high: float, hem: float, ease_m: float) -> Mesh:
    """A V down the front, wide at the collar: a patch a little before the garment, whose edges are straight."""
    rows = []
    for u in np.linspace(low, high, 10):
        half, front, _ = spine.depths(u)
        off = float(_grown(u, hem)) * ease_m
        across = np.linspace(-1, 1, 9) * (0.003 + 0.048 * (u - low) / (high - low)) * spine.build.scale
        # On the body's outline (`Spine.ring`), whose exponent is 0.85.
        curve = (1 - np.minimum(np.abs(across) / (half + off), 1.0) ** (2 / 0.85)) ** (0.85 / 2)
        rows.append(
            [spine.point(u, (front + off) * float(x) + 0.0035, float(y)) for x, y in zip(curve, across, strict=True)]
        )
    return loft(np.array(rows), material, closed=False, caps=False)


def collar(spine: Spine, material: Material, *, tall_m: float = 0.03, wide_m: float = 0.012) -> Mesh:
    """A standing collar, open at the throat."""
    k = spine.build.scale
    rings = []
    for u, grow in ((0.9, 0.0), (0.93, 0.6), (0.97, 1.0)):
        rings.append(spine.ring(u, grow * wide_m * k, sides=_SIDES))
    lift = spine.axes(0.97)[2] * tall_m * k
    rings.append(rings[-1] + 0.8 * lift)
    inner = spine.ring(0.98, 0.3 * wide_m * k, sides=_SIDES)
    return loft(np.array([*rings, inner + 0.8 * lift, inner]), material, caps=False)


def hood(spine: Spine, material: Material) -> Mesh:
    """A hood that lies folded on the shoulders."""
    k = spine.build.scale
    shape = join(
        [
            ellipsoid((0.055, 0.1, 0.065), material, (-0.085, 0, -0.005), sides=16),
            ellipsoid((0.085, 0.088, 0.035), material, (-0.02, 0, 0.0), sides=16),
        ]
    )
    return shape.scaled(k, k, k).rotated(1, spine.tilt(0.9)).moved(*spine.point(0.93))


def strip(spine: Spine, material: Material, low: float, high: float, ease_m: float, wide_m: float = 0.012) -> Mesh:
    """A zip or a row of buttons down the front."""
    rows = []
    for u in np.linspace(low, high, 10):
        front = spine.depths(u)[1] + float(_grown(u, low)) * ease_m
        rows.append([spine.point(u, front + 0.004, y) for y in (-wide_m / 2, wide_m / 2)])
    return loft(np.array(rows), material, closed=False, caps=False, smooth=True)


def vest(spine: Spine, material: Material, band: Material, ease_m: float) -> Mesh:
    """A warning vest over a top: sleeveless, with two reflecting bands around it and one over each shoulder.

    EN ISO 20471 asks for bands 50 mm wide, 50 mm above the hem and apart.
    """
    shell = top(spine, material, hem=0.02, ease_m=ease_m, neck=0.9)
    long = 0.05 / spine.build.trunk_m
    parts = [shell]
    for low in (0.12, 0.36):
        around = np.array([spine.ring(u, 1.5 * ease_m, sides=_SIDES) for u in (low, low + long)])
        parts.append(loft(around, band, caps=False))
    for side, face in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
        y, strip_of = side * 0.1 * spine.build.scale, []
        for u in np.linspace(0.36 + long, 0.82, 7):
            x = face * (spine.depths(u)[1 if face > 0 else 2] * 0.97 + 1.5 * ease_m)
            strip_of.append([spine.point(u, x, y + face * dy) for dy in (-0.025, 0.025)])
        parts.append(loft(np.array(strip_of), band, closed=False, caps=False))
    return join(parts)


def hanging(
    body: Skeleton,
    material: Material,
    *,
    start: float,
    hem_m: float,
    ease_m: float = 0.012,
    flare: float = 0.08,
    folds_m: float = 0.006,
    seed: int = 0,
) -> Mesh:
    """Cloth that hangs from the hips round both legs down to `hem_m` over the ground, pushed out by the stride."""
    spine, k = body.spine, body.build.thick
    legs = []
    for hip, knee, ankle in body.legs:
        t = np.linspace(0, 1, 30)[:, None]
        radius = np.concatenate([np.linspace(0.098, 0.07, 30), np.linspace(0.07, 0.06, 30)]) * k
        legs.append(np.column_stack([np.concatenate([hip + t * (knee - hip), knee + t * (ankle - knee)]), radius]))
    path = np.concatenate(legs)
    first = spine.ring(start, ease_m, sides=_SIDES)
    high = float(first[:, 2].mean())
    front, back, half = float(first[:, 0].max()), float(first[:, 0].min()), float(np.abs(first[:, 1]).max())
    rings, drop = [first], high
    angle = 2 * np.pi * np.arange(_SIDES) / _SIDES
    c, s = np.cos(angle), np.sin(angle)
    rng = np.random.default_rng(seed)
    phase = rng.uniform(0, 6.28, 2)
    # Of who walks as many rings at every phase: the hips rise and fall.
    waist = high if body.pose.hip_m is None else body.build.leg * body.build.stature_m
    for z in np.linspace(high, hem_m, max(6, int((waist - hem_m) / 0.035)))[1:]:
        # Legs are strings of balls, of which a level cuts discs.
        near = path[np.abs(path[:, 2] - z) < path[:, 3]]
        near = np.column_stack([near[:, :3], np.sqrt(near[:, 3] ** 2 - (near[:, 2] - z) ** 2)])
        step = drop - z
        drop = float(z)
        # Cloth falls straight from the widest place above, hardly inwards, and opens as it falls.
        front, back, half = front - 0.12 * step, back + 0.12 * step, half + 0.35 * flare * step
        if len(near):
            front = max(front, float((near[:, 0] + near[:, 3]).max()) + ease_m)
            back = min(back, float((near[:, 0] - near[:, 3]).min()) - ease_m)
            half = max(half, float((np.abs(near[:, 1]) + near[:, 3]).max()) + ease_m)
        front, back = front + flare * step, back - flare * step
        share = (high - z) / (high - hem_m)
        wave = folds_m * share * (np.cos(7 * angle + phase[0]) + 0.7 * np.cos(11 * angle + phase[1]))
        x = (front + back) / 2 + (np.sign(c) * np.abs(c) ** 0.7) * (front - back) / 2 + wave * c
        y = np.sign(s) * np.abs(s) ** 0.7 * half + wave * s
        rings.append(np.column_stack([x, y, np.full(_SIDES, z)]))
    return loft(np.array(rings[::-1]), material)
