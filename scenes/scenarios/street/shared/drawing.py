"""What is drawn of bicycle lanes and trams, and how a street comes to share itself with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from longtail.distributions import Choice
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.street.areas import CORNER_RADIUS_M
from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scenarios.street.outside.drawing import KIND, MOTORWAY, RURAL
from longtail.scenes.scenarios.street.shared.street import CYCLE_LANE_M, SharedStreet
from longtail.scenes.scenarios.street.shared.surfaces import mast_offset_m
from longtail.scenes.scenarios.street.site import Rng, Site
from longtail.scenes.scenarios.street.traffic import Lane, lanes
from longtail.scenes.space.parameters import Parameter, Rule

CYCLE_LANE, TRAM = "road.bicycle_lane", "road.tram"
_MASTS_M = 32.0
_TRAMS, _TRIES = 0.75, 12
_AHEAD_M = (14.0, 90.0)

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        CYCLE_LANE,
        "none",
        "",
        None,
        None,
        "lanes for bicycles along both edges of the carriageway",
        choices=("none", "marked", "coloured"),
        under_quota=Choice({"none": 1, "marked": 1, "coloured": 1}),
    ),
    Parameter(
        TRAM,
        False,
        "",
        None,
        None,
        "whether trams run in the middle of the street",
        choices=(True, False),
        under_quota=Choice({True: 1, False: 1}),
    ),
)


def _outside(values: Mapping[str, Any]) -> bool:
    return values[KIND] in (RURAL, MOTORWAY)


RULES: tuple[Rule, ...] = (
    *(
        Rule(path, when=_outside, choices=(none,), because="it is a town's", moot=True)
        for path, none in ((CYCLE_LANE, "none"), (TRAM, False))
    ),
    Rule("road.tunnel", when=lambda values: bool(values[TRAM]), choices=(False,), because="its wires have no room"),
)


def shared(street: Street, values: Mapping[str, Any], rng: Rng) -> Street:
    """`street` with the lanes and rails that the drawn `values` ask for; itself where they ask for none."""
    first = float(rng.uniform(0, _MASTS_M))
    if values[CYCLE_LANE] == "none" and not values[TRAM]:
        return street
    own = {field.name: getattr(street, field.name) for field in fields(street)}
    lane_m = 0.0 if values[CYCLE_LANE] == "none" else CYCLE_LANE_M
    if lane_m:
        own["edge_lines"] = False
    made = SharedStreet(**own, cycle_lane_m=lane_m, coloured=values[CYCLE_LANE] == "coloured")
    if not values[TRAM]:
        return made
    stations = [float(s) for s in np.arange(street.start_m + first, street.end_m, _MASTS_M)]
    masts = tuple(s for s in stations if street.clear_of_junction(s, CORNER_RADIUS_M + 1.0))
    return SharedStreet(**{**own, "cycle_lane_m": lane_m, "coloured": made.coloured, "masts_m": masts})


def reserve_masts(site: Site) -> None:
    """Keep everything out of the masts of a tram's wire."""
    street = site.street
    for s in street.masts_m if isinstance(street, SharedStreet) else ():
        for side in (-1, 1):
            x, y = (float(v) for v in street.course.at(s, mast_offset_m(street, side)))
            site.occupied.add(footprint(x, y, 0.0, 0.26, 0.26))


def run_trams(site: Site) -> None:
    """A tram on the rails ahead, in most scenes; to be called before others drive."""
    street, rng = site.street, site.stream("shared.trams")
    if not isinstance(street, SharedStreet) or not street.masts_m:
        return
    trams = site.having("tram", "rails")
    if not trams or rng.random() > _TRAMS:
        return
    middles = street.rail_middles_m()
    tracks = [lane for lane in lanes(site) if lane.t_m in middles]
    site.attempt("objects.tram", _TRIES, lambda: _run(site, rng, tracks))


def _run(site: Site, rng: Rng, tracks: list[Lane]) -> bool:
    tram = site.pick(rng, site.having("tram", "rails"))
    lane, s = tracks[int(rng.integers(len(tracks)))], float(rng.uniform(*_AHEAD_M)) + tram.size_m[0] / 2
    heading = float(lane.course.heading_at(s)) + (0.0 if lane.direction == 1 else np.pi)
    speed, half = round(float(rng.uniform(4.0, 11.0)), 3), tram.size_m[0] / 2
    if any(abs(s - crossing) < half + 3.0 for crossing in site.street.crossings_m):
        return False
    return site.place(
        rng,
        tram,
        lane.course.at(s, lane.t_m),
        heading,
        z_m=0.0,
        clearance_m=0.15,
        lamps_on=site.headlights_on,
        attributes={"state": "driving", "speed_m_s": speed},
    )
