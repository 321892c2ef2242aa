"""A space: what may vary, what the world forbids, and which dimension each parameter keeps for ever."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from longtail.distributions.grammar import EXTRAS, HEADS, shown, suggestion_of_path
from longtail.scenes.space.parameters import Parameter, Rule

MOST_PARAMETERS = 1024
"""As many dimensions as the low-discrepancy sequence has."""


@dataclass(frozen=True, eq=False)
class Space:
    """Parameters in the order in which they are shown, and the rules that restrict them.

    Attributes:
        dimensions: paths by age: a path's place here is its dimension in the low-discrepancy sequence. Append new
            parameters at the end and never take one out, wherever they stand in `parameters`: then every scene keeps
            all values that it had. Left empty, it is the order of `parameters`. A parameter that is not named, such as
            a plug-in's, is drawn from a stream of its own path, independent of all others.

    ValueError: a path twice, a rule for no parameter, or a path made of words of the distribution grammar.
    """

    parameters: tuple[Parameter, ...]
    rules: tuple[Rule, ...] = ()
    dimensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.dimensions:
            object.__setattr__(self, "dimensions", self.paths)
        for name, paths in (("parameters", self.paths), ("dimensions", self.dimensions)):
            if not 0 < len(set(paths)) == len(paths) <= MOST_PARAMETERS:
                raise ValueError(f"expected 1..{MOST_PARAMETERS} {name}, each path once, got {len(paths)}")
        for path in self.paths:
            if reserved := set(path.split(".")) & (HEADS | EXTRAS):
                raise ValueError(f"{path}: expected other words than the distribution grammar's, got {reserved}")
        if strangers := {rule.path for rule in self.rules} - set(self.paths):
            raise ValueError(f"expected rules for parameters of the space, got some for {sorted(strangers)}")

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every parameter's path, in the order of `parameters`."""
        return tuple(parameter.path for parameter in self.parameters)

    @cached_property
    def unnumbered(self) -> frozenset[str]:
        """The paths that have no dimension."""
        return frozenset(self.paths).difference(self.dimensions)

    @cached_property
    def by_age(self) -> tuple[str, ...]:
        """Every parameter's path in an order that newer parameters do not change: by dimension, then the unnumbered."""
        numbered = tuple(path for path in self.dimensions if path in self._by_path)
        return numbered + tuple(sorted(self.unnumbered))

    @cached_property
    def _by_path(self) -> dict[str, Parameter]:
        return {parameter.path: parameter for parameter in self.parameters}

    def parameter(self, path: str) -> Parameter:
        """The parameter of that path. ValueError: "expected ..., got ..."."""
        if path not in self._by_path:
            raise ValueError(
                f"expected the path of a parameter, got {shown(path)}{suggestion_of_path(path, self.paths)}"
            )
        return self._by_path[path]

    @cached_property
    def ruled(self) -> tuple[tuple[str, tuple[Rule, ...]], ...]:
        """Every path with the rules that restrict it, in the order of drawing: those without rules come first, so that
        rules may read them."""
        by_path = {path: tuple(rule for rule in self.rules if rule.path == path) for path in self.paths}
        return tuple(sorted(by_path.items(), key=lambda item: bool(item[1])))

    @cached_property
    def restricted(self) -> dict[str, tuple[Rule, ...]]:
        """Of `ruled`, what rules restrict, by path, in the order of drawing."""
        return {path: rules for path, rules in self.ruled if rules}
