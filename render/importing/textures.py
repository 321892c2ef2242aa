"""Textures: pictures of one surface that belong together, told by their names.

Names as the libraries have them that most users take textures from: ambientCG's "Bricks075A_1K-JPG_NormalGL.jpg",
Poly Haven's "brick_wall_001_nor_gl_1k.exr" (ambientcg.com, polyhaven.com), and words that others use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

PICTURES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".exr")
_WORDS: Mapping[str, str] = {
    "color": "colour", "colour": "colour", "col": "colour", "diff": "colour", "diffuse": "colour", "albedo": "colour",
    "basecolor": "colour", "base_color": "colour",
    "roughness": "roughness", "rough": "roughness",
    "metalness": "metalness", "metallic": "metalness", "metal": "metalness",
    "normalgl": "normal", "nor_gl": "normal", "normal_gl": "normal", "normal": "normal", "nor": "normal",
    "nrm": "normal",
    "normaldx": "normal_dx", "nor_dx": "normal_dx", "normal_dx": "normal_dx",
    "arm": "arm", "orm": "arm",
    "displacement": "height", "disp": "height", "height": "height",
    "ambientocclusion": "occlusion", "ao": "occlusion", "opacity": "opacity", "mask": "opacity",
}  # fmt: skip
_SIZE = re.compile(r"^(\d{1,2})k(?:-(?:jpg|png|exr))?$")
_MOST_K = 2
# What a surface is good for, by words of its name; the first that fits counts.
_FOR: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"asphalt|tarmac|road", ("road",)),
    (r"cobble|paving|pavement|sett|sidewalk|slabs", ("sidewalk",)),
    (r"parquet|laminate|carpet|floor|tile|terrazzo|linoleum", ("floor",)),
    (r"plaster|stucco|wallpaper|brick|wall|painted", ("wall",)),
    (r"concrete", ("floor", "wall")),
    (r"wood|plank|oak|pine|marble|granite|table|veneer", ("floor", "table")),
)


@dataclass(frozen=True)
class TextureSet:
    """The maps of one surface by what they hold: colour, roughness, metalness, normal (Y up), normal_dx (Y down), arm
    (roughness in green, metalness in blue), height, occlusion, opacity. `stem` is what their names share."""

    stem: str
    folder: Path
    maps: Mapping[str, Path]

    @property
    def places(self) -> tuple[str, ...]:
        """Where it may lie, by its name; () where that tells nothing."""
        words = self.stem.lower()
        return next((places for pattern, places in _FOR if re.search(pattern, words)), ())


def map_of(path: Path) -> tuple[str, str, int] | None:
    """(what the maps of its surface share of their names, which map it is, thousands of pixels or 0).

    None for a picture that is none by its name.
    """
    if path.suffix.lower() not in PICTURES:
        return None
    words, size = re.split(r"[_ ]+", path.stem), 0
    kept = []
    for word in words:
        if sized := _SIZE.match(word.lower()):
            size = int(sized[1])
        else:
            kept.append(word)
    for count in (2, 1):
        name = "_".join(kept[-count:]).lower()
        if len(kept) > count and name in _WORDS:
            return "_".join(kept[:-count]), _WORDS[name], size
    return None


def texture_sets(files: Iterable[Path]) -> list[TextureSet]:
    """The textures among files, by folder and name. Of a map in several sizes the largest up to 2K counts."""
    found: dict[tuple[Path, str], dict[str, tuple[tuple[bool, int], Path]]] = {}
    for path in sorted(files):
        if (told := map_of(path)) is None:
            continue
        stem, kind, size = told
        maps = found.setdefault((path.parent, stem), {})
        rank = (size <= _MOST_K, size if size <= _MOST_K else -size)
        if kind not in maps or rank > maps[kind][0]:
            maps[kind] = rank, path
    return [
        TextureSet(stem, folder, {kind: path for kind, (_, path) in maps.items()})
        for (folder, stem), maps in found.items()
    ]
