"""How people walk: the posture at each moment of two steps, such that no foot that carries slides.

A cycle of 1 begins with the left foot's heel strike; the right side is half a cycle later. While a foot carries, the
point of the sole that it stands on stays where it is: the heel until the foot lies flat, then the ball. Angles, the
share of time on the ground and the rise of the hips follow Winter, "The Biomechanics and Motor Control of Human Gait"
(1991), and for running Winter and Bishop, "Lower extremity injury" (1992).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from longtail.scenes.assets.people.body import Build
from longtail.scenes.assets.people.feet import ANKLE_M, BALL_M, HEEL_M, TOES_OUT_RAD
from longtail.scenes.assets.people.poses import Arm, Leg, Pose

if TYPE_CHECKING:
    from scipy.interpolate import CubicHermiteSpline, PchipInterpolator

Keys = tuple[tuple[float, float], ...]
_PHASES = np.arange(32) / 32
_REACH = 0.99


@dataclass(frozen=True)
class Gait:
    """A way to walk or run.

    Attributes:
        stride: the way of two steps, in leg lengths
        carries: the share of a cycle that each foot is on the ground
        pitch_deg: of the foot by the cycle, heel up positive
        lift: of the ankle above what its pitch asks for, in leg lengths
        rises: by how much the hips rise and fall, in leg lengths; highest at mid-stance, of runners lowest
        swing_deg, flex_deg: of the arms, forwards and back, and of their elbows
        turn_deg: of the shoulders against the hips
        apart: of the feet from the middle, as a share of the hips' width
        strides_s: how many strides a second are usual
    """

    stride: float
    carries: float
    pitch_deg: Keys
    lift: Keys
    rises: float
    swing_deg: float
    flex_deg: float
    turn_deg: float
    apart: float
    strides_s: float


_WALKING_PITCH = (
    (0.0, -20.0), (0.08, 0.0), (0.34, 0.0), (0.5, 28.0), (0.6, 56.0), (0.74, 40.0), (0.86, 4.0), (0.95, -17.0),
    (1.0, -20.0),
)  # fmt: skip
_WALKING_LIFT = ((0.6, 0.0), (0.7, 0.07), (0.78, 0.09), (0.88, 0.055), (1.0, 0.0))

WALK = Gait(1.5, 0.6, _WALKING_PITCH, _WALKING_LIFT, 0.02, 25.0, 16.0, 8.0, 0.35, 0.93)
AGED = replace(WALK, stride=1.25, swing_deg=18.0, turn_deg=6.0, apart=0.45, strides_s=0.86)
SHUFFLE = Gait(
    0.85,
    0.66,
    ((0.0, -8.0), (0.1, 0.0), (0.42, 0.0), (0.56, 14.0), (0.66, 26.0), (0.8, 12.0), (0.92, -6.0), (1.0, -8.0)),
    ((0.66, 0.0), (0.8, 0.045), (0.9, 0.035), (1.0, 0.0)),
    0.008,
    8.0,
    20.0,
    4.0,
    0.5,
    0.8,
)
PUSH = replace(WALK, stride=1.3, turn_deg=0.0, strides_s=0.88)
RUN = Gait(
    2.5,
    0.36,
    ((0.0, -6.0), (0.06, 0.0), (0.16, 0.0), (0.27, 30.0), (0.36, 60.0), (0.55, 78.0), (0.75, 40.0), (0.92, 0.0),
     (1.0, -6.0)),
    ((0.36, 0.0), (0.5, 0.24), (0.65, 0.3), (0.82, 0.14), (1.0, 0.0)),
    -0.035,
    42.0,
    88.0,
    11.0,
    0.25,
    1.35,
)  # fmt: skip


def stride_m(build: Build, gait: Gait) -> float:
    """The way of two steps."""
    return gait.stride * 2 * build.thigh_m


def stand_phase(gait: Gait) -> float | None:
    """At which phase (0..0.5, and half a cycle later on the other foot) one can come to a stand: where the foot that
    carries is under the hips, and the other one beside it; None of who runs."""
    return gait.carries / 2 if gait.carries > 0.5 else None


def posture(build: Build, base: Pose, gait: Gait, phase: float, held: Sequence[bool], settled: float = 0.0) -> Pose:
    """The pose at a phase (0..1): the trunk's and the held arms' (left, right) are those of `base`.

    As far as one has `settled` (0..1) the foot in the air is set down beside the other one, and the arms hang.
    """
    legs = tuple(_settled(_leg(build, gait, at), gait, at, settled) for at in (phase, phase + 0.5))
    cycle = math.cos(2 * math.pi * phase) * (1 - settled)
    arms = tuple(
        arm if kept or arm.hold is not None else _arm(arm, gait, side * cycle)
        for side, arm, kept in zip((-1, 1), base.arms, held, strict=True)
    )
    hip = (_hips(build, gait) + _rise(gait, phase)) * 2 * build.thigh_m
    return replace(
        base,
        legs=(legs[0], legs[1]),
        arms=(arms[0], arms[1]),
        turn_deg=gait.turn_deg * cycle,
        hip_m=hip / build.scale,
    )


def _settled(leg: Leg, gait: Gait, phase: float, settled: float) -> Leg:
    """A leg that is set down where it is in the air; what carries stays."""
    if not settled or phase % 1.0 <= gait.carries:
        return leg
    still = 1 - settled
    return replace(
        leg,
        x=still * leg.x,
        pitch_deg=still * leg.pitch_deg,
        lift=still * leg.lift,
        apart=still * leg.apart + settled * gait.apart,
    )


def _arm(arm: Arm, gait: Gait, forwards: float) -> Arm:
    """An arm as far `forwards` (-1..1) as its leg is back; the elbow bends more in front."""
    bent = gait.flex_deg + (0.35 * gait.swing_deg * max(forwards, 0.0) if gait.flex_deg < 45 else 0.0)
    return replace(arm, swing_deg=gait.swing_deg * (forwards + 0.1), flex_deg=bent, apart_deg=7.0, inward_deg=5.0)


def _leg(build: Build, gait: Gait, phase: float) -> Leg:
    phase %= 1.0
    x, aside = _ankle(build, gait, phase)
    long = 2 * build.thigh_m
    lift = float(_lift(gait)(phase)) if phase > gait.carries else 0.0
    wide = 2 * 0.092 * build.scale * build.hips
    return Leg(x / long, float(_pitch(gait)(phase)), lift, _REACH, gait.apart - aside / wide)


def _ankle(build: Build, gait: Gait, phase: float) -> tuple[float, float]:
    """How far before the hips the ankle is, and how far to its outside of where it is with the foot flat, metres."""
    on, out = _advance_m(build, float(_pitch(gait)(phase)))
    if phase <= gait.carries:
        return _flat_m(build, gait, phase) + on, out
    return float(_swung(build, gait)(phase)), out * max(0.0, 1 - (phase - gait.carries) / 0.1)


def _flat_m(build: Build, gait: Gait, phase: float) -> float:
    """Where the ankle of the foot on the ground would be if the foot lay flat: it stays, and the hips go on."""
    return stride_m(build, gait) * (gait.carries / 2 - phase)


def _advance_m(build: Build, pitch_deg: float) -> tuple[float, float]:
    """How far the ankle goes ahead and outwards as the foot rolls on its heel (toes up) or its ball (heel up)."""
    p, k = math.radians(pitch_deg), build.scale
    pivot = BALL_M if pitch_deg > 0 else HEEL_M
    along = (pivot * (1 - math.cos(p)) + ANKLE_M * math.sin(p)) * k
    return along * math.cos(TOES_OUT_RAD), along * math.sin(TOES_OUT_RAD)


@lru_cache(maxsize=512)
def _swung(build: Build, gait: Gait) -> CubicHermiteSpline:
    """The ankle's way before the hips in the air, leaving and meeting the ground as fast as it moves there."""
    from scipy.interpolate import CubicHermiteSpline

    step = 1e-4

    def on_ground(phase: float) -> float:
        return _flat_m(build, gait, phase) + _advance_m(build, float(_pitch(gait)(phase % 1.0)))[0]

    left, met = gait.carries, 0.0
    slopes = [(on_ground(left) - on_ground(left - step)) / step, (on_ground(met + step) - on_ground(met)) / step]
    return CubicHermiteSpline([left, 1.0], [on_ground(left), on_ground(met)], slopes)


@lru_cache(maxsize=16)
def _pitch(gait: Gait) -> PchipInterpolator:
    return _curve(gait.pitch_deg)


@lru_cache(maxsize=16)
def _lift(gait: Gait) -> PchipInterpolator:
    return _curve(gait.lift)


def _curve(keys: Keys) -> PchipInterpolator:
    from scipy.interpolate import PchipInterpolator  # slow to import, and needed where people walk only

    return PchipInterpolator([at for at, _ in keys], [value for _, value in keys])


def _rise(gait: Gait, phase: float) -> float:
    """How far the hips are above their mean, in leg lengths."""
    return gait.rises * math.cos(4 * math.pi * (phase - gait.carries / 2))


@lru_cache(maxsize=512)
def _hips(build: Build, gait: Gait) -> float:
    """The mean height of the hips in leg lengths: as high as both legs reach the ground at every phase."""
    long, highest = 2 * build.thigh_m, math.inf
    for phase in _PHASES:
        for later in (0.0, 0.5):
            at = (float(phase) + later) % 1.0
            if at > gait.carries:
                continue
            x, _ = _ankle(build, gait, at)
            pitch = math.radians(float(_pitch(gait)(at)))
            ankle = build.scale * (ANKLE_M * math.cos(pitch) + _raised_m(pitch))
            highest = min(highest, ankle / long + math.sqrt(max(_REACH**2 - (x / long) ** 2, 0.0)) - _rise(gait, at))
    return highest


def _raised_m(pitch: float) -> float:
    """How far the ankle of a 1.75 m figure is lifted by a foot that stands on its ball, or on its heel."""
    return BALL_M * math.sin(pitch) if pitch > 0 else HEEL_M * math.sin(pitch)
