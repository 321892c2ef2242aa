"""What is drawn of slopes, and how a street comes to have one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from longtail.annotate.labels.relief import Relief
from longtail.distributions import Normal
from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scenarios.street.outside.drawing import KIND, MOTORWAY, RURAL, TOWN
from longtail.scenes.scenarios.street.site import Rng
from longtail.scenes.space.occurrence import during
from longtail.scenes.space.parameters import Parameter, Rule

GRADE, CHANGE = "road.grade_percent", "road.grade_change_percent"
# Guides allow arterial streets 6 to 8 %, local ones up to 12 or 15 (AASHTO, "A Policy on Geometric Design of Highways
# and Streets", and ordinances after it); beyond that few streets go.
_STEEPEST = 15.0
PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        GRADE,
        0.0,
        "%",
        -_STEEPEST,
        _STEEPEST,
        "how much the road rises ahead where the camera is",
        under_quota=Normal(0, 3, low=-10, high=10),
    ),
    Parameter(
        CHANGE,
        0.0,
        "%",
        -2 * _STEEPEST,
        2 * _STEEPEST,
        "by how much it rises more farther on: over a crest less",
        under_quota=Normal(0, 4, low=-12, high=12),
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
