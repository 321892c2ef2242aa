"""Drawing: the values of one frame, as a pure function of the configuration, its seed and the frame's index."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from scenes.copula import correlate
from scenes.distributions import Distribution
from scenes.low_discrepancy import point
from scenes.parameters import Restricted, obeyed, restrict

if TYPE_CHECKING:
    from scenes.config import Config


@dataclass(frozen=True)
class Draw:
    """The scene-level values of one frame, by path, in the order of the scenario's table.

    retries     draws that did not come out as declared, by path: 1 where the world's rules left a distribution nothing
                and it was clamped to the nearest bound
    overridden  constants that stand against a rule, with the reason that the rule gives
    """

    values: Mapping[str, Any]
    retries: Mapping[str, int] = field(default_factory=dict)
    overridden: Mapping[str, str] = field(default_factory=dict)


def stream(seed: int, index: int, path: str, attempt: int = 0) -> np.random.Generator:
    """The random stream of one name in one frame, for draws whose number is not known before, such as objects.

    Streams of different seeds, frames, names or attempts are independent. A rejected draw retries with `attempt` + 1.
    """
    digest = hashlib.blake2b(path.encode(), digest_size=16).digest()
    words = (int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))
    retry = (attempt,) if attempt else ()
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(index, *words, *retry))))


def draw(config: Config, index: int) -> Draw:
    """The values of frame `index` (>= 0).

    Every declared parameter keeps its own coordinate of the sequence, also when it is pinned to a constant: pinning one
    changes others only through the rules that read it.
    """
    if index < 0:
        raise ValueError(f"expected a frame index of 0 or more, got {index}")
    scenario = config.scenario
    paths = scenario.paths
    u = dict(zip(paths, correlate(point(config.seed, index, paths), paths, config.correlations).tolist(), strict=True))
    values: dict[str, Any] = {}
    retries: dict[str, int] = {}
    overridden: dict[str, str] = {}
    for path in scenario.order:
        asked = config.parameters[path]
        try:
            rules = tuple(rule for rule in scenario.rules_of(path) if rule.when(values))
            if isinstance(asked, Distribution):
                drawn = restrict(asked, rules, values, u[path])
            else:
                drawn = Restricted(asked)
                overridden.update((path, rule.because) for rule in rules if not obeyed(asked, rule, values))
        except KeyError as error:
            raise ValueError(f"a rule of {path} reads {error}, which is drawn later: declare it before") from error
        values[path] = drawn.value
        if drawn.clamped:
            retries[path] = 1
    return Draw({path: values[path] for path in paths}, retries, overridden)
