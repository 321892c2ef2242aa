"""Cameras by where they stand and which way they look."""

from __future__ import annotations

import math

import numpy as np

from longtail.annotate.camera import Camera, Lens
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
    pitch, roll = math.radians(pitch_deg), math.radians(roll_deg)
    forward = np.array(
        [math.cos(heading_rad) * math.cos(pitch), math.sin(heading_rad) * math.cos(pitch), math.sin(pitch)]
    )
    right = np.array([math.sin(heading_rad), -math.cos(heading_rad), 0.0])
    down = np.cross(forward, right)
    right, down = right * math.cos(roll) + down * math.sin(roll), down * math.cos(roll) - right * math.sin(roll)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2], matrix[:3, 3] = right, down, forward, position_m
    return Camera(lens, Transform("world", "camera", matrix))
