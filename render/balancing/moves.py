"""What of a config is moved so that more frames of it even a dataset out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.against.keys import FIELD
from longtail.annotate.balance.evenness import evenness, filled, product_shares
from longtail.annotate.balance.shown import Shown
from longtail.annotate.statistics.content import COCO_AREAS_PX
from longtail.distributions import Choice, Distribution
from longtail.occurrence import WEATHER
from longtail.render.balancing.axes import (
    JOINT,
    LIGHTS,
    OF_CLASSES,
    PEOPLE,
    PRESENCE,
    Axis,
    Cells,
    Universe,
    at,
    cells_of,
)
from longtail.scenes.atmosphere.light_presets import ELEVATION
from longtail.scenes.config.config import Config

Array = NDArray[np.float64]

_MOST_PRESENT = 0.75
_LEAST_WEIGHT = 0.05
"""Of the heaviest: a word of people that there are enough of stays possible, as people go together with clothes."""
_STEPS, _LEAST_STEPS = 20, 2
_WORTH = 0.01
"""Evenness that a narrower or wider lens must bring to be asked for."""


@dataclass(frozen=True)
class Move:
    """What becomes of one key. `quota` says that it stands below `quotas`."""

    key: str
    node: Any
    why: str
    quota: bool = False


def moves_of(config: Config, universe: Universe, axes: Mapping[str, Axis], frames: Sequence[Shown]) -> list[Move]:
    """All moves for `config.frames` more frames, beside `frames` whose counts are `axes`."""
    amount = float(config.frames)
    found = _weather_and_light(universe, axes, amount)
    for path in universe.options:
        if path != WEATHER or JOINT not in axes:
            counts = axes[path].counts
            found += _choice(path, counts, filled(list(counts.values()), amount) / amount)
    if JOINT not in axes and "light" in axes:
        counts = axes["light"].counts
        found += _lights(counts, filled(list(counts.values()), amount) / amount)
    return [*found, *_presence(universe, axes, frames, amount, found), *_people(universe, axes, frames, amount),
            *_field(config, frames, amount)]  # fmt: skip


def _weather_and_light(universe: Universe, axes: Mapping[str, Axis], amount: float) -> list[Move]:
    """Weather and sun are drawn independently, so joint cells are filled by the product that evens them out best."""
    if JOINT not in axes:
        return []
    weathers, lights = universe.options[WEATHER], universe.lights
    possible = np.array([[(weather, light) in universe.cells for light in lights] for weather in weathers])
    counts = np.array([[axes[JOINT].counts.get(at(weather, light), 0.0) for light in lights] for weather in weathers])
    rows, columns = product_shares(counts, possible, amount)
    return [*_choice(WEATHER, axes[WEATHER].counts, rows), *_lights(axes["light"].counts, columns)]


def _choice(path: str, counts: Mapping[str, float], shares: Array) -> list[Move]:
    chosen = {name: _short(share) for name, share in zip(counts, shares.tolist(), strict=True) if _short(share) > 0}
    if not chosen:
        return []
    node: Any = {"choice": chosen} if len(chosen) > 1 else next(iter(chosen))
    return [Move(path, node, _scarce(counts))]


def _scarce(counts: Mapping[str, float]) -> str:
    """The rarest and the most frequent."""
    rows = sorted(counts.items(), key=lambda row: (row[1], row[0]))
    shown = rows if len(rows) < 5 else [*rows[:3], rows[-1]]
    return f"there are {', '.join(f'{count:.0f} {name}' for name, count in shown)}"


def _lights(counts: Mapping[str, float], shares: Array) -> list[Move]:
    tens = _whole(shares)
    events = [{**LIGHTS[name], "share": share / 10_000} for name, share in zip(counts, tens, strict=True)]
    return [Move(ELEVATION, events, _scarce(counts), quota=True)]


def _whole(shares: Array) -> list[int]:
    """Ten thousandths that are 10,000 together."""
    tens = np.floor(shares * 10_000 + 1e-6).astype(int)
    tens[int(np.argmax(shares))] += 10_000 - int(tens.sum())
    return [int(number) for number in tens]


def seen_when_placed(frames: Sequence[Shown], name: str) -> float:
    """The share of the frames that have such a thing somewhere of those that show it, a half where there are none."""
    placed = [name in frame.classes for frame in frames if frame.placed.get(name, 0)]
    return (sum(placed) + 0.5) / (len(placed) + 1)


def _presence(
    universe: Universe, axes: Mapping[str, Axis], frames: Sequence[Shown], amount: float, moved: Sequence[Move]
) -> list[Move]:
    """Kinds that are in fewer pictures than the middle one of those that are seen are placed in as many as it takes.

    So are those that are in too few by night, or in fog: scenes draw what there is independently of light and weather,
    whose new shares are `moved`, and of a kind that many pictures show by day more are needed to have it by night.
    """
    shares, why = {}, []
    counts = {name: sum(name in frame.classes for frame in frames) for name in universe.classes}
    if not counts or not frames:
        return []
    usual = {name: sum(frame.placed.get(name, 0) > 0 for frame in frames) / len(frames) for name in counts}
    rates = {name: seen_when_placed(frames, name) for name in counts}
    after = {name: counts[name] + amount * usual[name] * rates[name] for name in counts}
    middle = float(np.median([after[name] for name in counts if counts[name]] or [0.0]))
    joint = _joint_shares(universe, axes, frames, amount, usual, rates, moved)
    for name in counts:
        share = (middle - counts[name]) / (amount * rates[name]) if after[name] < middle else 0.0
        share = max(share, joint.get(name, 0.0))
        if share > usual[name]:
            shares[name] = _short(min(share, _MOST_PRESENT))
            why.append(f"{counts[name]} {name} ({rates[name]:.0%} of those that have one)")
    if not shares:
        return []
    said = (
        f"of {len(frames)} pictures there show {', '.join(why)}; the middle kind will be in {middle:.0f}, and what "
        "some light or weather hardly shows is there more often"
    )
    return [Move(PRESENCE.rstrip("."), shares, said, quota=True)]


def _joint_shares(
    universe: Universe,
    axes: Mapping[str, Axis],
    frames: Sequence[Shown],
    amount: float,
    usual: Mapping[str, float],
    rates: Mapping[str, float],
    moved: Sequence[Move],
) -> dict[str, float]:
    """The share of new scenes with each kind that brings its cells nearest to the middle one of all cells.

    Least squares over the cells of a kind: with the share s, cell k will have counts_k + amount * due_k * rate * s.
    """
    found: dict[str, float] = {}
    for cells in cells_of(universe, frames):
        due = _due(cells, axes, moved)
        gains = amount * due[None] * np.array([[rates[name]] for name in universe.classes])
        after = cells.counts + gains * np.array([[usual[name]] for name in universe.classes])
        seen = cells.possible & (cells.counts.sum(axis=1, keepdims=True) > 0)
        if not seen.any():
            continue
        middle = float(np.median(after[seen]))
        for row, name in enumerate(universe.classes):
            able = cells.possible[row]
            weight = float((gains[row, able] ** 2).sum())
            if weight > 0:
                share = float((gains[row, able] * (middle - cells.counts[row, able])).sum()) / weight
                found[name] = max(found.get(name, 0.0), share)
    return found


def _due(cells: Cells, axes: Mapping[str, Axis], moved: Sequence[Move]) -> Array:
    """(words,) the shares that new scenes have of each light or weather: as moved, else as they are."""
    for move in moved:
        if move.key == ELEVATION and cells.words == tuple(axes["light"].counts if "light" in axes else ()):
            return np.array([event["share"] for event in move.node], dtype=np.float64)
        if move.key == WEATHER and cells.name == OF_CLASSES[1]:
            weights = move.node.get("choice", {}) if isinstance(move.node, Mapping) else {str(move.node): 1.0}
            shares = np.array([weights.get(word, 0.0) for word in cells.words], dtype=np.float64)
            return np.asarray(shares / shares.sum(), dtype=np.float64)
    return cells.frames / max(float(cells.frames.sum()), 1.0)


def _people(universe: Universe, axes: Mapping[str, Axis], frames: Sequence[Shown], amount: float) -> list[Move]:
    found = []
    for name, words in universe.people.items():
        counts = axes[name].counts
        total = sum(counts.values())
        if not total or not frames:
            continue
        due = filled([counts[word] for word in words], amount * total / len(frames))
        weights = np.maximum(due / due.max(), _LEAST_WEIGHT)
        node = {word: _short(float(weight)) for word, weight in zip(words, weights, strict=True)}
        found.append(Move(f"{PEOPLE}{name}", node, _scarce(counts)))
    return found


def _field(config: Config, frames: Sequence[Shown], amount: float) -> list[Move]:
    """Wide, middle and narrow fields in those shares that even out the sizes of things best."""
    sizes = Sizes.of(config, frames)
    if sizes is None:
        return []
    per_frame, all_of_them, ends = sizes.per_frame, sizes.things, [_short(end) for end in sizes.ends]
    steps = [(a, b, _STEPS - a - b) for a, b in itertools.product(range(_STEPS), repeat=2)]
    grid = [tuple(step / _STEPS for step in row) for row in steps if min(row) >= _LEAST_STEPS]
    even = [evenness(all_of_them + amount * (np.array(shares) @ per_frame)) for shares in grid]
    best = int(np.argmax(even))
    if even[best] - evenness(all_of_them + amount * per_frame.mean(axis=0)) < _WORTH:
        return []
    ranges = ({"below": ends[0]}, {"from": ends[0], "to": ends[1]}, {"above": ends[1]})
    events = [{**part, "share": round(share, 4)} for part, share in zip(ranges, grid[best], strict=True)]
    said = ", ".join(f"{count:.0f} {name}" for name, count in zip(COCO_AREAS_PX, all_of_them, strict=True))
    return [Move(sizes.key, events, f"of things there are {said}", quota=True)]


@dataclass(frozen=True, eq=False)
class Sizes:
    """How large things are seen through wide, middle and narrow fields.

    Attributes:
        key: of the field of view
        ends: (2,) the thirds of its distribution
        per_frame: (3, sizes) things of each of COCO's size classes
        things: (sizes,) all there are
    """

    key: str
    ends: tuple[float, ...]
    per_frame: Array
    things: Array

    @classmethod
    def of(cls, config: Config, frames: Sequence[Shown]) -> Sizes | None:
        """None where the field of view is not drawn, or a third of it has no frame."""
        drawn = [path for path in FIELD if all(path in frame.values for frame in frames)]
        key = next((path for path in drawn if isinstance(config.parameters.get(path), Distribution)), "")
        law = config.parameters.get(key)
        if not isinstance(law, Distribution) or isinstance(law, Choice):
            return None
        ends = tuple(float(law.ppf(share)) for share in (1 / 3, 2 / 3))
        field = np.searchsorted(ends, [float(str(frame.values[key])) for frame in frames])
        things = np.array([[frame.sizes.get(name, 0) for name in COCO_AREAS_PX] for frame in frames], dtype=np.float64)
        if any(not (field == place).any() for place in range(3)):
            return None
        return cls(key, ends, np.array([things[field == place].mean(axis=0) for place in range(3)]), things.sum(axis=0))

    def due(self, draws: Iterable[Mapping[str, Any]]) -> Array:
        """(sizes,) things that frames with these drawn values are going to have."""
        field = np.searchsorted(self.ends, [float(values[self.key]) for values in draws])
        return np.asarray(self.per_frame[field].sum(axis=0), dtype=np.float64)


def _short(value: float) -> float:
    return float(f"{value:.4f}")
