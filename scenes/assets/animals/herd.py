"""The animals themselves: every kind stands, walks and lies."""

from __future__ import annotations

from functools import partial
from typing import get_args

import numpy as np

from longtail.scenes.assets.animals.antlers import antlers
from longtail.scenes.assets.animals.quadruped import Coat, Doing, Kind, Made, centred, quadruped
from longtail.scenes.assets.animals.sizes import SIZES_M
from longtail.scenes.assets.animals.species import BOAR, HORSE, RED_DEER, RETRIEVER, ROE, SHEPHERD, TERRIER
from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.people.body import limb
from longtail.scenes.geometry.materials import Material, Principled, Rgb, srgb
from longtail.scenes.geometry.mesh import Mesh

FUR = Principled((0.9, 0.9, 0.9), roughness=0.95, mottle=0.25, tinted=True)
_HOOF = Principled((0.03, 0.026, 0.022), roughness=0.5)
_NOSE = Principled((0.018, 0.016, 0.016), roughness=0.35)
_PALE = Principled(srgb("#c9b596"), roughness=0.95, mottle=0.2)
_MANE = Principled(srgb("#1d1714"), roughness=0.9)
_PAW = Principled(srgb("#3a2f26"), roughness=0.85)
_TUSK = Principled(srgb("#cfc5ad"), roughness=0.4)

_DOG, _DEER = Coat(FUR, _NOSE, _PAW), Coat(FUR, _NOSE, _HOOF, pale=_PALE)


def _colours(*codes: str) -> tuple[Rgb, ...]:
    return tuple(srgb(code) for code in codes)


# Name, category, kind, coat, colours and what it has beside.
_KINDS: tuple[tuple[str, str, Kind, Coat, tuple[Rgb, ...], str], ...] = (
    ("shepherd", "dog", SHEPHERD, Coat(FUR, _NOSE, _PAW, pale=_PALE), _colours("#4a3a2a", "#6b5138", "#2b2521"), ""),
    ("retriever", "dog", RETRIEVER, _DOG, _colours("#b08a52", "#d0b483", "#1d1a18", "#4a2f1e"), ""),
    ("terrier", "dog", TERRIER, _DOG, _colours("#c9c3b8", "#8a6440", "#2a2624", "#7b7770"), ""),
    ("roe-doe", "deer", ROE, _DEER, _colours("#8a5a35", "#6b5240", "#75543a"), ""),
    ("roe-buck", "deer", ROE, _DEER, _colours("#8a5a35", "#6b5240", "#75543a"), "small antlers"),
    ("red-hind", "deer", RED_DEER, _DEER, _colours("#7a4a2b", "#5f4431"), ""),
    ("red-stag", "deer", RED_DEER, _DEER, _colours("#6a4028", "#523b2b"), "antlers"),
    ("horse", "horse", HORSE, Coat(FUR, _NOSE, _HOOF, mane=_MANE),
     _colours("#5a3620", "#3a2416", "#8a6a4a", "#c9c4bb", "#1d1917"), "mane"),
    ("sow", "wild boar", BOAR, Coat(FUR, _NOSE, _HOOF), _colours("#2f2822", "#3d3329", "#4a3f33"), "bristles"),
    ("boar", "wild boar", BOAR, Coat(FUR, _NOSE, _HOOF), _colours("#26211d", "#352c25"), "tusks"),
)  # fmt: skip


def _animal(kind: Kind, coat: Coat, doing: Doing, beside: str) -> Mesh:
    made = quadruped(kind, coat, doing)
    return centred([*made.parts, *_beside(kind, coat, made, beside)])


def _beside(kind: Kind, coat: Coat, made: Made, beside: str) -> list[Mesh]:
    if beside in ("antlers", "small antlers"):
        return [antlers(beside == "antlers").transformed(made.head)]
    if beside == "mane":
        return [_mane(kind, coat.mane or _MANE, made)]
    if beside == "tusks":
        return [_bristles(kind, coat, made), *_tusks(made)]
    return [_bristles(kind, coat, made)] if beside == "bristles" else []


def _mane(kind: Kind, material: Material, made: Made) -> Mesh:
    """Along the crest of the neck and between the ears."""
    low, high = made.neck
    size, crest = kind.withers_m, np.array([-0.06, 0.0, 0.11]) * kind.withers_m
    path = [low + 0.7 * crest, 0.5 * (low + high) + 1.15 * crest, high + 0.9 * crest]
    path.append(high + np.array([0.09, 0, 0.06]) * size)
    return limb(path, np.array([0.02, 0.042, 0.042, 0.015]) * size, material, sides=8).scaled(1, 0.75, 1)


_CREST = np.array([(0.6, 0.0, 0.87), (0.4, 0.0, 0.98), (0.15, 0.0, 0.96), (-0.15, 0.0, 0.87)])


def _bristles(kind: Kind, coat: Coat, made: Made) -> Mesh:
    """The crest of a boar, from the head to the back."""
    size, (_, high) = kind.withers_m, made.neck
    drop = kind.neck[1][1] * size - high[2]
    path = list(_CREST * size - (0, 0, drop))
    return limb(path, np.array([0.03, 0.05, 0.04, 0.015]) * size, coat.dark, sides=8).scaled(1, 0.6, 1)


def _tusks(made: Made) -> list[Mesh]:
    found = []
    for side in (1, -1):
        path = [np.array(p) for p in ((0.4, side * 0.05, -0.02), (0.43, side * 0.085, 0.0), (0.42, side * 0.09, 0.05))]
        found.append(limb(path, [0.012, 0.011, 0.003], _TUSK, sides=6).transformed(made.head))
    return found


def _asset(row: tuple[str, str, Kind, Coat, tuple[Rgb, ...], str], doing: Doing) -> Asset:
    name, category, kind, coat, tints, beside = row
    whole = f"{category.replace(' ', '-')}/{name}-{doing}"
    recipe = partial(_animal, kind, coat, doing, beside)
    return Procedural(whole, category, SIZES_M[whole], tags=frozenset({doing}), tints=tints, recipe=recipe)


ASSETS: tuple[Asset, ...] = tuple(_asset(row, doing) for row in _KINDS for doing in get_args(Doing))
