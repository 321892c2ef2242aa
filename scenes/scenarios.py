"""The scenarios: one package each, one line here."""

from __future__ import annotations

from scenes.scenario import Scenario
from scenes.street.scenario import STREET

SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in (STREET,)}
