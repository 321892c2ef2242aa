"""People and dogs of Debian's packs."""

from __future__ import annotations

from longtail.scenes.assets.packs.curated import Curated

# Reallusion's male02 is left out: sheets that almost coincide leave black patches on his coat.
_STANDING = (
    "female01",
    "female02",
    "female03",
    "male01",
    "male03",
    "holdingMale01",
    "holdingFemale01",
    "holdingFemale02",
    "holdingFemale03",
)
_ON_GROUND = ("sitMale03", "sitFemale01", "sitFemale02")
_ON_SEAT = ("sitFemale03", "sitMale01", "sitMale02")
_LYING = ("lyingDownFemale01", "lyingDownMale01", "lyingDownMale02")

# The textures' light skin has an albedo of 0.8; the brightest real one is about 0.55 (Angelopoulou, "The Reflectance
# Spectrum of Human Skin", 1999).
_SKIN_RGB = (0.7, 0.66, 0.63)


def _people(names: tuple[str, ...], *tags: str) -> tuple[Curated, ...]:
    return tuple(Curated(f"Reallusion#{name}", "person", frozenset(tags), texture_rgb=_SKIN_RGB) for name in names)


PEOPLE: tuple[Curated, ...] = (
    *_people(_STANDING, "standing", "adult"),
    *_people(("boyStanding", "girlStanding"), "standing", "child"),
    *_people(_ON_GROUND, "sitting", "ground", "adult"),
    *_people(("girlSittingGround",), "sitting", "ground", "child"),
    *_people(_ON_SEAT, "sitting", "seat", "adult"),
    *_people(("boySitting", "girlSittingTable"), "sitting", "seat", "child"),
    *_people(_LYING, "lying", "adult"),
    *_people(("boyLying",), "lying", "child"),
)

ANIMALS: tuple[Curated, ...] = (
    Curated("Scopia#dog", "dog", frozenset({"sitting"}), scale=0.9),
    Curated("Blend Swap CC-BY#bulldog", "dog", frozenset({"standing"})),
)
