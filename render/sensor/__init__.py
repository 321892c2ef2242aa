"""From radiance to the 8-bit picture: exposure, motion, optics, chip, tone and compression."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longtail.render.sensor.metering import exposed_at, meter, reading_ev100
from longtail.render.sensor.motion import motion_blurred
from longtail.render.sensor.shot import LUMINANCE, Array, Exposure, Shot, View
from longtail.render.sensor.table import TERMS, develop_linear
from longtail.scenes.camera.sensor import Sensor

__all__ = [
    "LUMINANCE",
    "TERMS",
    "Array",
    "Exposure",
    "Shot",
    "View",
    "develop",
    "exposed_at",
    "meter",
    "motion_blurred",
    "reading_ev100",
]


def develop(
    radiance: Array,
    view: View,
    sensor: Sensor,
    exposure: Exposure,
    rng: np.random.Generator,
    chip_rng: np.random.Generator,
) -> NDArray[np.uint8]:
    """The picture (H, W, 3) uint8 of radiance (H, W, 3) float32 in kcd/m2, in sRGB unless `sensor.tone` is "linear".

    `rng` is the chance of this picture, `chip_rng` that of the camera's chip, which is the same in all its pictures.
    Without motion blur: `motion_blurred` makes that of the scene, before anything with a motion of its own is painted.
    """
    return develop_linear(radiance * np.float32(exposure.scale), Shot(view, sensor, exposure, rng, chip_rng))
