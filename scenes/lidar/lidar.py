"""A LiDAR at a place: every number of it a value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from longtail.annotate.camera import Beams, Camera
from longtail.annotate.camera.beams import world_from_camera
from longtail.scenes.spelling.plain import TransformValue, plain

FEWEST_ROWS = 4
"""Blender's pictures have at least as many rows, and columns."""
# Five rays stand for a beam's round footprint: one for its middle and four for the ring around it, each for a fifth of
# the area. The ring begins at sqrt(0.2) of the radius; halfway through its area is sqrt(0.6).
_RING = math.sqrt(0.6)
_FOOTPRINT: dict[int, tuple[tuple[float, float], ...]] = {
    1: ((0.0, 0.0),),
    5: ((0.0, 0.0), (_RING, 0.0), (-_RING, 0.0), (0.0, _RING), (0.0, -_RING)),
}


@dataclass(frozen=True)
class Lidar:
    """What measures distances by pulses of light of 905 nm. Its frame: X ahead, Y to the left, Z up.

    Attributes:
        world_from_lidar: where it is
        elevations_deg: of its beams, the lowest first: a beam's place in it is its ring
        azimuth_low_deg, azimuth_high_deg: from where to where it looks, to the left
        azimuth_step_deg: between two pulses of a beam
        near_m, range_m: it tells of nothing nearer or farther
        range_10_m: how far away it finds nine of ten matt surfaces that reflect 10 %, in clear air
        divergence_mrad, aperture_mm: the angle that a beam grows by, in full, and its width where it begins
        rays: how many stand for a beam's footprint: one, or five, which see edges, gaps and what is behind
        pulse_m: half a pulse's length: what is nearer to each other along a beam makes one return
        near_gain_m: up to there the receiver's gain grows with the square of the distance
        returns: which of a beam's returns is told
        range_noise_m, range_step_m: standard deviation of distances; what they are rounded to, 0 for nothing
        intensity_noise: standard deviation of intensities, as a share of them
        drop_out: share of the returns that are lost for no reason
    """

    world_from_lidar: TransformValue
    elevations_deg: tuple[float, ...]
    azimuth_low_deg: float
    azimuth_high_deg: float
    azimuth_step_deg: float
    near_m: float
    range_m: float
    range_10_m: float
    divergence_mrad: float
    aperture_mm: float
    rays: int
    pulse_m: float
    near_gain_m: float
    returns: Literal["strongest", "first"]
    range_noise_m: float
    range_step_m: float
    intensity_noise: float
    drop_out: float

    @property
    def columns(self) -> int:
        """How many pulses each beam sends."""
        return columns(self.azimuth_low_deg, self.azimuth_high_deg, self.azimuth_step_deg)

    @property
    def lens(self) -> Beams:
        """A row for each ray of each beam, the lowest first; too few for a picture, the last one again."""
        half_rad = self.divergence_mrad / 2000
        rows = [
            (math.radians(elevation) + up * half_rad, left * half_rad / math.cos(math.radians(elevation)))
            for elevation in self.elevations_deg
            for left, up in _FOOTPRINT[self.rays]
        ]
        rows += [rows[-1]] * (FEWEST_ROWS - len(rows))
        elevations, turns = zip(*rows, strict=True)
        first, step = math.radians(self.azimuth_high_deg), math.radians(self.azimuth_step_deg)
        # What looks all around does not look twice to the rear.
        return Beams(elevations, turns, first, step, self.columns)

    @property
    def beams(self) -> Beams:
        """The same with the middle of each beam alone."""
        elevations = tuple(map(math.radians, self.elevations_deg))
        first, step = math.radians(self.azimuth_high_deg), math.radians(self.azimuth_step_deg)
        return Beams(elevations, (0.0,) * len(elevations), first, step, self.columns)

    @property
    def camera(self) -> Camera:
        """What sees all that it hits: its lens at its place."""
        return Camera(self.lens, world_from_camera(self.world_from_lidar))

    def to_json(self) -> dict[str, Any]:
        """For the frame's record: its numbers, and its place as four rows."""
        return {**plain(self), "world_from_lidar": np.round(self.world_from_lidar.matrix, 9).tolist()}


def columns(low_deg: float, high_deg: float, step_deg: float) -> int:
    """How many steps there are from one azimuth to another; all around, none is taken twice.

    Examples:
        >>> columns(-180, 180, 0.2), columns(-60, 60, 0.2)
        (1800, 601)
    """
    steps = math.floor((high_deg - low_deg) / step_deg + 1e-6)
    return min(steps + 1, round(360 / step_deg)) if high_deg - low_deg > 360 - step_deg else steps + 1
