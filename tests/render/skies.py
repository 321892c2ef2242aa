"""Made-up views for tests of particles: an even grey picture, a level road, a wall at a distance."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from longtail.annotate.camera import Pinhole
from longtail.annotate.camera.transform import Transform
from longtail.render.particles import View
from longtail.render.particles.view import Array
from longtail.scenes.assets.asset import Lamp
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.atmosphere.wind import town_wind_m_s
from longtail.scenes.camera.looking import looking
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.lamps import kinds
from longtail.scenes.scene import Carrier, Ground, Scene
from longtail.scenes.weather import Weather
from longtail.scenes.weather.kind import WeatherKind

SIZE_PX = (160, 90)
EYE_M = 1.5
_LAMPS = tuple(Lamp(kinds.HEAD, (1.9, y, 0.66), (1.0, 0.0, 0.0)) for y in (-0.62, 0.62))


@dataclass(frozen=True)
class Nothing(Ground):
    """Nothing to stand on."""

    kind: ClassVar[str] = "nothing"

    def pieces(self) -> tuple[Surface, ...]:
        return ()


def scene(
    *parts: WeatherKind,
    headlights: bool = False,
    speed_m_s: float = 0.0,
    wind_m_s: float = 0.0,
    wind_towards_deg: float = 0.0,
) -> Scene:
    """A level view along X under a covered sky, by who drives at `speed_m_s` in a wind of `wind_m_s` at 10 m."""
    return Scene(
        number=0,
        parameters={},
        ground=Nothing(),
        cameras={"camera": looking(Pinhole.from_fov(*SIZE_PX, 60.0), (0.0, 0.0, EYE_M))},
        light=Light(35.0, 0.0, 1.0, 0.3, 0.0),
        weather=Weather(parts),
        carrier=Carrier(
            Transform("world", "carrier", np.eye(4)), (speed_m_s, 0.0, 0.0), _LAMPS, "dipped" if headlights else None
        ),
        wind_m_s=town_wind_m_s(wind_m_s, math.radians(wind_towards_deg)),
    )


def wall(depth_m: float, shutter_s: float = 1 / 60) -> View:
    """A view of a wall that fills it."""
    world = scene()
    shape = (SIZE_PX[1], SIZE_PX[0])
    normals = np.zeros((*shape, 3), dtype=np.float32)
    normals[..., 2] = -1.0
    return View(world.camera, np.full(shape, depth_m, dtype=np.float32), normals, (), shutter_s)


def road(shutter_s: float = 1 / 60) -> View:
    """A view of an endless level road under the sky."""
    world = scene()
    lens = world.camera.lens
    row = np.arange(SIZE_PX[1])[:, None] + 0.5 - lens.cy_px
    below = np.broadcast_to(row > 0.5, (SIZE_PX[1], SIZE_PX[0]))
    depth = np.where(below, EYE_M * lens.fy_px / np.maximum(row, 0.5), np.inf).astype(np.float32)
    normals = np.where(below[..., None], [0.0, -1.0, 0.0], 0.0).astype(np.float32)
    return View(world.camera, depth, normals, (), shutter_s)


def grey(level: float = 0.4) -> Array:
    """An even picture of radiance `level`."""
    return np.full((SIZE_PX[1], SIZE_PX[0], 3), level, dtype=np.float32)


def streams(seed: int = 0) -> Callable[[str], np.random.Generator]:
    """A stream of chance for every name."""
    return lambda name: np.random.default_rng([seed, *name.encode()])
