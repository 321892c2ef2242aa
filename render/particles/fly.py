"""All that flies in a scene's weather, kind after kind."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from longtail.render.particles.motion import gusts_of
from longtail.render.particles.surroundings import Surroundings
from longtail.render.particles.table import OF_WEATHER, OF_WET_GROUND
from longtail.render.particles.view import Array, View
from longtail.render.sensor.finite import finite
from longtail.scenes.scene import Scene


def fly(
    radiance: Array,
    view: View,
    scene: Scene,
    rng_of: Callable[[str], np.random.Generator],
    air_of: Callable[[str], np.random.Generator] | None = None,
) -> Array:
    """`radiance` (H, W, 3) float32 in kcd/m2 with the scene's particles in front; the same array where none fly.

    `rng_of("particles.<kind>")` gives each kind its own stream of chance, so that no kind moves another's draws.
    `air_of` does so for what is in the air of a clip at all of its moments; None in a picture by itself.
    """
    gusts = gusts_of(scene, (air_of or rng_of)(_stream("gusts")))
    place = Surroundings(radiance, view, scene, air_of, gusts)
    parts = {part.name: part for part in scene.weather.parts}
    picture = radiance
    for name, rise in OF_WET_GROUND.items():
        picture = _sound(rise(picture, place, rng_of(_stream(name))), name, picture)
    for name, fall in OF_WEATHER.items():
        if name in parts:
            picture = _sound(fall(picture, place, parts[name], rng_of(_stream(name))), name, picture)
    return picture


def _stream(name: str) -> str:
    return f"particles.{name}"


def _sound(picture: Array, name: str, before: Array) -> Array:
    return finite(picture, f"the particles of {name}", before)
