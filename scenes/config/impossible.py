"""Scenes that cannot be rendered although every value of theirs is in its range: known, and refused, beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from longtail.annotate.errors import ConfigError
from longtail.distributions import Distribution
from longtail.scenes.drawing.sampling import draw

if TYPE_CHECKING:
    from longtail.scenes.config.config import Config

MOST_DRAWS = 4000
"""How many draws of a run are looked at before it, rejected ones among them; a draw takes about a quarter of a
millisecond."""

Ends = Mapping[str, tuple[float, float]]
"""The least and the greatest value that each parameter of numbers can take, by path."""


@dataclass(frozen=True)
class Impossible:
    """One kind of scene that cannot be.

    paths    the parameters that make one, for messages
    can      whether any draw between these ends may be one; where it says no, none is
    why      what makes one of drawn values: "expected ..., got ..."; "" where nothing does
    """

    paths: Callable[[Config], tuple[str, ...]]
    can: Callable[[Config, Ends], bool]
    why: Callable[[Config, Mapping[str, Any]], str]


def ends_of(config: Config) -> dict[str, tuple[float, float]]:
    """The ends of every parameter of numbers, over all that variants and the sweep lay over it."""
    asked: dict[str, list[Any]] = {path: [value] for path, value in config.parameters.items()}
    for picture in config.plan.pictures(0):
        for path, value in picture.settings.items():
            asked[path].append(value)
    ends = {path: [end for value in values for end in _ends(value)] for path, values in asked.items()}
    return {path: (min(found), max(found)) for path, found in ends.items() if found}


def _ends(value: Any) -> tuple[float, ...]:
    ends = value.support if isinstance(value, Distribution) else (value, value)
    return tuple(float(end) for end in ends if isinstance(end, int | float) and not isinstance(end, bool))


def require_possible(config: Config, where: Callable[[tuple[str, ...]], str]) -> None:
    """Draw the run's values, as far as `MOST_DRAWS` go, where something in them may not be.

    `where(paths)` names the place in the config that is to be mended. ConfigError: a statement of `require` that no
    draw of a scene meets, or scenes that cannot be rendered.
    """
    ends = ends_of(config)
    dangers = tuple(kind for kind in config.scenario.impossible if kind.can(config, ends))
    if not dangers and not config.require:
        return
    found: dict[Impossible, list[tuple[int, str]]] = {kind: [] for kind in dangers}
    step = 1 if dangers else config.plan.pictures_per_scene
    draws = frames = 0
    for frame in range(0, config.frames, step):
        try:
            drawn = draw(config, frame)
        except ConfigError as error:
            raise ConfigError(f"{where(('require',))}: {error}") from error
        frames += 1
        draws += 1 + sum(count for name, count in drawn.retries.items() if name.startswith("require: "))
        for kind in dangers:
            if why := kind.why(config, drawn.values):
                found[kind].append((frame, why))
        if draws >= MOST_DRAWS:
            break
    problems = [_told(where, kind.paths(config), those, frames) for kind, those in found.items() if those]
    if problems:
        raise ConfigError("\n".join(problems))


def _told(
    where: Callable[[tuple[str, ...]], str], paths: tuple[str, ...], those: list[tuple[int, str]], frames: int
) -> str:
    frame, why = those[0]
    many = "all" if len(those) == frames else f"{len(those)} of the first {frames}"
    count = f"so {many} frames, frame {frame} first" if frames > 1 else "so frame 0"
    return f"{where(paths)}: {', '.join(paths)}: {why} ({count})"
