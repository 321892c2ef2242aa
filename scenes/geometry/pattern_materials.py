"""Patterns that no real surface has, for what is to be ignored: backdrops and distractors of randomised domains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from longtail.scenes.geometry.materials import WHITE, Material, Rgb

Kind = Literal["plain", "gradient", "checks", "stripes", "cells", "clouds", "spots", "marble"]
KINDS: tuple[Kind, ...] = ("plain", "gradient", "checks", "stripes", "cells", "clouds", "spots", "marble")


@dataclass(frozen=True)
class Pattern(Material):
    """A pattern in the object's own frame, of its tint and of two colours that follow from it.

    Attributes:
        pitch_m: size of what repeats
        glows: whether it shines as brightly as its tint says, in kcd/m2, and is lit by nothing: a backdrop
    """

    kind: Kind
    pitch_m: float
    rgb: Rgb = WHITE
    roughness: float = 0.5
    metallic: float = 0.0
    glows: bool = False
    tinted: bool = True


@dataclass(frozen=True)
class Panorama(Material):
    """The inside of a ball that shows an equirectangular image, and shines as brightly as its tint says times that.

    Attributes:
        image: its name; of mean luminance 1 over all directions, its middle column along X
        radius_m: of the ball, which stands on z = 0
        light: the name of a small image of the same, for what it only lights; "" where nobody has made one
    """

    image: str
    radius_m: float
    rgb: Rgb = WHITE
    roughness: float = 0.5
    metallic: float = 0.0
    tinted: bool = True
    light: str = ""
