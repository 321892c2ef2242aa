"""What is fixed to a body: arch wells, mirrors, plates, handles, wipers, and the cabin behind the glass."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from longtail.scenes.assets.vehicles.body import Arch
from longtail.scenes.assets.vehicles.palette import CABIN, DARK, INK, MIRROR, PLATE, SEAT, TRIM, UNDER
from longtail.scenes.assets.vehicles.shell import Points, Shell, wheel_circle
from longtail.scenes.geometry.materials import Material
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, ellipsoid, loft, tube


def offset(point: Points, x_m: float, y_m: float, z_m: float) -> Points:
    return np.asarray(point + np.array([x_m, y_m, z_m]))


def mirrored(mesh: Mesh) -> Mesh:
    """A part and its twin on the right."""
    return join([mesh, mesh.scaled(1, -1, 1)])


def finished(parts: Sequence[Mesh], *, centred: bool = True) -> Mesh:
    """All parts as one mesh without slivers, its footprint's middle at the origin."""
    whole = join(parts)
    corner = whole.vertices_m[whole.triangles].astype(np.float64)
    area = np.linalg.norm(np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]), axis=1) / 2
    keep = area > 1e-8
    used, inverse = np.unique(whole.triangles[keep], return_inverse=True)
    clean = Mesh(
        whole.vertices_m[used],
        inverse.reshape(-1, 3).astype(np.int32),
        whole.slots[keep],
        whole.materials,
        whole.smooth[keep],
        None,
    )
    low, high = clean.bounds_m
    return clean.moved(-float(low[0] + high[0]) / 2, -float(low[1] + high[1]) / 2) if centred else clean


def open_arches(shell: Shell, arches: Sequence[Arch], inner_y_m: float = 0.45) -> Mesh:
    """Cuts the wheel openings and lines them with dark wells that start at the very rim of the metal."""
    wells = []
    for arch in arches:
        rim = shell.remove(wheel_circle(arch.x_m, arch.z_m, arch.radius_m, inner_y_m))
        away = np.hypot(rim[:, 0] - arch.x_m, rim[:, 2] - arch.z_m)
        rim = rim[(np.abs(away - arch.radius_m) < 0.02) & (rim[:, 1] > inner_y_m + 0.01)]
        angle = np.arctan2(rim[:, 2] - arch.z_m, rim[:, 0] - arch.x_m)
        angle = np.where(angle < -np.pi / 2, angle + 2 * np.pi, angle)
        rim = rim[np.argsort(angle)]
        inner = rim.copy()
        inner[:, 1] = inner_y_m
        centre = np.array([arch.x_m, inner_y_m, arch.z_m])
        wells.append(loft(np.stack([rim, inner]), UNDER, closed=False, smooth=True))
        count = len(inner)
        fan = np.stack([np.full(count - 1, count), np.arange(count - 1), np.arange(1, count)], axis=1)[:, ::-1]
        wells.append(Mesh.of(np.concatenate([inner, centre[None]]), fan, UNDER))
    return mirrored(join(wells))


def mirrors(x_m: float, y_m: float, z_m: float, paint: Material, *, size: float = 1.0, drop_m: float = 0.0) -> Mesh:
    """Door mirrors whose arms leave the body at (x, y, z)."""
    half = np.array([0.075, 0.088, 0.066]) * size
    angle = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    c, s = np.cos(angle), np.sin(angle)
    outline = np.stack([np.sign(c) * np.abs(c) ** 0.6, np.sign(s) * np.abs(s) ** 0.6], axis=1)
    centre = np.array([x_m - 0.02, y_m + 0.03 + half[1], z_m + 0.055 - drop_m])
    rings = []
    for t, scale in [(-1.0, 0.97), (-0.3, 1.0), (0.3, 0.9), (0.75, 0.62), (1.0, 0.2)]:
        ring = np.column_stack([np.full(20, t * half[0]), outline * half[1:] * scale])
        ring[:, 0] -= 0.25 * half[0] * (ring[:, 1] / half[1])
        rings.append(ring + centre)
    housing = loft(np.array(rings), paint, caps=False)
    glass = np.array(rings[0])
    glass[:, 0] += 0.008
    pane = loft(np.stack([glass, (glass - centre) * (1, 0.02, 0.02) + centre])[::-1], MIRROR, caps=False, smooth=False)
    arm = box((0.06, 0.12, 0.03), DARK, (x_m, y_m + 0.02, z_m + 0.015), bevel_m=0.008)
    return mirrored(join([housing, pane, arm])).part("mirror")


def plate(
    x_m: float, z_m: float, facing: int, *, material: Material = PLATE, lean_rad: float = 0.0, seed: int = 1
) -> Mesh:
    """A European plate, 520 x 110 mm (Directive 70/222/EEC), with blocks where characters would be."""
    rng = np.random.default_rng(seed)
    parts = [box((0.012, 0.53, 0.12), TRIM, (0, 0, 0)), box((0.012, 0.52, 0.11), material, (0.005, 0, 0))]
    left = -0.215
    for count in (2, 2, 4):
        for _ in range(count):
            width = float(rng.choice([0.034, 0.04, 0.044]))
            hole = float(rng.choice([0.016, 0.024]))
            parts.append(box((0.004, width, 0.075), INK, (0.0118, left + width / 2, 0)))
            parts.append(box((0.004, width * 0.42, hole), material, (0.0135, left + width / 2, 0.012)))
            left += width + 0.011
        left += 0.02
    made = join(parts).part("license plate").rotated(1, -lean_rad)
    return (made if facing > 0 else made.rotated(2, np.pi)).moved(x_m, 0.0, z_m)


def handle(x_m: float, y_m: float, z_m: float, material: Material) -> Mesh:
    return mirrored(box((0.19, 0.026, 0.026), material, (x_m, y_m + 0.012, z_m), bevel_m=0.008))


def wipers(shell: Shell, tips: Sequence[tuple[Points, Points]]) -> Mesh:
    """Blades from one point of the screen to another, lying on the glass; y may be of either sign."""
    parts = []
    for start, end in tips:
        path = np.linspace(start, end, 7)
        path[:, 2] = [shell.at(x_m=x, y_m=abs(y)) + 0.012 for x, y, _ in path]
        parts.append(tube(path, 0.009, DARK, sides=5))
    return join(parts)


def steering_wheel(x_m: float, y_m: float, z_m: float, *, radius_m: float = 0.185, rake_rad: float = 1.0) -> Mesh:
    """A steering wheel and its column; `rake_rad` 0 would lie flat."""
    turn = np.linspace(0, 2 * np.pi, 21)
    ring = np.column_stack([radius_m * np.cos(turn), radius_m * np.sin(turn), np.zeros(21)])
    parts: list[Mesh] = [
        tube(ring, 0.016, INK, sides=7),
        box((0.13, 0.13, 0.04), INK, (0, 0, 0), bevel_m=0.015),
        box((0.03, 2 * radius_m, 0.016), INK, (0, 0, 0)),
        tube([[0.0, 0.0, 0.0], [0.0, 0.0, -0.35]], 0.03, INK, sides=8),
    ]
    return join(parts).rotated(1, -rake_rad).moved(x_m, y_m, z_m)


def seat(x_m: float, y_m: float, floor_m: float, *, width_m: float = 0.5, headrest: bool = True) -> Mesh:
    """A car seat whose cushion's middle is at (x, y); the hip point lies about 0.3 m above `floor_m`."""
    back = box((0.14, width_m, 0.62), SEAT, (0, 0, 0.31), bevel_m=0.05).rotated(1, -0.35).moved(-0.24, 0, 0.3)
    parts = [box((0.5, width_m, 0.16), SEAT, (0.02, 0, 0.24), bevel_m=0.05), back]
    if headrest:
        head = box((0.1, min(0.28, width_m), 0.19), SEAT, (0, 0, 0.7), bevel_m=0.04)
        stalk = box((0.02, 0.12, 0.1), DARK, (0, 0, 0.6))
        parts += [head.rotated(1, -0.35).moved(-0.24, 0, 0.3), stalk.rotated(1, -0.35).moved(-0.24, 0, 0.3)]
    return join(parts).moved(x_m, y_m, floor_m)


def cabin(
    front_seat_x_m: float,
    *,
    width_m: float,
    floor_m: float,
    dash_x_m: float,
    dash_z_m: float,
    screen_x_m: float,
    rows: int = 2,
    row_m: float = 0.85,
    back_x_m: float = -1.6,
    left_hand: bool = True,
) -> Mesh:
    """Dashboard, steering wheel, seats and floor, as seen through the windows."""
    offset = 0.36 * (1 if left_hand else -1)
    dash = np.array(
        [
            [screen_x_m, dash_z_m - 0.07],
            [dash_x_m + 0.05, dash_z_m],
            [dash_x_m, dash_z_m - 0.05],
            [dash_x_m + 0.08, floor_m],
            [screen_x_m, floor_m],
        ]
    )
    rings = np.array([np.column_stack([dash[:, 0], np.full(5, y), dash[:, 1]]) for y in (-width_m / 2, width_m / 2)])
    parts = [
        loft(rings[::-1], TRIM, smooth=False),
        box((dash_x_m - back_x_m, width_m, 0.04), CABIN, ((dash_x_m + back_x_m) / 2, 0, floor_m)),
        steering_wheel(dash_x_m - 0.12, offset, dash_z_m - 0.04),
        seat(front_seat_x_m, offset, floor_m),
        seat(front_seat_x_m, -offset, floor_m),
        box((0.6, 0.16, 0.3), TRIM, (front_seat_x_m + 0.1, 0, floor_m + 0.17), bevel_m=0.03),
        ellipsoid((0.02, 0.11, 0.035), INK, (dash_x_m - 0.05, 0, dash_z_m + 0.33), sides=8),
    ]
    for row in range(1, rows):
        x = front_seat_x_m - row * row_m
        parts.append(seat(x, 0.0, floor_m + 0.03, width_m=width_m - 0.12, headrest=False))
        for y in (-0.38, 0.38):
            parts.append(box((0.09, 0.26, 0.14), SEAT, (x - 0.48, y, floor_m + 0.92), bevel_m=0.035))
    return join(parts)
