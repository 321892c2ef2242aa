"""What a texture is taken for: where it may lie, and how large it is."""

from __future__ import annotations

import numpy as np

from longtail.annotate.errors import AssetError
from longtail.annotate.wording import listed
from longtail.distributions.grammar import shown, suggestion
from longtail.render.importing.guesses import Guess
from longtail.render.importing.reader import Read
from longtail.render.importing.sources import Source
from longtail.scenes.assets.asset import Vector
from longtail.scenes.geometry.laid import PLACES

USUAL_M = 2.0
"""How wide a picture of a surface is that nobody has stated: about what the libraries' photographs show."""
_THIN_M = 1e-4


def laying_of(source: Source, read: Read) -> Guess:
    """What a texture is taken for. AssetError for tags that are no places."""
    assert source.maps is not None
    stated, guessed = source.stated, []
    tags = source.maps.places if stated.tags is None else stated.tags
    for tag in tags:
        if tag not in PLACES:
            raise AssetError(
                f"tags: expected places of textures ({', '.join(PLACES)}), got {shown(tag)}{suggestion(tag, PLACES)}"
            )
    if stated.tags is None and tags:
        guessed.append("tags")
    if stated.size_m is None:
        guessed.append("size")
    size_m = _size_m(source, read)
    # Pieces of a table say "table": what lies nowhere is called after the commonest place.
    category = tags[0] if tags else "floor"
    return Guess(
        category, "", "", "surfaces", np.eye(3), (1.0, 1.0, 1.0), size_m, tuple(sorted(set(tags))), "m", True,
        tuple(guessed),
    )  # fmt: skip


def texture_remarks(source: Source, found: Guess) -> list[str]:
    """What is to be said of a texture: what is not there, what is not used, what was guessed."""
    assert source.maps is not None
    maps = source.maps.maps
    said = []
    if not found.tags:
        said.append(f"its name does not tell where it may lie: state tags ({', '.join(PLACES)})")
    if source.stated.size_m is None:
        said.append(f"nobody has said how large it is, so its picture counts as {USUAL_M:g} m wide: state size_m")
    if source.stated.licence is None:
        said.append("no licence is stated, so datasets will credit it as unknown: state licence and creator")
    if "roughness" not in maps and "arm" not in maps:
        said.append("no roughness map: it is 0.7 all over")
    if "normal" not in maps and "normal_dx" not in maps:
        said.append("no normal map: it is flat")
    if unused := [kind for kind in ("height", "occlusion", "opacity") if kind in maps]:
        said.append(f"not used: {listed(unused)}")
    return said


def _size_m(source: Source, read: Read) -> Vector:
    stated = source.stated.size_m
    if isinstance(stated, tuple):
        return stated[0], stated[1], _THIN_M
    width = USUAL_M if stated is None else stated
    return width, width / read.across, _THIN_M
