"""Where a camera sits and which way it looks, by the angles that people name."""

from __future__ import annotations

import math

import numpy as np

from longtail.annotate.camera.transform import Matrix


def seated(position_m: tuple[float, float, float], heading_rad: float, pitch_deg: float, roll_deg: float) -> Matrix:
    """(4, 4) from a camera's axes, as OpenCV has them, to the frame (Z up) that its place and angles count from.

    `heading_rad` is counter-clockwise from that frame's X. Positive pitch looks up and -90 straight down, with the
    heading at the picture's top; positive roll leans right.

    Examples:
        >>> seated((0.0, 0.0, 1.5), 0.0, 0.0, 0.0)[:3, 2].tolist()
        [1.0, 0.0, 0.0]
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
    return matrix
