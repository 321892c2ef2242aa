"""How the air and the camera move, which makes streaks out of drops."""

from __future__ import annotations

import math

import numpy as np

from longtail.render.particles.view import Points, View
from longtail.scenes.scene import Scene

# Mean wind grows with height by a power law; in towns with an exponent near 0.3 (Counihan, Atmospheric Environment 9,
# 1975), from the 10 m of weather reports down to the height of a driver's eye.
_EXPONENT, _REPORTED_M, _EYE_M = 0.3, 10.0, 1.5
# Gusts and eddies between houses: spread of the wind at one place, as a share of its mean.
_TURBULENCE = 0.3


def wind_m_s(scene: Scene) -> Points:
    """The wind (3,) in the world at a driver's eye; calm where the scene says nothing about it."""
    speed = float(scene.parameters.get("air.wind_speed_m_s", 0.0)) * (_EYE_M / _REPORTED_M) ** _EXPONENT
    towards = math.radians(float(scene.parameters.get("air.wind_direction_deg", 0.0)))
    return np.array([math.cos(towards) * speed, math.sin(towards) * speed, 0.0])


def ego_m_s(scene: Scene) -> Points:
    """The camera's velocity (3,) in the world: along the street."""
    return np.array([float(scene.parameters.get("camera.speed_m_s", 0.0)), 0.0, 0.0])


def falling(view: View, scene: Scene, fall_m_s: Points, inertia: float, rng: np.random.Generator) -> Points:
    """Velocities (N, 3) relative to the camera, in its frame, of bodies that fall at `fall_m_s` (N,) through the wind.

    `inertia` 0..1 is how little of the eddies they follow: flakes follow nearly all, hailstones hardly any.
    """
    wind = wind_m_s(scene)
    eddies = (_TURBULENCE * float(np.linalg.norm(wind)) + 0.12) * (1 - inertia)
    count = len(fall_m_s)
    velocity = np.broadcast_to(wind - ego_m_s(scene), (count, 3)) + rng.normal(0.0, eddies, (count, 3))
    velocity[:, 2] -= fall_m_s
    return np.asarray(velocity @ view.camera_from_world.T)
