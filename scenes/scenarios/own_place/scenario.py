"""The scenario of a .blend of the user's."""

from __future__ import annotations

import re
from functools import lru_cache
from statistics import median

from longtail.annotate.errors import ConfigError
from longtail.annotate.labels.taxonomy import BY_NAME
from longtail.scenes.assets.asset import Credit, Vector
from longtail.scenes.assets.at_hand import AtHand
from longtail.scenes.assets.library.description import new_category
from longtail.scenes.camera import lenses
from longtail.scenes.scenarios.outdoors import OPEN_SKY
from longtail.scenes.scenarios.own_place.above_water import too_low, under_water
from longtail.scenes.scenarios.own_place.composing import composer
from longtail.scenes.scenarios.own_place.ground import OwnPlace
from longtail.scenes.scenarios.own_place.place import Fixed, Mark, Place, Region
from longtail.scenes.scenarios.own_place.place_file import PlaceFile
from longtail.scenes.scenarios.own_place.space import space_of
from longtail.scenes.scenarios.own_place.walking import animator
from longtail.scenes.scenarios.own_place.words import (
    VIEWPOINT,
    families_having,
    shown_by,
    viewpoint_regions,
    wrong_words,
)
from longtail.scenes.scenarios.scenario import Scenario

_SMALL_M, _LARGE_M = 0.3, 5_000.0


@lru_cache(maxsize=2)
def scenario_of(file: PlaceFile) -> Scenario:
    """The scenario that a .blend is. ConfigError, with the file and the collection, where it cannot be one."""
    place = file.place
    if wrong := wrong_words(place) or _wrong(place):
        raise ConfigError(f"{file.path}: {wrong}")
    stem = _slug(file.name.rpartition(".")[0]) or "place"
    names = _names(place, stem)
    assets = {name: _asset(place, item, name, file) for item, name in zip(place.fixed, names, strict=True)}
    groups: list[Mark | Region] = [*place.marks, *place.regions]
    wanted = [word for group in groups for word in group.categories if (word,) != VIEWPOINT]
    stays = dict.fromkeys(item.category for item in place.fixed if item.category in BY_NAME)
    floods = place.floods and place.sky
    return Scenario(
        name=stem,
        summary=f"a place of your own, of {file.name}",
        space=space_of(place),
        compose=composer(place, names),
        impossible=(lenses.FOLDED, lenses.FOLDED_MATRIX, *([under_water(place)] if floods else [])),
        families=families_having(wanted),
        places=shown_by(wanted),
        scenery=_scenery(floods) if place.sky else (_background(stays),),
        background="sky" if place.sky else _background(stays),
        grounds=(OwnPlace,),
        assets=tuple(assets.values()),
        file=file,
        animate=animator(place),
    )


def _scenery(floods: bool) -> tuple[str, ...]:
    return OPEN_SKY if floods else tuple(word for word in OPEN_SKY if word != "water")


def _background(stays: dict[str, None]) -> str:
    """What is where a ray meets nothing in a place without a sky: its walls, or what else of it is stuff."""
    stuff = [word for word in stays if not BY_NAME[word].is_thing]
    return next((word for word in ("wall", "building", "ceiling") if word in stuff), stuff[0] if stuff else "wall")


def _wrong(place: Place) -> str:
    """What keeps a place from being a scenario; "" for nothing."""
    if not place.viewpoints and not viewpoint_regions(place):
        flat = next((f" ({note})" for note in place.notes if note.startswith("camera ")), "")
        return (
            "expected a perspective camera, or a collection called 'region: viewpoint' over which cameras may be, got "
            f"neither{flat}; add a camera to the file"
        )
    if low_eye := too_low(place):
        return low_eye
    if not place.sky and not place.bulbs:
        return "expected lamps in a place that states sky = False, got none; add a lamp, or take that property out"
    return _out_of_scale(place)


def _out_of_scale(place: Place) -> str:
    """Why a place has no plausible size, and what to do; "" where it has one."""
    at = [item.world_from_object[3::4][:3] for item in place.fixed]
    sizes = [float(place.meshes[item.mesh].mesh.size_m.max()) for item in place.fixed]
    axes = list(zip(*at, strict=True))
    extent = max(*(max(axis) - min(axis) for axis in axes), *sizes)
    expected = f"expected a place of {_SMALL_M:g} to {_LARGE_M:,.0f} m"
    units = "set the unit scale (Scene > Units) so that lengths are as in the world"
    if extent < _SMALL_M:
        return f"{expected}, got one of {extent:.3g} m; {units}"
    if extent <= _LARGE_M:
        return ""
    middle = [median(axis) for axis in axes]
    reaches = [
        size + max(abs(a - b) for a, b in zip(where, middle, strict=True))
        for where, size in zip(at, sizes, strict=True)
    ]
    farthest = place.fixed[reaches.index(max(reaches))].name
    return (
        f"{expected}, got one of {extent:,.0f} m, in which '{farthest}' reaches farthest; hide that from renders, or "
        f"{units}"
    )


def _names(place: Place, stem: str) -> list[str]:
    """Names of assets of what stays: objects of one mesh and category share one."""
    by_what: dict[tuple[int, str], str] = {}
    taken: set[str] = set()
    found = []
    for item in place.fixed:
        key = (item.mesh, item.category)
        if key not in by_what:
            own = f"{stem}/{_slug(item.name) or 'thing'}"
            by_what[key] = own if own not in taken else f"{own}-{len(taken)}"
            taken.add(by_what[key])
        found.append(by_what[key])
    return found


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60]


def _asset(place: Place, item: Fixed, name: str, file: PlaceFile) -> AtHand:
    ready = place.meshes[item.mesh]
    length, width, height = (max(round(float(side), 5), 1e-4) for side in ready.mesh.size_m)
    size: Vector = (length, width, height)
    return AtHand(
        name,
        item.category,
        size,
        Credit(place.creator, place.licence, file.name),
        ready=ready,
        digest=f"{file.sha256[:32]} {item.mesh}",
        kind=None if item.category in BY_NAME else new_category(item.category, item.supercategory),
    )
