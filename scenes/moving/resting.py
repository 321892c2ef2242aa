"""How what was placed on level ground sits on ground that rises and falls."""

from __future__ import annotations

import math
from dataclasses import dataclass

from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.relief import Relief

# What stands upright on a small foot is sunk so far into a slope, times its grade: the foot's lower edge is not seen.
_FOOT_M = 0.15
_LEAST_REACH_M = 0.05


@dataclass(frozen=True)
class Rest:
    """The ground under something: its height in world metres, and its grade along X."""

    height_m: float
    grade: float

    @property
    def tilt_rad(self) -> float:
        """How far what lies on it leans from upright."""
        return math.atan(abs(self.grade))

    @property
    def towards_rad(self) -> float:
        """The world heading that it leans to: down the slope."""
        return math.pi if self.grade > 0 else 0.0

    def tilted(self, pose: Transform) -> Transform:
        """A pose on level ground, moved up and turned with the ground."""
        up = pose.moved((0.0, 0.0, self.height_m))
        return up.tilted(self.tilt_rad, self.towards_rad) if self.grade else up


def ground_under(relief: Relief, x_m: float, heading_rad: float, half_m: float | None) -> Rest:
    """The ground on which something rests with the length 2 * `half_m` along its heading, and as much of its width.

    It touches the ground at both ends of that length. None of who stands upright, wherever the ground leans.
    """
    if half_m is None:
        reach = _LEAST_REACH_M
        sunk = _FOOT_M * abs(relief.grade(x_m, reach))
        return Rest(float(relief.height_m(x_m)) - sunk, 0.0)
    reach = max(half_m * abs(math.cos(heading_rad)), half_m / 3, _LEAST_REACH_M)
    low, high = (float(v) for v in relief.height_m([x_m - reach, x_m + reach]))
    return Rest((low + high) / 2, (high - low) / (2 * reach))
