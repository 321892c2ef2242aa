"""Where something is that moves, and how fast: a path, a pace, and how the thing sits on the path."""

from __future__ import annotations

import math
from dataclasses import dataclass

from longtail.scenes.moving.forks import banks_rad
from longtail.scenes.moving.pace import Pace
from longtail.scenes.moving.path import Path
from longtail.scenes.moving.signals import Flasher, Signals, signals_at

Vector = tuple[float, float, float]
Span = tuple[float, float]
"""From the first to the second of two ways made, in metres."""

# Nobody steers in an instant: the curvature of the path is felt as its mean over so much way before and behind.
_STEERS_M = 1.5
# The share of two steps' way within which a foot is set down beside the other: it is in the air for no less before.
_SETTLES = 0.14


@dataclass(frozen=True)
class Moved:
    """Where something is at a moment: world x, y and z in metres, heading in radians counter-clockwise from X.

    `velocity_m_s` is that of its origin in the world, `yaw_rate_rad_s` how fast its heading grows, `speed_m_s` how fast
    it goes along its path, `travelled_m` how far it has come since the scene's own moment, `steers_1_m` the curvature,
    positive to the left, that who drives has steered to, and `banks_rad` how far to the left it leans in that curve.
    """

    x_m: float
    y_m: float
    z_m: float
    heading_rad: float
    velocity_m_s: Vector
    yaw_rate_rad_s: float
    speed_m_s: float
    travelled_m: float
    steers_1_m: float = 0.0
    banks_rad: float = 0.0


@dataclass(frozen=True)
class Stride:
    """How someone walks: `length_m` is the way of two steps, `phase` (0..1) how far through them one is at time 0.

    Phase 0 is the left foot's heel strike. The way made since decides the phase at any time, so that no foot slides.
    After the way `stands_m` one stands; None where one never does.
    """

    length_m: float
    phase: float = 0.0
    stands_m: float | None = None

    def at(self, travelled_m: float) -> float:
        """The phase after so much way."""
        return (self.phase + travelled_m / self.length_m) % 1.0

    def settled(self, travelled_m: float) -> float:
        """How far (0..1) one has come to a stand after so much way: within the last of the step, and evenly."""
        if self.stands_m is None:
            return 0.0
        near = max(1 - abs(travelled_m - self.stands_m) / (_SETTLES * self.length_m), 0.0)
        return near * near * (3 - 2 * near)


@dataclass(frozen=True)
class Motion:
    """How something moves from the scene's own moment on.

    Attributes:
        path: of the point that follows it
        pace: how fast that point goes
        ahead_m: how far before that point the thing's origin is: a vehicle's rear axle follows its path
        beside_m: how far to the left of that point the thing's origin is
        turned_rad: how far the thing's X is turned against the path, counter-clockwise
        heights_m: world Z by the way made, (way, height) in rising order, straight lines in between; at least one
        stride: of who goes on foot
        flasher: what has the indicators blink of who drives with lamps that say so
        on_road_m: of who goes on foot and crosses a road, from where to where that is; None of who does not
        steers: whether its wheels are steered, as those are not of what runs on rails
        steers_over_m: over how much way before and behind who drives feels the path's curvature
        leans_rad: how far from its heading, counter-clockwise, its top is tilted; None where that stays in the world
        rests_m: half the length on which it rests on sloping ground, with which it leans; None of who stands upright
        banks: whether it leans to the inside of curves, as two-wheelers do with who rides them

    Heights are over the ground's relief.
    """

    path: Path
    pace: Pace
    ahead_m: float = 0.0
    turned_rad: float = 0.0
    heights_m: tuple[tuple[float, float], ...] = ((0.0, 0.0),)
    stride: Stride | None = None
    flasher: Flasher | None = None
    steers: bool = True
    on_road_m: Span | None = None
    leans_rad: float | None = None
    rests_m: float | None = None
    banks: bool = False
    beside_m: float = 0.0
    steers_over_m: float = _STEERS_M

    def at(self, time_s: float) -> Moved:
        """Where it is `time_s` after the scene's own moment."""
        travelled, speed = self.pace.travelled_m(time_s), self.pace.speed_m_s(time_s)
        x, y, heading, curvature = self.path.at(travelled)
        cos, sin = math.cos(heading), math.sin(heading)
        turning = curvature * speed
        along = speed - self.beside_m * turning
        steers = self.path.mean_curvature_1_m(travelled, self.steers_over_m) if self.steers else 0.0
        height, slope = self._height(travelled)
        return Moved(
            x + self.ahead_m * cos - self.beside_m * sin,
            y + self.ahead_m * sin + self.beside_m * cos,
            height,
            math.remainder(heading + self.turned_rad, math.tau),
            (along * cos - self.ahead_m * turning * sin, along * sin + self.ahead_m * turning * cos, speed * slope),
            turning,
            speed,
            travelled,
            steers,
            banks_rad(speed, steers) if self.banks else 0.0,
        )

    def signals_at(self, time_s: float) -> Signals | None:
        """What its lamps say at a time; None of what has none that do."""
        return signals_at(self.path, self.pace, self.flasher, time_s) if self.flasher else None

    def _height(self, travelled_m: float) -> tuple[float, float]:
        """World Z after so much way, and how much it grows a metre."""
        before = self.heights_m[0]
        for after in self.heights_m:
            if after[0] > travelled_m and after is not before:
                slope = (after[1] - before[1]) / (after[0] - before[0])
                return before[1] + slope * max(travelled_m - before[0], 0.0), slope if travelled_m > before[0] else 0.0
            before = after
        return before[1], 0.0
