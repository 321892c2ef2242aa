"""What flies in the air: the particles of each kind of weather, one file each, one line here.

Installed packages add those of their weathers as entry points of the group `longtail.particles`, each under its
weather's name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from longtail.plug_ins import with_plug_ins
from longtail.render.particles.debris import debris
from longtail.render.particles.dust import dust
from longtail.render.particles.hail import hail
from longtail.render.particles.rain import rain
from longtail.render.particles.smoke import smoke
from longtail.render.particles.snow import snow
from longtail.render.particles.splashes import splashes
from longtail.render.particles.spray import spray
from longtail.render.particles.surroundings import Surroundings
from longtail.render.particles.view import Array
from longtail.render.particles.wind import wind
from longtail.scenes.weather import Dust, Hail, Rain, Smoke, Snow, Tornado, Wind
from longtail.scenes.weather.table import WEATHERS

Particles = Callable[[Array, Surroundings, Any, np.random.Generator], Array]
"""The picture with the particles of a weather, which is the third argument, in front."""

Wet = Callable[[Array, Surroundings, np.random.Generator], Array]

OF_WET_GROUND: dict[str, Wet] = {"spray": spray, "splashes": splashes}
"""What rises from the ground whatever wets it; painted first."""


def checked(name: str, offered: object) -> Particles:
    """The particles that a package offers for the weather `name`. TypeError or ValueError where they are none."""
    if name not in WEATHERS:
        raise ValueError(f"expected the name of a weather ({', '.join(WEATHERS)}), got {name}")
    if not callable(offered):
        raise TypeError(f"expected a function of (picture, surroundings, weather, rng), got {offered!r}")
    return offered


OF_WEATHER: dict[str, Particles] = with_plug_ins(
    "longtail.particles",
    {
        Dust.name: dust,
        Rain.name: rain,
        Snow.name: snow,
        Hail.name: hail,
        Smoke.name: smoke,
        Wind.name: wind,
        Tornado.name: debris,
    },
    checked,
)
"""By kind of weather, in the order in which they are painted."""
