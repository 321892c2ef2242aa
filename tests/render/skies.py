"""Made-up views for tests of particles: an even grey picture, a level road, a wall at a distance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from longtail.annotate.camera import Pinhole
from longtail.distributions.scalar import Scalar
from longtail.render.particles import View
from longtail.render.particles.view import Array
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.scenarios.street.road import Street
from longtail.scenes.scene import Scene, windscreen_camera
from longtail.scenes.weather import Weather
from longtail.scenes.weather.condition import Condition

SIZE_PX = (160, 90)
EYE_M = 1.5


def scene(*parts: Condition, headlights: bool = False, **parameters: Scalar) -> Scene:
    """A level view along the street under a covered sky; double underscores in names stand for dots."""
    camera = windscreen_camera(Pinhole.from_fov(*SIZE_PX, 60.0), (0.0, 0.0, EYE_M), 0.0, 0.0, 0.0)
    values = {name.replace("__", "."): value for name, value in parameters.items()}
    light = Light(35.0, 0.0, 1.0, 0.3, 0.0)
    return Scene(0, values, camera, light, Weather(parts), _NO_STREET, (), headlights)


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


_NO_STREET: Street = None  # type: ignore[assignment]
