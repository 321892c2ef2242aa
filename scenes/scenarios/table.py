"""The scenarios: one package each, one line here."""

from __future__ import annotations

from longtail.scenes.scenarios.scenario import Scenario
from longtail.scenes.scenarios.street.scenario import STREET

SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in (STREET,)}
