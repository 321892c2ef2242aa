"""What every term of the sensor may read: the view, the camera's settings, the exposure and the streams of chance."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.colour import REC_709
from longtail.scenes.camera.sensor import Sensor

Array = NDArray[np.float32]

# Rec. 709 luminance weights.
LUMINANCE = np.array(REC_709, dtype=np.float32)


def _still() -> NDArray[np.float64]:
    return np.zeros(3)


@dataclass(frozen=True, eq=False)
class View:
    """What the camera looked at: `depth_m` (H, W) float32 is z, inf at the sky; `velocity_m_s` (3,) is the camera's own
    in the world frame.

    `nearing_m_s` (H, W, 3) float32 is in a clip how fast the camera goes in the frame of what each pixel shows, in the
    camera's axes; None where nothing but the camera moves, and that without turning.
    """

    camera: Camera
    depth_m: Array
    velocity_m_s: NDArray[np.float64] = field(default_factory=_still)
    nearing_m_s: Array | None = None


@dataclass(frozen=True)
class Exposure:
    """What the camera chose: the exposure value at ISO 100 and what it is made of, and the scale from kcd/m2 to the
    sensor's linear signal, 1 for white."""

    ev100: float
    iso: float
    shutter_s: float
    f_number: float
    scale: float


@dataclass(frozen=True, eq=False)
class Shot:
    """One picture being taken. `rng` is its own chance, `chip_rng` that of the chip, alike in all of its pictures."""

    view: View
    sensor: Sensor
    exposure: Exposure
    rng: np.random.Generator
    chip_rng: np.random.Generator
