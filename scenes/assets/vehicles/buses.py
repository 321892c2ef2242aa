"""Buses: a low-floor city bus of 12.0 x 2.55 x 3.0 m (the usual solo bus under Directive 96/53/EC) and a coach."""

from __future__ import annotations

from functools import partial

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.vehicles import details
from longtail.scenes.assets.vehicles.body import PAINT, Arch, Lines
from longtail.scenes.assets.vehicles.boxes import Coachwork, lamps, near_x, panes_between
from longtail.scenes.assets.vehicles.bus_parts import Bus, door, matrix, saloon
from longtail.scenes.assets.vehicles.palette import BUS_TINTS, DARK, GLASS, INK, PRIVACY, SEAL, TRIM, UNDER
from longtail.scenes.assets.vehicles.shell import both, front, rear
from longtail.scenes.assets.vehicles.wheels import at_axle, lorry_wheel
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, tube

_R = 0.48


_CITY = Bus(
    12.0,
    3.0,
    1.12,
    2.48,
    0.42,
    (3.25, -2.65),
    ((4.35, 5.55), (-0.1, 1.2), (-4.6, -3.4)),
    (-5.75, -4.4, -3.0, -1.6, -0.2, 1.2, 2.6, 4.0, 4.95),
    0.95,
)
_MIDI = Bus(
    8.9,
    2.95,
    1.12,
    2.45,
    0.42,
    (2.15, -2.0),
    ((2.85, 4.0), (-0.5, 0.7)),
    (-4.2, -2.95, -1.6, -0.25, 1.1, 2.45, 3.45),
    0.95,
)
_COACH = Bus(
    12.2,
    3.55,
    1.72,
    2.95,
    1.2,
    (3.35, -2.75),
    ((4.55, 5.45),),
    (-5.8, -4.2, -2.5, -0.8, 0.9, 2.6, 4.2),
    1.25,
    PRIVACY,
    0.3,
)


def _lines(bus: Bus) -> Lines:
    half, top = bus.length_m / 2, bus.height_m
    return Lines(
        length_m=bus.length_m,
        top=((half, top - 0.03), (half - 0.6, top), (-half, top - 0.02)),
        rail_z=((half, top - 0.21), (-half, top - 0.19)),
        rail_y=((half, 1.16), (-half, 1.16)),
        waist=((half, bus.waist_m - 0.1), (-half, bus.waist_m - 0.1)),
        shoulder=((half, bus.waist_m - 0.22), (-half, bus.waist_m - 0.22)),
        width=((half, 1.255), (half - 0.8, 1.275), (-half, 1.275)),
        belly=((half, 0.62), (-half, 0.62)),
        bottom=((half, 0.28), (-half, 0.32)),
        nose=((0.25, 0.05), (0.5, 0.0), (1.0, 0.01), (1.6, 0.3 * bus.lean_m), (top, bus.lean_m + 0.05)),
        tail=((0.3, 0.04), (0.6, 0.0), (1.3, 0.01), (top, 0.08)),
        bow=(0.2, 0.1),
        round_m=(0.11, 0.09),
        reach_m=(0.9, 0.5),
        bow_power=(3.0, 4.0),
        waist_in_m=0.012,
        glass_bulge_m=0.006,
        roof_shoulder_m=0.15,
    )


def _build(bus: Bus) -> Mesh:
    half, top = bus.length_m / 2, bus.height_m
    arches = [Arch(x, _R + 0.01, _R + 0.09, 0.0) for x in bus.axles_m]
    work = Coachwork(_lines(bus), arches, step_m=0.16, end_steps=16)
    screen_top = min(top - 0.5, bus.screen_low_m + 1.75)
    _side_glass(work, bus)
    _end_glass(work, bus, screen_top)
    _panels(work, bus)
    work.finish(
        inner_y_m=0.7, floor_m=bus.floor_m + 0.1, lined=lambda p: np.abs(p[:, 0]) - half + 0.02, panes=(GLASS, PRIVACY)
    )
    shell, parts = work.shell, work.parts
    parts += [door(span, 0.36, bus.window_top_m) for span in bus.doors_m]
    parts.append(saloon(bus))
    sign_z = min(screen_top + 0.17, top - 0.3)
    parts.append(matrix(shell.at(y_m=0.3, z_m=sign_z) + 0.014, sign_z))
    parts.append(
        box((2.6, 1.7, 0.2), PAINT, (-half * 0.35, 0, top + 0.0), bevel_m=0.06)
        if bus.glass is GLASS
        else box((2.0, 1.6, 0.16), PAINT, (0.5, 0, top + 0.0), bevel_m=0.05)
    )
    parts += _wheels(bus)
    parts += _mirrors(bus)
    parts.append(_wipers(work, bus))
    parts.append(details.plate(shell.at(y_m=0.1, z_m=0.62) + 0.012, 0.62, 1, seed=7))
    parts.append(details.plate(shell.at(y_m=0.1, z_m=0.56, low=True) - 0.012, 0.56, -1, seed=8))
    parts.append(box((bus.length_m - 1.5, 1.3, 0.1), UNDER, (0, 0, 0.36)))
    return work.mesh()


def _side_glass(work: Coachwork, bus: Bus) -> None:
    half, shell = bus.length_m / 2, work.shell
    # A ribbon of glass: a continuous dark band, panes glued to it with narrow joints.
    for field in panes_between(bus.windows_m, bus.waist_m, bus.window_top_m, -0.03, 0.0):
        shell.paint(field, SEAL, only=[PAINT])
    for field in panes_between(bus.windows_m, bus.waist_m + 0.03, bus.window_top_m - 0.03, 0.05, 0.04):
        shell.paint(field, bus.glass, only=[SEAL])
    # The driver's window dips lower.
    cab = panes_between((bus.windows_m[-1] + 0.02, half - 0.38), bus.screen_low_m + 0.05, bus.window_top_m, 0.0, 0.06)[
        0
    ]
    work.pane(cab)


def _end_glass(work: Coachwork, bus: Bus, screen_top: float) -> None:
    """Windscreen with the dark field of the sign above it, and the rear window."""
    half, top, shell = bus.length_m / 2, bus.height_m, work.shell
    work.pane(
        front(
            ((0.0, bus.screen_low_m), (0.0, screen_top), (1.12, screen_top), (1.2, bus.screen_low_m + 0.1)),
            0.08,
            half - 0.42,
        )
    )
    shell.paint(
        front(
            ((0.0, screen_top - 0.02), (0.0, top - 0.14), (1.06, top - 0.14), (1.1, screen_top - 0.02)),
            0.03,
            half - 0.4,
        ),
        SEAL,
        only=[PAINT],
    )
    work.pane(
        rear(
            ((0.0, bus.waist_m + 0.35), (0.0, bus.window_top_m), (0.95, bus.window_top_m), (1.0, bus.waist_m + 0.35)),
            0.08,
            -half + 0.35,
        ),
        PRIVACY,
    )


def _panels(work: Coachwork, bus: Bus) -> None:
    """Lamps, grilles and the seams of the skirt."""
    half = bus.length_m / 2
    work.head_lamps(
        ((0.76, 0.58), (0.76, 0.76), (1.2, 0.82), (1.2, 0.60)), [(0.86, 0.67, 0.065), (1.04, 0.69, 0.06)], 0.45
    )
    work.tail_lamps(((1.02, 0.62), (1.02, 1.35), (1.17, 1.35), (1.17, 0.62)), 0.2)
    work.recess(
        front(((0.0, 0.40), (0.0, 0.5), (0.6, 0.5), (0.6, 0.40)), 0.02, half - 0.4), slats_z=(0.45,), half_width_m=0.55
    )
    work.recess(rear(((0.0, 0.75), (0.0, 1.2), (0.85, 1.2), (0.85, 0.75)), 0.03, -half + 0.3))
    for z in np.arange(0.79, 1.19, 0.07):
        work.parts.append(box((0.02, 1.66, 0.03), TRIM, (-half + 0.02, 0, z)))
    work.seam(both(lambda p: p[:, 2] - 0.56, lambda p: half - 0.6 - p[:, 0]))
    for x in np.arange(-half + 1.0, half - 1.6, 1.35):
        if all(abs(x - axle) > 0.75 for axle in bus.axles_m):
            work.seam(
                both(
                    near_x(float(x), 0.004),
                    lambda p: p[:, 2] - bus.waist_m + 0.04,
                    lambda p: 0.6 - p[:, 1],
                )
            )


def _wheels(bus: Bus) -> list[Mesh]:
    """Single ones in front, double ones behind."""
    parts: list[Mesh] = []
    front_wheel, rear_wheel = lorry_wheel(_R, 0.28), lorry_wheel(_R, 0.28, dished=True)
    parts.append(at_axle(front_wheel, bus.axles_m[0], 1.08, _R))
    for x in bus.axles_m[1:]:
        parts += [at_axle(rear_wheel, x, 1.1, _R), at_axle(lorry_wheel(_R, 0.24, dished=True), x, 0.78, _R)]
    return parts


def _mirrors(bus: Bus) -> list[Mesh]:
    half, top = bus.length_m / 2, bus.height_m
    parts: list[Mesh] = []
    mirror_z = bus.screen_low_m + 1.15
    for sign in (1, -1):
        arm = [
            [half - 0.25, sign * 1.1, top - 0.45],
            [half + 0.02, sign * 1.36, top - 0.45],
            [half + 0.06, sign * 1.4, mirror_z + 0.2],
        ]
        parts.append(tube(arm, 0.022, DARK, sides=6))
        parts.append(box((0.1, 0.2, 0.4), DARK, (half + 0.05, sign * 1.4, mirror_z), bevel_m=0.035))
    return [part.part("mirror") for part in parts]


def _wipers(work: Coachwork, bus: Bus) -> Mesh:
    shell = work.shell
    return join(
        [
            tube(
                [
                    [shell.at(y_m=0.9, z_m=bus.screen_low_m + 0.1) + 0.02, s * 0.08, bus.screen_low_m + 0.06],
                    [shell.at(y_m=0.9, z_m=bus.screen_low_m + 0.1) + 0.02, s * 0.85, bus.screen_low_m + 0.14],
                ],
                0.012,
                INK,
                sides=5,
            )
            for s in (1, -1)
        ]
    )


_TAGS = frozenset({"driving"})

ASSETS: tuple[Asset, ...] = (
    Procedural(
        "bus/city",
        "bus",
        (12.1, 3.0, 3.1),
        tags=_TAGS,
        tints=BUS_TINTS,
        lamps=lamps(6.0, (0.95, 0.68), (1.1, 0.9)),
        recipe=partial(_build, _CITY),
    ),
    Procedural(
        "bus/midi",
        "bus",
        (9.0, 3.0, 3.05),
        tags=_TAGS,
        tints=BUS_TINTS,
        lamps=lamps(4.45, (0.95, 0.68), (1.1, 0.9)),
        recipe=partial(_build, _MIDI),
    ),
    Procedural(
        "bus/coach",
        "bus",
        (12.3, 3.0, 3.63),
        tags=_TAGS,
        tints=BUS_TINTS,
        lamps=lamps(6.1, (0.95, 0.68), (1.1, 0.9)),
        recipe=partial(_build, _COACH),
    ),
)
