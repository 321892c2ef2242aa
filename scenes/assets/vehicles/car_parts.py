"""What is cut into a car's skin: glass, shut lines, lamps, grille."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longtail.scenes.assets.vehicles import details
from longtail.scenes.assets.vehicles.body import PAINT, Lines
from longtail.scenes.assets.vehicles.palette import (
    AMBER,
    BRAKE,
    CLEAR,
    DARK,
    GAP,
    GLASS,
    HEAD,
    INK,
    PRIVACY,
    REFLECTOR,
    REVERSE,
    SEAL,
    TAIL,
    TRIM,
)
from longtail.scenes.assets.vehicles.shell import Field, Points, Shell, both, front, rear, side
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import ellipsoid, tube

BED = Principled((0.03, 0.03, 0.032), roughness=0.85)
Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Car:
    """Measures of a car in its own frame, metres. Outlines on the flank are (x, z), on front and rear (y, z)."""

    lines: Lines
    wheelbase_m: float
    front_axle_m: float
    wheel_radius_m: float
    cowl_m: tuple[float, float]
    screen_top_m: float
    side_glass: Corners
    pillars_m: tuple[float, ...]
    doors_m: tuple[float, ...]
    hatch: bool
    rear_glass: Corners
    head_lamp: Corners
    tail_lamp: Corners
    grille: Corners
    seat_x_m: float
    rear_glass_beyond_m: float = -0.9
    row_m: float = 0.85
    rows: int = 2
    boot_x_m: float = -0.9
    floor_m: float = 0.3
    spokes: int = 5
    twin: bool = False
    cladding_m: float = 0.0
    rails: bool = False
    privacy: bool = False
    bed_m: tuple[float, float] | None = None
    low_intake: Corners = ((0.0, 0.27), (0.0, 0.40), (0.52, 0.40), (0.60, 0.31), (0.56, 0.27))

    @property
    def axles_m(self) -> tuple[float, float]:
        return self.front_axle_m, self.front_axle_m - self.wheelbase_m


def cut_glass(shell: Shell, car: Car) -> None:
    lines = car.lines
    cowl_x, cowl_z = car.cowl_m

    def below_rail(p: Points) -> Points:
        return np.asarray(p[:, 2] - lines.rail_height(p[:, 0]) + 0.055)

    def screen(p: Points) -> Points:
        edge = p[:, 1] - lines.rail_half_width(p[:, 0]) + 0.045
        return np.asarray(
            np.max(
                [edge, cowl_z - p[:, 2] - 0.02 * p[:, 1], p[:, 2] - car.screen_top_m, cowl_x - 1.3 - p[:, 0]], axis=0
            )
        )

    def inset(field: Field, by: float) -> Field:
        return lambda p: field(p) + by

    def pillar(x_m: float) -> Field:
        return lambda p: np.asarray(np.abs(p[:, 0] - x_m - 0.12 * (p[:, 2] - 1.2)) - 0.045)

    panes = PRIVACY if car.privacy else GLASS
    flank = both(side(car.side_glass, 0.035), below_rail)
    back = rear(car.rear_glass, 0.06, car.rear_glass_beyond_m)
    for field, material, seal in [(flank, panes, 0.022), (screen, GLASS, 0.022), (back, panes, 0.02)]:
        shell.paint(field, SEAL, only=[PAINT])
        shell.paint(inset(field, seal), material, only=[SEAL])
    # Pillars between the doors, blacked out.
    for x in car.pillars_m:
        shell.paint(both(flank, pillar(x)), SEAL, only=[panes])
    shell.sink(panes, 0.008, SEAL)
    if car.privacy:
        shell.sink(GLASS, 0.008, SEAL)


# How wide a shut line is.
_GAP_M = 0.009


def cut_seams(shell: Shell, car: Car) -> None:
    """Shut lines: doors, bonnet, hatch or boot, bumpers."""
    _cut_doors(shell, car)
    _cut_bumpers(shell, car)
    _cut_bonnet(shell, car)
    _cut_lid(shell, car)


def _cut_doors(shell: Shell, car: Car) -> None:
    low = 0.30 + 0.5 * (car.floor_m - 0.3)
    first, middle, last = car.doors_m
    waist = [z for _, z in car.side_glass]
    rear_arch = car.axles_m[1] + car.wheel_radius_m + 0.05
    mid_z = float(np.median(waist))
    shell.line(
        side(
            ((first, low + 0.06), (first + 0.03, 0.6), (first + 0.01, mid_z), (middle, mid_z + 0.5), (middle, low)),
            0.04,
        ),
        _GAP_M,
        GAP,
        only=[PAINT],
    )
    shell.line(
        side(
            (
                (middle - 0.008, low),
                (middle - 0.008, mid_z + 0.5),
                (last - 0.12, mid_z + 0.5),
                (last - 0.02, 0.95),
                (max(last, rear_arch - 0.02), 0.72),
                (rear_arch + 0.12, low),
            ),
            0.04,
        ),
        _GAP_M,
        GAP,
        only=[PAINT],
    )


def _cut_bumpers(shell: Shell, car: Car) -> None:
    half = car.lines.length_m / 2
    # Bumpers end in front of and behind the wheels, level with the lamps' lower edges.
    head_low, tail_low = min(z for _, z in car.head_lamp), min(z for _, z in car.tail_lamp)
    arch = car.wheel_radius_m + 0.045
    shell.line(
        side(
            (
                (car.axles_m[0] + 0.8 * arch, -0.2),
                (car.axles_m[0] + 0.85 * arch, head_low),
                (half + 1, head_low),
                (half + 1, -0.2),
            )
        ),
        _GAP_M,
        GAP,
        only=[PAINT],
    )
    shell.line(
        side(
            (
                (car.axles_m[1] - 0.85 * arch, -0.2),
                (car.axles_m[1] - 0.9 * arch, tail_low - 0.02),
                (-half - 1, tail_low - 0.02),
                (-half - 1, -0.2),
            )
        ),
        _GAP_M,
        GAP,
        only=[PAINT],
    )


def _cut_bonnet(shell: Shell, car: Car) -> None:
    lines = car.lines
    half, bonnet_z = lines.length_m / 2, lines.rail_height

    def bonnet(p: Points) -> Points:
        edge = p[:, 1] - lines.rail_half_width(p[:, 0]) - 0.015
        behind = np.maximum(car.cowl_m[0] - 0.02 - p[:, 0], p[:, 0] - half + 0.16)
        return np.asarray(np.max([edge, bonnet_z(p[:, 0]) - 0.08 - p[:, 2], behind], axis=0))

    shell.line(bonnet, _GAP_M, GAP, only=[PAINT])


def _cut_lid(shell: Shell, car: Car) -> None:
    """Hatch or boot."""
    half, tail_low = car.lines.length_m / 2, min(z for _, z in car.tail_lamp)
    top = max(z for _, z in car.rear_glass)
    edge = max(y for y, _ in car.tail_lamp) - 0.16
    if car.hatch:
        lid = rear(
            (
                (-0.5, tail_low - 0.1),
                (-0.5, top + 0.03),
                (edge - 0.16, top + 0.03),
                (edge, 1.0),
                (edge, tail_low - 0.1),
            ),
            0.03,
            -half + 0.75,
        )
    else:
        lid = both(
            lambda p: p[:, 1] - edge - 0.0 * p[:, 0],
            lambda p: tail_low - 0.12 - p[:, 2],
            lambda p: p[:, 0] + half - 0.5,
        )
    shell.line(lid, _GAP_M, GAP, only=[PAINT])


def fit_lamps(shell: Shell, car: Car) -> Mesh:
    """Head lamps under clear covers, tail clusters with brake, indicator and reversing fields."""
    half = car.lines.length_m / 2
    head = front(car.head_lamp, 0.015, half - 0.62)
    shell.paint(head, CLEAR, only=[PAINT, GAP])
    shell.sink(CLEAR, 0.035, SEAL, bed=INK)
    centre_y, centre_z = np.mean(car.head_lamp, axis=0)
    parts = []
    for offset, radius in ((-0.07, 0.042), (0.07, 0.042)):
        y = centre_y + offset
        z = centre_z + 0.06 * offset
        x = shell.at(y_m=y, z_m=z) - 0.035
        parts += [
            ellipsoid((0.02, radius + 0.013, radius + 0.013), REFLECTOR, (x, y, z), sides=14),
            ellipsoid((0.028, radius, radius), HEAD, (x + 0.004, y, z), sides=14),
        ]
    tail = rear(car.tail_lamp, 0.02, -half + 0.42)
    shell.paint(tail, TAIL, only=[PAINT, GAP])
    low, high = (f([z for _, z in car.tail_lamp]) for f in (min, max))
    inner, outer = (f([y for y, _ in car.tail_lamp]) for f in (min, max))
    wide = outer - inner
    shell.paint(both(tail, lambda p: p[:, 2] - low - 0.36 * (high - low)), BRAKE, only=[TAIL])
    middle = low + 0.5 * (high - low)
    band = both(tail, lambda p: np.abs(p[:, 2] - middle) - 0.17 * (high - low), lambda p: p[:, 1] - inner - 0.6 * wide)
    shell.paint(both(band, lambda p: inner + 0.32 * wide - p[:, 1]), AMBER, only=[TAIL, BRAKE])
    shell.paint(both(band, lambda p: p[:, 1] - inner - 0.3 * wide), REVERSE, only=[TAIL, BRAKE])
    shell.back((TAIL, BRAKE, AMBER), INK)
    return details.mirrored(join(parts))


def fit_face(shell: Shell, car: Car) -> Mesh:
    """Grille, lower intake, fog lamp recess, rear valance."""
    half = car.lines.length_m / 2
    grille, intake = front(car.grille, 0.015, half - 0.5), front(car.low_intake, 0.03, half - 0.5)
    lift = car.floor_m - 0.3
    corner = front(
        ((0.66, 0.30 + lift), (0.66, 0.42 + lift), (0.80, 0.47 + lift), (0.80, 0.33 + lift)), 0.02, half - 0.6
    )
    shell.paint(intake, INK, only=[PAINT])
    shell.paint(grille, INK, only=[PAINT])
    shell.paint(corner, DARK, only=[PAINT])
    shell.sink(INK, 0.035, DARK)
    rear_x = -half + 0.45
    shell.paint(
        both(lambda p: p[:, 2] - 0.36 - lift, lambda p: p[:, 0] - rear_x, lambda p: p[:, 1] - 0.68), DARK, only=[PAINT]
    )
    parts = []
    for outline in (car.grille, car.low_intake):
        corners = np.array(outline)
        low, high = corners[:, 1].min(), corners[:, 1].max()
        for z in np.arange(low + 0.028, high - 0.012, 0.042):
            wide = float(np.interp(z, [low, (low + high) / 2, high], [0.74, 0.9, 0.93])) * corners[:, 0].max()
            y = np.linspace(-wide, wide, 9)
            x = [shell.at(y_m=abs(v), z_m=z) - 0.02 for v in y]
            parts.append(tube(np.column_stack([x, y, np.full(9, z)]), 0.007, TRIM, sides=4))
    return join(parts)
