"""A scenario: a world with its loose ends. One draw of it is a scene."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from longtail.distributions.grammar import EXTRAS, HEADS, shown, suggestion
from longtail.scenes.config.settings import setting_paths
from longtail.scenes.drawing.low_discrepancy import MOST_DIMENSIONS
from longtail.scenes.space.parameters import Parameter, Rule

if TYPE_CHECKING:
    from longtail.scenes.assets.asset import Asset
    from longtail.scenes.config.config import Config
    from longtail.scenes.config.impossible import Impossible
    from longtail.scenes.drawing.sampling import Draw


@dataclass(frozen=True, eq=False)
class Scenario:
    """What can vary, which rules bind it, and how a draw becomes a scene.

    `draw` is a pure function of the configuration, the scene's index, the values drawn for it and the catalogue of
    assets. It places things by `Draw.placing` and takes weather and light from `Draw.values`, so that nothing moves
    between the variants of a scene. `impossible` are the kinds of scenes that no renderer could show, which a run is
    refused for before it begins. Append new parameters at the end of the table: a parameter's place in it is its
    dimension in the sequence.
    """

    name: str
    summary: str
    parameters: tuple[Parameter, ...]
    rules: tuple[Rule, ...]
    draw: Callable[[Config, int, Draw, Mapping[str, Asset]], Any]
    impossible: tuple[Impossible, ...] = ()

    def __post_init__(self) -> None:
        paths = self.paths
        if not 0 < len(set(paths)) == len(paths) <= MOST_DIMENSIONS:
            raise ValueError(f"scenario {self.name}: expected 1..{MOST_DIMENSIONS} parameters, each path once")
        for path in paths:
            if reserved := set(path.split(".")) & (HEADS | EXTRAS):
                raise ValueError(f"scenario {self.name}: {path}: {reserved} are words of the distribution grammar")
        if strangers := {rule.path for rule in self.rules} - set(paths):
            raise ValueError(f"scenario {self.name}: rules for unknown parameters {sorted(strangers)}")

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every parameter's path, in the table's order."""
        return tuple(parameter.path for parameter in self.parameters)

    @cached_property
    def _by_path(self) -> dict[str, Parameter]:
        return {parameter.path: parameter for parameter in self.parameters}

    def parameter(self, path: str) -> Parameter:
        """The parameter of that path. ValueError: "expected ..., got ..."."""
        if path in setting_paths():
            raise ValueError(f"expected the path of a parameter, got {path}, which is a setting of the whole run")
        if path not in self._by_path:
            raise ValueError(f"expected the path of a parameter, got {shown(path)}{suggestion(path, self.paths)}")
        return self._by_path[path]

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The order of drawing: parameters without rules first, so that rules may read them."""
        return tuple(sorted(self.paths, key=lambda path: bool(self.rules_of(path))))

    @cached_property
    def ruled(self) -> tuple[tuple[str, tuple[Rule, ...]], ...]:
        """Every path with the rules that restrict it, in the order of drawing."""
        return tuple((path, self.rules_of(path)) for path in self.order)

    @cached_property
    def _rules(self) -> dict[str, tuple[Rule, ...]]:
        return {path: tuple(rule for rule in self.rules if rule.path == path) for path in self.paths}

    def rules_of(self, path: str) -> tuple[Rule, ...]:
        """The rules that restrict one parameter."""
        return self._rules[path]

    def __reduce__(self) -> tuple[Any, ...]:
        # Rules hold functions without a name, which cannot travel to another process; the scenario's name can.
        return scenario_named, (self.name,)


def scenario_named(name: str) -> Scenario:
    """The registered scenario of that name; KeyError where there is none."""
    from longtail.scenes.scenarios.table import SCENARIOS

    return SCENARIOS[name]
