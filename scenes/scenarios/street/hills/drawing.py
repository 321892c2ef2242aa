"""What is drawn of slopes, and how a street comes to have one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from longtail.annotate.labels.relief import Relief
from longtail.distributions import Choice, Distribution, Normal
from longtail.distributions.scalar import Scalar
from longtail.occurrence import WEATHER, kinds
from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scenarios.street.outside.drawing import KIND, MOTORWAY, RURAL, TOWN
from longtail.scenes.scenarios.street.shared.drawing import TRAM
from longtail.scenes.scenarios.street.site import Rng
from longtail.scenes.space.occurrence import during
from longtail.scenes.space.parameters import Asking, Parameter, Rule

GRADE, CHANGE = "road.grade_percent", "road.grade_change_percent"
# Guides allow arterial streets 6 to 8 %, local ones up to 12 or 15 (AASHTO, "A Policy on Geometric Design of Highways
# and Streets", and ordinances after it); beyond that few streets go.
_STEEPEST = 15.0
# How steep streets are, by what two hilly cities publish: of Lisbon's 63 % have less than 4 %, and 73 % less than 5 %
# ("Lisboa Horizontal", 2014, told by ArchDaily; Camara Municipal de Lisboa, "How Lisbon Cycles"), of Sao Paulo's
# network for cyclists 82 % have no more than 5 % (Revista Brasileira de Cartografia, article 47617). Normal
# distributions with deviations of 4.5 and 3.7 % have these shares. We take half of what cameras see to be flat
# country (0.8 %), three tenths to be rolling (2 %) and a fifth hilly (4 %), by our estimate. A street below 1 %,
# which nobody can tell from level, is level.
_GRADES: Mapping[float, float] = {0.0: 55, 1.5: 11.3, 2.5: 4.7, 3.5: 3.6, 5.0: 1.6, 7.0: 1.3}
# How often a crest or a dip is in sight, and how marked (our estimate).
_CHANGES: Mapping[float, float] = {0.0: 70, 1.5: 7, 3.0: 5, 5.0: 2, 7.0: 1}
# No road of its kind is drawn steeper where nobody asks for it: guides have 3 to 6 % for motorways, and up to 8 % for
# rural roads; trams climb 6 to 7 % (all from memory).
_LIMITS: Mapping[str, float] = {TOWN: _STEEPEST, RURAL: 7.0, MOTORWAY: 4.0}
_TRAMS_CLIMB = 6.0


def _either_way(weights: Mapping[float, float]) -> Choice:
    """Rises and falls as often: 0 with its weight, every other grade with its weight up and down."""
    return Choice({sign * grade: weight for grade, weight in weights.items() for sign in ((1, -1) if grade else (1,))})


def _in_view_of(weights: Mapping[float, float]) -> Callable[[Asking, Asking], Scalar | Distribution]:
    """What is drawn where nobody says it: level ground under floods that are laid over scenes, which move no street, so
    that their water would often lie out of sight."""
    usual = _either_way(weights)

    def drawn(_asking: Asking, laid_over: Asking) -> Scalar | Distribution:
        asked = laid_over.get(WEATHER, ())
        words = [word for value in asked for word in (value.options if isinstance(value, Choice) else (value,))]
        return 0.0 if any("flood" in kinds(str(word)) for word in words) else usual

    return drawn


def _limit(values: Mapping[str, Any]) -> float:
    """How steep its road may be."""
    limit = _LIMITS[values[KIND]]
    return min(limit, _TRAMS_CLIMB) if values[TRAM] else limit


PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        GRADE,
        _either_way(_GRADES),
        "%",
        -_STEEPEST,
        _STEEPEST,
        "how much the road rises ahead where the camera is",
        under_quota=Normal(0, 3, low=-10, high=10),
        in_view_of=_in_view_of(_GRADES),
    ),
    Parameter(
        CHANGE,
        _either_way(_CHANGES),
        "%",
        -2 * _STEEPEST,
        2 * _STEEPEST,
        "by how much it rises more farther on: over a crest less",
        under_quota=Normal(0, 4, low=-12, high=12),
        in_view_of=_in_view_of(_CHANGES),
    ),
)
RULES: tuple[Rule, ...] = (
    Rule(GRADE, when=during("flood"), high=0.0, because="water stands in a dip ahead"),
    Rule(
        CHANGE,
        when=during("flood"),
        low=lambda values: max(-float(values[GRADE]), 0.0),
        because="water stands in a dip ahead",
    ),
    Rule(
        GRADE,
        when=lambda _: True,
        low=lambda values: -_limit(values),
        high=_limit,
        because="roads of its kind are not steeper",
    ),
    Rule(
        CHANGE,
        when=lambda _: True,
        low=lambda values: -_limit(values) - float(values[GRADE]),
        high=lambda values: _limit(values) - float(values[GRADE]),
        because="roads of its kind are not steeper",
    ),
)
# Radii of vertical curves: at 50 km/h a crest has 7 m of curve for each percent, a sag 13 (AASHTO, from memory), which
# are 700 and 1,300 m; fast roads have several times as much (our estimate).
_RADIUS_M = {TOWN: 800.0, RURAL: 4000.0, MOTORWAY: 12_000.0}
_SHORTEST_M = 16.0
_BEGINS_M = {TOWN: (4.0, 22.0), RURAL: (10.0, 60.0), MOTORWAY: (10.0, 60.0)}
# Beyond the road's ends the land gets level within so much.
_LEVELS_M = 60.0


def with_drawn_relief(street: Street, values: Mapping[str, Any], rng: Rng) -> Street:
    """`street` on the slope that the drawn `values` ask for; itself where they ask for none."""
    grade, change, kind = float(values[GRADE]) / 100, float(values[CHANGE]) / 100, values[KIND]
    begins = float(rng.uniform(*_BEGINS_M[kind]))
    if not grade and not change:
        return street
    ends = begins + max(_RADIUS_M[kind] * abs(change), _SHORTEST_M)
    beyond = max(street.end_m, ends) + 5.0
    grades = (
        (street.start_m - 5.0 - _LEVELS_M, 0.0),
        (street.start_m - 5.0, grade),
        (begins, grade),
        (ends, grade + change),
        (beyond, grade + change),
        (beyond + _LEVELS_M, 0.0),
    )
    return replace(street, relief=Relief(tuple((round(x, 3), round(rise, 6)) for x, rise in grades)))
