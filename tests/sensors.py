"""LiDARs without a config: what the tests ask, and plain numbers for the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from longtail.annotate.camera.transform import Transform
from longtail.scenes.lidar.lidar import Lidar


def lidar(**numbers: Any) -> Lidar:
    """A sensor 2 m above the origin that looks ahead, finds all within 100 m, and has no noise."""
    plain = Lidar(
        Transform.upright("world", "lidar", (0.0, 0.0, 2.0), 0.0),
        (-10.0, -5.0, 0.0, 5.0),
        azimuth_low_deg=-30.0,
        azimuth_high_deg=30.0,
        azimuth_step_deg=1.0,
        near_m=0.5,
        range_m=100.0,
        range_10_m=100.0,
        divergence_mrad=2.0,
        aperture_mm=10.0,
        rays=1,
        pulse_m=0.75,
        near_gain_m=20.0,
        returns="strongest",
        range_noise_m=0.0,
        range_step_m=0.0,
        intensity_noise=0.0,
        drop_out=0.0,
    )
    return replace(plain, **numbers)
