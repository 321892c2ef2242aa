"""How the air and the camera move, which makes streaks out of drops."""

from __future__ import annotations

import numpy as np

from longtail.render.particles.view import Points, View
from longtail.scenes.scene import Scene

# Gusts and eddies between houses: spread of the wind at one place, as a share of its mean.
_TURBULENCE = 0.3


def falling(view: View, scene: Scene, fall_m_s: Points, inertia: float, rng: np.random.Generator) -> Points:
    """Velocities (N, 3) relative to the camera, in its frame, of bodies that fall at `fall_m_s` (N,) through the wind.

    `inertia` 0..1 is how little of the eddies they follow: flakes follow nearly all, hailstones hardly any.
    """
    wind = np.array(scene.wind_m_s)
    count = len(fall_m_s)
    eddies = rng.normal(0.0, _eddies_m_s(scene, inertia), (count, 3))
    velocity = np.broadcast_to(wind - np.array(scene.velocity_m_s), (count, 3)) + eddies
    velocity[:, 2] -= fall_m_s
    return np.asarray(velocity @ view.camera_from_world.T)


def drift_m_s(scene: Scene, fall_m_s: Points, inertia: float, rng: np.random.Generator) -> Points:
    """As `falling`, in the world: velocities (N, 3) in its axes, whatever the camera does."""
    eddies = rng.normal(0.0, _eddies_m_s(scene, inertia), (len(fall_m_s), 3))
    velocity = np.array(scene.wind_m_s) + eddies
    velocity[:, 2] -= fall_m_s
    return np.asarray(velocity)


def _eddies_m_s(scene: Scene, inertia: float) -> float:
    """The spread of the wind at one place, as far as bodies follow it."""
    return (_TURBULENCE * float(np.linalg.norm(np.array(scene.wind_m_s))) + 0.12) * (1 - inertia)
