"""Which road it is, and what is drawn of one outside towns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from longtail.distributions import Choice, Distribution, Uniform
from longtail.distributions.scalar import Scalar
from longtail.scenes.camera.sensor import SPEED
from longtail.scenes.scenarios.street.outside.cross_section import INNER_M, SHOULDER_M
from longtail.scenes.scenarios.street.outside.ground import OpenRoad
from longtail.scenes.scenarios.street.road import Course, Side
from longtail.scenes.scenarios.street.site import Rng
from longtail.scenes.space.parameters import Asking, Parameter, Rule, obeyed

KIND, FLOW = "road.kind", "road.flow"
TOWN, RURAL, MOTORWAY = "town", "rural", "motorway"
# How fast the carrier goes where traffic flows freely (our estimate after limits of 100 and 130 km/h).
USUAL_M_S = {RURAL: 22.5, MOTORWAY: 30.5}
_BEHIND_M, _FARTHEST_M = -220.0, 800.0
# No road turns by more than this from its beginning to its end.
_TURNS_RAD = 1.2

# Most that cameras on vehicles see is towns; of the rest enough to learn from (our estimate).
MIX = Choice({TOWN: 0.86, RURAL: 0.08, MOTORWAY: 0.06})
# What only a town has, with the constants that a road outside agrees to; of the others who pins one means a town.
_TOWNS_OWN: Mapping[str, tuple[Scalar, ...]] = {
    "road.district": (),
    "road.pavement_m": (),
    "road.bicycle_lane": ("none",),
    "road.tram": (False,),
    "road.parking_lot": ("none",),
    "surfaces.sidewalk": ("none",),
    "objects.parked.share": (0,),
    "objects.pedestrian.count": (0,),
    "objects.pedestrian.grouped": (0,),
    "objects.vehicle.queued": (0,),
    "objects.cyclist.count": (0,),
    # Dogs go with people on pavements.
    "objects.presence.dog": ("any", "none"),
    "lighting.lamps_failed": (0,),
    "lighting.blackout": (False,),
    SPEED: (),
}


def drawn_kinds(asking: Asking, _laid_over: Asking) -> Scalar | Distribution:
    """The kinds of road that are drawn where nobody says which: of `MIX` those that agree to what is asked.

    A constant that a kind of road does not have or is not allowed leaves that kind out: kerbs of a drawn width, a
    junction, six lanes of which a rural road has none. A town has everything.
    """
    return MIX.among([kind for kind in MIX.options if kind == TOWN or _agrees(str(kind), asking)])


def _agrees(kind: str, asking: Asking) -> bool:
    for path, values in asking.items():
        constants = [value for value in values if not isinstance(value, Distribution)]
        if path in _TOWNS_OWN:
            if any(value not in _TOWNS_OWN[path] for value in constants):
                return False
            continue
        for rule in RULES:
            if rule.path == path and rule.when({KIND: kind}) and not all(obeyed(v, rule, {}) for v in constants):
                return False
    return True


PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        KIND,
        MIX,
        "",
        None,
        None,
        "a street of a town, or a road outside of one: without houses, pavements, junctions, parking bays and tunnels",
        choices=(TOWN, RURAL, MOTORWAY),
        under_quota=Choice({TOWN: 1, RURAL: 1, MOTORWAY: 1}),
        in_view_of=drawn_kinds,
    ),
    Parameter(FLOW, Uniform(0.8, 1.15), "", 0.05, 1.6, "times the usual speed on a road outside towns"),
)


def _on(*kinds: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda values: values[KIND] in kinds


def usual_m_s(values: Mapping[str, Any]) -> float:
    """How fast the carrier drives outside towns, of drawn values."""
    return USUAL_M_S[values[KIND]] * float(values[FLOW])


_OUTSIDE = _on(RURAL, MOTORWAY)
RULES: tuple[Rule, ...] = (
    Rule("road.parking", when=_OUTSIDE, choices=("none",), because="parking bays are in towns"),
    Rule("road.junction", when=_OUTSIDE, choices=(False,), because="roads outside towns have no junctions", moot=True),
    Rule(
        "road.roundabout", when=_OUTSIDE, choices=("none",), because="roads outside towns have no junctions", moot=True
    ),
    Rule("road.crossing", when=_OUTSIDE, choices=(False,), because="zebra crossings are in towns", moot=True),
    Rule("road.tunnel", when=_OUTSIDE, choices=(False,), because="tunnels are drawn in towns", moot=True),
    Rule("road.lanes", when=_on(RURAL), choices=(2,), because="rural roads have a lane each way"),
    Rule("road.lanes", when=_on(MOTORWAY), choices=(4, 6), because="motorways have two or three lanes each way"),
    Rule("road.lane_width_m", when=_on(MOTORWAY), low=3.5, because="lanes of motorways are wide"),
    Rule("road.curvature_1_m", when=_on(RURAL), low=-0.003, high=0.003, because="fast roads bend gently"),
    Rule("road.curvature_1_m", when=_on(MOTORWAY), low=-0.0012, high=0.0012, because="motorways bend gently"),
    Rule("objects.cyclist.count", when=_on(MOTORWAY), high=0, because="nobody may cycle on a motorway"),
    Rule(SPEED, when=_OUTSIDE, low=usual_m_s, high=usual_m_s, because="traffic outside towns is fast"),
)


def draw_open_road(values: Mapping[str, Any], rng: Rng) -> OpenRoad:
    """A road outside towns whose main features come from the drawn `values` and whose details come from `rng`."""
    lanes, motorway = int(values["road.lanes"]), values[KIND] == MOTORWAY
    bend = 0.0 if abs(values["road.curvature_1_m"]) < 2e-4 else float(values["road.curvature_1_m"])
    width = float(values["road.lane_width_m"])
    ahead = min(_FARTHEST_M, _TURNS_RAD / abs(bend)) if bend else _FARTHEST_M
    sides: tuple[Side, ...] = (-1, 1)
    rails = tuple(side for side in sides if rng.random() < (0.75 if motorway else 0.12))
    # Outside of a bend a rail keeps on the road who would leave it.
    if not motorway and abs(bend) > 0.0018:
        rails = (-1,) if bend > 0 else (1,)
    walls = tuple(side for side in sides if rng.random() < 0.3) if motorway else ()
    age, wear, passing = (float(v) for v in (rng.uniform(0.05, 0.9), rng.uniform(0.05, 0.6), rng.random()))
    return OpenRoad(
        course=Course(curvature_1_m=bend),
        start_m=_BEHIND_M,
        end_m=max(ahead, 150.0),
        lanes_forward=lanes - lanes // 2,
        lanes_oncoming=lanes // 2,
        lane_width_m=width,
        pavement_m=0.0,
        setback_m=8.0,
        verge="green",
        paving="slab",
        bay_paving="asphalt",
        asphalt_age=round(age, 1),
        marking_wear=round(wear, 1),
        edge_lines=True,
        sort="motorway" if motorway else "rural",
        # The first lane begins a lane's width beside the middle, where the wheel tracks of snow are, too.
        median_m=2 * (width - INNER_M) if motorway else 0.0,
        inner_m=INNER_M if motorway else 0.0,
        shoulder_m=SHOULDER_M if motorway else 0.5,
        no_passing=not motorway and (abs(bend) > 0.002 or passing < 0.2),
        rails=rails,
        noise_walls=walls,
        fields=int(rng.integers(1_000_000)),
    )
