"""A scene: one draw of a scenario. Every leaf is a value; builders in `scenes/blender/` realise it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from longtail.annotate.camera import Camera, Lens
from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.departures import Departures
from longtail.distributions.scalar import Scalar
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.camera.sensor import Sensor
from longtail.scenes.camera.soiling import Soiling
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.scenarios.street.road import Street
from longtail.scenes.weather import Weather
from longtail.scenes.weather.combinations import drawn_weather


@dataclass(frozen=True)
class Placed:
    """An asset standing somewhere: position in world metres, heading in radians counter-clockwise from X.

    `tint` is the linear RGB that its tinted materials take; `lamps_on` switches its lamps; `scale` is uniform. It is
    tilted by `tilt_rad` about its origin, so that its top moves towards the world heading `tilt_towards_rad`.
    """

    asset: str
    x_m: float
    y_m: float
    z_m: float
    heading_rad: float
    tint: Rgb = (1.0, 1.0, 1.0)
    lamps_on: bool = False
    scale: float = 1.0
    attributes: Mapping[str, Scalar] = field(default_factory=dict, hash=False)
    tilt_rad: float = 0.0
    tilt_towards_rad: float = 0.0

    @property
    def world_from_object(self) -> Transform:
        """The pose of the asset frame (unscaled)."""
        upright = Transform.upright("world", "object", (self.x_m, self.y_m, self.z_m), self.heading_rad)
        return upright.tilted(self.tilt_rad, self.tilt_towards_rad) if self.tilt_rad else upright


@dataclass(frozen=True)
class Scene:
    """What one frame shows. `parameters` holds every drawn value by its dotted path, `departures`
    what of it is not as declared.

    `headlights_on` is about the vehicle that carries the camera, as about all that drive; `high_beam` about its alone.
    """

    index: int
    parameters: Mapping[str, Scalar]
    camera: Camera
    light: Light
    weather: Weather
    street: Street
    objects: tuple[Placed, ...]
    headlights_on: bool = False
    departures: Departures = field(default_factory=Departures)
    high_beam: bool = False
    sensor: Sensor = field(default_factory=Sensor)
    soiling: Soiling = field(default_factory=Soiling)

    @property
    def condition(self) -> str:
        """The weather and the part of the day, as one word pair: "rain, night"."""
        return f"{self.weather.name}, {self.light.part_of_day}"


def condition_of(values: Mapping[str, Any]) -> str:
    """`Scene.condition` of a scene with these drawn values, without making the scene."""
    light = Light.drawn(values, (1.0, 1.0, 1.0), (1.0, 1.0, 1.0))
    return f"{drawn_weather(values).name}, {light.part_of_day}"


def windscreen_camera(
    lens: Lens,
    position_m: tuple[float, float, float],
    heading_rad: float,
    pitch_deg: float,
    roll_deg: float,
) -> Camera:
    """A camera that looks along `heading_rad`; positive pitch looks up, positive roll leans right."""
    pitch, roll = math.radians(pitch_deg), math.radians(roll_deg)
    forward = np.array(
        [math.cos(heading_rad) * math.cos(pitch), math.sin(heading_rad) * math.cos(pitch), math.sin(pitch)]
    )
    right = np.array([math.sin(heading_rad), -math.cos(heading_rad), 0.0])
    down = np.cross(forward, right)
    right, down = right * math.cos(roll) + down * math.sin(roll), down * math.cos(roll) - right * math.sin(roll)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2], matrix[:3, 3] = right, down, forward, position_m
    return Camera(lens, Transform("world", "camera", matrix))
