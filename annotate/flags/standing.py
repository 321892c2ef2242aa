"""Things that float, that stand in one another, and a camera that is inside of something: by boxes alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from longtail.annotate.flags.look import Look
from longtail.annotate.flags.solids import Solids, overlap_m

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
    solids = look.solids
    worst = 0.0, "nothing has a gap under it"
    for place in np.flatnonzero(solids.seen):
        if not _stands(solids, int(place), look.things):
            continue
        gap = _gap_m(solids, int(place))
        score = (gap or 0.0) / min(_GAP_M, max(_GAP_SHARE * float(solids.sizes_m[place].max()), 1e-3))
        if score > worst[0]:
            worst = score, f"{_named(solids, int(place))} has {gap:.2f} m of air under it"
    return worst


_GAP_M, _GAP_SHARE = 0.1, 0.2


def _stands(solids: Solids, place: int, things: frozenset[str]) -> bool:
    name = solids.categories[place]
    hangs = name in _HANGING or "sign" in name
    return name in things and not hangs and "mounted_with" not in solids.attributes[place]


def _gap_m(solids: Solids, place: int) -> float | None:
    """None where there is nothing below."""
    low, high = solids.low_m, solids.high_m
    meets = solids.over(place) & solids.supporting & (low[:, 2] < low[place, 2] + _LEVEL_M)
    meets[place] = False
    if not meets.any():
        return None
    return float(max(0.0, low[place, 2] - high[meets, 2].max()))


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
    for one, depth in _sunk(solids):
        score = depth / max(float(solids.sizes_m[one].min()) / 2, 1e-6)
        if score > worst[0]:
            worst = score, f"{_named(solids, one)} is sunk {depth:.2f} m into the ground"
    return worst


def _sunk(solids: Solids) -> Iterator[tuple[int, float]]:
    """What stands, is seen and reaches below the lowest ground that it is over, and by how much, in metres."""
    low, high = solids.low_m, solids.high_m
    ground = np.array([kind == "flat" for kind in solids.kinds], dtype=np.bool_)
    for place in np.flatnonzero(solids.seen & solids.standing):
        over = ground & solids.over(int(place))
        if over.any() and (depth := float(high[over, 2].min() - low[place, 2])) > 0:
            yield int(place), depth


def _pairs(solids: Solids) -> Iterator[tuple[int, int]]:
    """Pairs whose boxes may meet, the first one standing."""
    standing = solids.standing
    solid = standing | (np.array([name in ("building", "wall") for name in solids.categories]) & ~solids.rooms)
    places = np.flatnonzero(solid)
    for one in np.flatnonzero(standing):
        for other in places[solids.meeting(int(one))[places]]:
            if other == one or (standing[other] and other < one) or not (solids.seen[one] or solids.seen[other]):
                continue
            if not _ridden(solids, int(one), int(other)):
                yield int(one), int(other)


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
    solid &= ~solids.rooms
    depths = np.where(solid, solids.inside_m(at), -np.inf) if len(solids.ids) else np.array([-np.inf])
    place = int(np.argmax(depths))
    if depths[place] <= 0:
        return 0.0, "the camera is inside of nothing"
    return float(depths[place]), f"the camera is {depths[place]:.2f} m inside of {_named(solids, place)}"


def _named(solids: Solids, place: int) -> str:
    return f"{solids.categories[place]} {solids.ids[place]} ({solids.assets[place]})"
