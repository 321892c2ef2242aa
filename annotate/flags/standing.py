"""Things that float, that stand in one another, and a camera that is inside of something: by boxes alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.flags.look import Look
from longtail.annotate.flags.solids import Array, Solids, overlap_m

Places = NDArray[np.int64]

_HANGING = frozenset(
    (
        *("traffic light", "street light", "billboard", "lamp", "clock", "picture frame"),
        *("debris", "tornado"),
    )
)


def floating(look: Look) -> tuple[float, str]:
    """How many times too wide is the widest gap under a thing that is seen: more than 0.1 m, or than a fifth of its
    longest side, to the highest box below it; none where one reaches it.

    Not of what hangs, is carried, or flies.
    """
    solids = look.levelled
    places = np.flatnonzero(solids.seen & _standing(solids, look.things))
    if not len(places):
        return 0.0, "nothing has a gap under it"
    gaps = _gaps_m(solids, places)
    scores = gaps / np.minimum(_GAP_M, np.maximum(_GAP_SHARE * solids.sizes_m[places].max(axis=1), 1e-3))
    worst = int(np.argmax(scores))
    if scores[worst] <= 0:
        return 0.0, "nothing has a gap under it"
    return float(scores[worst]), f"{_named(solids, int(places[worst]))} has {gaps[worst]:.2f} m of air under it"


_GAP_M, _GAP_SHARE = 0.1, 0.2


def _standing(solids: Solids, things: frozenset[str]) -> NDArray[np.bool_]:
    """(N,): what neither hangs nor is carried."""
    return np.array(
        [name in things and name not in _HANGING and "sign" not in name and "mounted_with" not in attributes
         for name, attributes in zip(solids.categories, solids.attributes, strict=True)],
        dtype=np.bool_,
    )  # fmt: skip


def _gaps_m(solids: Solids, places: Places) -> Array:
    """(K,): 0 where there is nothing below."""
    low, high = solids.low_m[:, 2], solids.high_m[:, 2]
    meets = solids.over(places) & solids.supporting & (low < low[places, None] + _LEVEL_M)
    meets[np.arange(len(places)), places] = False
    gaps = low[places] - np.where(meets, high, -np.inf).max(axis=1)
    return np.asarray(np.where(np.isfinite(gaps), np.maximum(gaps, 0.0), 0.0))


_LEVEL_M = 0.02


def interpenetrating(look: Look) -> tuple[float, str]:
    """How deep the boxes of two things are in one another, one of them seen, over half the lesser's least side.

    Of vehicles, people and animals with each other and with houses and walls; riders sit on what they ride, and drivers
    in it.
    """
    solids = look.solids
    worst = 0.0, "nothing stands in anything else"
    for one, other in _pairs(solids):
        depth = overlap_m(solids, one, other)
        least = float(min(solids.sizes_m[one].min(), solids.sizes_m[other].min()))
        score = depth / (least / 2) if least > 0 else 0.0
        if score > worst[0]:
            worst = score, f"{_named(solids, one)} is {depth:.2f} m inside of {_named(solids, other)}"
    for one, depth in _sunk(look.levelled):
        score = depth / max(float(solids.sizes_m[one].min()) / 2, 1e-6)
        if score > worst[0]:
            worst = score, f"{_named(solids, one)} is sunk {depth:.2f} m into the ground"
    return worst


def _sunk(solids: Solids) -> Iterator[tuple[int, float]]:
    """What stands, is seen and reaches below the lowest ground that it is over, and by how much, in metres."""
    low, high = solids.low_m[:, 2], solids.high_m[:, 2]
    ground = np.array([kind == "flat" for kind in solids.kinds], dtype=np.bool_)
    places = np.flatnonzero(solids.seen & solids.standing)
    lowest = np.where(solids.over(places) & ground, high, np.inf).min(axis=1, initial=np.inf)
    for place, depth in zip(places.tolist(), (lowest - low[places]).tolist(), strict=True):
        if 0 < depth < np.inf:
            yield place, depth


def _pairs(solids: Solids) -> Iterator[tuple[int, int]]:
    """Pairs whose boxes may meet, the first one standing."""
    standing = solids.standing
    walls = np.array([name in ("building", "wall") for name in solids.categories], dtype=np.bool_)
    places = np.flatnonzero(standing)
    meets = solids.meeting(places) & (standing | walls) & (solids.seen | solids.seen[places, None])
    # Of two that stand the first one in the record comes first.
    meets &= ~standing | (np.arange(len(standing)) > places[:, None])
    for row, other in np.argwhere(meets).tolist():
        one = int(places[row])
        if not (walls[other] and solids.is_room(other)) and not _ridden(solids, one, other):
            yield one, other


def _ridden(solids: Solids, one: int, other: int) -> bool:
    """Whether one of them is carried by the other: a rider, or whoever drives or sits in a vehicle."""
    names = {solids.categories[one], solids.categories[other]}
    states = {solids.attributes[place].get("state") for place in (one, other) if solids.kinds[place] == "human"}
    vehicle = "vehicle" in (solids.kinds[one], solids.kinds[other])
    seated = bool(states & {"driving", "riding", "sitting"}) and vehicle
    return seated or ("rider" in names and (vehicle or "horse" in names))


def camera_inside(look: Look) -> tuple[float, str]:
    """How deep the camera is in the box of a thing, a house or a wall, in metres."""
    solids = look.solids
    at = look.camera.world_from_camera.matrix[:3, 3]
    solid = np.array([name in ("building", "wall") or (name in look.things and name not in _HANGING)
                      for name in solids.categories], dtype=np.bool_)  # fmt: skip
    depths = np.where(solid, solids.inside_m(at), -np.inf)
    within = [place for place in np.flatnonzero(depths > 0).tolist() if not solids.is_room(place)]
    if not within:
        return 0.0, "the camera is inside of nothing"
    place = max(within, key=lambda place: float(depths[place]))
    return float(depths[place]), f"the camera is {depths[place]:.2f} m inside of {_named(solids, place)}"


def _named(solids: Solids, place: int) -> str:
    return f"{solids.categories[place]} {solids.ids[place]} ({solids.assets[place]})"
