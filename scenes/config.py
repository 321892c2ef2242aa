"""Configurations: a scenario with some of its leaves set, read from YAML and checked to the last leaf.

A leaf has one dotted path, and mappings and dots mean the same: `camera: {height_m: 1.5}` is `camera.height_m: 1.5`,
and `objects.vehicle: {count: 3}` works too. A word may be a parameter and a section at once, as `weather` is:

    weather: {choice: {clear: 4, rain: 2}}           weather: {choice: {clear: 4, rain: 2}, rain: {rate_mm_h: 30}}
    weather.rain: {rate_mm_h: 30}                    weather: {constant: rain, rain: {rate_mm_h: 30}}

Left, in two keys; right, in one mapping, where the words of the distribution grammar belong to the parameter and all
other keys to the section.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from annotate.errors import ConfigError
from annotate.frame import Scalar
from scenes.copula import Correlation
from scenes.correlations import read_correlations
from scenes.distributions import Distribution
from scenes.grammar import EXTRAS, HEADS, shown, suggestion
from scenes.scenario import Scenario
from scenes.settings import (
    SETTINGS,
    AssetSettings,
    CameraSettings,
    RenderSettings,
    RunSettings,
    complaints,
    setting_paths,
)
from scenes.yaml_reader import read_file, read_text

__all__ = ["CameraSettings", "Config", "RenderSettings", "load", "resolve"]

DEFAULT_SCENARIO = "street"


@dataclass(frozen=True)
class Config:
    """A request, complete: every parameter of the scenario has its value or distribution, in the table's order."""

    scenario: Scenario
    seed: int
    frames: int
    camera: CameraSettings
    assets: AssetSettings
    parameters: Mapping[str, Scalar | Distribution]
    correlations: tuple[Correlation, ...]
    render: RenderSettings
    outputs: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data that `resolve` turns into an equal configuration, whatever the order of its keys."""
        return {
            "scenario": self.scenario.name,
            "seed": self.seed,
            "frames": self.frames,
            "camera": self.camera.model_dump(mode="json"),
            "assets": self.assets.model_dump(mode="json"),
            **{
                path: value.to_json() if isinstance(value, Distribution) else value
                for path, value in self.parameters.items()
            },
            "correlations": [list(correlation) for correlation in self.correlations],
            "render": self.render.model_dump(mode="json"),
            "outputs": list(self.outputs),
        }

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what determines the pixels of frame i.

        That is the scenario's name, the seed, the camera, the assets, all parameters, the correlations, and of the
        renderer everything but the device. Not: how many frames, on which device, and which outputs are kept.
        """
        data = self.to_json()
        del data["frames"], data["outputs"], data["render"]["device"]
        text = json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()


class _Leaf(NamedTuple):
    where: str
    node: Any


def load(
    source: str | Path,
    overrides: Iterable[str] = (),
    *,
    seed: int | None = None,
    frames: int | None = None,
    scenarios: Mapping[str, Scenario] | None = None,
) -> Config:
    """The configuration of a built-in scenario's name or a YAML file, with `path=value` overrides laid over it.

    An override's value is YAML, so that distributions and lists work; `seed` and `frames` win over both. ConfigError
    names every wrong leaf, one line each.
    """
    known = _registered() if scenarios is None else scenarios
    if str(source) in known:
        document, where = {"scenario": str(source)}, str(source)
    elif _exists(source):
        document, where = read_file(Path(source)), str(source)
    else:
        raise ConfigError(f"{str(source)[:200]}: expected a scenario ({', '.join(known)}) or a YAML file, got neither"
                          f"{suggestion(str(source), known)}")  # fmt: skip
    laid_over = [(f"--set {override.split('=')[0]}", _override(override)) for override in overrides]
    options = {"seed": seed, "frames": frames}
    laid_over += [(f"--{name}", {name: value}) for name, value in options.items() if value is not None]
    return resolve(document, laid_over, where=where, scenarios=known)


def resolve(
    document: Any,
    overrides: Sequence[tuple[str, Mapping[str, Any]]] = (),
    *,
    where: str = "config",
    scenarios: Mapping[str, Scenario] | None = None,
) -> Config:
    """The configuration that plain data means. `overrides` are further documents, each with the name for messages."""
    known = _registered() if scenarios is None else scenarios
    documents = [(where, {} if document is None else document), *overrides]
    for name, part in documents:
        if not isinstance(part, Mapping):
            raise ConfigError(f"{name}: expected a mapping of keys to values, got {shown(part)}")
    scenario = _scenario(documents, known)
    leaves, problems = _leaves_of(documents, scenario)
    parameters = {}
    for parameter in scenario.parameters:
        parameters[parameter.path] = parameter.default
        if leaf := leaves.get(parameter.path):
            try:
                parameters[parameter.path] = parameter.checked(leaf.node)
            except ValueError as error:
                problems.append(f"{leaf.where}: {parameter.path}: {error}")
    models = {}
    for prefix, model in SETTINGS.items():
        given = {f: leaves[p].node for p, (owner, f) in setting_paths().items() if owner == prefix and p in leaves}
        try:
            models[prefix] = model.model_validate(given)
        except ValidationError as error:
            problems += [f"{leaves[p].where}: {p}: {text}" for p, text in complaints(prefix, error).items()]
    correlations: tuple[Correlation, ...] = ()
    if leaf := leaves.get("correlations"):
        try:
            correlations = read_correlations(leaf.node, scenario)
        except ValueError as error:
            problems.append(f"{leaf.where}: correlations: {error}")
    if problems:
        raise ConfigError("\n".join(problems))
    run, camera, assets, render = (models[prefix] for prefix in ("", "camera", "assets", "render"))
    assert isinstance(run, RunSettings)
    assert isinstance(camera, CameraSettings)
    assert isinstance(assets, AssetSettings)
    assert isinstance(render, RenderSettings)
    return Config(scenario, run.seed, run.frames, camera, assets, parameters, correlations, render, run.outputs)


def _registered() -> Mapping[str, Scenario]:
    # Scenarios import this module for the type of their configuration.
    from scenes.scenarios import SCENARIOS

    return SCENARIOS


def _exists(source: str | Path) -> bool:
    try:
        return Path(source).exists()
    except (OSError, ValueError):  # too long for a file name, or with a NUL in it
        return False


def _override(text: str) -> dict[str, Any]:
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        raise ConfigError(f"--set: expected path=value, got {text!r}; for example --set weather=rain")
    return {path.strip(): read_text(value, f"--set {path.strip()}")}


def _scenario(documents: Sequence[tuple[str, Mapping[str, Any]]], known: Mapping[str, Scenario]) -> Scenario:
    where, name = next(
        ((where, part["scenario"]) for where, part in reversed(documents) if "scenario" in part),
        (documents[0][0], DEFAULT_SCENARIO if DEFAULT_SCENARIO in known else next(iter(known), "")),
    )
    if not isinstance(name, str) or name not in known:
        raise ConfigError(f"{where}: scenario: expected one of {', '.join(known)}, got {shown(name)}"
                          f"{suggestion(str(name), known)}")  # fmt: skip
    return known[name]


def _leaves_of(
    documents: Sequence[tuple[str, Mapping[str, Any]]], scenario: Scenario
) -> tuple[dict[str, _Leaf], list[str]]:
    """Every known leaf that is given, by path, later documents over earlier ones; and what else was found."""
    names = {*scenario.paths, *setting_paths(), "scenario", "correlations"}
    sections = {path.rsplit(".", depth)[0] for path in names for depth in range(1, path.count(".") + 1)}
    leaves: dict[str, _Leaf] = {}
    problems: list[str] = []
    for where, document in documents:
        here: dict[str, _Leaf] = {}
        for path, node in _walk("", document, names, sections):
            if path in sections - names:
                if node not in (None, {}):
                    inside = sorted(name for name in names if name.startswith(f"{path}."))
                    listed = ", ".join(inside[:4]) + (", ..." if len(inside) > 4 else "")
                    problems.append(f"{where}: {path}: expected a mapping (of {listed}), got {shown(node)}")
            elif path not in names:
                problems.append(f"{where}: {path}: expected a known key, got {shown(node)}{_nearest(path, names)}")
            elif path in here:
                both = f"{shown(here[path].node)} and {shown(node)}"
                problems.append(f"{where}: {path}: expected one value, got two: {both}")
            else:
                here[path] = _Leaf(where, node)
        leaves |= here
    return leaves, problems


def _walk(path: str, node: Any, names: set[str], sections: set[str]) -> Iterator[tuple[str, Any]]:
    """(dotted path, node) of every leaf. A mapping is a section unless it holds a word of the distribution grammar."""
    if not isinstance(node, Mapping) or (not node and path) or (path in names and path not in sections):
        yield path, node
        return
    own = {key: value for key, value in node.items() if path and key in HEADS}
    if own:
        rest = {key: value for key, value in node.items() if key not in HEADS | EXTRAS}
        if path not in sections or path not in names:
            yield path, node
            return
        yield path, {key: value for key, value in node.items() if key not in rest}
    else:
        rest = dict(node)
    for key, value in rest.items():
        yield from _walk(f"{path}.{key}" if path else str(key), value, names, sections)


def _nearest(path: str, names: set[str]) -> str:
    """The known path that a wrong one may stand for: with the same word in it, or spelled like it."""
    section, _, word = path.rpartition(".")
    if section in names:
        return f"; did you mean {section}: {{choice: {{{word}: ...}}}}"
    alike = sorted(name for name in names if name.startswith(f"{section}.") and word and word in name[len(section) :])
    if alike:
        return f"; did you mean {alike[0]}"
    by_end = {name.rpartition(".")[2]: name for name in sorted(names, reverse=True)}
    return suggestion(path, names) or (f"; did you mean {by_end[word]}" if word in by_end else "")
