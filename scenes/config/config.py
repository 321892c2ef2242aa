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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from longtail.annotate.errors import ConfigError
from longtail.distributions import Distribution
from longtail.distributions.grammar import shown, suggestion
from longtail.distributions.scalar import Scalar
from longtail.scenes.atmosphere.light_presets import light_hint
from longtail.scenes.camera.mount import Mount
from longtail.scenes.config.cameras import read_cameras
from longtail.scenes.config.correlations import read_correlations
from longtail.scenes.config.given import Given, read_given, read_scene_file
from longtail.scenes.config.leaves import sections_of, walk
from longtail.scenes.config.quotas import read_quotas
from longtail.scenes.config.require import read_require
from longtail.scenes.config.settings import (
    GONE,
    SETTINGS,
    AssetSettings,
    CameraSettings,
    IgnoreSettings,
    RenderSettings,
    RunSettings,
    complaints,
    setting_paths,
)
from longtail.scenes.config.sweep import axes_json, read_sweep
from longtail.scenes.config.variants import read_variants, without_effect
from longtail.scenes.config.yaml_reader import read_file, read_text
from longtail.scenes.drawing.asked import Asked
from longtail.scenes.drawing.copula import Correlation
from longtail.scenes.drawing.impossible import require_possible
from longtail.scenes.drawing.plan import EACH_SCENE_ONCE, Picture, Plan
from longtail.scenes.drawing.quota import Quota
from longtail.scenes.scenarios.scenario import Scenario
from longtail.scenes.scenarios.table import SCENARIOS

__all__ = ["CameraSettings", "Config", "RenderSettings", "load", "resolve"]

DEFAULT_SCENARIO = "street"
JOINT = ("cameras", "correlations", "quotas", "require", "sweep", "variants")
"""The keys that are about several parameters, or several pictures, together."""
SCENE = "scene"
"""The key of a scene that is given, not drawn."""
_BESIDE_THE_SCENE = ("render", "labels", "outputs")
_MOST_HINTS = 8
_EVERY_KEY = "; `longtail list scenarios` and `longtail list settings` show every key"


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
    ignore: IgnoreSettings
    quotas: tuple[Quota, ...] = ()
    require: tuple[str, ...] = ()
    plan: Plan = EACH_SCENE_ONCE
    given: Given | None = None
    mounts: tuple[Mount, ...] = ()

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
            # Left out where there are none: a config without a rig has the digest that it had before there were rigs.
            **({"cameras": [mount.to_json() for mount in self.mounts]} if self.mounts else {}),
            "correlations": [list(correlation) for correlation in self.correlations],
            "quotas": {quota.path: [event.to_json() for event in quota.events] for quota in self.quotas},
            "require": list(self.require),
            "sweep": axes_json(self.plan.sweep),
            "variants": [variant.to_json() for variant in self.plan.variants],
            "render": self.render.model_dump(mode="json"),
            "labels": {"ignore": self.ignore.model_dump(mode="json")},
            "outputs": list(self.outputs),
            **({} if self.given is None else {SCENE: self.given.to_json()}),
        }

    @cached_property
    def asked(self) -> Asked:
        """What decides the values of each picture."""
        return Asked(
            self.scenario.space, self.seed, self.parameters, self.correlations, self.quotas, self.require, self.plan
        )

    def drawn_for(self, index: int) -> Picture:
        """The picture that the chance in frame `index` belongs to: a scene that is given brings its own."""
        return self.given.picture if self.given else self.plan.picture(index)

    def __reduce__(self) -> tuple[Any, ...]:
        # Rules hold functions without a name, which cannot travel to another process; plain data can.
        return _resolved_again, (self.to_json(),)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what determines the pixels and labels of frame i.

        That is the scenario's name, the seed, the camera, the assets, all parameters, the correlations, the quotas and
        requirements, the sweep, the variants, the rig, the rule of what is ignored, and of the renderer everything but
        the device. Not: how many frames, on which device, and which outputs are kept.
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
    known = SCENARIOS if scenarios is None else scenarios
    if str(source) in known:
        document, where = {"scenario": str(source)}, str(source)
    elif _exists(source):
        document, where = read_file(Path(source)), str(source)
    else:
        raise ConfigError(f"{str(source)[:200]}: expected a scenario ({', '.join(known)}) or a YAML file, got neither"
                          f"{suggestion(str(source), [*known, *_beside(Path(source))])}")  # fmt: skip
    laid_over = [(f"--set {override.split('=')[0]}", _override(override)) for override in overrides]
    options = {"seed": seed, "frames": frames}
    laid_over += [(f"--{name}", {name: value}) for name, value in options.items() if value is not None]
    return resolve(document, laid_over, where=where, scenarios=known)


def load_scene(path: Path, overrides: Iterable[str] = (), *, seed: int | None = None) -> Config:
    """The configuration of one frame that shows the scene of a file, which `longtail scene` has written.

    ConfigError: the file is none, or `overrides` would change what stands in it.
    """
    laid_over = [(f"--set {override.split('=')[0]}", _override(override)) for override in overrides]
    for where, part in laid_over:
        for key in part:
            if key.partition(".")[0] not in _BESIDE_THE_SCENE:
                raise ConfigError(
                    f"{where}: expected one of {', '.join(_BESIDE_THE_SCENE)} beside a scene that is given; change the "
                    f"scene in {path}, or the config that it was drawn from"
                )
    laid_over += [] if seed is None else [("--seed", {"seed": seed})]
    return resolve(read_scene_file(path), laid_over, where=str(path))


def resolve(
    document: Any,
    overrides: Sequence[tuple[str, Mapping[str, Any]]] = (),
    *,
    where: str = "config",
    scenarios: Mapping[str, Scenario] | None = None,
) -> Config:
    """The configuration that plain data means. `overrides` are further documents, each with the name for messages."""
    config, leaves = _resolved(document, overrides, where, SCENARIOS if scenarios is None else scenarios)
    _require_possible(config, leaves, where)
    return config


def _resolved_again(data: dict[str, Any]) -> Config:
    """A configuration that was possible when it was first read."""
    return _resolved(data, (), "config", SCENARIOS)[0]


def _resolved(
    document: Any, overrides: Sequence[tuple[str, Mapping[str, Any]]], where: str, known: Mapping[str, Scenario]
) -> tuple[Config, dict[str, _Leaf]]:
    documents = [(where, {} if document is None else document), *overrides]
    for name, part in documents:
        if not isinstance(part, Mapping):
            raise ConfigError(f"{name}: expected a mapping of keys to values, got {shown(part)}")
    scenario = _scenario(documents, known)
    leaves, problems = _leaves_of(documents, scenario)
    parameters = {}
    for parameter in scenario.space.parameters:
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
    problems += [f"{leaves[path].where}: {path}: {text}" for path, text in _unfit_lens(models).items()]
    joint = _joint(leaves, scenario, parameters, problems)
    fixed = _given(leaves, scenario, models, problems)
    if problems:
        raise ConfigError("\n".join(problems))
    run, camera, assets, render, ignore = (models[prefix] for prefix in SETTINGS)
    assert isinstance(run, RunSettings)
    assert isinstance(camera, CameraSettings)
    assert isinstance(assets, AssetSettings)
    assert isinstance(render, RenderSettings)
    assert isinstance(ignore, IgnoreSettings)
    config = Config(
        scenario,
        run.seed,
        run.frames,
        camera,
        assets,
        parameters,
        joint["correlations"],
        render,
        run.outputs,
        ignore,
        joint["quotas"],
        joint["require"],
        Plan(joint["variants"], joint["sweep"], cameras=tuple(mount.name for mount in joint["cameras"])),
        fixed,
        joint["cameras"],
    )
    return config, leaves


def _given(
    leaves: Mapping[str, _Leaf], scenario: Scenario, models: Mapping[str, Any], problems: list[str]
) -> Given | None:
    """The scene that is given instead of drawn; what is wrong with it goes to `problems`."""
    if (leaf := leaves.get(SCENE)) is None:
        return None
    try:
        given = read_given(leaf.node, {ground.kind: ground for ground in scenario.grounds})
    except ValueError as error:
        problems.append(f"{leaf.where}: {SCENE}: {error}")
        return None
    run, camera = models.get("", RunSettings(frames=1)), models.get("camera")
    lens = given.scene.camera.lens
    asked = None if camera is None else (camera.model, camera.size_px)
    if run.frames != 1:
        problems.append(f"{leaf.where}: frames: expected 1, for a scene that is given is one frame, got {run.frames}")
    if asked and asked != (lens.name, (lens.width_px, lens.height_px)):
        problems.append(
            f"{leaf.where}: camera: expected the camera that the scene has, {lens.name} of "
            f"{lens.width_px} x {lens.height_px} pixels, got {asked[0]} of {asked[1][0]} x {asked[1][1]}"
        )
    return given


def _unfit_lens(models: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with a lens that the engine does not have, by dotted path."""
    render, camera = models.get("render"), models.get("camera")
    if render is None or camera is None or render.engine != "eevee" or camera.model == "pinhole":
        return {}
    return {
        "render.engine": f"expected cycles with camera.model {camera.model}, got eevee, which renders a pinhole only; "
        "try --engine cycles, or camera.model=pinhole"
    }


def _joint(
    leaves: Mapping[str, _Leaf],
    scenario: Scenario,
    parameters: Mapping[str, Scalar | Distribution],
    problems: list[str],
) -> dict[str, Any]:
    """What a config says of several parameters together, by key; what is wrong goes to `problems`."""
    space = scenario.space
    readers: dict[str, Callable[[Any], tuple[Any, ...]]] = {
        "cameras": read_cameras,
        "correlations": lambda node: read_correlations(node, space),
        "quotas": lambda node: read_quotas(node, space, parameters),
        "require": lambda node: read_require(node, space),
        "sweep": lambda node: read_sweep(node, space),
        "variants": lambda node: read_variants(node, space),
    }
    assert tuple(readers) == JOINT
    found: dict[str, Any] = {}
    for key, read in readers.items():
        leaf = leaves.get(key)
        try:
            found[key] = () if leaf is None else read(leaf.node)
        except ValueError as error:
            found[key] = ()
            problems.append(f"{leaves[key].where}: {key}: {error}")
    if not problems:
        for key, path, kind in without_effect(Plan(found["variants"], found["sweep"]), parameters):
            problems.append(
                f"{leaves[key].where}: {key}: {path}: expected weather that always holds {kind}, because it means "
                f"nothing without; add weather: {kind}"
            )
    return found


def _require_possible(config: Config, leaves: Mapping[str, _Leaf], source: str) -> None:
    """Refuse statements that never hold, and scenes that cannot be rendered, before anything is rendered."""

    def where(paths: tuple[str, ...]) -> str:
        given = [leaves[path].where for path in (*paths, "sweep", "variants") if path in leaves]
        return given[0] if given else source

    require_possible(config.asked, config.frames, config.camera.lens_request, config.scenario.impossible, where)


def _exists(source: str | Path) -> bool:
    try:
        return Path(source).exists()
    except PermissionError:  # reading it says so
        return True
    except (OSError, ValueError):  # too long for a file name, or with a NUL in it
        return False


def _beside(source: Path) -> list[str]:
    """The YAML files of the folder that a file is not in."""
    try:
        return [str(path) for path in source.parent.iterdir() if path.suffix in (".yaml", ".yml")]
    except (OSError, ValueError):
        return []


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
    names = {*scenario.space.paths, *setting_paths(), "scenario", SCENE, *JOINT}
    sections = sections_of(names)
    leaves: dict[str, _Leaf] = {}
    problems: list[str] = []
    for where, document in documents:
        here: dict[str, _Leaf] = {}
        for path, node in walk("", document, names, sections):
            if path in sections - names:
                if node not in (None, {}):
                    inside = sorted(name for name in names if name.startswith(f"{path}."))
                    listed = ", ".join(inside[:4]) + (", ..." if len(inside) > 4 else "")
                    hint = light_hint(node) if path == "lighting" else ""
                    problems.append(f"{where}: {path}: expected a mapping (of {listed}), got {shown(node)}{hint}")
            elif path in GONE:
                problems.append(f"{where}: {path}: {GONE[path]}")
            elif path not in names:
                # Finding what is alike takes a while, and a message shows the first few.
                near = _nearest(path, node, names) if len(problems) < _MOST_HINTS else ""
                problems.append(f"{where}: {path}: expected a known key, got {shown(node)}{near}")
            elif path in here:
                both = f"{shown(here[path].node)} and {shown(node)}"
                problems.append(f"{where}: {path}: expected one value, got two: {both}")
            else:
                here[path] = _Leaf(where, node)
        leaves |= here
    return leaves, problems


def _nearest(path: str, node: Any, names: set[str]) -> str:
    """The known path that a wrong one may stand for: with the same word in it, or spelled like it."""
    if path == "light" and (hint := light_hint(node)):
        return hint
    section, _, word = path.rpartition(".")
    first, _, rest = path.partition(".")
    if first in JOINT:
        return f"; did you mean {first}: {{{rest}: ...}}"
    if section in names:
        return f"; did you mean {section}: {{choice: {{{word}: ...}}}}"
    alike = sorted(name for name in names if name.startswith(f"{section}.") and word and word in name[len(section) :])
    if alike:
        return f"; did you mean {alike[0]}"
    by_end = {name.rpartition(".")[2]: name for name in sorted(names, reverse=True)}
    if close := suggestion(path, names):
        return close
    if word in by_end:
        return f"; did you mean {by_end[word]}"
    return _with_word(word, names) or _EVERY_KEY


def _with_word(word: str, names: set[str]) -> str:
    """A path that has a wrong key's word as a part, or one spelled like it: fov, pedestrians."""
    # Of two paths with the part, the shallower one, and of those the first.
    deepest_first = sorted(sorted(names, reverse=True), key=lambda name: -name.count("."))
    parts = {part: name for name in deepest_first for part in name.split(".")}
    close = get_close_matches(word, sorted(parts), n=1, cutoff=0.8)
    holding = [part for part in sorted(parts) if len(word) > 2 and word in part.split("_")]
    found = [*close, *holding]
    return f"; did you mean {parts[found[0]]}" if found else ""
