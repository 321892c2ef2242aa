"""Scenes that cannot be rendered (`scenes.space.impossible`): known, and refused, before a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from longtail.annotate.errors import ConfigError
from longtail.distributions import Distribution
from longtail.scenes.drawing.asked import Asked
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.space.impossible import Impossible, LensRequest, Reach

MOST_DRAWS = 4000
"""How many draws of a run are looked at before it, rejected ones among them; a draw takes about a quarter of a
millisecond."""


def ends_of(asked: Asked) -> dict[str, Reach]:
    """How far every parameter of numbers reaches, over all that variants and the sweep lay over it."""
    wanted: dict[str, list[Any]] = {path: [value] for path, value in asked.parameters.items()}
    for picture in asked.plan.pictures(0):
        for path, value in picture.settings.items():
            wanted[path].append(value)
    found = {path: [ends for value in values if (ends := _ends(value))] for path, values in wanted.items()}
    return {
        path: Reach(min(low for low, _ in ends), max(high for _, high in ends), max(low for low, _ in ends))
        for path, ends in found.items()
        if ends
    }


def _ends(value: Any) -> tuple[float, float] | None:
    low, high = value.support if isinstance(value, Distribution) else (value, value)
    numbers = all(isinstance(end, int | float) and not isinstance(end, bool) for end in (low, high))
    return (float(low), float(high)) if numbers else None


def require_possible(
    asked: Asked,
    frames: int,
    lens: LensRequest,
    impossible: Iterable[Impossible],
    where: Callable[[tuple[str, ...]], str],
) -> None:
    """Draw the values of a run of so many frames, as far as `MOST_DRAWS` go, where something in them may not be.

    `where(paths)` names the place in the config that is to be mended. ConfigError: a statement of `require` that no
    draw of a scene meets, or scenes that cannot be rendered.
    """
    ends = ends_of(asked)
    dangers = tuple(kind for kind in impossible if kind.can(lens, ends))
    if not dangers and not asked.require:
        return
    found: dict[Impossible, list[tuple[int, str]]] = {kind: [] for kind in dangers}
    step = asked.plan.pictures_per_draw if dangers else asked.plan.pictures_per_scene
    draws = looked = 0
    for frame in range(0, frames, step):
        try:
            drawn = draw(asked, frame)
        except ConfigError as error:
            raise ConfigError(f"{where(('require',))}: {error}") from error
        looked += 1
        draws += 1 + sum(drawn.departures.rejected.values())
        for kind in dangers:
            if why := kind.why(lens, drawn.values):
                found[kind].append((frame, why))
        if draws >= MOST_DRAWS:
            break
    seen = min(looked * step, frames)
    problems = [_told(where, kind.paths(lens), those, step, seen) for kind, those in found.items() if those]
    if problems:
        raise ConfigError("\n".join(problems))


def _told(
    where: Callable[[tuple[str, ...]], str],
    paths: tuple[str, ...],
    those: list[tuple[int, str]],
    each: int,
    frames: int,
) -> str:
    """`those` are the first frames of draws of `each` frames in a row, of `frames` in all."""
    frame, why = those[0]
    count = min(len(those) * each, frames)
    many = "all" if count == frames else f"{count} of the first {frames}"
    said = f"so {many} frames, frame {frame} first" if frames > 1 else "so frame 0"
    return f"{where(paths)}: {', '.join(paths)}: {why} ({said})"
