"""Even cards, plain views and a camera without flaws, for the tests of the sensor."""

from __future__ import annotations

import numpy as np

from longtail.annotate.camera import Camera, Lens, Pinhole
from longtail.annotate.camera.transform import Transform
from longtail.render.sensor import Array, Exposure, Shot, View
from longtail.scenes.camera.sensor import Sensor

IDEAL = Sensor(
    motion_blur=False,
    blur_px=0.0,
    focus_m=0.0,
    chromatic_aberration=0.0,
    glare=0.0,
    flare=0.0,
    starburst=0.0,
    vignetting=0.0,
    noise=False,
    bit_depth=0,
    white_balance="off",
    tone="linear",
    jpeg_quality=0,
)
"""Every term off."""


def card(level: float, size: tuple[int, int] = (120, 160)) -> Array:
    """An even grey picture (*size, 3) of `level`."""
    return np.full((*size, 3), level, dtype=np.float32)


def view_of(
    size: tuple[int, ...] = (120, 160),
    *,
    lens: Lens | None = None,
    fov_deg: float = 70.0,
    depth_m: float | Array = np.inf,
    velocity_m_s: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> View:
    """A view of (height, width) whose camera frame is the world's: X right, Y down, Z forward."""
    depth = np.broadcast_to(np.asarray(depth_m, dtype=np.float32), size).copy()
    camera = Camera(lens or Pinhole.from_fov(size[1], size[0], fov_deg), Transform("world", "camera", np.eye(4)))
    return View(camera, depth, np.array(velocity_m_s))


def rngs(seed: int = 0) -> tuple[np.random.Generator, np.random.Generator]:
    """The chance of a picture, and that of the chip that takes it."""
    return np.random.default_rng(seed), np.random.default_rng([seed, 1])


def shot_of(sensor: Sensor, linear: Array, *, view: View | None = None, iso: float = 100.0, seed: int = 0) -> Shot:
    """A picture being taken with a signal of `linear`."""
    exposure = Exposure(12.0, iso, 0.01, sensor.f_number, 1.0)
    return Shot(view or view_of(linear.shape[:2]), sensor, exposure, *rngs(seed))
