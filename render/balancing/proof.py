"""What a config would add to a dataset: its plan is drawn, and scenes of it are composed, without rendering any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from longtail.annotate.balance.shown import Shown
from longtail.annotate.statistics.brightness import evenly
from longtail.annotate.statistics.content import COCO_AREAS_PX
from longtail.occurrence import WEATHER
from longtail.render.balancing.axes import Axis, Cells, Universe, cells_of, drawn_axes, light_of
from longtail.render.balancing.moves import Sizes, seen_when_placed
from longtail.scenes.assets.asset import Asset
from longtail.scenes.composing import scene_of
from longtail.scenes.config.config import Config
from longtail.scenes.drawing.sampling import draw

MOST_COMPOSED = 48
"""Scenes that are composed: a tenth of a second each, for streets."""


def added(
    config: Config, universe: Universe, frames: Sequence[Shown], assets: Mapping[str, Asset]
) -> dict[str, Mapping[str, float]]:
    """Counts by axis that the config's frames are going to have, as far as they are known without rendering.

    Options and light are drawn, every one of them. Classes and people are counted in up to `MOST_COMPOSED` composed
    scenes, and seen as often as those of `frames` that are placed are seen; sizes are as in `frames` of like fields.
    """
    draws = [draw(config.asked, index).values for index in range(config.frames)]
    found: dict[str, Mapping[str, float]] = {axis.name: axis.counts for axis in drawn_axes(universe, draws)}
    if (sizes := Sizes.of(config, frames)) is not None:
        found["size"] = dict(zip(COCO_AREAS_PX, sizes.due(draws).tolist(), strict=True))
    if universe.classes or universe.people:
        found |= _composed(config, universe, frames, assets)
    for cells in cells_of(universe, frames):
        found[cells.name] = _in_cells(universe, cells, found["class"], draws)
    return found


def _in_cells(
    universe: Universe, cells: Cells, by_class: Mapping[str, float], draws: Sequence[Mapping[str, Any]]
) -> dict[str, float]:
    """Frames that are going to show a class there: what is placed, and where it is seen, is drawn independently."""
    words = [light_of(values) if cells.words == universe.lights else str(values.get(WEATHER, "")) for values in draws]
    shares = {word: words.count(word) / max(len(words), 1) for word in cells.words}
    return {
        title: by_class[name] * shares[word]
        for name, row in zip(universe.classes, cells.titles, strict=True)
        for word, title in zip(cells.words, row, strict=True)
    }


def _composed(
    config: Config, universe: Universe, frames: Sequence[Shown], assets: Mapping[str, Asset]
) -> dict[str, Mapping[str, float]]:
    indices = evenly(list(range(config.frames)), MOST_COMPOSED)
    placed = Counter[str]()
    people: dict[str, Counter[str]] = {name: Counter() for name in universe.people}
    for index in indices:
        there = [(assets[one.asset], one) for one in scene_of(config, index, assets).objects if one.asset in assets]
        placed.update({asset.category for asset, _ in there})
        for asset, one in there:
            said = {**asset.attributes, **one.attributes}
            for name, words in people.items():
                if asset.category in ("person", "rider") and name in said:
                    words[str(said[name])] += 1
    times = config.frames / max(len(indices), 1)
    seen = sum(sum(frame.people.get("age_group", {}).values()) for frame in frames)
    there_were = sum(frame.placed.get("person", 0) + frame.placed.get("rider", 0) for frame in frames)
    share = seen / there_were if there_were else 0.0
    return {
        "class": {name: placed[name] * times * seen_when_placed(frames, name) for name in universe.classes},
        **{name: {word: count * times * share for word, count in words.items()} for name, words in people.items()},
    }


def together(before: Sequence[Axis], more: Mapping[str, Mapping[str, float]]) -> list[tuple[Axis, Axis]]:
    """Each axis before and after, of which there is anything, and something is known to be added."""
    pairs = [(axis, axis.plus(more[axis.name])) for axis in before if axis.name in more]
    return [(one, other) for one, other in pairs if sum(other.counts.values())]
