"""Traffic signs on steel posts, the lower edge at 2.2 m as over a footway (German HAV: 2.0 to 2.25 m).

A sign is the front of a plate and its edge. What carries it (post, cap, clamps) is a pole, and the back is a category
of its own, as with Mapillary Vistas; Cityscapes labels fronts alone, too. A second plate is a sign of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from longtail.distributions.scalar import Scalar
from longtail.scenes.assets.asset import Asset, Procedural, Vector
from longtail.scenes.assets.furniture.printing import Plate, back_of, printed
from longtail.scenes.assets.furniture.sign_meanings import MEANINGS, meaning_of_name
from longtail.scenes.assets.furniture.sign_plates import PLATES, name_plate
from longtail.scenes.geometry.materials import BLACK_PLASTIC, GALVANISED
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, cylinder

_POST_M = 0.03
_FACE_M = 0.065
_GAP_M = 0.04
_SHEET_M = 0.02

Plates = tuple[Plate, ...]


def _edge(plates: Plates) -> float:
    """The lower edge: chevrons stand low, street names high, everything else at head height."""
    width, height = plates[0].size_m
    return 1.5 if width > 1.1 and height > 0.4 else 2.2 if height > 0.2 else 2.6


def _top(plates: Plates) -> float:
    return _edge(plates) + sum(p.size_m[1] + _GAP_M for p in plates)


def _low(plates: Plates, number: int) -> float:
    """The lower edge of one of the plates, the first of which is at the bottom."""
    return _edge(plates) + sum(p.size_m[1] + _GAP_M for p in plates[:number])


def _wide(plates: Plates) -> float:
    return max(plate.size_m[0] for plate in plates)


def _posts_m(plates: Plates) -> tuple[float, ...]:
    """Where posts stand, across: two of them carry what is wide."""
    wide = _wide(plates)
    return (0.0,) if wide <= 1.1 else (-wide * 0.3, wide * 0.3)


def _hung(make: Callable[[Plate], Mesh], plates: Plates, number: int) -> Mesh:
    """The front or the back of one of the plates, where it hangs."""
    plate = plates[number]
    return make(plate).moved(_FACE_M, 0.0, _low(plates, number) - plate.outline.bounds[1])


def post(plates: Plates) -> Mesh:
    """What carries plates: one post or two with caps, and clamps."""
    places = _posts_m(plates)
    parts = [cylinder(_POST_M, _top(plates), GALVANISED, sides=12).moved(y_m=y) for y in places]
    parts += [box((0.05, 0.05, 0.02), BLACK_PLASTIC, (0.0, y, 0.01)).moved(z_m=_top(plates)) for y in places]
    for number, plate in enumerate(plates):
        heights = [_low(plates, number) + share * plate.size_m[1] for share in (0.25, 0.75)]
        parts += [box((0.045, 0.09, 0.04), GALVANISED, (_FACE_M - 0.0445, y, z)) for z in heights for y in places]
    return join(parts)


# Where a sign stands, if not at any kerb, or not only there.
_PLACES = {
    "chevron-left": ("bend", "left"),
    "chevron-right": ("bend", "right"),
    "pedestrian-crossing": ("kerb", "crossing"),
    "keep-right": ("kerb", "keep right"),
    "yield-roundabout": ("roundabout",),
    # Outside towns alone, where they stand in the place of others.
    "limit-80": ("fast",),
    "limit-120": ("fast",),
    "limit-130": ("fast",),
}


def _asset(name: str, *plates: str) -> Asset:
    """The first of the plates with all that is attached to it, as it can be placed."""
    hung = tuple(PLATES[plate] for plate in plates)
    wide, numbers = _wide(hung), range(len(hung))
    fronts = [_front(f"sign/{name}" + f"/{n + 1}" * (n > 0), hung, n, MEANINGS[plates[n]]) for n in numbers]
    backs = [_back(f"sign/{name}/back" + f"-{n + 1}" * (n > 0), hung, n) for n in numbers]
    across = 0.09 + _posts_m(hung)[-1] - _posts_m(hung)[0]
    carrying = _post(name, (_POST_M + 0.043, across, _top(hung) + 0.02), partial(post, hung))
    return replace(
        fronts[0],
        attached=(*fronts[1:], *backs, carrying),
        tags=frozenset({"sign", *_PLACES.get(name, ("kerb",))}),
        footprint_m=(0.12, 0.12 if wide <= 1.1 else wide),
    )


def _post(name: str, size_m: Vector, recipe: Callable[[], Mesh]) -> Asset:
    return Procedural(f"sign/{name}/post", "pole", size_m, carries=True, recipe=recipe)


def _front(name: str, plates: Plates, number: int, meaning: Mapping[str, Scalar]) -> Procedural:
    width, height = plates[number].size_m
    recipe = partial(_hung, printed, plates, number)
    return Procedural(name, "traffic sign", (_SHEET_M, width, height), attributes=meaning, recipe=recipe)


def _back(name: str, plates: Plates, number: int) -> Procedural:
    width, height = plates[number].size_m
    return Procedural(name, "traffic sign back", (0.0, width, height), recipe=partial(_hung, back_of, plates, number))


_NAMES_M = 2.9
# How high street names hang: the one that runs along X below the one along Y.
_ALONG_X_M, _ALONG_Y_M = 2.46, 2.68


def _name_along_y(plate: Plate) -> Mesh:
    """A street's name to be read from both sides, beside the post."""
    side = _both(plate)
    place = plate.size_m[0] / 2 + 0.035, _ALONG_Y_M - plate.outline.bounds[1]
    return join([side.moved(0.022, *place), side.rotated(2, np.pi).moved(-0.022, *place)])


def _name_along_x(plate: Plate, low_m: float) -> Mesh:
    ends = plate.size_m[0] / 2 + 0.035, 0.0, _ALONG_X_M + low_m
    side = _both(plate)
    faces = side.moved(0.022), side.rotated(2, np.pi).moved(-0.022)
    return join([face.rotated(2, np.pi / 2).moved(*ends) for face in faces])


def _both(plate: Plate) -> Mesh:
    return join([printed(plate), back_of(plate)])


def _names(name: str, first: str, second: str, blue: bool) -> Asset:
    """Two street names at right angles on one post: `first` reaches to Y, `second` to X."""
    a, b = name_plate(first, blue), name_plate(second, blue)
    low = -a.outline.bounds[1]
    other = Procedural(
        f"sign/{name}/2",
        "traffic sign",
        (b.size_m[0], 0.044, b.size_m[1]),
        attributes=meaning_of_name(second),
        recipe=partial(_name_along_x, b, low),
    )
    carrying = _post(
        name, (2 * _POST_M, 2 * _POST_M, _NAMES_M), partial(cylinder, _POST_M, _NAMES_M, GALVANISED, sides=12)
    )
    return Procedural(
        f"sign/{name}",
        "traffic sign",
        (0.044, a.size_m[0], a.size_m[1]),
        tags=frozenset({"sign", "junction"}),
        footprint_m=(0.12, 0.12),
        attached=(other, carrying),
        attributes=meaning_of_name(first),
        recipe=partial(_name_along_y, a),
    )


ASSETS: tuple[Asset, ...] = (
    *(_asset(name, name) for name in PLATES),
    _asset("limit-30-children", "limit-30", "warning-children"),
    _asset("no-overtaking-limit-50", "limit-50", "no-overtaking"),
    _asset("yield-roundabout", "roundabout", "yield"),
    _names("street-names-blue", "MILL LANE", "CHURCH STREET", True),
    _names("street-names-white", "STATION ROAD", "PARK AVENUE", False),
)
