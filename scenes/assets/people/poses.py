"""How people hold themselves: the phases of gait, standing, waiting, running; and the skeleton that a pose gives.

Walking after Winter, "The Biomechanics and Motor Control of Human Gait" (1991): a step of about 0.42 leg lengths to
either side of the hips, 20 to 30 degrees of arm swing against the legs, 60 degrees of knee bend in mid-swing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from longtail.scenes.assets.people.body import Build, Points, Spine, bend


@dataclass(frozen=True)
class Leg:
    """A foot relative to the hips: ankle ahead by `x` leg lengths, heel up by `pitch_deg`, `lift` leg lengths above the
    ground; `reach` is how straight a leg that carries may be."""

    x: float
    pitch_deg: float = 0.0
    lift: float = 0.0
    reach: float = 0.985
    apart: float = 0.5


@dataclass(frozen=True)
class Arm:
    """Degrees: upper arm forwards, elbow bent, arm away from the body, forearm turned inwards. `hold` instead reaches
    for a point beside the trunk: share of its height, metres to the front and outwards (of a 1.75 m figure); then
    `elbow` says where the elbow points, to the front, outwards and up."""

    swing_deg: float = 0.0
    flex_deg: float = 12.0
    apart_deg: float = 7.0
    inward_deg: float = 4.0
    hold: tuple[float, float, float] | None = None
    elbow: tuple[float, float, float] = (-0.7, 0.9, -0.5)


@dataclass(frozen=True)
class Pose:
    """A posture; the first leg and arm are the left ones.

    `hip_m` is the height of the hip joints of a 1.75 m figure that sits; None where legs carry it. `laid` says on what
    somebody lies, with the head towards -X.
    """

    legs: tuple[Leg, Leg]
    arms: tuple[Arm, Arm]
    lean_deg: float = 3.0
    turn_deg: float = 0.0
    nod_deg: float = 0.0
    look_deg: float = 0.0
    hip_m: float | None = None
    laid: Literal["", "back", "side"] = ""

    def mirrored(self) -> Pose:
        legs, arms, turn, look = self.legs[::-1], self.arms[::-1], -self.turn_deg, -self.look_deg
        return replace(self, legs=legs, arms=arms, turn_deg=turn, look_deg=look)


def _walk(front: Leg, back: Leg, swing: float, turn: float) -> Pose:
    """The left leg is `front`, so the left arm swings back."""
    arms = (Arm(-0.8 * swing, 8 + 0.2 * abs(swing)), Arm(swing, 14 + 0.5 * abs(swing), 7, 6))
    return Pose((front, back), arms, turn_deg=turn)


WALK: tuple[Pose, ...] = (
    # Heel strike, the other heel already off the ground.
    _walk(Leg(0.40, -21, 0.0, 0.992, 0.35), Leg(-0.36, 30, 0.0, 0.985, 0.35), 27, 9),
    # The other leg's toe-off.
    _walk(Leg(0.20, 0, 0.0, 0.975, 0.35), Leg(-0.50, 56, 0.0, 0.97, 0.35), 20, 7),
    # Mid-stance on the left while the right leg swings past.
    _walk(Leg(0.0, 0, 0.0, 0.988, 0.3), Leg(-0.10, 32, 0.17, 0.9, 0.4), 4, 0),
    # Heel rise on the left, the right leg reaching out.
    _walk(Leg(-0.24, 11, 0.0, 0.988, 0.3), Leg(0.37, -16, 0.06, 0.99, 0.35), -22, -7),
)

_EVEN = (Leg(0.0, reach=0.99, apart=0.8), Leg(-0.02, reach=0.985, apart=0.75))
_EASED = (Leg(0.02, reach=0.99, apart=0.75), Leg(0.09, reach=0.985, apart=1.25))
POSES: Mapping[str, Pose] = {
    **{f"walk-{i + 1}": pose for i, pose in enumerate(WALK)},
    "stand": Pose(_EASED, (Arm(2, 14, 9, 5), Arm(-3, 10, 8, 5)), lean_deg=0.5, look_deg=12),
    "phone": Pose(
        _EASED, (Arm(-2, 10, 8, 5), Arm(22, 105, 8, 18, hold=(0.66, 0.29, 0.05))), lean_deg=2, nod_deg=20, look_deg=-6
    ),
    "pockets": Pose(_EVEN, (Arm(hold=(0.12, 0.07, 0.205)), Arm(hold=(0.12, 0.07, 0.205))), lean_deg=-1, look_deg=-20),
    "run": Pose(
        (Leg(0.26, 8, 0.30, 0.9, 0.4), Leg(-0.56, 62, 0.0, 0.975, 0.3)),
        (Arm(-52, 82, 10, 6), Arm(34, 96, 8, 22)),
        lean_deg=10,
        turn_deg=10,
    ),
    # A short, flat step.
    "shuffle": Pose(
        (Leg(0.22, -9, 0.0, 0.975, 0.5), Leg(-0.22, 20, 0.0, 0.96, 0.5)),
        (Arm(-8, 18, 8), Arm(16, 30, 12, 0)),
        lean_deg=9,
        turn_deg=4,
        nod_deg=6,
    ),
    "call": Pose(
        _EASED,
        (Arm(-3, 12, 8, 5), Arm(hold=(0.97, 0.10, 0.145), elbow=(0.6, 0.5, -1.0))),
        lean_deg=1,
        look_deg=-14,
        nod_deg=4,
    ),
    # Running after Winter and Bishop, "Lower extremity injury" (1992): the trunk 8 to 12 degrees ahead.
    "run-adult": Pose(
        (Leg(0.34, 4, 0.22, 0.93, 0.35), Leg(-0.60, 64, 0.0, 0.985, 0.3)),
        (Arm(-50, 88, 10, 6), Arm(36, 98, 8, 22)),
        lean_deg=11,
        turn_deg=12,
    ),
    "pram": Pose(
        (Leg(0.30, -14, 0.0, 0.985, 0.4), Leg(-0.30, 26, 0.0, 0.975, 0.4)),
        (Arm(hold=(0.24, 0.40, 0.17)), Arm(hold=(0.24, 0.40, 0.17))),
        lean_deg=7,
        nod_deg=6,
    ),
    # A stop signal: one arm straight to the side, as the police give it; and a raised hand.
    "signal-side": Pose(_EVEN, (Arm(4, 10, 8, 5), Arm(8, 4, 86, 0)), lean_deg=0, look_deg=-12),
    "signal-stop": Pose(_EASED, (Arm(-2, 10, 8, 5), Arm(96, 26, 6, 0)), lean_deg=-1),
    "sit": Pose(
        (Leg(0.50, 0, 0.0, apart=0.8), Leg(0.44, 4, 0.0, apart=0.85)),
        (Arm(hold=(0.19, 0.30, 0.10)), Arm(hold=(0.21, 0.27, 0.10))),
        lean_deg=-4,
        nod_deg=6,
        look_deg=14,
        hip_m=0.54,
    ),
    "sit-phone": Pose(
        (Leg(0.46, 0, 0.0, apart=0.9), Leg(0.50, 0, 0.0, apart=0.8)),
        (Arm(hold=(0.19, 0.30, 0.10)), Arm(hold=(0.58, 0.33, 0.06))),
        lean_deg=4,
        nod_deg=22,
        hip_m=0.54,
    ),
    # With the back to a wall, the knees drawn up.
    "sit-ground": Pose(
        (Leg(0.58, 6, 0.0, apart=0.9), Leg(0.72, 0, 0.0, apart=1.0)),
        (Arm(hold=(0.46, 0.38, 0.20)), Arm(hold=(0.28, 0.44, 0.19))),
        lean_deg=-8,
        nod_deg=10,
        look_deg=-10,
        hip_m=0.115,
    ),
    "lie-back": Pose(
        (Leg(-0.06, 24, 0.0, 0.99, 0.9), Leg(-0.02, 30, 0.0, 0.985, 1.1)),
        (Arm(-14, 10, 34, 14), Arm(-16, 8, 16, 4)),
        lean_deg=0,
        nod_deg=-12,
        look_deg=26,
        laid="back",
    ),
    "lie-side": Pose(
        (Leg(0.34, 16, 0.0, 0.78, 0.3), Leg(0.26, 24, 0.0, 0.82, 0.3)),
        (Arm(58, 62, 2, 0), Arm(74, 40, 0, 0)),
        lean_deg=14,
        nod_deg=10,
        laid="side",
    ),
    "lean": Pose(_EVEN, (Arm(4, 16, 8, 6), Arm(16, 34, 14, 0)), lean_deg=8, nod_deg=4),
}


@dataclass(frozen=True, eq=False)
class Skeleton:
    """Where a posed body's joints are; the left side first."""

    build: Build
    pose: Pose
    spine: Spine
    legs: tuple[tuple[Points, Points, Points], ...]
    arms: tuple[tuple[Points, Points, Points], ...]
    feet: tuple[tuple[float, float], ...] = field(default=())


def arm_joints(spine: Spine, arm: Arm, side: int) -> tuple[Points, Points, Points]:
    build = spine.build
    shoulder = spine.shoulder(side)
    if arm.hold is not None:
        u, x, y = arm.hold
        target = spine.point(u, x * build.scale, side * y * build.scale * (0.5 + 0.5 * build.girth * build.hips))
        pole = np.array([arm.elbow[0], arm.elbow[1] * side, arm.elbow[2]])
        elbow, wrist = bend(shoulder, target, build.upper_arm_m, build.forearm_m, pole)
        return shoulder, elbow, wrist
    yaw = float(spine.turn[1])
    swing, bent = np.radians(arm.swing_deg), np.radians(arm.swing_deg + arm.flex_deg)
    apart, inward = np.radians(arm.apart_deg), np.radians(arm.apart_deg - arm.inward_deg * (1 + arm.flex_deg / 40))
    upper = np.array([np.sin(swing) * np.cos(apart), side * np.sin(apart), -np.cos(swing) * np.cos(apart)])
    lower = np.array([np.sin(bent) * np.cos(inward), side * np.sin(inward), -np.cos(bent) * np.cos(inward)])
    turned = np.array([[np.cos(yaw), -np.sin(yaw), 0], [np.sin(yaw), np.cos(yaw), 0], [0, 0, 1]])
    elbow = shoulder + turned @ upper * build.upper_arm_m
    return shoulder, elbow, elbow + turned @ lower * build.forearm_m


def skeleton(build: Build, pose: Pose, ankles_m: tuple[float, float], stoop: float = 0.0) -> Skeleton:
    """The joints of `build` in `pose`, standing on z = 0 with ankles that high over their soles."""
    long = 2 * build.thigh_m
    half = 0.092 * build.scale * build.hips
    places = []
    height = np.inf
    for side, leg, ankle in zip((1, -1), pose.legs, ankles_m, strict=True):
        z = ankle + leg.lift * long
        y = side * 2 * half * leg.apart
        places.append(np.array([leg.x * long, y, z]))
        if leg.lift == 0:
            aside = y - side * half
            height = min(height, z + float(np.sqrt((leg.reach * long) ** 2 - (leg.x * long) ** 2 - aside**2)))
    if pose.hip_m is not None:
        height = pose.hip_m * build.scale
    hip = np.array([0.0, 0.0, height])
    turn = np.radians(pose.turn_deg)
    # The hip of the leading leg goes along with it, the shoulders the other way.
    spine = Spine(build, hip, np.radians(pose.lean_deg), stoop, (-0.7 * turn, turn))
    legs = []
    for side, place in zip((1, -1), places, strict=True):
        root = hip + np.array([np.sin(0.7 * turn) * half * side, side * half, 0])
        knee, ankle_at = bend(root, place, build.thigh_m, build.thigh_m, np.array([1.0, 0.1 * side, 0.3]))
        legs.append((root, knee, ankle_at))
    arms = tuple(arm_joints(spine, arm, side) for side, arm in zip((1, -1), pose.arms, strict=True))
    return Skeleton(build, pose, spine, tuple(legs), arms)
