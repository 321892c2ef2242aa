"""Where the cameras of a rig sit, each by its place and turn beside the drawn camera, on a carrier or in the world."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from longtail.annotate.camera import Camera, Lens
from longtail.annotate.camera.seat import seated
from longtail.annotate.camera.transform import Transform
from longtail.distributions import Distribution
from longtail.scenes.camera.looking import looking
from longtail.scenes.camera.mount_lens import MountLens

CAMERA, CARRIER, WORLD = "camera", "carrier", "world"
FRAMES = (CAMERA, CARRIER, WORLD)
"""What a mount's place may count from: the camera that the scenario draws, what carries it, or the world."""


@dataclass(frozen=True)
class Mount:
    """A named place in a frame with X ahead, Y to the left and Z up: that of the drawn camera, if none is named.

    Metres and degrees; positive yaw looks to the left, positive pitch up, positive roll leans right.

    Attributes:
        frame: one of `FRAMES`
        lens: its own; None for that of the drawn camera
        spread: the distributions of those numbers of its place that differ from scene to scene, by name; the fields
            hold their medians
    """

    name: str
    x_m: float = 0.0
    y_m: float = 0.0
    z_m: float = 0.0
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0
    frame: str = CAMERA
    lens: MountLens | None = None
    spread: Mapping[str, Distribution] = field(default_factory=dict, hash=False)

    def to_json(self) -> dict[str, Any]:
        """As a config spells it."""
        spread = {key: distribution.to_json() for key, distribution in self.spread.items()}
        place = {key: spread.get(key, getattr(self, key)) for key in LIMITS}
        return {
            "name": self.name,
            **place,
            **({} if self.frame == CAMERA else {"frame": self.frame}),
            **(self.lens.to_json() if self.lens else {}),
        }

    def drawn(self, share: Callable[[str], float]) -> Self:
        """The mount of one scene; `share` gives the coordinate 0..1 of each number that is drawn."""
        numbers: dict[str, Any] = {key: float(asked.ppf(share(key))) for key, asked in self.spread.items()}
        return replace(self, **numbers, spread={}) if numbers else self

    @property
    def pose(self) -> Transform:
        """`frame_from_mount`, both with X ahead, Y to the left, Z up."""
        matrix = np.eye(4)
        pose = seated((self.x_m, self.y_m, self.z_m), math.radians(self.yaw_deg), self.pitch_deg, self.roll_deg)
        right, down, ahead, place = pose.T[:, :3]
        matrix[:3] = np.column_stack([ahead, -right, -down, place])
        return Transform(self.frame, "mount", matrix)

    def on(self, camera: Camera, carrier: Transform | None = None, lens: Lens | None = None) -> Camera:
        """A camera on this mount: with `lens`, or like the drawn `camera`.

        `carrier` is `world_from_carrier`; ValueError where the mount is on a carrier and there is none.
        """
        lens = lens or camera.lens
        if self.frame == CARRIER and carrier is None:
            raise ValueError(f"cameras.{self.name}: expected a scene with a carrier, got one without")
        position = (self.x_m, self.y_m, self.z_m)
        seat = looking(lens, position, math.radians(self.yaw_deg), self.pitch_deg, self.roll_deg)
        if self.frame == WORLD:
            return seat
        if self.frame == CARRIER and carrier is not None:
            world_from_frame = Transform("world", "rig", carrier.matrix)
        else:
            drawn = looking(lens, (0.0, 0.0, 0.0))
            world_from_frame = camera.world_from_camera @ _in_rig(drawn).inverse()
        return Camera(lens, world_from_frame @ _in_rig(seat))


LIMITS = {
    "x_m": (-50.0, 50.0),
    "y_m": (-50.0, 50.0),
    "z_m": (-4.0, 100.0),
    "yaw_deg": (-180.0, 180.0),
    "pitch_deg": (-90.0, 90.0),
    "roll_deg": (-180.0, 180.0),
}
"""The least and the most of each number of a mount."""


def _in_rig(camera: Camera) -> Transform:
    return Transform("rig", "camera", camera.world_from_camera.matrix)
