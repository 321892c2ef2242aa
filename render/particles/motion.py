"""How the air and the camera move, which makes streaks out of drops."""

from __future__ import annotations

import numpy as np

from longtail.render.particles.gusts import Gusts
from longtail.render.particles.surroundings import Surroundings
from longtail.render.particles.view import Points
from longtail.scenes.scene import Scene

# Gusts between houses: spread of the wind along an axis, as a share of its mean.
_TURBULENCE = 0.3
# What each body of its own has of unrest: flakes and leaves swing as they sink, and so they do in still air.
_FLUTTER_M_S = 0.12


def falling(
    place: Surroundings, places_m: Points, fall_m_s: Points, inertia: float, rng: np.random.Generator
) -> Points:
    """Velocities (N, 3) relative to the camera of bodies at `places_m` (N, 3), both in its frame.

    They fall at `fall_m_s` (N,) through the wind. `inertia` 0..1 is how little of its gusts they follow: flakes follow
    nearly all, hailstones hardly any.
    """
    gusts_m_s = place.gusts.speed_m_s(place.view.to_world(places_m), place.scene.time_s)
    steady_m_s = sinking_m_s(place.scene, fall_m_s) + flutter_m_s(len(fall_m_s), inertia, rng)
    world_m_s = steady_m_s + (1 - inertia) * gusts_m_s
    return np.asarray((world_m_s - np.array(place.scene.velocity_m_s)) @ place.view.camera_from_world.T)


def gusts_of(scene: Scene, rng: np.random.Generator) -> Gusts:
    """The gusts of the scene's wind."""
    return Gusts(_TURBULENCE * float(np.linalg.norm(np.array(scene.wind_m_s))), rng)


def sinking_m_s(scene: Scene, fall_m_s: Points) -> Points:
    """Velocities (N, 3) in the world of bodies that fall at `fall_m_s` (N,) through the scene's wind, gusts apart."""
    velocity = np.tile(np.array(scene.wind_m_s), (len(fall_m_s), 1))
    velocity[:, 2] -= fall_m_s
    return np.asarray(velocity)


def flutter_m_s(count: int, inertia: float, rng: np.random.Generator) -> Points:
    """What (count, 3) bodies of their own have of unrest; `inertia` is as of `falling`."""
    return rng.normal(0.0, _FLUTTER_M_S * (1 - inertia), (count, 3))
