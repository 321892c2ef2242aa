"""Clothes on the trunk: tops, jackets and coats, and what hangs round the legs (coat tails, skirts)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longtail.scenes.assets.people.body import Spine
from longtail.scenes.assets.people.poses import Skeleton
from longtail.scenes.geometry.materials import Material
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import ellipsoid, loft

_SIDES = 24


def painted(mesh: Mesh, where: NDArray[np.bool_], material: Material) -> Mesh:
    """The mesh with some of its faces in another material."""
    slots = np.where(where, len(mesh.materials), mesh.slots).astype(np.int32)
    return Mesh(mesh.vertices_m, mesh.triangles, slots, (*mesh.materials, material), mesh.smooth, mesh.uv)


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
    grow = np.interp(stations, [hem, 0.3, 0.8, 0.97], [1.35, 1.0, 0.9, 0.55]) * ease_m
    mesh = loft(np.array([spine.ring(u, e, sides=_SIDES) for u, e in zip(stations, grow, strict=True)]), material)
    if opening is None:
        return mesh
    # A V from the neck: wide at the collar, closing downwards.
    count = (len(stations) - 1) * _SIDES
    row, column = np.divmod(np.arange(count), _SIDES)
    level = (stations[row] + stations[row + 1]) / 2
    wide = np.clip((level - opening_low) / (neck - opening_low), 0, 1) * 2.6
    inside = (np.abs((column + 0.5 + _SIDES / 2) % _SIDES - _SIDES / 2) < wide) & (level > opening_low)
    where = np.zeros(len(mesh.triangles), dtype=bool)
    where[: 2 * count] = np.concatenate([inside, inside])
    return painted(mesh, where, opening)


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
        front = spine.depths(u)[1] + float(np.interp(u, [low, 0.3, 0.8, 0.97], [1.35, 1, 0.9, 0.55])) * ease_m
        rows.append([spine.point(u, front + 0.004, y) for y in (-wide_m / 2, wide_m / 2)])
    return loft(np.array(rows), material, closed=False, caps=False, smooth=True)


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
        radius = np.concatenate([np.linspace(0.092, 0.062, 30), np.linspace(0.062, 0.045, 30)]) * k
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
    for z in np.linspace(high, hem_m, max(6, int((high - hem_m) / 0.035)))[1:]:
        near = path[np.abs(path[:, 2] - z) < 0.03]
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
        x = (front + back) / 2 + (np.sign(c) * np.abs(c) ** 0.8) * (front - back) / 2 + wave * c
        y = np.sign(s) * np.abs(s) ** 0.8 * half + wave * s
        rings.append(np.column_stack([x, y, np.full(_SIDES, z)]))
    return loft(np.array(rings[::-1]), material)
