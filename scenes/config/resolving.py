"""From plain data to a configuration: every leaf checked, every wrong one named."""

from __future__ import annotations

import copyreg
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError

from longtail.annotate.camera.intrinsics import OBLONG
from longtail.annotate.dataset.layers import OF_LANES, OF_PAIRS, OF_VIDEOS
from longtail.annotate.errors import ConfigError
from longtail.annotate.labels.points import LIDAR
from longtail.distributions import Distribution
from longtail.distributions.grammar import shown, suggestion
from longtail.distributions.scalar import Scalar
from longtail.scenes.camera.lenses import INTRINSICS, PATHS
from longtail.scenes.camera.mount import Mount
from longtail.scenes.camera.pairs import NO_PAIR, any_pair
from longtail.scenes.config.cameras import read_cameras
from longtail.scenes.config.config import Config, lens_kinds
from longtail.scenes.config.contradictions import contradictions
from longtail.scenes.config.correlations import read_correlations
from longtail.scenes.config.given import Given, read_given
from longtail.scenes.config.in_view import in_view_of_others
from longtail.scenes.config.keys import JOINT, SCENE, Leaf, leaves_of
from longtail.scenes.config.lidars import read_lidars
from longtail.scenes.config.matrix import matrix_size, middles, unfit_size
from longtail.scenes.config.mount_lens import DrawnCamera
from longtail.scenes.config.other_lens import of_other_lenses
from longtail.scenes.config.own_backing import unmet
from longtail.scenes.config.own_models import pinned
from longtail.scenes.config.own_scenario import DIGEST, is_file, wrong_digest
from longtail.scenes.config.quotas import read_quotas, with_quotas
from longtail.scenes.config.require import read_require
from longtail.scenes.config.rig_lenses import require_lenses
from longtail.scenes.config.settings import (
    AssetSettings,
    CameraSettings,
    ClipSettings,
    IgnoreSettings,
    RenderSettings,
    RunSettings,
    SettingsModel,
    complaints,
    setting_paths,
)
from longtail.scenes.config.sweep import read_sweep
from longtail.scenes.config.variants import read_variants, without_effect
from longtail.scenes.drawing.copula import Correlation
from longtail.scenes.drawing.impossible import require_possible
from longtail.scenes.drawing.plan import Axis, Plan, Variant
from longtail.scenes.drawing.quota import Quota
from longtail.scenes.lidar.asked import AskedLidar
from longtail.scenes.scenarios.code_file import CodeFile
from longtail.scenes.scenarios.own_file import scenario_of_file
from longtail.scenes.scenarios.own_place.place_file import PlaceFile
from longtail.scenes.scenarios.render_defaults import UNSAID
from longtail.scenes.scenarios.scenario import Scenario
from longtail.scenes.scenarios.table import SCENARIOS

DEFAULT_SCENARIO = "street"
_ONLY_NAMED = (
    "a Python file is run by commands that are given it, or a config that names it; what a dataset names is not run"
)
SettingsT = TypeVar("SettingsT", bound=SettingsModel)


@dataclass(frozen=True)
class _Joint:
    """What is said of several parameters, or several pictures, together."""

    cameras: tuple[Mount, ...]
    lidar: tuple[AskedLidar, ...]
    correlations: tuple[Correlation, ...]
    quotas: tuple[Quota, ...]
    require: tuple[str, ...]
    sweep: tuple[Axis, ...]
    variants: tuple[Variant, ...]

    @property
    def plan(self) -> Plan:
        return Plan(self.variants, self.sweep, cameras=tuple(mount.name for mount in self.cameras))


def resolve(
    document: Any,
    overrides: Sequence[tuple[str, Mapping[str, Any]]] = (),
    *,
    where: str = "config",
    scenarios: Mapping[str, Scenario] | None = None,
    asked: bool = False,
) -> Config:
    """The configuration that plain data means. `overrides` are further documents, each with the name for messages.

    A scenario is one of `scenarios`: whatever data may name, no file is run. `asked` is what somebody asks for now, who
    is told of what no camera would read, and gets the scenario's `RenderDefaults`; in what a dataset was made of both
    stay as they were.
    """
    known = SCENARIOS if scenarios is None else scenarios
    config, leaves = _resolved(document, overrides, where, known, asked=asked)
    if asked and (wrong := of_other_lenses(config, leaves, [where, *(name for name, _ in overrides)])):
        raise ConfigError("\n".join(wrong))
    if asked and (wrong := unmet(config, leaves)):
        raise ConfigError("\n".join(wrong))
    if asked and (wrong := contradictions(config.parameters, leaves, config.scenario.space)):
        raise ConfigError("\n".join(wrong))
    _require_possible(config, leaves, where)
    return config


def _resolved_again(data: dict[str, Any], file: CodeFile | PlaceFile | None) -> Config:
    """A configuration that was possible when it was first read."""
    known = SCENARIOS if file is None else {**SCENARIOS, file.name: scenario_of_file(file)}
    return _resolved(data, (), "config", known)[0]


# Rules hold functions without a name, which cannot travel to another process; plain data and a file's text can.
copyreg.pickle(Config, lambda config: (_resolved_again, (config.to_json(), config.scenario.file)))


def _resolved(
    document: Any,
    overrides: Sequence[tuple[str, Mapping[str, Any]]],
    where: str,
    known: Mapping[str, Scenario],
    *,
    asked: bool = False,
) -> tuple[Config, dict[str, Leaf]]:
    documents = [(where, {} if document is None else document), *overrides]
    for name, part in documents:
        if not isinstance(part, Mapping):
            raise ConfigError(f"{name}: expected a mapping of keys to values, got {shown(part)}")
    scenario = _scenario(documents, known)
    leaves, problems = leaves_of(documents, scenario.space)
    if DIGEST in leaves and (wrong := wrong_digest(scenario, leaves[DIGEST].node)):
        problems.append(f"{leaves[DIGEST].where}: {DIGEST}: {wrong}")
    parameters = _parameters(leaves, scenario, problems)
    run, camera = _settings("", RunSettings, leaves, problems), _settings("camera", CameraSettings, leaves, problems)
    assets = _pinned(_settings("assets", AssetSettings, leaves, problems), scenario, leaves, problems)
    # Datasets from before there were defaults of scenarios say nothing of what has come with them.
    usual = asdict(scenario.render) if asked else {"denoise_quality": UNSAID}
    render = _settings("render", RenderSettings, leaves, problems, usual)
    ignore = _settings("labels.ignore", IgnoreSettings, leaves, problems)
    joint = _joint(leaves, scenario, parameters, camera or CameraSettings(), problems)
    clip = _clip(leaves, scenario, problems)
    parameters = with_quotas(parameters, joint.quotas, scenario.space, leaves.keys())
    parameters = in_view_of_others(parameters, leaves.keys(), joint.quotas, joint.plan, scenario.space)
    kinds = lens_kinds(camera.model, joint.cameras, parameters, joint.plan.paths) if camera else ()
    if render and (wrong := next(filter(None, (_unfit_lens(render, kind) for kind in kinds)), "")):
        problems.append(f"{leaves['render.engine'].where}: render.engine: {wrong}")
    if camera:
        problems += _matrix(leaves, parameters, camera, joint)
        problems += _field_beside(leaves, scenario, parameters, camera, joint)
    given = _given(leaves, scenario, run, camera, joint.cameras, problems)
    if run and (lacking := sorted({*run.outputs} & {*OF_LANES})) and not any(g.has_lanes for g in scenario.grounds):
        where = leaves["outputs"].where if "outputs" in leaves else "outputs"
        problems.append(
            f"{where}: outputs: expected a scenario whose ground has lanes for {', '.join(lacking)}, got "
            f"{scenario.name}, which has none; leave them out"
        )
    if run and "disparity" in run.outputs and not any_pair(joint.cameras, (camera or CameraSettings()).lens_request):
        where = leaves["outputs"].where if "outputs" in leaves else "outputs"
        problems.append(f"{where}: outputs: {NO_PAIR}")
    if given and run and (others := sorted({*run.outputs} & {*OF_VIDEOS, *OF_PAIRS})):
        problems.append(
            f"{leaves['outputs'].where}: outputs: expected none that take other pictures of a scene that is given, got "
            f"{', '.join(others)}; leave them out"
        )
    elif run and clip and not clip.moves and (lacking := sorted({*run.outputs} & {*OF_VIDEOS})):
        where = leaves["outputs"].where if "outputs" in leaves else "outputs"
        problems.append(
            f"{where}: outputs: expected clip.frames of 2 or more for {', '.join(lacking)}, got scenes that are shown "
            "at one moment each; ask for a clip, or leave them out"
        )
    if given and (names := {lidar.name for lidar in joint.lidar}) != given.scene.lidars.keys():
        problems.append(
            f"{leaves[SCENE].where}: {LIDAR}: expected the sensors of the scene that is given, "
            f"{', '.join(given.scene.lidars) or 'none'}, got {', '.join(sorted(names)) or 'none'}"
        )
    if run and LIDAR in run.outputs and not joint.lidar and not problems:
        problems.append(
            f"{leaves['outputs'].where}: outputs: expected sensors for {LIDAR}, got none; add lidar: {{top: "
            "spinning_64}"
        )
    if problems or not (run and camera and assets and render and ignore and clip):
        raise ConfigError("\n".join(problems))
    config = Config(
        scenario=scenario,
        seed=run.seed,
        frames=run.frames,
        camera=camera,
        assets=assets,
        parameters=parameters,
        correlations=joint.correlations,
        render=render,
        # Who names sensors wants what they say.
        outputs=(*(name for name in run.outputs if name != LIDAR), *([LIDAR] if joint.lidar else ())),
        ignore=ignore,
        quotas=joint.quotas,
        require=joint.require,
        plan=replace(joint.plan, times_s=clip.times_s),
        given=given,
        mounts=joint.cameras,
        clip=clip,
        lidars=joint.lidar,
    )
    return config, leaves


def _parameters(
    leaves: Mapping[str, Leaf], scenario: Scenario, problems: list[str]
) -> dict[str, Scalar | Distribution]:
    """What is asked of every parameter; what is wrong goes to `problems`."""
    asked = {parameter.path: parameter.default for parameter in scenario.space.parameters}
    for parameter in scenario.space.parameters:
        if leaf := leaves.get(parameter.path):
            try:
                asked[parameter.path] = parameter.checked(leaf.node)
            except ValueError as error:
                problems.append(f"{leaf.where}: {parameter.path}: {error}")
    return asked


def _settings(
    prefix: str,
    model: type[SettingsT],
    leaves: Mapping[str, Leaf],
    problems: list[str],
    defaults: Mapping[str, Any] = MappingProxyType({}),
) -> SettingsT | None:
    """The settings below one prefix, `defaults` before the model's own; None where something is wrong with them, which
    goes to `problems`."""
    given = {f: leaves[p].node for p, (owner, f) in setting_paths().items() if owner == prefix and p in leaves}
    try:
        return model.model_validate({**defaults, **given})
    except ValidationError as error:
        problems += [f"{leaves[p].where}: {p}: {text}" for p, text in complaints(prefix, error).items()]
        return None


def _clip(leaves: Mapping[str, Leaf], scenario: Scenario, problems: list[str]) -> ClipSettings | None:
    """The clip; what is wrong with it goes to `problems`."""
    of_clip = {path: leaf for path, leaf in leaves.items() if path.partition(".")[0] == "clip"}
    given = {path.partition(".")[2]: leaf.node for path, leaf in of_clip.items()}
    where = next((leaf.where for leaf in of_clip.values()), "config")
    try:
        clip = ClipSettings.model_validate(given)
    except ValidationError as error:
        problems += [f"{where}: {path}: {text}" for path, text in complaints("clip", error).items()]
        return None
    if "clip.rate_hz" in of_clip and not clip.moves:
        problems.append(f"{where}: clip.rate_hz: expected clip.frames of 2 or more beside it, got {clip.frames}")
    if clip.moves and scenario.animate is None:
        problems.append(
            f"{where}: clip: expected a scenario whose scenes can move, got {scenario.name}, whose cannot; leave it out"
        )
    if clip.moves and SCENE in leaves:
        problems.append(f"{where}: clip: expected none beside a scene that is given, which is one moment; leave it out")
    return clip


def _pinned(
    assets: AssetSettings | None, scenario: Scenario, leaves: Mapping[str, Leaf], problems: list[str]
) -> AssetSettings | None:
    """The settings with the user's models by name and digest; what is wrong with their names goes to `problems`."""
    if assets is None:
        return None
    try:
        return pinned(assets, scenario.families, scenario.space.paths)
    except ValueError as error:
        problems.append(f"{leaves['assets.models'].where}: assets.models: {error}")
        return None


def _unfit_lens(render: RenderSettings, kind: str) -> str:
    """What is wrong with a lens that the engine does not have; "" where nothing is."""
    if render.engine != "eevee" or kind == "pinhole":
        return ""
    if kind == OBLONG:
        return (
            "expected cycles with a camera whose fy_px is not its fx_px, got eevee, which renders square pixels only; "
            "try --engine cycles, or one focal length"
        )
    return (
        f"expected cycles with camera.model {kind}, got eevee, which renders a pinhole only; "
        "try --engine cycles, or camera.model=pinhole"
    )


def _matrix(
    leaves: Mapping[str, Leaf], parameters: dict[str, Scalar | Distribution], camera: CameraSettings, joint: _Joint
) -> list[str]:
    """Have a camera's matrix, where there is one, meet the middle of the picture where it says no other place.

    Returns what is wrong with it.
    """
    fx, *others = INTRINSICS
    laid_over = joint.plan.paths
    size = matrix_size(camera)
    if fx not in parameters or not ({fx, *others} & (leaves.keys() | laid_over)):
        return []
    if fx not in leaves.keys() | laid_over:
        first = next(path for path in others if path in leaves or path in laid_over)
        where = leaves[first].where if first in leaves else "config"
        return [f"{where}: {first}: expected {fx} beside it; both are in place of a field of view"]
    parameters |= {path: middle for path, middle in middles(camera).items() if path not in leaves}
    for path, side in zip(others[1:], size, strict=True):
        if isinstance(middle := parameters[path], int | float) and not -side <= middle <= 2 * side:
            return [
                f"{leaves[path].where}: {path}: expected a principal point within one picture of the picture, "
                f"{-side} to {2 * side}, got {middle:g}; if the matrix is for pictures of another size, give that as "
                "camera.k_size_px"
            ]
    if wrong := unfit_size(camera):
        where = leaves["camera.size_px"].where if "camera.size_px" in leaves else "config"
        return [f"{where}: camera.size_px: {wrong}"]
    return []


def _field_beside(
    leaves: Mapping[str, Leaf], scenario: Scenario, parameters: Mapping[str, Any], camera: CameraSettings, joint: _Joint
) -> list[str]:
    """What is wrong where a field of view is asked for beside a matrix, which is in its place."""
    fx, field = INTRINSICS[0], PATHS[camera.model][0]
    if not parameters.get(fx):
        return []
    # A config that was written out has every leaf, also what its matrix is in place of, as it is declared.
    named = field in leaves and parameters[field] != scenario.space.parameter(field).default
    if not named and field not in joint.plan.paths:
        return []
    where = leaves[field].where if field in leaves else leaves[fx].where if fx in leaves else "config"
    return [
        f"{where}: {field}: expected no field of view beside a camera's matrix (camera.k, camera.file or {fx}), which "
        "is in its place; leave one of them out"
    ]


def _given(
    leaves: Mapping[str, Leaf],
    scenario: Scenario,
    run: RunSettings | None,
    camera: CameraSettings | None,
    mounts: tuple[Mount, ...],
    problems: list[str],
) -> Given | None:
    """The scene that is given instead of drawn; what is wrong with it goes to `problems`."""
    if (leaf := leaves.get(SCENE)) is None:
        return None
    try:
        given = read_given(leaf.node, {ground.kind: ground for ground in scenario.grounds})
    except ValueError as error:
        problems.append(f"{leaf.where}: {SCENE}: {error}")
        return None
    lens = given.scene.camera.lens
    asked = None if camera is None else (camera.model, camera.size_px)
    if mounts and mounts[0].lens is not None:
        asked = mounts[0].lens.request[:2]
    if run is not None and run.frames != 1:
        problems.append(f"{leaf.where}: frames: expected 1, for a scene that is given is one frame, got {run.frames}")
    if asked and asked != (lens.name, (lens.width_px, lens.height_px)):
        problems.append(
            f"{leaf.where}: camera: expected the camera that the scene has, {lens.name} of "
            f"{lens.width_px} x {lens.height_px} pixels, got {asked[0]} of {asked[1][0]} x {asked[1][1]}"
        )
    return given


def _joint(
    leaves: Mapping[str, Leaf],
    scenario: Scenario,
    parameters: Mapping[str, Scalar | Distribution],
    camera: CameraSettings,
    problems: list[str],
) -> _Joint:
    """What a config says of several parameters together; what is wrong goes to `problems`."""
    space = scenario.space
    where = leaves["cameras"].where if "cameras" in leaves else ""
    named = {path: leaf.node for path, leaf in leaves.items() if path.startswith("camera.")}
    drawn = DrawnCamera(where, named, camera, space, parameters, scenario.has_carrier)
    readers: dict[str, Callable[[Any], tuple[Any, ...]]] = {
        "cameras": lambda node: read_cameras(node, drawn),
        LIDAR: read_lidars,
        "correlations": lambda node: read_correlations(node, space),
        "quotas": lambda node: read_quotas(node, space, parameters),
        "require": lambda node: read_require(node, space, scenario.taxonomy),
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
    return _Joint(**found)


def _require_possible(config: Config, leaves: Mapping[str, Leaf], source: str) -> None:
    """Refuse statements that never hold, and scenes that cannot be rendered, before anything is rendered."""

    def where(paths: tuple[str, ...]) -> str:
        given = [leaves[path].where for path in (*paths, "sweep", "variants") if path in leaves]
        return given[0] if given else source

    require_possible(config.asked, config.frames, config.camera.lens_request, config.scenario.impossible, where)
    require_lenses(config, leaves["cameras"].where if "cameras" in leaves else source)


def _scenario(documents: Sequence[tuple[str, Mapping[str, Any]]], known: Mapping[str, Scenario]) -> Scenario:
    where, name = next(
        ((where, part["scenario"]) for where, part in reversed(documents) if "scenario" in part),
        (documents[0][0], DEFAULT_SCENARIO if DEFAULT_SCENARIO in known else next(iter(known), "")),
    )
    if is_file(name) and name not in known:
        raise ConfigError(f"{where}: scenario: expected one of {', '.join(known)}, got {shown(name)}: {_ONLY_NAMED}")
    if not isinstance(name, str) or name not in known:
        raise ConfigError(f"{where}: scenario: expected one of {', '.join(known)}, got {shown(name)}"
                          f"{suggestion(str(name), known)}")  # fmt: skip
    return known[name]
