"""Traffic signs on steel posts, the lower edge at 2.2 m as over a footway (German HAV: 2.0 to 2.25 m)."""

from __future__ import annotations

from functools import partial

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.furniture.printing import Plate, printed
from longtail.scenes.assets.furniture.sign_plates import PLATES, name_plate
from longtail.scenes.geometry.materials import BLACK_PLASTIC, GALVANISED
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, cylinder

_POST_M = 0.03
_FACE_M = 0.065
_GAP_M = 0.04


def _edge(plates: tuple[Plate, ...]) -> float:
    """The lower edge: chevrons stand low, street names high, everything else at head height."""
    width, height = plates[0].size_m
    return 1.5 if width > 1.1 and height > 0.4 else 2.2 if height > 0.2 else 2.6


def _top(plates: tuple[Plate, ...]) -> float:
    return _edge(plates) + sum(p.size_m[1] + _GAP_M for p in plates)


def sign(plates: tuple[Plate, ...]) -> Mesh:
    """A post with one or more plates, the first at the bottom."""
    parts = [cylinder(_POST_M, _top(plates), GALVANISED, sides=12)]
    wide = max(plate.size_m[0] for plate in plates)
    if wide > 1.1:
        side = cylinder(_POST_M, _top(plates), GALVANISED, sides=12)
        parts = [side.moved(y_m=-wide * 0.3), side.moved(y_m=wide * 0.3)]
    parts += [
        mesh.moved(z_m=_top(plates)) for mesh in ([_cap(0.0)] if wide <= 1.1 else [_cap(-wide * 0.3), _cap(wide * 0.3)])
    ]
    z = _edge(plates)
    for plate in plates:
        low, height = plate.outline.bounds[1], plate.size_m[1]
        parts.append(printed(plate).moved(_FACE_M, 0.0, z - low))
        for share in (0.25, 0.75):
            for y in (0.0,) if wide <= 1.1 else (-wide * 0.3, wide * 0.3):
                parts.append(box((0.045, 0.09, 0.04), GALVANISED, (_FACE_M - 0.0445, y, z + share * height)))
        z += height + _GAP_M
    return join(parts)


def _cap(y_m: float) -> Mesh:
    return box((0.05, 0.05, 0.02), BLACK_PLASTIC, (0.0, y_m, 0.01))


def _corner(first: Plate, second: Plate) -> Mesh:
    """Two street name plates at right angles on one post."""
    post = cylinder(_POST_M, 2.9, GALVANISED, sides=12)
    a, b = printed(first), printed(second)
    back_a, back_b = a.rotated(2, np.pi), b.rotated(2, np.pi)
    low = -first.outline.bounds[1]
    return join(
        [
            post,
            a.moved(0.022, first.size_m[0] / 2 + 0.035, 2.68 + low),
            back_a.moved(-0.022, first.size_m[0] / 2 + 0.035, 2.68 + low),
            b.moved(0.022, 0, 0).rotated(2, np.pi / 2).moved(second.size_m[0] / 2 + 0.035, 0.0, 2.46 + low),
            back_b.moved(-0.022, 0, 0).rotated(2, np.pi / 2).moved(second.size_m[0] / 2 + 0.035, 0.0, 2.46 + low),
        ]
    )


# Where a sign stands, if not at any kerb, or not only there.
_PLACES = {
    "chevron-left": ("bend", "left"),
    "chevron-right": ("bend", "right"),
    "pedestrian-crossing": ("kerb", "crossing"),
}


def _asset(name: str, *plates: Plate) -> Asset:
    wide = max(plate.size_m[0] for plate in plates)
    return Procedural(
        f"sign/{name}",
        "traffic sign",
        (_FACE_M + _POST_M, wide, _top(plates) + 0.02),
        tags=frozenset({"sign", *_PLACES.get(name, ("kerb",))}),
        footprint_m=(0.12, 0.12 if wide <= 1.1 else wide),
        recipe=partial(sign, plates),
    )


def _names(name: str, first: str, second: str, blue: bool) -> Asset:
    a, b = name_plate(first, blue), name_plate(second, blue)
    return Procedural(
        f"sign/{name}",
        "traffic sign",
        (_POST_M + 0.035 + b.size_m[0], _POST_M + 0.035 + a.size_m[0], 2.9),
        tags=frozenset({"sign", "junction"}),
        footprint_m=(0.12, 0.12),
        recipe=partial(_corner, a, b),
    )


ASSETS: tuple[Asset, ...] = (
    *(_asset(name, plate) for name, plate in PLATES.items()),
    _asset("limit-30-children", PLATES["limit-30"], PLATES["warning-children"]),
    _asset("no-overtaking-limit-50", PLATES["limit-50"], PLATES["no-overtaking"]),
    _names("street-names-blue", "MILL LANE", "CHURCH STREET", True),
    _names("street-names-white", "STATION ROAD", "PARK AVENUE", False),
)
