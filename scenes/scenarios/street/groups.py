"""People who stand together: at a crossing, until they may go, or on the pavement, talking."""

from __future__ import annotations

import math
from collections.abc import Sequence

from longtail.distributions import Uniform
from longtail.scenes.assets.asset import Asset
from longtail.scenes.scenarios.street.road import KERB_WIDTH_M, Side
from longtail.scenes.scenarios.street.site import Rng, Site
from longtail.scenes.space.parameters import Parameter

GROUPED = "objects.pedestrian.grouped"
PARAMETERS: tuple[Parameter, ...] = (
    Parameter(GROUPED, Uniform(0.0, 0.6), "", 0, 1, "share of the people who stand in groups of three to six"),
)

_SIZES = (3, 6)
_TRIES = 10
# How many people are met before nobody is said to stand.
_MET = 20
# Share of the groups that wait at a crossing, where there is one (our estimate).
_AT_CROSSINGS = 0.5
# How far apart people stand who talk with each other: the nearer part of Hall's social distance (The Hidden Dimension,
# 1966: 1.2 to 2.1 m, from memory) around a ring, and abreast as they wait.
_RING_M, _ABREAST_M = 0.75, 0.72


def gather(site: Site, count: int) -> int:
    """Put up to `count` people in groups on the pavements; how many stand there."""
    rng = site.stream(GROUPED)
    placed = 0
    while count - placed >= _SIZES[0]:
        size = min(int(rng.integers(_SIZES[0], _SIZES[1] + 1)), count - placed)
        stood = 0
        for _ in range(_TRIES):
            stood = _stand(site, rng, size)
            if stood:
                break
        if not stood:
            break
        placed += stood
    return placed


def _stand(site: Site, rng: Rng, size: int) -> int:
    """Propose a group of `size`; how many of it found room. Nobody of it stands where the first one cannot."""
    street = site.street
    side: Side = 1 if rng.random() < 0.5 else -1
    waiting = bool(street.crossings_m) and rng.random() < _AT_CROSSINGS
    s = float(rng.triangular(3.0, 14.0, 90.0))
    if waiting:
        s = street.crossings_m[int(rng.integers(len(street.crossings_m)))]
    elif not street.clear_of_junction(s, 8.0):
        return 0
    kerb = street.kerb_m(side)
    across = KERB_WIDTH_M + (0.45 if waiting else float(rng.uniform(1.1, max(street.pavement_m - 1.1, 1.2))))
    towards_road = site.facing_road(street.course, s, side)
    first, stood = float(rng.uniform(0, math.tau)), 0
    for number in range(size):
        if waiting:
            # In rows of four along the kerb, each looking at the road.
            row, place = divmod(number, 4)
            ds, dt = (place - 1.5) * _ABREAST_M + float(rng.normal(0, 0.08)), 0.8 * row + float(rng.uniform(0, 0.15))
            heading = towards_road + float(rng.normal(0, 0.25))
        else:
            turn = first + math.tau * number / size
            ds, dt = _RING_M * math.cos(turn), _RING_M * math.sin(turn)
            # Each looks at the middle: in the street's own directions the sides are mirrored.
            heading = float(street.course.heading_at(s)) + math.atan2(-side * dt, -ds) + float(rng.normal(0, 0.2))
        if not KERB_WIDTH_M + 0.2 < across + dt < KERB_WIDTH_M + street.pavement_m - 0.25:
            continue
        xy = street.course.at(s + ds, kerb + side * (across + dt))
        person = somebody_standing(site, rng)
        if person is None:
            continue
        if site.place(rng, person, xy, heading, attributes={"state": "standing"}, clearance_m=0.05):
            stood += 1
        elif not stood:
            return 0
    return stood


def somebody_standing(site: Site, rng: Rng) -> Asset | None:
    """Somebody who stands, of all who are upright: of those alone that stand too few have each build and clothing.

    None where nobody of those who are met does.
    """
    upright = [person for person in site.having("person") if person.tags & {"walking", "standing"}]
    for _ in range(_MET if upright else 0):
        person = someone(site, rng, upright)
        if "standing" in person.tags:
            return person
    return None


def someone(site: Site, rng: Rng, people: Sequence[Asset]) -> Asset:
    """One of `people`, under an umbrella as often as the weather has it."""
    covered = bool(rng.random() < site.umbrellas)
    fitting = [person for person in people if ("umbrella" in person.tags) is covered]
    return site.whom.pick(rng, fitting or people)
