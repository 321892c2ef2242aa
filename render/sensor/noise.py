"""Noise by the linear camera model of EMVA Standard 1288 (release 4.0, 2021)."""

from __future__ import annotations

import numpy as np

from longtail.render.sensor.shot import Array, Shot


def noise(linear: Array, shot: Shot) -> Array:
    """`linear` (H, W, 3) with shot and dark noise, and the chip's unevenness, which one frame cannot tell from them.

    In electrons n: variance = n + read^2 + DSNU^2 + (PRNU n)^2, Gaussian, as many arrivals are; the camera's own
    processing then removes the share `sensor.denoise` of the deviation. White has `full_well_e * 100 / ISO` electrons.
    """
    sensor = shot.sensor
    if not sensor.noise or sensor.denoise >= 1:
        return linear
    white_e = white_electrons(shot)
    dark_e2 = sensor.read_noise_e**2 + sensor.dsnu_e**2
    light = np.maximum(linear, 0)
    # (1 / white + PRNU^2 x) x + dark / white^2, in units of white squared.
    variance = light * np.float32(sensor.prnu**2)
    variance += np.float32(1 / white_e)
    variance *= light
    variance += np.float32(dark_e2 / white_e**2)
    grain = shot.rng.standard_normal(linear.shape, dtype=np.float32)
    grain *= np.sqrt(variance, out=variance)
    grain *= np.float32(1 - sensor.denoise)
    grain += linear
    return grain


def white_electrons(shot: Shot) -> float:
    """Electrons of a white pixel: gain fills the same range with fewer of them."""
    return shot.sensor.full_well_e * 100 / shot.exposure.iso
