"""Noise by the linear camera model of EMVA Standard 1288 (release 4.0, 2021)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longtail.render.sensor.shot import Array, Shot
from longtail.scenes.camera.sensor import Sensor


def noise(linear: Array, shot: Shot) -> Array:
    """`linear` (H, W, 3) with shot and read noise, and the chip's unevenness.

    In electrons n: variance = n + read^2 + DSNU^2 + (PRNU n)^2, Gaussian, as many arrivals are; the camera's own
    processing then removes the share `sensor.denoise` of the deviation. White has `full_well_e * 100 / ISO` electrons.
    DSNU and PRNU are a pattern of the chip, the same in all of its pictures.
    """
    sensor = shot.sensor
    if not sensor.noise or sensor.denoise >= 1:
        return linear
    white_e = white_electrons(shot)
    light = np.maximum(linear, 0)
    # n + read^2, in units of white squared.
    variance = light * np.float32(1 / white_e)
    variance += np.float32((sensor.read_noise_e / white_e) ** 2)
    grain = shot.rng.standard_normal(linear.shape, dtype=np.float32)
    grain *= np.sqrt(variance, out=variance)
    grain += _pattern(light, shot, white_e)
    grain *= np.float32(1 - sensor.denoise)
    grain += linear
    return grain


def _pattern(light: Array, shot: Shot, white_e: float) -> Array:
    """What each pixel reads too much in the dark (DSNU), and for each unit of light (PRNU)."""
    # Both are drawn always: a chip with more of one has no other pattern of the other.
    dark, gain = shot.chip_rng.standard_normal((2, *light.shape), dtype=np.float32)
    gain *= light
    gain *= np.float32(shot.sensor.prnu)
    dark *= np.float32(shot.sensor.dsnu_e / white_e)
    gain += dark
    return np.asarray(gain)


def white_electrons(shot: Shot) -> float:
    """Electrons of a white pixel: gain fills the same range with fewer of them."""
    return _white_electrons(shot.sensor, shot.exposure.iso)


def _white_electrons(sensor: Sensor, iso: float) -> float:
    return sensor.full_well_e * 100 / iso


def noise_variance(light: NDArray[np.float64], sensor: Sensor, iso: float) -> NDArray[np.float64]:
    """The variance that `noise` has where the signal is `light`, of any shape, in units of white and of its square.

    The chip's pattern counts: in one picture nobody can tell it from what comes and goes.
    """
    if not sensor.noise:
        return np.zeros_like(light)
    white_e, light = _white_electrons(sensor, iso), np.maximum(light, 0)
    dark = (sensor.read_noise_e**2 + sensor.dsnu_e**2) / white_e**2
    return np.asarray((light / white_e + dark + (sensor.prnu * light) ** 2) * (1 - min(sensor.denoise, 1.0)) ** 2)
