"""The kinds of bodies in the air, in the order in which they are painted: one file each, one line here."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from render.particles.debris import debris
from render.particles.dust import dust
from render.particles.hail import hail
from render.particles.rain import rain
from render.particles.smoke import smoke
from render.particles.snow import snow
from render.particles.splashes import splashes
from render.particles.spray import spray
from render.particles.surroundings import Surroundings
from render.particles.view import Array
from render.particles.wind import wind

Kind = Callable[[Array, Surroundings, np.random.Generator], Array]

KINDS: dict[str, Kind] = {
    "dust": dust,
    "spray": spray,
    "splashes": splashes,
    "rain": rain,
    "snow": snow,
    "hail": hail,
    "smoke": smoke,
    "wind": wind,
    "tornado": debris,
}
