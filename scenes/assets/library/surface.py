"""What a model of the library is made of: a principled surface with textures, as its file describes it."""

from __future__ import annotations

from dataclasses import dataclass

from longtail.scenes.geometry.materials import WHITE, Material, Rgb

Map = tuple[str, int]
"""A texture's name, and which of its channels (0 red, 1 green, 2 blue) is meant."""

DATA = "data/"
"""What the names of textures begin with that hold numbers and no colours."""
ATLAS = "atlas/"
"""What the names of textures begin with that hold those of several materials side by side."""


@dataclass(frozen=True)
class Textured(Material):
    """A surface of a model. Textures are images of the model by their names; "" and None where there are none.

    Attributes:
        rgb: the mean colour, with the texture and under white light: what a matt surface sends to others
        factor_rgb: what `image` is multiplied with; the colour itself where there is no image
        roughness, metallic: 0..1, or what their textures are multiplied with
        normal_image: a tangent space normal map, Y up as OpenGL and glTF have it; `normal_strength` of it
        opacity: 0..1; `cutout` tells that the image's alpha cuts the surface's shape; `panes`
            that it says where the surface is glass: how much of it is there goes from 0 to 1 as alpha from 0.5 to 1
        emission_kcd_m2: luminance of what glows white; `emission_rgb` and `emission_image` multiply it
        tinted: whether the colour is multiplied with the tint of the object that wears it
    """

    rgb: Rgb = WHITE
    factor_rgb: Rgb = WHITE
    image: str = ""
    roughness: float = 0.5
    roughness_map: Map | None = None
    metallic: float = 0.0
    metallic_map: Map | None = None
    normal_image: str = ""
    normal_strength: float = 1.0
    opacity: float = 1.0
    cutout: bool = False
    emission_rgb: Rgb = (0.0, 0.0, 0.0)
    emission_image: str = ""
    emission_kcd_m2: float = 0.0
    tinted: bool = False
    panes: bool = False


@dataclass(frozen=True)
class Paved(Textured):
    """A texture on a road: snow lies on it as on asphalt, with the tracks of wheels."""
