"""A scenario in a Python file of the user's: run because he named it, as an installed package is because he installed
it. Nothing keeps such code from anything; what only reads datasets never runs it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from types import ModuleType
from typing import Any

import numpy as np

from longtail.annotate.camera import Lens
from longtail.annotate.errors import ConfigError
from longtail.annotate.wording import listed
from longtail.distributions.grammar import suggestion
from longtail.scenes.assets import families
from longtail.scenes.assets.asset import Asset, Procedural, each_of, forget_meshes
from longtail.scenes.assets.family import take_names
from longtail.scenes.assets.packs.locate import CURATED, name_of
from longtail.scenes.drawing.sampling import Draw
from longtail.scenes.scenarios.code_file import CodeFile
from longtail.scenes.scenarios.scenario import Scenario
from longtail.scenes.scenarios.table import checked
from longtail.scenes.scene import Scene, ground_pieces
from longtail.scenes.space.parameters import Rule

NAME = "SCENARIO"
"""What a file calls its scenario."""
# How far a size may be off its mesh, which is what our own are held to.
_OFF, _OFF_M = 0.012, 0.015


@lru_cache(maxsize=1)
def scenario_in(file: CodeFile) -> Scenario:
    """The scenario of a file, which is run once for as long as no other is.

    ConfigError, with the file and where there is one the line, for code that cannot be run, has no `Scenario` called
    SCENARIO, or one that cannot stand beside ours. Later on the scenario's own functions raise such, too.
    """
    names = _run(file)
    try:
        found = _known(names)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{file.path}: {error}") from error
    forget_meshes()  # of an asset of the same name, as the file had it before
    return _watched(found, file)


def _run(file: CodeFile) -> Mapping[str, Any]:
    """What the names of the file's module are. Dataclasses look their module up where Python keeps all of them."""
    module = ModuleType(f"longtail_file_{file.sha256[:16]}")
    module.__file__ = file.path
    sys.modules[module.__name__] = module
    with file.blamed():
        exec(compile(file.text, file.path, "exec", dont_inherit=True), module.__dict__)
    return vars(module)


def _known(names: Mapping[str, Any]) -> Scenario:
    """The scenario among a module's names. TypeError or ValueError, "expected ..., got ...", where there is none."""
    if NAME not in names:
        others = [name for name, value in names.items() if isinstance(value, Scenario)]
        got = f"one called {listed(others)}" if others else "none"
        raise ValueError(f"expected a Scenario that is called {NAME}, got {got}")
    found = names[NAME]
    if not isinstance(found, Scenario):
        raise TypeError(f"{NAME}: expected a Scenario, got {type(found).__name__}")
    taken = {asset.name for ours in families().values() for asset in each_of(ours)} | {name_of(row) for row in CURATED}
    take_names(found.assets, taken)
    checked(found.name, found)
    _ = found.taxonomy  # which looks at the background
    return found


def _watched(scenario: Scenario, file: CodeFile) -> Scenario:
    """The same, of which the file is told whatever goes wrong in its functions."""
    rules = tuple(_rule(rule, file) for rule in scenario.space.rules)
    return replace(
        scenario,
        file=file,
        space=replace(scenario.space, rules=rules),
        compose=file.watched(_sound(scenario, file), "compose: "),
        animate=scenario.animate and file.watched(scenario.animate, "animate: "),
        expected_objects=scenario.expected_objects and file.watched(scenario.expected_objects, "expected_objects: "),
    )


def _rule(rule: Rule, file: CodeFile) -> Rule:
    """Rules of ours stay as they are: they are asked often."""

    def own(bound: Any) -> Any:
        code = getattr(bound, "__code__", None)
        return file.watched(bound, f"a rule for {rule.path}: ") if code and code.co_filename == file.path else bound

    return replace(rule, when=own(rule.when), low=own(rule.low), high=own(rule.high))


def _sound(scenario: Scenario, file: CodeFile) -> Callable[[Draw, Lens, Mapping[str, Asset]], Scene]:
    """Its `compose`, which raises ConfigError where no frame could be made of what it makes."""

    def compose(draw: Draw, lens: Lens, assets: Mapping[str, Asset]) -> Scene:
        scene = scenario.compose(draw, lens, assets)
        if wrong := _unsound(scene, scenario, assets):
            raise ConfigError(f"{file.path}: compose: {wrong}")
        return scene

    return compose


def require_sizes(scenario: Scenario) -> None:
    """ConfigError where an asset of a scenario's file has no mesh, or another size than it states: boxes have that."""
    if not isinstance(scenario.file, CodeFile):
        return
    for asset in each_of(scenario.assets):
        if isinstance(asset, Procedural):
            with scenario.file.blamed(f"{asset.name}: "):
                found = asset.mesh().size_m
            if not np.allclose(asset.size_m, found, rtol=_OFF, atol=_OFF_M):
                raise ConfigError(
                    f"{scenario.file.path}: {asset.name}: expected the size that its mesh has, {_spelled(found)} m, "
                    f"got {_spelled(asset.size_m)} m"
                )


def _spelled(size_m: Iterable[float]) -> str:
    return " x ".join(f"{side:.3f}" for side in size_m)


def _unsound(scene: object, scenario: Scenario, assets: Mapping[str, Asset]) -> str:
    """What is wrong with a scene, "expected ..., got ..."; "" for nothing."""
    if not isinstance(scene, Scene):
        return f"expected a Scene, got {type(scene).__name__}"
    if type(scene.ground) not in scenario.grounds:
        return f"expected a ground of those that {NAME} names as grounds, got a {type(scene.ground).__name__}"
    for item in scene.objects:
        if item.asset not in assets:
            return f"expected assets that it is offered, got {item.asset}{suggestion(item.asset, assets)}"
    for piece in ground_pieces(scene.ground):
        if piece.category not in scenario.scenery:
            return f"expected pieces of ground of the categories that {NAME} names as scenery, got {piece.category!r}"
    return ""
