"""Drawing: the values of one frame, as a pure function of what is asked and the frame's index."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from longtail.annotate.errors import ConfigError
from longtail.annotate.labels.departures import Departures
from longtail.annotate.wording import counted
from longtail.distributions import Distribution
from longtail.scenes.drawing.asked import Asked
from longtail.scenes.drawing.copula import Correlation, correlate
from longtail.scenes.drawing.low_discrepancy import columns, independent, point
from longtail.scenes.drawing.plan import FIRST, Picture, laid_over
from longtail.scenes.drawing.strata import Strata, assigned, strata
from longtail.scenes.space.parameters import Restricted, obeyed, restrict
from longtail.scenes.space.space import Space
from longtail.statements.evaluating import holds

DRAWS = "2"
"""Which way from a seed to values this is: with another one, the same config draws other scenes."""
ATTEMPTS = 1000
"""How many draws of one scene the statements of `require` may reject. One in a hundred held passes all but surely."""
_MOST_HELD = 256


@dataclass(frozen=True)
class Again:
    """How often a scene was drawn before in vain, by what the labels of its first picture showed.

    `rejected` says by statement of `require` how many of these draws it rejected.
    """

    times: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)


FIRST_DRAW = Again()


@dataclass(frozen=True)
class Draw:
    """The scene-level values of one frame, by path, in the order of the space.

    Attributes:
        departures: what of them is not as declared
        seed: of the run, for the random streams of what is drawn object by object
        picture: which scene the frame shows, and what is laid over it
        placing: the values that decide where things stand: like `values`, but for the weather and the light, which are
            those of the scene before its variant or sweep was laid over it. Siblings have the same.
        again: how often the scene was drawn before in vain; each time has random streams of its own
    """

    values: Mapping[str, Any]
    departures: Departures = field(default_factory=Departures)
    seed: int = 0
    picture: Picture = FIRST
    placing: Mapping[str, Any] = field(default_factory=dict)
    again: int = 0

    @property
    def scene(self) -> int:
        """The number of the scene: the key of its random streams, which siblings share."""
        return self.picture.scene

    def stream(self, path: str) -> np.random.Generator:
        """The scene's random stream of that name, the same for all its pictures."""
        return stream(self.seed, self.scene, path, self.again)


def stream(seed: int, index: int, path: str, attempt: int = 0) -> np.random.Generator:
    """The random stream of one name in one frame, for draws whose number is not known before, such as objects.

    Streams of different seeds, frames, names or attempts are independent. A rejected draw retries with `attempt` + 1.
    """
    digest = hashlib.blake2b(path.encode(), digest_size=16).digest()
    words = (int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))
    retry = (attempt,) if attempt else ()
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(index, *words, *retry))))


def draw(asked: Asked, index: int, again: Again = FIRST_DRAW) -> Draw:
    """The values of frame `index` (>= 0).

    Every declared parameter keeps its own coordinate of the sequence, also when it is pinned to a constant: pinning one
    changes others only through the rules that read it. Where `require` rejects a scene, in any of the pictures that
    the plan makes of it, the scene is drawn anew from a child point of the sequence. ConfigError where a thousand of
    them were rejected. `again` passes over as many of those that hold, which were rejected by what they show.
    """
    if index < 0:
        raise ValueError(f"expected a frame index of 0 or more, got {index}")
    picture = asked.plan.picture(index)
    cells = _cells(asked, picture.scene)
    attempt, rejected = _held(asked, picture.scene, cells, again.times)
    made = _drawn(asked, picture, _coordinates(asked, picture.scene, attempt), cells, {**rejected, **again.rejected})
    return replace(made, again=again.times)


def drawn_by_chance(asked: Asked, index: int) -> Mapping[str, Any]:
    """Values of frame `index` (>= 0) as independent chance draws them, by path: what a set of frames is held against.

    Points of one sequence depend on each other; this takes each scene's point from a scramble of its own, which no
    frame of any run is drawn from. All else is as in `draw`. ConfigError where a thousand of them were rejected.
    """
    picture = asked.plan.picture(index)
    cells = _cells(asked, picture.scene)
    first = (picture.scene + 2) * ATTEMPTS
    for attempt in range(first, first + ATTEMPTS):
        u = _coordinates(asked, picture.scene, attempt)
        if not asked.require or not _failed(asked, picture.scene, u, cells):
            return _values(asked, u, cells, picture.settings)[0]
    raise ConfigError(f"require: held in none of {counted(ATTEMPTS, 'draw')} of scene {picture.scene}; weaken it")


def _held(asked: Asked, scene: int, cells: _Cells, passed: int) -> tuple[int, Mapping[str, int]]:
    """The first draw of a scene that `require` lets pass, after as many others, and how many each statement rejected
    before it."""
    if not asked.require:
        return passed, {}
    # A sweep may show one scene in a hundred thousand pictures, all of which must pass: looked at once, not for each.
    known = asked.held
    if (scene, passed) not in known:
        if len(known) >= _MOST_HELD:
            known.clear()
        known[scene, passed] = _first_held(asked, scene, cells, passed)
    return known[scene, passed]


def _first_held(asked: Asked, scene: int, cells: _Cells, passed: int) -> tuple[int, Mapping[str, int]]:
    rejected: dict[str, int] = {}
    for attempt in range(ATTEMPTS + passed):
        failed = _failed(asked, scene, _coordinates(asked, scene, attempt), cells)
        if not failed and not passed:
            return attempt, rejected
        if not failed:
            passed -= 1
            continue
        rejected[failed] = rejected.get(failed, 0) + 1
    text, count = max(rejected.items(), key=lambda item: item[1])
    raise ConfigError(
        f"require: {text!r} held in none of {counted(count, 'draw')} of scene {scene}"
        f"{f', of {ATTEMPTS} in all' if count < ATTEMPTS else ''}; weaken it, or change what it is about"
    )


def _drawn(asked: Asked, picture: Picture, u: Mapping[str, float], cells: _Cells, rejected: Mapping[str, int]) -> Draw:
    values, clamped, overridden = _values(asked, u, cells, picture.settings)
    placing = values
    if picture.settings:
        placing = laid_over(_values(asked, u, cells, {})[0], values, picture.settings)
    return Draw(values, Departures(clamped, rejected, {}, overridden), asked.seed, picture, placing)


def _failed(asked: Asked, scene: int, u: Mapping[str, float], cells: _Cells) -> str:
    """The first statement of `require` that a picture of the scene breaks; "" where all hold."""
    siblings = _Siblings(asked, u, cells)
    for picture in asked.plan.pictures(scene):
        values = siblings.values(picture.settings)
        for statement in asked.require:
            if not holds(statement, values):
                return statement
    return ""


class _Siblings:
    """The values of a scene's pictures, which are many under a sweep and differ in little.

    What rules yield is a function of the settings that they read. So it is worked out once for all pictures that agree
    in these, and what no rule is about is laid over it.
    """

    def __init__(self, asked: Asked, u: Mapping[str, float], cells: _Cells) -> None:
        self._asked, self._u, self._cells = asked, u, cells
        self._own = _values(asked, u, cells, {})[0]
        self._ruled = frozenset(asked.space.restricted)
        self._known: dict[tuple[str, ...], dict[tuple[Any, ...], Mapping[str, Any]]] = {}

    def values(self, settings: Mapping[str, Any]) -> Mapping[str, Any]:
        """All values of the picture with these settings, by path."""
        free = {path: _at(wanted, self._u[path]) for path, wanted in settings.items() if path not in self._ruled}
        return {**self._base(settings), **free}

    def _base(self, settings: Mapping[str, Any]) -> Mapping[str, Any]:
        for paths, known in self._known.items():
            if (found := known.get(tuple(map(settings.get, paths)))) is not None:
                return found
        read = _Read()
        values, _, _ = _values(self._asked, self._u, self._cells, settings, read)
        paths = tuple(sorted(self._ruled | read.paths))
        drawn = {path: values[path] if path in self._ruled else own for path, own in self._own.items()}
        self._known.setdefault(paths, {})[tuple(map(settings.get, paths))] = drawn
        return drawn


class _Read(dict[str, Any]):
    """Values that note which of them were read."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: set[str] = set()

    def __getitem__(self, path: str) -> Any:
        self.paths.add(path)
        return super().__getitem__(path)

    def get(self, path: str, default: Any = None) -> Any:
        self.paths.add(path)
        return super().get(path, default)

    def __contains__(self, path: object) -> bool:
        self.paths.add(str(path))
        return super().__contains__(path)


def _coordinates(asked: Asked, scene: int, attempt: int) -> dict[str, float]:
    space = asked.space
    named = point(asked.seed, scene, space.dimensions, attempt)
    u = dict(zip(space.dimensions, named.tolist(), strict=True))
    u |= {path: independent(asked.seed, scene, path, attempt) for path in space.unnumbered}
    if not asked.correlations:
        return u
    drawn = correlate(np.array([u[path] for path in space.by_age]), space.by_age, asked.correlations)
    return dict(zip(space.by_age, drawn.tolist(), strict=True))


_Cells = Mapping[str, tuple[Strata, int]]
"""By path, the strata of its distribution under a quota and the one that the scene draws from."""


def _cells(asked: Asked, scene: int) -> _Cells:
    result: dict[str, tuple[Strata, int]] = {}
    for quota in asked.quotas:
        distribution = asked.parameters[quota.path]
        if not isinstance(distribution, Distribution):
            continue
        line = strata(distribution, quota)
        block, place = divmod(scene, line.block)
        chosen = _assigned(line, asked.seed, block, quota.path, asked.space, asked.correlations)
        result[quota.path] = line, chosen[place]
    return result


@lru_cache(maxsize=32)
def _assigned(
    line: Strata, seed: int, block: int, path: str, space: Space, correlations: tuple[Correlation, ...]
) -> tuple[int, ...]:
    """The strata of a block of scenes. They follow the parameter's own coordinate, as it correlates with others."""
    correlated = {end for c in correlations for end in (c.first, c.second)}
    needed = tuple(p for p in space.by_age if p == path or (path in correlated and p in correlated))
    first = block * line.block
    numbered = tuple(p for p in needed if p not in space.unnumbered)
    u = dict(zip(numbered, columns(seed, first, line.block, space.dimensions, numbered).T, strict=True))
    for p in needed:
        if p in space.unnumbered:
            u[p] = np.array([independent(seed, first + place, p) for place in range(line.block)])
    kept = correlations if path in correlated else ()
    rows = np.stack([u[p] for p in needed], axis=1)
    guide = [float(correlate(row, needed, kept)[needed.index(path)]) for row in rows]
    return assigned(line, guide)


def _values(
    asked: Asked, u: Mapping[str, float], cells: _Cells, settings: Mapping[str, Any], read: _Read | None = None
) -> tuple[dict[str, Any], dict[str, int], dict[str, str]]:
    """(values, clamped, overridden) of a scene with `settings` laid over its configuration.

    `read`, empty, is filled with the values, and learns which of them the rules read.
    """
    values: dict[str, Any] = {} if read is None else read
    clamped: dict[str, int] = {}
    overridden: dict[str, str] = {}
    special: dict[str, tuple[Any, float]] = {
        path: (line.atoms[cell].part, line.at(u[path])[1]) for path, (line, cell) in cells.items()
    }
    special |= {path: (wanted, u[path]) for path, wanted in settings.items()}
    # No rule is about most parameters: which these are is looked up once for all draws.
    values.update(asked.pinned)
    for path, ppf in asked.free:
        values[path] = ppf(u[path])
    for path, (wanted, share) in special.items():
        if path not in asked.space.restricted:
            values[path] = _at(wanted, share)
    for path, rules in asked.space.restricted.items():
        wanted, share = special[path] if path in special else (asked.parameters[path], u[path])
        try:
            bound = tuple([rule for rule in rules if rule.when(values)])
            if not bound:
                values[path] = _at(wanted, share)
                continue
            if isinstance(wanted, Distribution):
                drawn = restrict(wanted, bound, values, share)
            else:
                drawn = Restricted(wanted)
                overridden.update((path, rule.because) for rule in bound if not obeyed(wanted, rule, values))
        except KeyError as error:
            raise ValueError(f"a rule of {path} reads {error}, which is drawn later: declare it before") from error
        values[path] = drawn.value
        if drawn.clamped:
            clamped[path] = 1
    found = dict(values)
    return {path: found[path] for path in asked.space.paths}, clamped, overridden


def _at(wanted: Any, share: float) -> Any:
    # Asked this way round, because it is quicker of a built-in type than of an abstract one.
    return wanted if isinstance(wanted, int | float | str) else wanted.ppf(share)
