"""Cameras by where they stand and which way they look."""

from __future__ import annotations

from longtail.annotate.camera import Camera, Lens
from longtail.annotate.camera.seat import seated
from longtail.annotate.camera.transform import Transform


def looking(
    lens: Lens,
    position_m: tuple[float, float, float],
    heading_rad: float = 0.0,
    pitch_deg: float = 0.0,
    roll_deg: float = 0.0,
) -> Camera:
    """A camera that looks along `heading_rad`, counter-clockwise from world X.

    Positive pitch looks up and -90 straight down, with the heading at the picture's top; positive roll leans right.
    """
    return Camera(lens, Transform("world", "camera", seated(position_m, heading_rad, pitch_deg, roll_deg)))
