"""`longtail supplement`: the config of a set that fills the gaps of one that is there."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from longtail.annotate.balance.shown import Shown, shown
from longtail.annotate.dataset.atomic import into, replacing
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.processes import in_processes
from longtail.annotate.errors import ConfigError, DatasetError
from longtail.render.balancing.axes import Axis, Universe, drawn_axes, shown_axes
from longtail.render.balancing.calibrating import calibrated
from longtail.render.balancing.moves import Move, moves_of
from longtail.render.balancing.proof import added, together
from longtail.render.importing.loading import load
from longtail.render.machine.limits import readers
from longtail.render.storage.place import Place, dataset_at, run_note
from longtail.render.storage.store import require_file
from longtail.render.watching.say import say
from longtail.scenes.assets.asset import Asset
from longtail.scenes.composing import catalogue_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.resolving import resolve

_WORTH_A_PROCESS = 400
_ALWAYS = ("scenario", "seed", "frames")


def supplement(where: Place, frames: int, output: Path, seed: int | None = None) -> int:
    """Write to `output` the config of so many frames that even out the dataset, and print what it does; the status.

    ConfigError where the dataset shows a scene that was given, or its scenario is not installed as it was.
    """
    require_file(output, "supplement.yaml")
    if note := run_note(where):
        say(f"{note}; only the frames that are there now are counted")
    dataset = dataset_at(where, Path())
    base = _config_of(dataset)
    there = _frames(dataset)
    assets = catalogue_of(base)
    plain = resolve(_more_of(base, frames, dataset.info.seed + 1 if seed is None else seed))
    _require_other_scenes(dataset, plain)
    universe = Universe.of(plain, there, {asset.category for asset in assets.values()})
    before = [*drawn_axes(universe, [frame.values for frame in there]), *shown_axes(universe, there)]
    moves = moves_of(plain, universe, {axis.name: axis for axis in before}, there)
    moves = calibrated(moves, lambda changed: resolve(_moved(plain, changed)))
    text, pairs = _evened(plain, moves, universe, before, there, assets)
    with into(output), replacing(output) as file:
        file.write(text.encode("utf-8"))
    if load(str(output)).frames != frames:
        raise AssertionError(f"{output}: the config that was written is another one when it is read")
    for line in _told(pairs):
        print(line)
    say(f"{output}: {frames} frames that fill the gaps of {where}; longtail render {output} -o OUT makes them")
    return 0


def _config_of(dataset: Dataset) -> Config:
    config = resolve(dict(dataset.info.config), where=f"{dataset.place}/dataset.json")
    if config.given is not None:
        raise ConfigError(
            f"{dataset.place}: expected a dataset whose scenes were drawn, got one of a scene that was given"
        )
    return config


def _frames(dataset: Dataset) -> list[Shown]:
    indices = dataset.frames()
    if not indices:
        raise DatasetError(f"{dataset.place}: expected frames to count, got none; render some first")
    work = partial(_shown, dataset)
    with closing(in_processes(work, indices, min(readers(), 1 + len(indices) // _WORTH_A_PROCESS))) as found:
        return list(found)


def _shown(dataset: Dataset, index: int) -> Shown:
    return shown(dataset.glance(index), dataset.info.taxonomy)


def _more_of(base: Config, frames: int, seed: int) -> dict[str, Any]:
    """The same config for other scenes, each of which is shown once: variants and sweeps say what quotas say now."""
    return {**base.to_json(), "frames": frames, "seed": seed, "variants": [], "sweep": {}}


def _require_other_scenes(dataset: Dataset, config: Config) -> None:
    if config.seed == dataset.info.seed:
        raise ConfigError(
            f"--seed: expected another one than {config.seed}, which {dataset.place} has: two sets of one seed show "
            "the same scenes"
        )


def _evened(
    plain: Config,
    moves: Sequence[Move],
    universe: Universe,
    before: Sequence[Axis],
    frames: Sequence[Shown],
    assets: Mapping[str, Asset],
) -> tuple[str, list[tuple[Axis, Axis]]]:
    """The text of the config, and each axis before and after."""
    config = resolve(_moved(plain, moves))
    pairs = together(before, added(config, universe, frames, assets))
    return _yaml(plain, moves, pairs, len(frames)), pairs


def _moved(plain: Config, moves: Sequence[Move]) -> dict[str, Any]:
    made = plain.to_json()
    anew = {move.key for move in moves}
    anew |= {
        f"{move.key}.{name}" for move in moves if move.quota and isinstance(move.node, Mapping) for name in move.node
    }
    quotas = {path: events for path, events in made["quotas"].items() if path not in anew}
    made["quotas"] = {**quotas, **{move.key: move.node for move in moves if move.quota}}
    for move in moves:
        if not move.quota:
            made.update({f"{move.key}.{word}": weight for word, weight in move.node.items()}
                        if move.key.startswith("objects.people.") else {move.key: move.node})  # fmt: skip
    return made


def _yaml(plain: Config, moves: Sequence[Move], pairs: Sequence[tuple[Axis, Axis]], frames: int) -> str:
    """The config, with a comment at whatever is moved; what is as the scenario has it by itself is left out."""
    usual = load(plain.scenario.name).to_json()
    made = _moved(plain, moves)
    of_moves = {move.key for move in moves if not move.quota}
    lines = [
        f"# {plain.frames} frames beside the {frames} that are there. How even each is now and then (1: all the same):",
        *(f"#   {line}" for line in _told(pairs)),
        "# Another seed than theirs, so no scene is shown twice; no variants and no sweeps, whose place quotas take.",
    ]
    for key in _ALWAYS:
        lines += _dumped({key: made[key]})
    for key, node in made.items():
        group = next(
            (path for path in of_moves if key.startswith(f"{path}.") and path.startswith("objects.people.")), ""
        )
        if key not in (*_ALWAYS, "quotas", *of_moves) and not group and node != usual.get(key):
            lines += _dumped({key: node})
    for move in moves:
        if not move.quota:
            lines += [*_comment(move.why), *_dumped({move.key: move.node})]
    if made["quotas"]:
        lines.append("quotas:")
        why = {move.key: move.why for move in moves if move.quota}
        for path, events in made["quotas"].items():
            told = _comment(why[path]) if path in why else []
            lines += [f"  {line}" for line in (*told, *_dumped({path: events}))]
    return "\n".join(lines) + "\n"


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, 105)]


def _dumped(node: Mapping[str, Any]) -> list[str]:
    """Lines of a mapping: each key with its value on one line, or of a list of mappings on a line each."""
    found: list[str] = []
    for key, value in node.items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            found.append(f"{key}:")
            for row in value:
                first, *more = _flow(row)
                found += [f"  - {first}", *(f"    {line}" for line in more)]
        else:
            found += f"{key}: {chr(10).join(_flow(value))}".splitlines()
    return found


def _flow(value: Any) -> list[str]:
    text = yaml.safe_dump(value, sort_keys=False, default_flow_style=True, width=100)
    return text.removesuffix("...\n").rstrip().splitlines()


def _told(pairs: Sequence[tuple[Axis, Axis]]) -> Iterator[str]:
    """A line for each axis, the least even first, with what it has least of."""
    for before, after in sorted(pairs, key=lambda pair: (pair[0].evenness, pair[0].name)):
        rare = sorted(before.counts, key=lambda name: (before.counts[name], name))[:3]
        gains = ", ".join(f"{name} {before.counts[name]:.0f} -> {after.counts[name]:.0f}" for name in rare)
        yield f"{before.name}: {before.evenness:.3f} -> {after.evenness:.3f} ({gains})"
