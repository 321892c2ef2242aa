"""Delivery vans: panel vans of 3.5 t with a sliding door (5.9 x 2.05 x 2.6 m class), crew van."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.vehicles import details
from longtail.scenes.assets.vehicles.body import Arch, Lines
from longtail.scenes.assets.vehicles.boxes import Coachwork, lamps
from longtail.scenes.assets.vehicles.palette import DARK, PLATE, TAIL, TRIM, UNDER, WORK_TINTS
from longtail.scenes.assets.vehicles.shell import both, front, rear, side
from longtail.scenes.assets.vehicles.wheels import at_axle, steel_wheel
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box

_R = 0.345
_PANEL = Lines(
    length_m=5.6,
    top=(
        (2.8, 1.0),
        (2.6, 1.12),
        (2.35, 1.22),
        (2.12, 1.30),
        (2.02, 1.38),
        (1.75, 1.75),
        (1.45, 2.13),
        (1.25, 2.29),
        (1.0, 2.37),
        (0.3, 2.40),
        (-2.8, 2.38),
    ),
    rail_z=(
        (2.8, 0.95),
        (2.4, 1.14),
        (2.1, 1.23),
        (1.95, 1.35),
        (1.6, 1.78),
        (1.3, 2.10),
        (1.1, 2.21),
        (0.6, 2.28),
        (-2.8, 2.27),
    ),
    rail_y=((2.8, 0.76), (2.3, 0.82), (2.0, 0.84), (1.5, 0.82), (1.1, 0.80), (-2.8, 0.83)),
    waist=((2.8, 0.90), (2.4, 1.08), (2.05, 1.16), (1.5, 1.19), (-2.8, 1.22)),
    shoulder=((2.8, 0.83), (2.3, 0.95), (1.5, 1.02), (-2.8, 1.04)),
    width=((2.8, 0.90), (2.4, 0.96), (1.9, 0.99), (-2.8, 0.99)),
    belly=((2.8, 0.6), (-2.8, 0.72)),
    bottom=((2.8, 0.24), (2.4, 0.21), (-2.8, 0.30)),
    nose=((0.2, 0.06), (0.35, 0.0), (0.6, 0.0), (0.8, 0.03), (1.05, 0.12)),
    tail=((0.3, 0.0), (0.6, 0.0), (2.3, 0.06)),
    bow=(0.22, 0.03),
    round_m=(0.09, 0.06),
    reach_m=(0.7, 0.3),
    bow_power=(2.6, 6.0),
    waist_in_m=0.025,
    roof_shoulder_m=0.09,
)
_AXLES = (1.86, -1.62)


def _cab(work: Coachwork) -> None:
    """Windscreen, door windows, face and lamps that the vans share."""
    lines = work.lines
    head = lines.rail_half_width

    def screen(p: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        edge = p[:, 1] - head(p[:, 0]) + 0.04
        return np.asarray(np.max([edge, 1.355 - p[:, 2], p[:, 2] - 2.2, 0.9 - p[:, 0]], axis=0))

    work.pane(screen)
    window = side(
        ((1.84, 1.20), (1.72, 1.42), (1.28, 1.98), (0.62, 1.98), (0.62, 1.16), (1.2, 1.14), (1.3, 1.18)), 0.05
    )
    work.pane(both(window, lambda p: p[:, 2] - lines.rail_height(p[:, 0]) + 0.05))
    work.head_lamps(
        ((0.55, 0.78), (0.58, 0.95), (0.96, 1.12), (0.96, 0.86), (0.78, 0.76)),
        [(0.68, 0.88, 0.06), (0.82, 0.92, 0.05)],
        0.6,
    )
    x = work.half_m - 0.5
    work.recess(
        front(((0.0, 0.76), (0.0, 0.90), (0.46, 0.90), (0.48, 0.80), (0.42, 0.76)), 0.02, x),
        slats_z=(0.80, 0.845),
        half_width_m=0.42,
    )
    # Bumper and mouldings of bare black plastic.
    shell = work.shell
    shell.paint(both(lambda p: p[:, 2] - 0.62, lambda p: 2.18 - p[:, 0]), DARK, only=[work.paint])
    work.recess(
        front(((0.0, 0.34), (0.0, 0.48), (0.6, 0.48), (0.66, 0.34)), 0.02, x), slats_z=(0.41,), half_width_m=0.6
    )
    work.seam(
        side(((0.60, 0.42), (0.60, 2.12), (1.28, 2.12), (1.9, 1.30), (1.92, 0.95), (1.5, 0.76), (1.4, 0.42)), 0.03)
    )
    work.parts += [
        details.mirrors(1.62, 0.95, 1.22, DARK, size=1.75, drop_m=-0.08),
        details.handle(0.72, shell.at(x_m=0.72, z_m=1.03), 1.03, DARK),
        details.plate(shell.at(y_m=0.2, z_m=0.56) + 0.012, 0.56, 1),
        details.wipers(
            shell,
            [
                (np.array([2.0, 0.62, 0]), np.array([1.93, 0.05, 0])),
                (np.array([2.02, 0.0, 0]), np.array([1.93, -0.6, 0])),
            ],
        ),
        details.cabin(
            0.95, width_m=1.72, floor_m=0.62, dash_x_m=1.62, dash_z_m=1.24, screen_x_m=2.0, rows=1, back_x_m=0.4
        ),
    ]


def _wheels(axles: tuple[float, ...]) -> list[Mesh]:
    wheel = steel_wheel(_R, 0.22)
    return [at_axle(wheel, x, 0.85, _R) for x in axles]


def _panel(lines: Lines = _PANEL, *, crew: bool = False) -> Mesh:
    arches = [Arch(x, _R + 0.01, _R + 0.06, 0.012) for x in _AXLES]
    work = Coachwork(lines, arches, step_m=0.09)
    _cab(work)
    roof = max(z for _, z in lines.top)
    back_low, back_high = 1.22, min(roof - 0.42, 1.98)
    if crew:
        for a, b in ((-0.78, 0.48), (-2.35, -0.95)):
            work.pane(side(((a, 1.17), (b, 1.17), (b, 1.98), (a, 1.98)), 0.07))
    work.pane(rear(((0.05, back_low), (0.05, back_high), (0.66, back_high), (0.70, back_low)), 0.06, -2.4))
    # Sliding door and its rail, rear doors, bumper step.
    work.seam(side(((0.56, 0.40), (0.56, roof - 0.3), (-0.82, roof - 0.3), (-0.82, 0.40)), 0.05))
    shell = work.shell
    shell.paint(side(((-0.84, 1.08), (-2.35, 1.08), (-2.35, 1.115), (-0.84, 1.115))), DARK, only=[work.paint])
    shell.paint(
        both(lambda p: np.abs(p[:, 2] - 0.60) - 0.055, lambda p: 0.5 - p[:, 1], lambda p: p[:, 0] - 2.1),
        DARK,
        only=[work.paint],
    )
    work.seam(rear(((0.0, 0.58), (0.0, roof - 0.13), (0.76, roof - 0.13), (0.80, 0.58)), 0.05, -2.5))
    shell.paint(
        both(lambda p: p[:, 1] - 0.006, lambda p: p[:, 0] + 2.6, lambda p: 0.58 - p[:, 2]), DARK, only=[work.paint]
    )
    work.tail_lamps(((0.83, 0.80), (0.83, 1.42), (1.05, 1.42), (1.05, 0.80)), 0.22)
    shell.paint(both(lambda p: p[:, 2] - 0.56, lambda p: p[:, 0] + 2.55), DARK, only=[work.paint])
    shell.paint(
        both(rear(((0.12, roof - 0.1), (0.12, roof - 0.07), (-0.5, roof - 0.07), (-0.5, roof - 0.1)))),
        TAIL,
        only=[work.paint],
    )
    front_only = 0.35 if not crew else -2.7
    work.finish(inner_y_m=0.55, floor_m=0.55, lined=lambda p: np.maximum(front_only - p[:, 0], p[:, 0] - 2.0))
    work.parts += _wheels(_AXLES)
    work.parts += [
        details.handle(-0.68 + 1.1, shell.at(x_m=0.42, z_m=1.03), 1.03, DARK),
        details.plate(shell.at(y_m=0.2, z_m=1.02, low=True) - 0.012, 1.02, -1, material=PLATE, seed=5),
        box((0.2, 1.5, 0.06), DARK, (-2.76, 0, 0.43), bevel_m=0.015),
        box((3.2, 1.1, 0.12), UNDER, (0.1, 0, 0.36)),
    ]
    if not crew:
        work.parts.append(box((0.03, 1.7, 1.5), TRIM, (0.38, 0, 1.35)))
    else:
        for x in (-0.35, -1.35):
            work.parts.append(join([details.seat(x, y, 0.65) for y in (-0.5, 0.0, 0.5)]))
    return work.mesh()


_TAGS = frozenset({"driving", "parked"})
_LAMPS = lamps(2.8, (0.74, 0.9), (0.9, 1.2))
_HIGH = replace(
    _PANEL,
    top=tuple((x, z if z < 2.0 else z + 0.28 * min(1.0, (1.5 - x) / 0.5)) for x, z in _PANEL.top),
    rail_z=tuple((x, z if z < 2.0 else z + 0.27 * min(1.0, (1.4 - x) / 0.5)) for x, z in _PANEL.rail_z),
)

ASSETS: tuple[Asset, ...] = (
    Procedural("van/panel", "van", (5.678, 2.576, 2.4), tags=_TAGS, tints=WORK_TINTS, lamps=_LAMPS, recipe=_panel),
    Procedural(
        "van/panel-high",
        "van",
        (5.678, 2.576, 2.68),
        tags=_TAGS,
        tints=WORK_TINTS,
        lamps=_LAMPS,
        recipe=partial(_panel, _HIGH),
    ),
    Procedural(
        "van/minibus",
        "van",
        (5.678, 2.576, 2.4),
        tags=_TAGS,
        tints=WORK_TINTS,
        lamps=_LAMPS,
        recipe=partial(_panel, crew=True),
    ),
)
