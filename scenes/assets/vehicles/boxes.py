"""Vans and buses as one-box bodies: the same loft as cars, with upright faces and large panes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from longtail.scenes.assets.asset import Lamp
from longtail.scenes.assets.vehicles import details
from longtail.scenes.assets.vehicles.body import PAINT, Arch, Lines, body
from longtail.scenes.assets.vehicles.palette import (
    AMBER,
    BRAKE,
    CABIN,
    CLEAR,
    DARK,
    GAP,
    GLASS,
    HEAD,
    INK,
    REFLECTOR,
    REVERSE,
    SEAL,
    TAIL,
    TRIM,
    UNDER,
)
from longtail.scenes.assets.vehicles.shell import Field, Shell, both, front, rear, side
from longtail.scenes.geometry.materials import Material
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import ellipsoid, tube
from longtail.scenes.lamps import kinds

Corners = Sequence[tuple[float, float]]


def lamps(half_m: float, head: tuple[float, float], tail: tuple[float, float]) -> tuple[Lamp, ...]:
    """Lamps of a vehicle whose head and tail lamps lie at (y, z)."""
    made = []
    for sign in (1.0, -1.0):
        made.append(Lamp(kinds.HEAD, (half_m - 0.03, sign * head[0], head[1]), (0.99995, 0.0, -0.01)))
        made.append(Lamp(kinds.TAIL, (-half_m - 0.02, sign * tail[0], tail[1]), (-1.0, 0.0, 0.0)))
    return tuple(made)


def below(z_m: float) -> Field:
    return lambda p: np.asarray(p[:, 2] - z_m)


def near_x(x_m: float, half_m: float) -> Field:
    return lambda p: np.asarray(np.abs(p[:, 0] - x_m) - half_m)


@dataclass
class Coachwork:
    """A body being fitted out; only a recipe holds one."""

    lines: Lines
    arches: Sequence[Arch]
    paint: Material = PAINT
    step_m: float = 0.1
    end_steps: int = 14

    def __post_init__(self) -> None:
        self.shell: Shell = body(
            self.lines, self.arches, paint=self.paint, step_m=self.step_m, end_steps=self.end_steps
        )
        self.parts: list[Mesh] = []
        self.half_m = self.lines.length_m / 2

    def pane(self, field: Field, material: Material = GLASS, *, seal_m: float = 0.025) -> None:
        """A window: a black rim and the pane inside."""
        self.shell.paint(field, SEAL, only=[self.paint])
        self.shell.paint(lambda p: field(p) + seal_m, material, only=[SEAL])

    def seam(self, field: Field, gap_m: float = 0.01) -> None:
        self.shell.line(field, gap_m, GAP, only=[self.paint])

    def head_lamps(self, corners: Corners, bulbs: Sequence[tuple[float, float, float]], depth_m: float = 0.4) -> None:
        """Clear covers over bulbs (y, z, radius)."""
        self.shell.paint(front(corners, 0.02, self.half_m - depth_m), CLEAR, only=[self.paint, GAP, DARK])
        self.shell.sink(CLEAR, 0.035, SEAL, bed=TRIM)
        made = []
        for y, z, radius in bulbs:
            x = self.shell.at(y_m=y, z_m=z) - 0.035
            made += [
                ellipsoid((0.02, radius + 0.015, radius + 0.015), REFLECTOR, (x, y, z), sides=12),
                ellipsoid((0.03, radius, radius), HEAD, (x + 0.004, y, z), sides=12),
            ]
        self.parts.append(details.mirrored(join(made)))

    def tail_lamps(self, corners: Corners, depth_m: float = 0.25) -> None:
        """An upright cluster: tail and brake above, indicator, reversing lamp below."""
        field = rear(corners, 0.02, -self.half_m + depth_m)
        self.shell.paint(field, TAIL, only=[self.paint, GAP, DARK])
        low, high = min(z for _, z in corners), max(z for _, z in corners)
        for share, material in ((0.68, BRAKE), (0.42, AMBER), (0.2, REVERSE)):
            self.shell.paint(both(field, below(low + share * (high - low))), material, only=[TAIL, BRAKE, AMBER])
        self.shell.back((TAIL, BRAKE, AMBER), INK)

    def recess(
        self, field: Field, *, slats_z: Sequence[float] = (), half_width_m: float = 0.0, depth_m: float = 0.03
    ) -> None:
        """A dark opening with slats at heights `slats_z`."""
        self.shell.paint(field, INK, only=[self.paint, DARK, GAP])
        self.shell.sink(INK, depth_m, DARK)
        for z in slats_z:
            y = np.linspace(-half_width_m, half_width_m, 9)
            x = [self.shell.at(y_m=abs(v), z_m=z) - 0.018 for v in y]
            self.parts.append(tube(np.column_stack([x, y, np.full(9, z)]), 0.01, TRIM, sides=4))

    def finish(self, *, inner_y_m: float, floor_m: float, lined: Field, panes: Sequence[Material] = (GLASS,)) -> None:
        """Sinks the panes, opens the wheel arches, darkens the underside and lines the cabin."""
        for material in panes:
            self.shell.sink(material, 0.008, SEAL)
        low = min(z for _, z in self.lines.bottom)
        self.shell.paint(lambda p: p[:, 2] - low - 0.03, UNDER)
        if self.arches:
            self.parts.append(details.open_arches(self.shell, self.arches, inner_y_m))
        for material in (self.paint, SEAL, GAP):
            self.shell.line_with(both(lined, lambda p: floor_m - p[:, 2]), material, CABIN, 0.03)

    def mesh(self) -> Mesh:
        """Everything, centred on its length."""
        return details.finished([self.shell.mesh(), *self.parts])


def panes_between(xs: Sequence[float], low_m: float, high_m: float, gap_m: float, round_m: float) -> list[Field]:
    """Side panes between neighbouring stations."""
    return [
        side(
            ((a + gap_m / 2, low_m), (b - gap_m / 2, low_m), (b - gap_m / 2, high_m), (a + gap_m / 2, high_m)), round_m
        )
        for a, b in pairwise(xs)
    ]
