"""All that flies in a scene's weather, kind after kind."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from longtail.render.particles.surroundings import Surroundings
from longtail.render.particles.table import KINDS
from longtail.render.particles.view import Array, View
from longtail.render.sensor.finite import finite
from longtail.scenes.scene import Scene


def fly(radiance: Array, view: View, scene: Scene, rng_of: Callable[[str], np.random.Generator]) -> Array:
    """`radiance` (H, W, 3) float32 in kcd/m2 with the scene's particles in front; the same array where none fly.

    `rng_of("particles.<kind>")` gives each kind its own stream of chance, so that no kind moves another's draws.
    """
    place = Surroundings(radiance, view, scene)
    picture = radiance
    for name, kind in KINDS.items():
        picture = finite(kind(picture, place, rng_of(f"particles.{name}")), f"the particles of {name}", picture)
    return picture
