"""How a car is made from its measures: the body is lofted, cut and fitted with wheels, lamps and a cabin."""

from __future__ import annotations

import numpy as np

from longtail.scenes.assets.asset import Lamp
from longtail.scenes.assets.vehicles import details
from longtail.scenes.assets.vehicles.body import PAINT, Arch, body
from longtail.scenes.assets.vehicles.car_parts import BED, Car, cut_glass, cut_seams, fit_face, fit_lamps
from longtail.scenes.assets.vehicles.palette import (
    DARK,
    GAP,
    HEADLINER,
    PLATE,
    SEAL,
    TRIM,
    UNDER,
)
from longtail.scenes.assets.vehicles.shell import Points, Shell, both
from longtail.scenes.assets.vehicles.wheels import at_axle, car_wheel
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, tube
from longtail.scenes.lamps import kinds


def car_lamps(car: Car) -> tuple[Lamp, ...]:
    """Two head lamps that aim one per cent down (UN Regulation 48, 6.2.6) and two tail lamps."""
    half = car.lines.length_m / 2
    y, z = np.mean(car.head_lamp, axis=0)
    back_y, back_z = np.mean(car.tail_lamp, axis=0)
    made = []
    for sign in (1.0, -1.0):
        made.append(Lamp(kinds.HEAD, (half - 0.05, sign * float(y), float(z)), (0.99995, 0.0, -0.01)))
        made.append(Lamp(kinds.TAIL, (-half - 0.02, sign * float(back_y), float(back_z)), (-1.0, 0.0, 0.0)))
    return tuple(made)


def build(car: Car) -> Mesh:
    """The whole car."""
    lines, half = car.lines, car.lines.length_m / 2
    radius = car.wheel_radius_m
    arches = [Arch(x, radius + 0.01, radius + 0.045, 0.014 + 0.1 * car.cladding_m) for x in car.axles_m]
    shell = body(lines, arches)
    parts: list[Mesh] = []
    under = [along_z for _, along_z in lines.bottom]
    shell.paint(lambda p: p[:, 2] - min(under) - 0.035, UNDER)
    cut_glass(shell, car)
    # The lining is copied from the skin while that still has few cuts.
    cabin_back = car.boot_x_m if not car.hatch else -half + 0.55

    def inside(p: Points) -> Points:
        ends = np.maximum(p[:, 0] - car.cowl_m[0] - 0.05, cabin_back - p[:, 0])
        # None behind the wheel openings, where it would show.
        wheels = [a.radius_m + 0.03 - np.hypot(p[:, 0] - a.x_m, p[:, 2] - a.z_m) for a in arches]
        return np.asarray(np.max([car.floor_m + 0.1 - p[:, 2], ends, *wheels], axis=0))

    shell.line_with(inside, PAINT, HEADLINER)
    shell.line_with(inside, SEAL, HEADLINER, 0.012)
    parts += [fit_lamps(shell, car), fit_face(shell, car)]
    cut_seams(shell, car)
    if car.cladding_m:
        for arch in arches:
            ring = lambda p, a=arch: np.hypot(p[:, 0] - a.x_m, p[:, 2] - a.z_m) - a.radius_m - car.cladding_m  # noqa: E731
            shell.paint(both(ring, lambda p: 0.5 - p[:, 1]), TRIM, only=[PAINT, GAP])
        shell.paint(lambda p: p[:, 2] - min(under) - 0.17, TRIM, only=[PAINT, GAP, DARK])
    parts.append(details.open_arches(shell, arches))
    waist = float(np.interp(0.6, *np.array(sorted(lines.waist)).T))
    parts.append(
        details.cabin(
            car.seat_x_m,
            width_m=2 * max(w for _, w in lines.width) - 0.24,
            floor_m=car.floor_m,
            dash_x_m=car.cowl_m[0] - 0.42,
            dash_z_m=waist + 0.04,
            screen_x_m=car.cowl_m[0] - 0.02,
            rows=car.rows,
            row_m=car.row_m,
            back_x_m=cabin_back,
        )
    )
    parts.append(_fittings(shell, car, waist))
    if car.bed_m:
        # The load bed is pressed into what would be the boot lid.
        start, end = car.bed_m
        bed = both(
            lambda p: p[:, 0] - start,
            lambda p: end + 0.07 - p[:, 0],
            lambda p: p[:, 1] - 0.72,
            lambda p: 0.98 - p[:, 2],
        )
        shell.paint(bed, BED)
        shell.sink(BED, 0.42, BED)
    wheel = car_wheel(radius, 0.12 + 0.28 * radius, spokes=car.spokes, twin=car.twin)
    track = max(w for _, w in lines.width) - (0.12 + 0.28 * radius) / 2 - 0.012
    parts += [at_axle(wheel, x, track, radius) for x in car.axles_m]
    parts.append(box((car.wheelbase_m - 2 * radius, 1.1, 0.1), UNDER, (sum(car.axles_m) / 2, 0, min(under) + 0.075)))
    return details.finished([shell.mesh(), *parts])


def _fittings(shell: Shell, car: Car, waist_m: float) -> Mesh:
    """Mirrors, handles, plates, wipers, aerial, roof rails, exhaust."""
    half = car.lines.length_m / 2
    corner_x, corner_z = car.side_glass[0]
    corner_x -= 0.06
    parts = [
        details.mirrors(
            corner_x - 0.04, shell.at(x_m=corner_x, z_m=corner_z) - 0.03, corner_z + 0.01, PAINT, drop_m=0.01
        ),
    ]
    handle_z = waist_m - 0.075
    for x in (car.doors_m[1] + 0.15, car.doors_m[2] + 0.14):
        parts.append(details.handle(x, shell.at(x_m=x, z_m=handle_z), handle_z, PAINT))
    front_z = 0.47 + (car.floor_m - 0.3)
    tail_low = min(z for _, z in car.tail_lamp)
    rear_z = tail_low - 0.01 if not car.hatch else tail_low - 0.02
    parts.append(
        details.plate(shell.at(y_m=0.2, z_m=front_z) + 0.012, front_z, 1, material=PLATE, seed=len(car.lines.top))
    )
    parts.append(details.plate(shell.at(y_m=0.2, z_m=rear_z, low=True) - 0.012, rear_z, -1, lean_rad=0.05, seed=3))
    x0 = car.cowl_m[0] - 0.05
    parts.append(
        details.wipers(
            shell,
            [
                (np.array([x0 - 0.02, 0.58, 0]), np.array([x0 - 0.05, 0.02, 0])),
                (np.array([x0 + 0.0, -0.05, 0]), np.array([x0 - 0.06, -0.56, 0])),
            ],
        )
    )
    x = -half + 0.75
    roof = shell.at(x_m=x, y_m=0.0)
    if car.hatch:
        fin = box((0.16, 0.025, 0.05), PAINT, (x, 0, roof + 0.012), bevel_m=0.01)
        parts.append(fin)
    if car.rails:
        start, end = car.pillars_m[0] + 0.15, -half + 0.62
        xs = np.linspace(start, end, 12)
        y = np.array([float(v) for v in car.lines.rail_half_width(xs)]) - 0.07
        z = np.array([shell.at(x_m=a, y_m=b) for a, b in zip(xs, y, strict=True)]) + 0.035
        z[[0, -1]] -= 0.04
        parts.append(details.mirrored(tube(np.column_stack([xs, y, z]), 0.014, DARK, sides=6)))
    return join(parts)
