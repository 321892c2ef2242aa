"""What is drawn of roundabouts, and how a street comes to lead to one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from longtail.distributions import Choice, Distribution
from longtail.distributions.scalar import Scalar
from longtail.scenes.camera.sensor import SPEED
from longtail.scenes.scenarios.street.layout import draw_street
from longtail.scenes.scenarios.street.road import Bay
from longtail.scenes.scenarios.street.roundabouts.ring import REACH_M
from longtail.scenes.scenarios.street.roundabouts.street import AHEAD, LINE, ROUND, Planting, RoundaboutStreet
from longtail.scenes.scenarios.street.roundabouts.ways import line_m, way
from longtail.scenes.scenarios.street.site import Rng
from longtail.scenes.scenarios.street.traffic import EGO_AHEAD_M
from longtail.scenes.space.impossible import Ends, Impossible, LensRequest
from longtail.scenes.space.parameters import Asking, Parameter, Rule, obeyed

ROUNDABOUT, NONE = "road.roundabout", "none"
# Of the streets of towns: one in some fourteen, which is one in seven of those with a junction (our estimate; enough to
# learn from).
MIX = Choice({NONE: 0.93, AHEAD: 0.045, LINE: 0.015, ROUND: 0.01})


def drawn_places(asking: Asking, _laid_over: Asking) -> Scalar | Distribution:
    """Which are drawn where nobody says: of `MIX` those that agree to the constants that are asked of others."""
    return MIX.among([place for place in MIX.options if place == NONE or _agrees(str(place), asking)])


def _agrees(place: str, asking: Asking) -> bool:
    for rule in RULES:
        constants = [value for value in asking.get(rule.path, ()) if not isinstance(value, Distribution)]
        if rule.when({ROUNDABOUT: place}) and not all(obeyed(value, rule, {}) for value in constants):
            return False
    # A lot and a kind of road keep it out as they are, not by a rule.
    kept = {"road.kind": ("town",), "road.parking_lot": (NONE,)}
    return all(value in allowed for path, allowed in kept.items() for value in asking.get(path, ())
               if not isinstance(value, Distribution))  # fmt: skip


PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        ROUNDABOUT,
        MIX,
        "",
        None,
        None,
        "whether the junction is a roundabout, and where the camera is: on its way there, at its line, or on its ring",
        choices=(NONE, AHEAD, LINE, ROUND),
        in_view_of=drawn_places,
    ),
)


def _at(*places: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda values: values[ROUNDABOUT] in places


_ASKED = _at(AHEAD, LINE, ROUND)
# How fast who drives round may be, with 2.2 m/s2 sideways on a radius of 15 m (our estimate); steeper ground than this
# guides advise against (FHWA-RD-00-067, 6.3.11: 4 %, from memory).
_ROUND_M_S, _STEEPEST = 6.0, 4.0
RULES: tuple[Rule, ...] = (
    Rule("road.junction", when=_ASKED, choices=(True,), because="a roundabout is a junction"),
    Rule("road.lanes", when=_ASKED, choices=(2,), because="roundabouts are drawn with a lane each way"),
    Rule("road.curvature_1_m", when=_ASKED, low=0.0, high=0.0, because="streets lead straight to a roundabout"),
    Rule("road.tunnel", when=_ASKED, choices=(False,), because="no tunnel leads to a roundabout"),
    Rule("road.bicycle_lane", when=_ASKED, choices=(NONE,), because="bicycle lanes end before a roundabout"),
    Rule("road.tram", when=_ASKED, choices=(False,), because="trams are drawn on streets without a roundabout"),
    *(
        Rule(path, when=_ASKED, low=-_STEEPEST, high=_STEEPEST, because="roundabouts lie on nearly level ground")
        for path in ("road.grade_percent", "road.grade_change_percent")
    ),
    Rule(SPEED, when=_at(LINE), low=0.0, high=0.0, because="who gives way stands"),
    Rule(SPEED, when=_at(ROUND), high=_ROUND_M_S, because="who drives round is slow"),
)


def _can_bend(_asked: LensRequest, ends: Ends) -> bool:
    low, high, _ = ends["road.curvature_1_m"]
    return low > 0 or high < 0 or ends["road.lanes"][0] > 2 or ends["road.lanes"][1] < 2


def _why_bent(_asked: LensRequest, values: Mapping[str, Any]) -> str:
    bend, lanes = float(values["road.curvature_1_m"]), int(values["road.lanes"])
    if values[ROUNDABOUT] == NONE or (bend == 0 and lanes == 2):
        return ""
    return (
        f"expected a straight street of two lanes before a roundabout, got {lanes} lanes and a curvature of {bend:g} "
        f"1/m; leave both to be drawn, or try {ROUNDABOUT}=none"
    )


IMPOSSIBLE: tuple[Impossible, ...] = (
    Impossible(lambda _: (ROUNDABOUT, "road.lanes", "road.curvature_1_m"), _can_bend, _why_bent),
)

_OUTER_M = (13.0, 19.0)
# The ring with its apron by the diameter of the inscribed circle (FGSV 2006, from memory).
_DIAMETERS_M, _WIDTHS_M = (26.0, 30.0, 35.0, 40.0), (9.0, 8.0, 7.0, 6.5)
_APRON_SHARE, _WITH_APRON, _FOUR_ARMS = 0.28, 0.75, 0.65
# In larger ones arms may come in a little aslant.
_ASLANT_RAD, _ASLANT_FROM_M = math.radians(6), 15.0
_PLANTED: Mapping[Planting, float] = {"lawn": 0.3, "shrubs": 0.3, "trees": 0.3, "gravel": 0.1}
_MOUND_M = (0.3, 1.1)
# From where the arms widen to a camera on its way; from the street's beginning to the ring of one at it.
_WAY_M, _AT_RING_M = (3.0, 24.0), (20.0, 26.0)
_BEHIND_LINE_M = (0.2, 1.0)


def possible(values: Mapping[str, Any]) -> bool:
    """Whether a street of these values may lead to the roundabout that they ask for: nothing is pinned against it."""
    against = {"road.junction": True, "road.tunnel": False, "road.tram": False, "road.bicycle_lane": NONE}
    against |= {"road.parking_lot": NONE, "road.lanes": 2, "road.curvature_1_m": 0.0}
    return values[ROUNDABOUT] != NONE and all(values[path] == value for path, value in against.items())


def draw_roundabout(values: Mapping[str, Any], street_rng: Rng, rng: Rng) -> RoundaboutStreet:
    """A street whose main features come from the drawn `values`, its details from `street_rng` as every street's, and
    its roundabout from `rng`."""
    street = draw_street({**values, "road.junction": False, "road.crossing": False}, street_rng)
    outer = float(rng.uniform(*_OUTER_M))
    paved = float(np.interp(2 * outer, _DIAMETERS_M, _WIDTHS_M))
    apron = paved * _APRON_SHARE if rng.random() < _WITH_APRON else 0.0
    aslant = [float(rng.uniform(-1, 1)) * (_ASLANT_RAD if outer > _ASLANT_FROM_M else 0.0) for _ in range(2)]
    left, right = math.pi / 2 + aslant[0], -math.pi / 2 + aslant[1]
    four, first = bool(rng.random() < _FOUR_ARMS), bool(rng.random() < 0.5)
    cross = (left, right) if four else (left if first else right,)
    mound, planting = float(rng.uniform(*_MOUND_M)), list(_PLANTED)[int(rng.choice(4, p=list(_PLANTED.values())))]
    ahead, at_ring, behind = (float(rng.uniform(*ends)) for ends in (_WAY_M, _AT_RING_M, _BEHIND_LINE_M))
    turned = float(rng.uniform(0.5, 2 * math.pi - 0.5))
    seat = values[ROUNDABOUT]
    own = {field.name: getattr(street, field.name) for field in fields(street)}
    made = RoundaboutStreet(
        **{**own, "edge_lines": False},
        ring_s_m=outer + REACH_M + ahead if seat == AHEAD else at_ring,
        ring_outer_m=outer,
        ring_lane_m=paved - apron,
        ring_apron_m=apron,
        arms_rad=(math.pi, 0.0, *cross),
        zebras=bool(values["road.crossing"]),
        mound_m=mound,
        planting=planting,
        seat=seat,
        seat_rad=turned,
    )
    if seat == LINE:
        made = _moved(made, _to_line_m(made) + EGO_AHEAD_M + behind)
    cut = made.ring.reach_m + 6.0
    return _moved(made, made.ring_s_m, bays=tuple(_kept(street.bays, made.ring_s_m - cut, made.ring_s_m + cut)))


def _to_line_m(street: RoundaboutStreet) -> float:
    """From the line along the street to the ring's middle."""
    half = street.lane_width_m / 2
    path = way(street.ring, 0, 1, street.ring.middle_m, half, half)
    x, _, _, _ = path.at(line_m(street.ring, path))
    return street.ring.x_m - x


def _moved(street: RoundaboutStreet, ring_s_m: float, **also: Any) -> RoundaboutStreet:
    own = {field.name: getattr(street, field.name) for field in fields(street)}
    return RoundaboutStreet(**{**own, "ring_s_m": ring_s_m, **also})


def _kept(bays: tuple[Bay, ...], low_m: float, high_m: float) -> list[Bay]:
    """What is left of bays where nobody may park between two stations."""
    found = []
    for bay in bays:
        for s0, s1 in ((bay.s0_m, min(bay.s1_m, low_m)), (max(bay.s0_m, high_m), bay.s1_m)):
            slots = int((s1 - s0 - 0.4) // 6)
            if slots > 0:
                found.append(Bay(bay.side, s0, s0 + 6.0 * slots + 0.4))
    return found
