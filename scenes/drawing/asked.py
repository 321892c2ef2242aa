"""What is asked of a space: a value or distribution for each parameter, and what must hold of several together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from longtail.distributions import Distribution
from longtail.distributions.scalar import Scalar
from longtail.scenes.drawing.copula import Correlation
from longtail.scenes.drawing.plan import EACH_SCENE_ONCE, Plan
from longtail.scenes.drawing.quota import Quota
from longtail.scenes.space.space import Space


@dataclass(frozen=True, eq=False)
class Asked:
    """All that decides which values a picture gets, but for its index.

    Attributes:
        parameters: by path, of every parameter of the space
        require: statements as `scenes.config.require` spells them, but for those that speak of labels
        plan: which scene each picture shows, and what is laid over it
    """

    space: Space
    seed: int
    parameters: Mapping[str, Scalar | Distribution]
    correlations: tuple[Correlation, ...] = ()
    quotas: tuple[Quota, ...] = ()
    require: tuple[str, ...] = ()
    plan: Plan = EACH_SCENE_ONCE

    @cached_property
    def pinned(self) -> Mapping[str, Scalar]:
        """By path, the parameters of one value that no rule is about."""
        return {path: wanted for path, wanted in self._alone.items() if not isinstance(wanted, Distribution)}

    @cached_property
    def free(self) -> tuple[tuple[str, Callable[[float], Any]], ...]:
        """All others that no rule is about: path, and what makes a value of a coordinate."""
        return tuple((path, wanted.ppf) for path, wanted in self._alone.items() if isinstance(wanted, Distribution))

    @property
    def _alone(self) -> dict[str, Scalar | Distribution]:
        restricted = self.space.restricted
        return {path: self.parameters[path] for path in self.space.paths if path not in restricted}

    @cached_property
    def held(self) -> dict[tuple[int, int], tuple[int, Mapping[str, int]]]:
        """What `scenes.drawing.sampling` found of scenes under `require`, not to look again for each picture."""
        return {}
