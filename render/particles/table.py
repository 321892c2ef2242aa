"""The kinds of bodies in the air, in the order in which they are painted: one file each, one line here."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

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
