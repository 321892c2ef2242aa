"""Bodies that fall through the air of a view: anew in a picture by itself, in a clip on from moment to moment.

In a clip a body goes on with the air from where it was, in a world that is full of them: a cube of them is repeated
on all sides, as large as what the camera sees of a shell of air, so that nothing is seen twice. Nobody knows where they
are but by the time; so any picture of a clip can be made alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from longtail.render.particles.motion import falling, flutter_m_s, sinking_m_s
from longtail.render.particles.surroundings import Surroundings
from longtail.render.particles.view import Points, View
from longtail.render.particles.volume import NEAR_M, Shell, Sizes, scatter


def adrift(
    place: Surroundings,
    name: str,
    spread: Sizes,
    speed_m_s: Callable[[Points], Points],
    inertia: float,
    margin_m: float,
    far_m: float,
    budget: int,
    rng: np.random.Generator,
) -> tuple[Points, Points, Points]:
    """Places (N, 3) and velocities (N, 3) relative to the camera, both in its frame, and diameters (N,) in mm.

    `speed_m_s` says how fast bodies of some diameters fall in still air; `inertia` is as of `falling`, the rest as of
    `scatter`. `name` is that of the stream which a clip has for them.
    """
    view, scene = place.view, place.scene
    if place.air is None:
        places, diameter_mm = scatter(view, spread, margin_m, far_m, budget, rng)
        return places, falling(place, places, speed_m_s(diameter_mm), inertia, rng), diameter_mm
    found, stream, near = [], place.air(name), NEAR_M
    while near < far_m:
        shell = Shell(view, near, min(2 * near, far_m), margin_m)
        found.append(_of_shell(place, shell, spread, speed_m_s, inertia, budget, stream))
        near *= 2
    places, world_m_s, diameter_mm = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return places, (world_m_s - np.array(scene.velocity_m_s)) @ view.camera_from_world.T, diameter_mm


def _of_shell(
    place: Surroundings,
    shell: Shell,
    spread: Sizes,
    speed_m_s: Callable[[Points], Points],
    inertia: float,
    budget: int,
    rng: np.random.Generator,
) -> tuple[Points, Points, Points]:
    """The places in the camera frame, velocities in the world and diameters of the bodies in a shell at this moment."""
    view, side_m = place.view, cube_m(shell)
    least = spread.least_of(budget / shell.volume_m3)
    # How many, where at the scene's own moment, how large, how fast: the same at every moment.
    count = int(rng.poisson(spread.density_1_m3(least) * side_m**3))
    start = rng.random((count, 3)) * side_m
    diameter_mm = spread.draw(count, least, rng)
    sinking = sinking_m_s(place.scene, speed_m_s(diameter_mm))
    steady = sinking + flutter_m_s(count, inertia, rng)
    time_s, follows = place.scene.time_s, 1 - inertia
    middle = view.to_world(np.array([[0.0, 0.0, (shell.near_m + shell.far_m) / 2]]))[0]
    # Its gusts are those of where in the world it set out, which all shells and all that flies share: those that are
    # beside each other set out beside each other, however each swings.
    drifted = middle + _within(start + steady * time_s - middle, side_m)
    begun = drifted - sinking * time_s
    places = view.to_camera(middle + _within(drifted + follows * place.gusts.way_m(begun, time_s) - middle, side_m))
    inside = in_shell(shell, view, places)
    return places[inside], steady[inside] + follows * place.gusts.speed_m_s(begun[inside], time_s), diameter_mm[inside]


def _within(offsets_m: Points, side_m: float) -> Points:
    """The same places of a cube that is repeated, as near to its middle as they are."""
    return np.asarray(np.mod(offsets_m + side_m / 2, side_m) - side_m / 2)


def cube_m(shell: Shell) -> float:
    """The side of a cube around the middle of a shell that holds all of it, however the camera is turned."""
    x0, x1, y0, y1 = shell.view.slopes
    aside = np.hypot(max(-x0, x1) * shell.far_m + shell.margin_m, max(-y0, y1) * shell.far_m + shell.margin_m)
    return 2 * float(np.hypot(aside, (shell.far_m - shell.near_m) / 2))


def in_shell(shell: Shell, view: View, places_m: Points) -> NDArray[np.bool_]:
    """Which places (N, 3) of the camera frame are in the shell, (N,) bool."""
    x0, x1, y0, y1 = view.slopes
    x, y, z = places_m.T
    across = (x > x0 * z - shell.margin_m) & (x < x1 * z + shell.margin_m)
    down = (y > y0 * z - shell.margin_m) & (y < y1 * z + shell.margin_m)
    return np.asarray(across & down & (z >= shell.near_m) & (z < shell.far_m))
