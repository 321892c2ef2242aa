"""The scenarios: one package each, one line here; and those that other packages offer."""

from __future__ import annotations

from longtail.annotate.labels.taxonomy import BY_NAME
from longtail.distributions.grammar import suggestion
from longtail.plug_ins import with_plug_ins
from longtail.scenes.assets import families
from longtail.scenes.scenarios.random.scenario import RANDOM
from longtail.scenes.scenarios.scenario import Scenario
from longtail.scenes.scenarios.street.scenario import STREET
from longtail.scenes.scenarios.tabletop.scenario import TABLETOP
from longtail.scenes.scenarios.warehouse.scenario import WAREHOUSE

GROUP = "longtail.scenarios"
"""The group of entry points under which other packages offer a `Scenario`, by its name."""


def checked(name: str, offered: object) -> Scenario:
    """`offered`, if it is a scenario of that name. TypeError or ValueError: "expected ..., got ..."."""
    if not isinstance(offered, Scenario):
        raise TypeError(f"expected a Scenario, got {type(offered).__name__}")
    if offered.name != name:
        raise ValueError(f"expected a Scenario whose name is the entry point's, got {offered.name!r}")
    for word in offered.families:
        if word not in families():
            raise ValueError(f"expected families among {', '.join(families())}, got {word!r}"
                             f"{suggestion(word, families())}")  # fmt: skip
    for word in offered.scenery:
        if word not in BY_NAME:
            raise ValueError(f"expected scenery of categories of the taxonomy, got {word!r}{suggestion(word, BY_NAME)}")
    return offered


_OURS = (STREET, TABLETOP, WAREHOUSE, RANDOM)

SCENARIOS: dict[str, Scenario] = with_plug_ins(GROUP, {scenario.name: scenario for scenario in _OURS}, checked)
