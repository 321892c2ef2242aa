"""Draws of a dataset's own config, to hold its frames against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from longtail.annotate.dataset.dataset import DatasetInfo
from longtail.annotate.errors import ConfigError
from longtail.annotate.statistics.closely import Redrawn
from longtail.occurrence import occurs
from longtail.plug_ins import PlugInError
from longtail.scenes.camera.lenses import unused
from longtail.scenes.config.config import Config
from longtail.scenes.config.resolving import resolve
from longtail.scenes.drawing.sampling import draw, drawn_by_chance

_TIMES, _LEAST, _MOST = 4, 2048, 8192
"""Draws to compare with, for each frame: enough that their own chance hardly counts."""


def redrawing(info: DatasetInfo) -> Callable[[Sequence[int]], Redrawn | None] | None:
    """What draws frames anew; None where this installation has not the scenario as it was, or a scene was given."""
    try:
        config = resolve(dict(info.config))
    except (ConfigError, PlugInError):
        return None
    if config.given is not None or config.digest != info.digest:
        return None
    return lambda indices: _redrawn(config, indices)


def _redrawn(config: Config, indices: Sequence[int]) -> Redrawn | None:
    asked, lens = config.asked, config.camera.model
    count = min(max(_TIMES * len(indices), _LEAST), _MOST)
    try:
        expected = [_recorded(drawn_by_chance(asked, index), lens) for index in range(count)]
        free = replace(asked, require=())
        unrejected = [_recorded(draw(free, index).values, lens) for index in indices] if asked.require else None
    except ConfigError:  # a requirement that other draws do not meet in a thousand
        return None
    return Redrawn(expected, unrejected)


def _recorded(values: Mapping[str, Any], lens: str) -> dict[str, Any]:
    """What a record has of the values of a frame."""
    foreign = unused(lens, values)
    return {path: value for path, value in values.items() if path not in foreign and occurs(path, values)}
