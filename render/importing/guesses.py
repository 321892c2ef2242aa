"""What nobody has stated of a model, guessed from its name, its format and its size; a person sees it before it counts.

Axes. glTF and most exporters have a model's front at +Z and its top at +Y; Blender, to which importers turn it, -Y and
+Z (glTF 2.0, 3.4 "Coordinate system and units"). PLY and STL state nothing; their programs mostly have Z up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.errors import AssetError
from longtail.annotate.labels.taxonomy import BY_NAME
from longtail.render.importing.pack_file import UNITS, NewCategory, Stated
from longtail.render.importing.plausible import Plausible, home_of, plausible
from longtail.scenes.assets.asset import Vector
from longtail.scenes.assets.library.description import new_category

Matrix = NDArray[np.float64]

VEHICLES = ("car", "van", "truck", "bus", "motorcycle", "bicycle")
OTHER = "other object"
SMALL_M = 0.42
"""What lies on a table is shorter."""
_OF_METRES = ("gltf", "usd", "blend", "fbx", "dae")
"""Formats that state their unit, which holds where a name tells nothing of the size."""
_SOME_SIZE_M = (0.02, 20.0)
"""As long as things are; what is shorter or longer was hardly made in metres, whatever its format states."""
# Words of file names, beside the categories' own names.
_WORDS = {
    "sedan": "car", "saloon": "car", "suv": "car", "hatchback": "car", "coupe": "car", "taxi": "car", "police": "car",
    "limousine": "car", "minivan": "van", "lorry": "truck", "tractor": "truck", "coach": "bus", "tram": "bus",
    "moped": "motorcycle", "scooter": "motorcycle", "motorbike": "motorcycle", "bike": "bicycle", "man": "person",
    "woman": "person", "human": "person", "pedestrian": "person", "child": "person", "boy": "person", "girl": "person",
    "people": "person", "male": "person", "female": "person", "cone": "traffic cone", "mug": "cup",
    "glass": "wine glass", "trashcan": "trash can", "dustbin": "trash can", "tree": "vegetation",
    "bush": "vegetation", "shrub": "vegetation", "house": "building",
    "streetlight": "street light", "lamppost": "street light", "sign": "traffic sign", "phone": "cell phone",
    "smartphone": "cell phone", "notebook": "laptop", "carton": "box", "tin": "can",
}  # fmt: skip
_TAGS: dict[str, tuple[str, ...]] = {
    "car": ("driving", "parked"), "van": ("driving", "parked"), "truck": ("driving",), "bus": ("driving",),
    "motorcycle": ("parked",), "bicycle": ("parked",), "person": ("adult", "standing"), "dog": ("standing",),
    "trash can": ("pavement",), "bench": ("pavement",), "hydrant": ("pavement",), "mailbox": ("pavement",),
    "pole": ("pavement",), "wall": ("pavement",), "traffic sign": ("kerb",), "vegetation": ("street tree",),
    "building": ("detached",), "barrier": ("roadworks",),
}  # fmt: skip
_POSES = {"lying|laying|sleep": ("lying",), "sit": ("sitting", "ground"), "walk|running": ("walking",)}
_CHILDREN = r"boy|girl|child|kid\b|baby|toddler"
# In whose place things of new categories are put, by their supercategories.
_STAND_INS = {"vehicle": "van", "human": "person", "animal": "dog"}
_UP = {"x": (1, 0, 0), "y": (0, 1, 0), "z": (0, 0, 1)}


@dataclass(frozen=True)
class Guess:
    """What a model is taken for. `guessed` names what of it nobody has stated.

    Attributes:
        turn: (3, 3) rotation from what importers give to the asset's frame
        scale: along length, width and height
        serves: the category in whose place it is put, "" for its own
        size_m: length, width and height that come of it
        fits: whether these are plausible; None where nothing is known of the category
    """

    category: str
    supercategory: str
    serves: str
    family: str
    turn: Matrix
    scale: Vector
    size_m: Vector
    tags: tuple[str, ...]
    units: str
    fits: bool | None
    guessed: tuple[str, ...]


def guess(name: str, format_: str, stated: Stated, vertices_m: NDArray[np.float32]) -> Guess:
    """What the model called `name` is, with corners (V, 3) as importers give them.

    The parts of the name, between slashes, tell more and more of it.
    """
    guessed = []
    category, supercategory, like = _category(stated, name)
    if stated.category is None:
        guessed.append("category")
    serves = _serves(category, supercategory, like)
    low, high = vertices_m.min(axis=0), vertices_m.max(axis=0)
    sized = _SOME_SIZE_M[0] <= (high - low).max() <= _SOME_SIZE_M[1]
    sizes = None if category == OTHER and format_ in _OF_METRES and sized else plausible(category)
    turns = list(_turns(stated, format_, (high - low).astype(np.float64), serves or category))
    if not turns:
        raise AssetError(f"expected up and front along two axes, got {stated.up or 'the usual up'} and {stated.front}")
    turn, units, scale, fits = _chosen(turns, stated, (high - low).astype(np.float64), sizes)
    for what, given in (("up", stated.up), ("front", stated.front)):
        if given is None:
            guessed.append(what)
    if stated.size_m is None and stated.units is None:
        guessed.append("scale")
    extent = np.abs(turn) @ (high - low) * scale
    size = (float(extent[0]), float(extent[1]), float(extent[2]))
    family = stated.family or _family(category, supercategory, serves, max(size))
    tags = stated.tags if stated.tags is not None else _tags(serves or category, name)
    if stated.tags is None and tags:
        guessed.append("tags")
    return Guess(
        category, supercategory, serves, family, turn, scale, size, tuple(sorted(set(tags))), units, fits,
        tuple(guessed),
    )  # fmt: skip


def _category(stated: Stated, name: str) -> tuple[str, str, str]:
    """A category's name, its supercategory if it is new, and in whose place it is put if that was said."""
    given = stated.category
    if isinstance(given, NewCategory):
        known = BY_NAME.get(given.name)
        return given.name, "" if known else given.supercategory, given.like or ""
    if given is not None:
        return given, "", ""
    return _from_words(name), "", ""


def _from_words(name: str) -> str:
    """The category that a name speaks of: its own last words tell most, then its pack's."""
    for part in reversed(name.split("/")):
        words = [word.removesuffix("s") if len(word) > 3 else word for word in re.findall("[a-z]+", part)]
        pairs = [" ".join(pair) for pair in pairwise(words)]
        # "mycar" is a car; names are in small letters by now, so that all other joints are lost.
        bare = [word.removeprefix("my") for word in words]
        for word in reversed([*bare, *words, *pairs]):
            found: str = _WORDS.get(word, word)
            if found in BY_NAME and BY_NAME[found].supercategory not in ("flat", "sky", "weather"):
                return found
    return OTHER


def _serves(category: str, supercategory: str, like: str) -> str:
    """In whose place scenarios put things of a new category."""
    if like or category in BY_NAME:
        return like
    return _STAND_INS.get(supercategory, "")


def _family(category: str, supercategory: str, serves: str, longest_m: float) -> str:
    home = home_of(serves or category)
    if home is not None and category != OTHER:
        return home
    kind = BY_NAME.get(category) or new_category(category, supercategory)
    if kind.supercategory == "vehicle":
        return "vehicles"
    if kind.supercategory in ("human", "animal"):
        return "people"
    return "household" if longest_m < SMALL_M else "furniture"


def _tags(category: str, name: str) -> tuple[str, ...]:
    """What a thing of a category does; how a person or a dog is posed, and how old one is, a name may tell."""
    if category not in ("person", "dog"):
        return _TAGS.get(category, ())
    pose = next((tags for words, tags in _POSES.items() if re.search(words, name.lower())), ("standing",))
    if category == "dog":
        return pose[:1] if pose[0] in ("sitting", "standing") else ("standing",)
    return (*pose, "child" if re.search(_CHILDREN, name.lower()) else "adult")


def axis(word: str) -> Matrix:
    """The unit vector of "x", "-y", "+z"."""
    sign = -1.0 if word.startswith("-") else 1.0
    return sign * np.array(_UP[word.lstrip("+-")], dtype=np.float64)


def _from_file(word: str, format_: str) -> Matrix:
    """An axis of the file as importers turn it: of those whose Y is up, (x, y, z) becomes (x, -z, y)."""
    x, y, z = axis(word)
    return np.array([x, -z, y]) if format_ in ("gltf", "obj", "fbx") else np.array([x, y, z])


def _turns(stated: Stated, format_: str, extent: Matrix, category: str) -> Iterator[Matrix]:
    """The rotations that come into question, the likeliest first."""
    ups: list[Matrix] = [np.array([0.0, 0.0, 1.0])]
    if stated.up is not None:
        ups = [_from_file(stated.up, format_)]
    elif format_ in ("obj", "ply", "stl"):
        # OBJ with Z up comes lying on its back; PLY and STL with Y up on its face.
        ups.append(np.array([0.0, -1.0, 0.0]) if format_ == "obj" else np.array([0.0, 1.0, 0.0]))
    for up in ups:
        fronts = [_from_file(stated.front, format_)] if stated.front is not None else _fronts(up, extent, category)
        for front in fronts:
            if abs(float(front @ up)) < 0.5:
                yield np.array([front, np.cross(up, front), up])


def _fronts(up: Matrix, extent: Matrix, category: str) -> Sequence[Matrix]:
    """Where a model may face: as formats have it, but what is longer than wide faces along its length."""
    usual = np.array([0.0, -1.0, 0.0])
    if abs(up[1]) > 0.5:
        # An OBJ whose own Z is up and -Y ahead; a PLY or STL whose own Y is up and Z ahead.
        usual = np.array([0.0, 0.0, -1.0 if up[1] < 0 else 1.0])
    across = np.cross(up, usual)
    long_ones = (*VEHICLES, "dog")
    if category in long_ones and np.abs(across) @ extent > 1.15 * (np.abs(usual) @ extent):
        return [-across]
    return [usual]


def _chosen(
    turns: Sequence[Matrix], stated: Stated, extent: Matrix, sizes: Plausible | None
) -> tuple[Matrix, str, Vector, bool | None]:
    """The first rotation and unit that make something plausible; else the likeliest, at the file's own scale."""
    if isinstance(stated.size_m, tuple):
        sides = np.abs(turns[0]) @ extent
        # A sheet has a side of nothing, whatever is stated of it.
        solid = sides > 1e-6 * float(sides.max())
        length, width, height = (
            size / float(side) if thick else 1.0 for size, side, thick in zip(stated.size_m, sides, solid, strict=True)
        )
        return turns[0], "as stated", (length, width, height), None if sizes is None else sizes.fits(stated.size_m)
    if stated.size_m is not None:
        factor = stated.size_m / max(float(extent.max()), 1e-9)
        return _best(turns, [("as stated", factor)], extent, sizes)
    if stated.units is not None:
        return _best(turns, [(stated.units, UNITS[stated.units])], extent, sizes)
    units = [(word, UNITS[word]) for word in ("m", "cm", "mm", "in", "ft", "dm")]
    turn, unit, scale, fits = _best(turns, units, extent, sizes)
    if fits is False and sizes is not None:
        # Of no unit, as toys and games have it: as long as such a thing usually is, if it has its form.
        usual = sizes.usual_m / max(float(extent.max()), 1e-9)
        found = _best(turns, [("a usual length", usual)], extent, sizes)
        return found if found[3] else (turn, unit, scale, fits)
    return turn, unit, scale, fits


def _best(
    turns: Sequence[Matrix], units: Sequence[tuple[str, float]], extent: Matrix, sizes: Plausible | None
) -> tuple[Matrix, str, Vector, bool | None]:
    for unit, factor in units if sizes is not None else ():
        for turn in turns:
            length, width, height = (float(side) for side in np.abs(turn) @ extent * factor)
            if sizes is not None and sizes.fits((length, width, height)):
                return turn, unit, (factor, factor, factor), True
    unit, factor = units[0]
    return turns[0], unit, (factor, factor, factor), None if sizes is None else False
