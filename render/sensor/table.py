"""The sensor's terms in the order in which light and signal pass them: one file each, one line here."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from longtail.render.sensor.chromatic_aberration import chromatic_aberration
from longtail.render.sensor.defocus import defocus
from longtail.render.sensor.finite import finite
from longtail.render.sensor.flare import flare
from longtail.render.sensor.glare import glare
from longtail.render.sensor.jpeg import jpeg
from longtail.render.sensor.noise import noise
from longtail.render.sensor.quantisation import quantisation
from longtail.render.sensor.shot import Array, Shot
from longtail.render.sensor.tone import tone
from longtail.render.sensor.vignetting import vignetting
from longtail.render.sensor.white_balance import white_balance

Term = Callable[[Array, Shot], Array]

TERMS: dict[str, Term] = {
    "chromatic_aberration": chromatic_aberration,
    "defocus": defocus,
    "flare": flare,
    "glare": glare,
    "vignetting": vignetting,
    "noise": noise,
    "quantisation": quantisation,
    "white_balance": white_balance,
}
"""From the linear signal to the linear signal. The motion blur comes before all of them, see `motion_blurred`."""


def develop_linear(linear: Array, shot: Shot) -> NDArray[np.uint8]:
    """The linear signal (H, W, 3) through all terms, then through tone curve and compression."""
    for name, term in TERMS.items():
        linear = finite(term(linear, shot), f"the sensor's {name.replace('_', ' ')}", linear)
    return jpeg(tone(linear, shot), shot)
