"""A file of the user's that is a scenario, of either kind."""

from __future__ import annotations

from longtail.scenes.scenarios.code_file import CodeFile
from longtail.scenes.scenarios.own import scenario_in
from longtail.scenes.scenarios.own_place.place_file import PlaceFile
from longtail.scenes.scenarios.own_place.scenario import scenario_of
from longtail.scenes.scenarios.scenario import Scenario


def scenario_of_file(file: CodeFile | PlaceFile) -> Scenario:
    """Its scenario: Python is run, a .blend was read. ConfigError, with the file, where there is none."""
    return scenario_in(file) if isinstance(file, CodeFile) else scenario_of(file)
