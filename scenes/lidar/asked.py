"""A LiDAR as a config asks for it, and how it is drawn for a scene."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from longtail.annotate.camera.beams import LIDAR_FROM_CAMERA
from longtail.annotate.camera.transform import Matrix, Transform
from longtail.annotate.rounding import product
from longtail.distributions import Distribution
from longtail.distributions.scalar import Scalar
from longtail.scenes.drawing.sampling import stream
from longtail.scenes.lidar.lidar import Lidar, columns
from longtail.scenes.lidar.parameters import BUILD, PARAMETERS, PLACE

HEIGHT = "z_m"


@dataclass(frozen=True)
class AskedLidar:
    """A named sensor: every leaf is a value or a distribution.

    `values` has all leaves but the height, which is there where somebody says it; where `elevations_deg` are listed,
    those that spread beams evenly are not among them. `format` is that of its files.
    """

    name: str
    preset: str
    format: str
    elevations_deg: tuple[float, ...]
    values: Mapping[str, Scalar | Distribution] = field(hash=False)

    def to_json(self) -> dict[str, Any]:
        """As a config spells it, all of it said."""
        return {
            "preset": self.preset,
            "format": self.format,
            **({"elevations_deg": list(self.elevations_deg)} if self.elevations_deg else {}),
            **{name: v.to_json() if isinstance(v, Distribution) else v for name, v in self.values.items()},
        }

    def most(self) -> tuple[int, int]:
        """The most rows and columns that its range images may have."""
        rows = len(self.elevations_deg) or int(self._end("beams", high=True))
        low, high = self._end("azimuth_low_deg", high=False), self._end("azimuth_high_deg", high=True)
        step = self._end("azimuth_step_deg", high=False)
        return rows * int(self._end("rays", high=True)), columns(low, max(high, low), step)

    def least_columns(self) -> int:
        """The fewest columns that they may have; 0 where it may look nowhere."""
        low, high = self._end("azimuth_low_deg", high=True), self._end("azimuth_high_deg", high=False)
        return columns(low, high, self._end("azimuth_step_deg", high=True)) if high > low else 0

    def _end(self, name: str, *, high: bool) -> float:
        value = self.values[name]
        if isinstance(value, Distribution):
            ends = [float(end) for end in value.support] if name != "rays" else [1.0, 5.0]
            return max(ends) if high else min(ends)
        return float(value)

    def drawn(self, seed: int, scene: int, again: int, carrier: Transform | None, camera: Transform) -> Lidar:
        """The sensor of one scene, on its `carrier` (world_from_carrier), or before the drawn `camera` where none is.

        Each leaf has a stream of its own, by its path: to draw one moves no other.
        """
        values: dict[str, Any] = {
            name: value.sample(stream(seed, scene, f"lidar.{self.name}.{name}", again))
            if isinstance(value, Distribution)
            else value
            for name, value in self.values.items()
        }
        if HEIGHT not in values:
            values[HEIGHT] = 0.0 if carrier is None else PARAMETERS[HEIGHT].default
        pose = _pose(*(float(values[leaf.path]) for leaf in PLACE))
        seat = carrier.matrix if carrier is not None else product(camera.matrix, LIDAR_FROM_CAMERA.T)
        elevations = self.elevations_deg or _even(values)
        build = {leaf.path: values[leaf.path] for leaf in BUILD}
        world_from_lidar = Transform("world", "lidar", np.round(product(seat, pose), 9))
        return Lidar(world_from_lidar, tuple(sorted(elevations)), **build)


def _even(values: Mapping[str, Any]) -> tuple[float, ...]:
    low, high = float(values["elevation_low_deg"]), float(values["elevation_high_deg"])
    spread = np.linspace(low, high, int(values["beams"])) if values["beams"] > 1 else np.array([(low + high) / 2])
    return tuple(np.round(spread, 9).tolist())


def _pose(x_m: float, y_m: float, z_m: float, yaw_deg: float, pitch_deg: float, roll_deg: float) -> Matrix:
    """(4, 4): first it leans, then it looks up, then it turns."""
    yaw, pitch, roll = (math.radians(angle) for angle in (yaw_deg, pitch_deg, roll_deg))
    turn = np.array([[math.cos(yaw), -math.sin(yaw), 0], [math.sin(yaw), math.cos(yaw), 0], [0, 0, 1]])
    rise = np.array([[math.cos(pitch), 0, -math.sin(pitch)], [0, 1, 0], [math.sin(pitch), 0, math.cos(pitch)]])
    lean = np.array([[1, 0, 0], [0, math.cos(roll), -math.sin(roll)], [0, math.sin(roll), math.cos(roll)]])
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = product(product(turn, rise), lean), (x_m, y_m, z_m)
    return matrix
