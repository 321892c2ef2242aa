"""What could be more even in a dataset: options that were drawn, light, classes, sizes, people, and joint cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.balance.evenness import evenness
from longtail.annotate.balance.shown import Shown
from longtail.annotate.statistics.content import COCO_AREAS_PX
from longtail.distributions import Choice, Distribution
from longtail.occurrence import WEATHER
from longtail.scenes.atmosphere.light_presets import ELEVATION, part_of_day
from longtail.scenes.config.config import Config
from longtail.scenes.drawing.sampling import drawn_by_chance

JOINT = "weather and light"
LIGHTS: Mapping[str, Mapping[str, float]] = {
    "night": {"below": -6},
    "dusk": {"from": -6, "to": 0},
    "low_sun": {"above": 0, "to": 10},
    "day": {"above": 10},
}
"""The ranges of the sun's elevation that `light_presets.part_of_day` calls so, as quotas have them."""

OF_CLASSES = ("class and light", "class and weather")
PRESENCE, PEOPLE = "objects.presence.", "objects.people."
_DRAWS = 2048


@dataclass(frozen=True)
class Axis:
    """Counts by name of one thing that could be even, in pictures, things or people."""

    name: str
    counts: Mapping[str, float]

    @property
    def evenness(self) -> float:
        """0 to 1."""
        return evenness(list(self.counts.values()))

    def plus(self, more: Mapping[str, float]) -> Axis:
        """With others counted, too."""
        return Axis(self.name, {name: count + more.get(name, 0.0) for name, count in self.counts.items()})


@dataclass(frozen=True)
class Universe:
    """Which names each axis of a config has.

    Attributes:
        options: of each parameter that is a choice of words, by path
        lights: those that its sun reaches, none without a sun
        cells: of weather and light, those that the rules of the world allow
        classes: of which a config says whether there is one
        people: words by list
    """

    options: Mapping[str, tuple[str, ...]]
    lights: tuple[str, ...]
    cells: frozenset[tuple[str, str]]
    classes: tuple[str, ...]
    people: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, config: Config, frames: Sequence[Shown], able: Iterable[str]) -> Universe:
        """Of a config and the frames there are of it; `able` are the categories that its catalogue can show."""
        options = {
            path: tuple(str(option) for option in node.options)
            for path, node in config.parameters.items()
            if isinstance(node, Choice) and not node.numeric and all(isinstance(word, str) for word in node.options)
            and not path.startswith(PRESENCE)
        }  # fmt: skip
        drawn = [drawn_by_chance(config.asked, index) for index in range(_DRAWS)]
        drawn += [dict(frame.values) for frame in frames]
        seen = {light_of(values) for values in drawn} - {""}
        lights = tuple(name for name in LIGHTS if name in seen)
        cells = frozenset(cell_of(values) for values in drawn if WEATHER in values and ELEVATION in values)
        people: dict[str, list[str]] = {}
        for path in config.parameters:
            if path.startswith(PEOPLE) and len(words := path.removeprefix(PEOPLE).split(".")) == 2:
                people.setdefault(words[0], []).append(words[1])
        classes = [path.removeprefix(PRESENCE) for path in config.parameters if path.startswith(PRESENCE)]
        return cls(
            options,
            lights if isinstance(config.parameters.get(ELEVATION), Distribution) else (),
            cells,
            tuple(sorted(set(classes) & set(able))),
            {name: tuple(words) for name, words in people.items()},
        )


def at(weather: str, light: str) -> str:
    """The name of a joint cell, of weather or of a class and light."""
    return f"{weather} at {light}"


def within(name: str, weather: str) -> str:
    """The name of the cell of a class and a weather."""
    return f"{name} in {weather}"


@dataclass(frozen=True, eq=False)
class Cells:
    """Frames that show each class, by light or by weather.

    Attributes:
        name: of the axis
        words: the lights or weathers
        titles: (classes, words) of each cell
        counts: (classes, words) frames that show such a thing there
        possible: (classes, words), False where scenes of that word never have such a thing
        frames: (words,) how many there are
    """

    name: str
    words: tuple[str, ...]
    titles: list[list[str]]
    counts: NDArray[np.float64]
    possible: NDArray[np.bool_]
    frames: NDArray[np.float64]

    @property
    def axis(self) -> Axis:
        """The cells that can be, in a row."""
        rows = zip(self.titles, self.counts.tolist(), self.possible.tolist(), strict=True)
        return Axis(
            self.name,
            {title: count for row in rows for title, count, able in zip(*row, strict=True) if able},
        )


_DUE = 5.0
"""Frames of a weather that should have had such a thing: where none has, it is taken for forbidden (by chance in one of
150). Nobody walks in a tornado."""


def cells_of(universe: Universe, frames: Sequence[Shown]) -> list[Cells]:
    """Of classes and light, and of classes and weather, where a config draws these."""
    kinds = [
        (OF_CLASSES[0], universe.lights, light_of, at),
        (OF_CLASSES[1], universe.options.get(WEATHER, ()), lambda values: str(values.get(WEATHER, "")), within),
    ]
    found = []
    for name, words, word_of, title in kinds:
        if len(words) < 2 or not universe.classes:
            continue
        places = [words.index(word) if (word := word_of(frame.values)) in words else -1 for frame in frames]
        shape = len(universe.classes), len(words)
        counts, placed, there = np.zeros(shape), np.zeros(shape), np.zeros(len(words))
        for place, frame in zip(places, frames, strict=True):
            if place < 0:
                continue
            there[place] += 1
            for row, category in enumerate(universe.classes):
                counts[row, place] += category in frame.classes
                placed[row, place] += frame.placed.get(category, 0) > 0
        share = placed.sum(axis=1, keepdims=True) / max(float(there.sum()), 1.0)
        possible = (placed > 0) | (share * there < _DUE) | (name == OF_CLASSES[0])
        titles = [[title(category, word) for word in words] for category in universe.classes]
        found.append(Cells(name, tuple(words), titles, counts, possible, there))
    return found


def light_of(values: Mapping[str, Any]) -> str:
    """The part of the day that was drawn; "" without a sun."""
    return part_of_day(float(values[ELEVATION])) if ELEVATION in values else ""


def cell_of(values: Mapping[str, Any]) -> tuple[str, str]:
    """Weather and light that were drawn."""
    return str(values[WEATHER]), light_of(values)


def drawn_axes(universe: Universe, draws: Iterable[Mapping[str, Any]]) -> list[Axis]:
    """Pictures by each drawn option, by light, and by weather and light together."""
    rows = list(draws)
    found = []
    for path, options in universe.options.items():
        counts = Counter(str(values[path]) for values in rows if path in values)
        found.append(Axis(path, {option: float(counts[option]) for option in options}))
    lights = Counter(light_of(values) for values in rows)
    if len(universe.lights) > 1:
        found.append(Axis("light", {name: float(lights[name]) for name in universe.lights}))
    cells = Counter(cell_of(values) for values in rows if WEATHER in values)
    if len(universe.lights) > 1 and WEATHER in universe.options:
        found.append(Axis(JOINT, {at(*cell): float(cells[cell]) for cell in sorted(universe.cells)}))
    return found


def shown_axes(universe: Universe, frames: Sequence[Shown]) -> list[Axis]:
    """Pictures by class, things by size, people by each list of words."""
    found = []
    if universe.classes:
        counts = Counter(name for frame in frames for name in frame.classes)
        found.append(Axis("class", {name: float(counts[name]) for name in universe.classes}))
    found += [cells.axis for cells in cells_of(universe, frames)]
    sizes = Counter[str]()
    people: dict[str, Counter[str]] = {name: Counter() for name in universe.people}
    for frame in frames:
        sizes.update(frame.sizes)
        for name in people:
            people[name].update(frame.people.get(name, {}))
    found.append(Axis("size", {name: float(sizes[name]) for name in COCO_AREAS_PX}))
    for name, words in universe.people.items():
        found.append(Axis(name, {word: float(people[name][word]) for word in words}))
    return found
