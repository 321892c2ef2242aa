"""Pins of a config that cannot both be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longtail.distributions import Distribution
from longtail.distributions.grammar import shown
from longtail.scenes.config.keys import Leaf
from longtail.scenes.space.parameters import Rule, obeyed
from longtail.scenes.space.space import Space


def contradictions(parameters: Mapping[str, Any], leaves: Mapping[str, Leaf], space: Space) -> list[str]:
    """What is pinned against a rule that makes it moot by what else is pinned: "where: path: expected ..., got ..."."""
    pinned = {path: parameters[path] for path in leaves if path in parameters}
    pinned = {path: value for path, value in pinned.items() if not isinstance(value, Distribution)}
    found = []
    for rule in space.rules:
        if rule.moot and rule.path in pinned and (beside := _against(rule, pinned)):
            wanted = shown(rule.choices[0]) if rule.choices else "another value"
            found.append(
                f"{leaves[rule.path].where}: {rule.path}: expected {wanted} beside {', '.join(beside)}, got "
                f"{shown(pinned[rule.path])}, which shows nothing there: {rule.because}; leave one of them out"
            )
    return found


def _against(rule: Rule, pinned: Mapping[str, Any]) -> list[str]:
    """The pins, as `path: value`, by which a pinned value stands against a rule; none where it does not."""
    read = _Noting(pinned)
    try:
        stands = rule.when(read) and not obeyed(pinned[rule.path], rule, read)
    except KeyError:
        return []  # What it goes by is drawn.
    return [f"{path}: {shown(pinned[path])}" for path in sorted(read.noted - {rule.path})] if stands else []


class _Noting(dict[str, Any]):
    """Values that note which of them were read."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.noted: set[str] = set()

    def __getitem__(self, path: str) -> Any:
        self.noted.add(path)
        return super().__getitem__(path)
