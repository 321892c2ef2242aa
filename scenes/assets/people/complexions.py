"""Skin tones by a published scale, and the hair that goes with them.

The scale is the individual typology angle, ITA = atan((L* - 50) / b*), of the skin's colour in CIELAB under D65
(Chardon, Cretois and Hourseau, "Skin colour typology and suntanning pathways", 1991), in the six classes of Del Bino
and Bernerd ("Variations in skin colour and the biological consequences of ultraviolet radiation exposure", 2013). It is
a scale of colour, which an albedo has; the lightest swatches of the Monk scale reflect 85 %, which no skin does.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from longtail.scenes.geometry.materials import Rgb, srgb

# Albedos, made of L*, a* and b* in the middle of each class. The brightest real skin reflects about 0.55 of red
# (Angelopoulou, "The Reflectance Spectrum of Human Skin", 1999).
SKIN_TONES: Mapping[str, Rgb] = {
    "very_light": (0.585, 0.404, 0.320),
    "light": (0.535, 0.346, 0.252),
    "intermediate": (0.466, 0.276, 0.184),
    "tan": (0.371, 0.198, 0.121),
    "brown": (0.235, 0.116, 0.072),
    "dark": (0.119, 0.062, 0.043),
}
"""Albedo (linear RGB) by the scale's class, from the lightest on."""

BOUNDS_DEG: Mapping[str, tuple[float, float]] = {
    "very_light": (55.0, 90.0),
    "light": (41.0, 55.0),
    "intermediate": (28.0, 41.0),
    "tan": (10.0, 28.0),
    "brown": (-30.0, 10.0),
    "dark": (-90.0, -30.0),
}
"""The classes' individual typology angles."""

_BLOND, _CHESTNUT, _BROWN, _DARK, _GREY, _WHITE = (
    srgb(code) for code in ("#8f6f42", "#5a3420", "#33231a", "#15110f", "#77736e", "#b5b2ab")
)
_HAIR: Mapping[str, tuple[Rgb, ...]] = {
    "very_light": (_BLOND, _BLOND, _CHESTNUT, _BROWN),
    "light": (_BLOND, _CHESTNUT, _BROWN, _BROWN, _DARK),
    "intermediate": (_CHESTNUT, _BROWN, _DARK, _DARK),
    "tan": (_BROWN, _DARK, _DARK),
    "brown": (_DARK,),
    "dark": (_DARK,),
}
_AGED = (_GREY, _GREY, _WHITE)


def hair_of(rng: np.random.Generator, tone: str, age_group: str) -> Rgb:
    """A colour of hair (linear RGB) that somebody of that skin tone and age may have."""
    colours = _AGED if age_group == "elderly" else _HAIR[tone]
    return colours[int(rng.integers(len(colours)))]
