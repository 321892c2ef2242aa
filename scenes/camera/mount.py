"""Where the cameras of a rig sit, each by its place and turn beside the camera that a scenario draws."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Transform
from longtail.scenes.camera.looking import looking


@dataclass(frozen=True)
class Mount:
    """A named place for a camera, in the frame of the drawn one: X ahead along its axis, Y to its left, Z up in it.

    Metres and degrees; positive yaw looks to the left, positive pitch up, positive roll leans right.
    """

    name: str
    x_m: float = 0.0
    y_m: float = 0.0
    z_m: float = 0.0
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """As a config spells it."""
        return {"name": self.name, **{key: getattr(self, key) for key in LIMITS}}

    def on(self, camera: Camera) -> Camera:
        """A camera like `camera` on this mount beside it."""
        position = (self.x_m, self.y_m, self.z_m)
        seat = looking(camera.lens, position, math.radians(self.yaw_deg), self.pitch_deg, self.roll_deg)
        drawn = looking(camera.lens, (0.0, 0.0, 0.0))
        world_from_rig = camera.world_from_camera @ _in_rig(drawn).inverse()
        return Camera(camera.lens, world_from_rig @ _in_rig(seat))


LIMITS = {
    "x_m": (-10.0, 10.0),
    "y_m": (-10.0, 10.0),
    "z_m": (-4.0, 10.0),
    "yaw_deg": (-180.0, 180.0),
    "pitch_deg": (-90.0, 90.0),
    "roll_deg": (-180.0, 180.0),
}
"""The least and the most of each number of a mount."""


def _in_rig(camera: Camera) -> Transform:
    return Transform("rig", "camera", camera.world_from_camera.matrix)
