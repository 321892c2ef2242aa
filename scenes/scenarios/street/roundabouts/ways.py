"""Ways through a roundabout: in along an arm, round to the right of the island, and out along another arm.

Each is made of straight lines and arcs that touch: a lane, a slight bend to the right beside the island that splits
the arm, the bend into the ring, the ring, and the same mirrored on the way out.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np

from longtail.scenes.moving.path import LaneChange, Path, Stretch
from longtail.scenes.scenarios.street.roundabouts.ring import ENTRY_M, NARROWS, Arm, Ring

# The radius of the slight bend where an arm widens.
_SLIGHT_M = 40.0
# So far before the ring ways begin; who leaves drives on for ever.
_BEFORE_M, _NEVER_M = 120.0, 1e6
# A longer arc would be told as a turn by the indicators: who enters says nothing, who leaves does.
_PIECE_RAD = 0.5
# From where on before the bend out of the ring one indicates, beside the 25 m before a change of lanes.
_SAYS_LATER_M = 11.0
_CLOSE_M = 1e-9
# So far round from its arm a way is on the circle: before the next arm, a quarter of a turn away or a little less.
_REACHES_RAD = math.radians(41)
# How far the lanes beside an island are turned off the arm.
_SLANT_RAD = math.atan(NARROWS)

Pose = tuple[float, float, float]


def entry(ring: Ring, arm: Arm, radius_m: float, lane_m: float) -> tuple[Stretch, ...]:
    """From a lane `lane_m` beside the arm's middle up to the circle of `radius_m`: lane, slight bend, straight, bend.

    In the frame of who comes in: x towards the ring's middle, which is at (0, 0), y to the left.
    """
    slant = _SLANT_RAD
    half = ENTRY_M / 2
    # The line between island and kerb: y = -(split_half(d) + half) at x = -d.
    through = np.array([-ring.outer_m, -(ring.split_half_m(ring.outer_m) + half)])
    along = np.array([math.cos(slant), -math.sin(slant)])
    right = np.array([-math.sin(slant), -math.cos(slant)])
    # The lane meets it where it is as far beside the middle.
    meets = through + along * ((-lane_m - through[1]) / along[1])
    tangent = _SLIGHT_M * math.tan(slant / 2)
    bend = _bend_m(ring, radius_m)
    # The bend's middle is `bend` to the right of that line, and touches the circle from outside.
    base = through + right * bend
    toward = float(base @ along)
    away = math.sqrt(toward**2 - float(base @ base) + (radius_m + bend) ** 2)
    centre = base + along * (-toward - away)
    begins = centre - right * bend
    turned = math.atan2(centre[1], centre[0])
    # The tangent to the ring at the point nearest to the bend's middle, counter-clockwise.
    leaves = turned + math.pi / 2
    angle = math.remainder(-slant - leaves, math.tau)
    lane = Stretch(-(ring.outer_m + _BEFORE_M), -lane_m, 0.0, 0.0, meets[0] - tangent + ring.outer_m + _BEFORE_M)
    slight = Stretch(*lane.end, -1 / _SLIGHT_M, _SLIGHT_M * slant)
    x, y, heading = slight.end
    straight = Stretch(x, y, heading, 0.0, float((begins - (x, y)) @ along))
    arc = Stretch(*straight.end, -1 / bend, bend * angle)
    return tuple(
        _placed(stretch, (arm.x_m, arm.y_m, arm.heading_rad + math.pi)) for stretch in (lane, slight, straight, arc)
    )


def _bend_m(ring: Ring, radius_m: float) -> float:
    """The radius of the bend into a circle: that of the kerb there, or less so that it is reached in time for those who
    leave by the next arm."""
    half = ENTRY_M / 2
    # How far from the ring's middle the line beside the island leads past it.
    past = (ring.split_half_m(ring.outer_m) + half + ring.outer_m * NARROWS) * math.cos(_SLANT_RAD)
    share = math.sin(_REACHES_RAD + _SLANT_RAD)
    return min(ring.corner_m + half, (share * radius_m - past) / (1 - share))


def _placed(stretch: Stretch, frame: Pose) -> Stretch:
    """A stretch of a frame in the world."""
    x, y, heading = frame
    cos, sin = math.cos(heading), math.sin(heading)
    return Stretch(
        x + cos * stretch.x_m - sin * stretch.y_m,
        y + sin * stretch.x_m + cos * stretch.y_m,
        stretch.heading_rad + heading,
        stretch.curvature_1_m,
        stretch.length_m,
    )


def mirrored(stretches: tuple[Stretch, ...], arm: Arm) -> tuple[Stretch, ...]:
    """The way out of an arm that is the way in of its mirror image, backwards."""
    found = []
    for stretch in reversed(stretches):
        x, y, heading = stretch.end
        d, t = (float(value) for value in arm.beside((x, y)))
        px, py = (float(value) for value in arm.at(d, -t))
        # Mirrored at the arm, then turned round.
        turned = 2 * arm.heading_rad - heading + math.pi
        found.append(Stretch(px, py, turned, stretch.curvature_1_m, stretch.length_m))
    return tuple(found)


@lru_cache(maxsize=4096)
def way(ring: Ring, come: int, go: int, radius_m: float, in_m: float, out_m: float) -> Path:
    """From the arm `come` by the circle of `radius_m` to the arm `go`, by their places in `ring.arms`.

    `in_m` and `out_m` are how far from the arms' middles the lanes are. Who goes back where they came from goes all
    the way round.
    """
    first, last = ring.arms[come], ring.arms[go]
    into = entry(ring, first, radius_m, in_m)
    out = mirrored(entry(ring, last, radius_m, out_m), last)
    x, y, heading = into[-1].end
    turn = (out[0].heading_rad - heading) % math.tau
    # Arms a quarter of a turn apart leave a little of the circle between them.
    if come == go and turn < math.pi:
        turn += math.tau
    around = Stretch(x, y, heading, 1 / radius_m, radius_m * turn)
    head = (*into[:3], *_in_pieces(into[3]), *_in_pieces(around))
    begins = sum(stretch.length_m for stretch in head)
    onwards = replace(out[3], length_m=_NEVER_M)
    tail = (*_in_pieces(out[0]), *out[1:3], onwards)
    leaving = LaneChange(begins + _SAYS_LATER_M, begins + _SAYS_LATER_M + out[0].length_m, "right")
    return Path((*head, *tail), (leaving,))


def _in_pieces(arc: Stretch) -> tuple[Stretch, ...]:
    count = max(1, math.ceil(abs(arc.curvature_1_m) * arc.length_m / _PIECE_RAD))
    found = [Stretch(arc.x_m, arc.y_m, arc.heading_rad, arc.curvature_1_m, arc.length_m / count)]
    for _ in range(count - 1):
        found.append(Stretch(*found[-1].end, arc.curvature_1_m, arc.length_m / count))
    return tuple(found)


def radius_for(ring: Ring, front_m: float, width_m: float) -> float:
    """The circle that a vehicle's rear axle follows so that its outer front corner, `front_m` ahead, stays off the
    kerb: the lane's middle, or farther in for what is long."""
    outer = ring.outer_m - _OFF_KERB_M
    fits = math.sqrt(max(outer**2 - front_m**2, 0.0)) - width_m / 2
    return min(ring.middle_m, fits)


_OFF_KERB_M = 0.5


def widest_m(ring: Ring) -> float:
    """How far from an arm's middle a lane may be to lead through the ring: farther out the slight bend comes too
    late."""
    bent = entry(ring, ring.arms[0], ring.middle_m, ring.half_m / 2)
    return ring.half_m / 2 + bent[2].length_m * math.sin(_SLANT_RAD)


def line_m(ring: Ring, path: Path) -> float:
    """The way to the line at which one gives way: where the path comes to the circle with its paint."""
    return _comes_to(ring, path, ring.outer_m + LINE_M)


LINE_M = 0.7
"""From the circle outwards to where the front of a vehicle must stand, behind the paint of the line."""


def _comes_to(ring: Ring, path: Path, radius_m: float) -> float:
    """The first way after which a path is within a circle about the ring's middle."""
    low, high = 0.0, sum(stretch.length_m for stretch in path.stretches[:5])
    while high - low > _CLOSE_M:
        middle = (low + high) / 2
        x, y, _, _ = path.at(middle)
        if math.hypot(x - ring.x_m, y - ring.y_m) > radius_m:
            low = middle
        else:
            high = middle
    return high


def rest_of(path: Path, way_m: float) -> Path:
    """What is left of a path after so much of it."""
    at, number = way_m, 0
    while number < len(path.stretches) - 1 and at >= path.stretches[number].length_m:
        at -= path.stretches[number].length_m
        number += 1
    first = path.stretches[number]
    x, y = (float(value) for value in first.at(at, 0.0))
    cut = Stretch(x, y, float(first.heading_at(at)), first.curvature_1_m, first.length_m - at)
    changes = tuple(LaneChange(c.begins_m - way_m, c.ends_m - way_m, c.side) for c in path.changes)
    return Path((cut, *path.stretches[number + 1 :]), changes)


@lru_cache(maxsize=1024)
def around(path: Path) -> tuple[float, float]:
    """From where to where a way leads along the circle."""
    start, found = 0.0, []
    for stretch in path.stretches:
        if stretch.curvature_1_m > 0:
            found += [start, start + stretch.length_m]
        start += stretch.length_m
    return found[0], found[-1]
