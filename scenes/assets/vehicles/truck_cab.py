"""Cab-over cabs of lorries."""

from __future__ import annotations

from longtail.scenes.assets.vehicles import details
from longtail.scenes.assets.vehicles.body import PAINT, Arch, Lines
from longtail.scenes.assets.vehicles.boxes import Coachwork
from longtail.scenes.assets.vehicles.palette import (
    DARK,
    INK,
    STEEL,
)
from longtail.scenes.assets.vehicles.shell import both, front, side
from longtail.scenes.assets.vehicles.wheels import at_axle, lorry_wheel
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, tube


def cab(height_m: float, *, length_m: float = 2.1, radius_m: float = 0.48, sleeper: bool = False) -> Mesh:
    """A cab-over cab in its own frame: middle of its length at x = 0, the wheel 1.35 m behind the front."""
    half, top = length_m / 2, height_m
    axle = half - 1.36
    roof = top - (0.5 if sleeper else 0.1)
    screen_top = min(roof - 0.22, 2.62)
    arch = Arch(axle, radius_m + 0.02, radius_m + 0.09, 0.015)
    work = Coachwork(_lines(length_m, top, roof), [arch], step_m=0.09, end_steps=14)
    _panes_and_doors(work, half, screen_top)
    _face(work, half, axle)
    work.finish(inner_y_m=0.62, floor_m=1.1, lined=lambda p: p[:, 0] - half + 0.25)
    parts = work.parts
    parts += [
        _cabin(half),
        details.plate(work.shell.at(y_m=0.1, z_m=0.7) + 0.012, 0.7, 1, seed=4),
        box((0.06, 2.1, 0.16), DARK, (half - 0.22 - 0.06 * (top - 2.8), 0, screen_top + 0.12), bevel_m=0.02),
        *_mirrors(half, screen_top),
        *_wipers(work),
    ]
    wheel = lorry_wheel(radius_m, 0.28, material=STEEL)
    parts.append(at_axle(wheel, axle, 1.05, radius_m))
    return join([work.shell.mesh(), *parts])


def _lines(length_m: float, top: float, roof: float) -> Lines:
    half = length_m / 2
    return Lines(
        length_m=length_m,
        top=((half, top - 0.12), (half - 0.5, top - 0.03), (-half, top)),
        rail_z=((half, top - 0.3), (-half, top - 0.16)),
        rail_y=((half, 1.06), (-half, 1.1)),
        waist=((half, 1.55), (-half, 1.55)),
        shoulder=((half, 1.45), (-half, 1.45)),
        width=((half, 1.2), (half - 0.5, 1.24), (-half, 1.24)),
        belly=((half, 1.05), (-half, 1.05)),
        bottom=((half, 0.36), (half - 0.85, 0.42), (-half, 0.62)),
        nose=((0.4, 0.06), (0.6, 0.0), (1.3, 0.02), (1.7, 0.08), (roof, 0.32), (top, 0.42)),
        tail=((0.4, 0.0),),
        bow=(0.16, 0.02),
        round_m=(0.1, 0.07),
        reach_m=(0.9, 0.3),
        bow_power=(3.0, 6.0),
        waist_in_m=0.02,
        roof_shoulder_m=0.13,
    )


def _panes_and_doors(work: Coachwork, half: float, screen_top: float) -> None:
    """Windscreen, side windows and the doors' seams."""
    work.pane(front(((0.0, 1.62), (0.0, screen_top), (1.06, screen_top), (1.14, 1.68)), 0.07, half - 0.55))
    work.pane(
        side(
            (
                (half - 0.34, 1.5),
                (half - 0.5, screen_top - 0.05),
                (half - 1.3, screen_top - 0.05),
                (half - 1.3, 1.62),
                (half - 0.8, 1.6),
            ),
            0.06,
        )
    )
    work.seam(
        side(
            (
                (half - 0.3, 0.95),
                (half - 0.4, screen_top + 0.05),
                (half - 1.42, screen_top + 0.05),
                (half - 1.42, 1.35),
                (half - 1.2, 1.0),
            ),
            0.04,
        )
    )


def _face(work: Coachwork, half: float, axle: float) -> None:
    """Grille, bumper, lamps and steps."""
    shell = work.shell
    work.recess(
        front(((0.0, 0.98), (0.0, 1.42), (0.82, 1.42), (0.78, 0.98)), 0.04, half - 0.4),
        slats_z=(1.06, 1.17, 1.28, 1.38),
        half_width_m=0.75,
    )
    shell.paint(both(lambda p: p[:, 2] - 0.84, lambda p: half - 0.85 - p[:, 0]), DARK, only=[PAINT])
    work.head_lamps(
        ((0.72, 0.62), (0.72, 0.80), (1.18, 0.84), (1.18, 0.62)), [(0.82, 0.71, 0.065), (1.0, 0.72, 0.065)], 0.5
    )
    work.recess(front(((0.0, 0.50), (0.0, 0.6), (0.55, 0.6), (0.55, 0.5)), 0.02, half - 0.4))
    for z in (0.64, 0.92):
        shell.paint(
            side(((axle + 0.66, z), (axle + 0.66, z + 0.1), (half - 0.3, z + 0.1), (half - 0.3, z)), 0.03),
            INK,
            only=[PAINT, DARK],
        )


def _cabin(half: float) -> Mesh:
    return details.cabin(
        half - 1.35,
        width_m=2.2,
        floor_m=1.12,
        dash_x_m=half - 0.62,
        dash_z_m=1.66,
        screen_x_m=half - 0.22,
        rows=1,
        back_x_m=-half + 0.15,
    )


def _mirrors(half: float, screen_top: float) -> list[Mesh]:
    """A bracket with two mirrors on each side."""
    parts: list[Mesh] = []
    for sign in (1, -1):
        x, y = half - 0.25, sign * 1.42
        parts.append(
            tube(
                [
                    [x - 0.1, sign * 1.18, screen_top + 0.02],
                    [x, y, screen_top],
                    [x, y, 1.75],
                    [x - 0.1, sign * 1.2, 1.68],
                ],
                0.018,
                DARK,
                sides=6,
            )
        )
        parts.append(box((0.12, 0.22, 0.42), DARK, (x - 0.02, y, screen_top - 0.3), bevel_m=0.04))
        parts.append(box((0.12, 0.22, 0.22), DARK, (x - 0.02, y, screen_top - 0.66), bevel_m=0.04))
    return [part.part("mirror") for part in parts]


def _wipers(work: Coachwork) -> list[Mesh]:
    parts: list[Mesh] = []
    for s in (-0.5, 0.1, 0.7):
        x = work.shell.at(y_m=abs(s), z_m=1.68) + 0.02
        parts.append(tube([[x, s, 1.64], [x - 0.03, s - 0.55, 1.72]], 0.011, INK, sides=5))
    return parts
