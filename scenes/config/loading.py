"""Reading a configuration: from a scenario's name, a file, or the file of one scene, with overrides.

A leaf has one dotted path, and mappings and dots mean the same: `camera: {height_m: 1.5}` is `camera.height_m: 1.5`,
and `objects.vehicle: {count: 3}` works too. A word may be a parameter and a section at once, as `weather` is:

    weather: {choice: {clear: 4, rain: 2}}           weather: {choice: {clear: 4, rain: 2}, rain: {rate_mm_h: 30}}
    weather.rain: {rate_mm_h: 30}                    weather: {constant: rain, rain: {rate_mm_h: 30}}

Left, in two keys; right, in one mapping, where the words of the distribution grammar belong to the parameter and all
other keys to the section.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from longtail.annotate.errors import ConfigError
from longtail.distributions.grammar import suggestion
from longtail.scenes.config.config import Config
from longtail.scenes.config.given import read_scene_file
from longtail.scenes.config.own_scenario import SUFFIXES, ReadPlace, is_file, no_place, with_own
from longtail.scenes.config.resolving import resolve
from longtail.scenes.config.yaml_reader import read_file, read_text
from longtail.scenes.scenarios.scenario import Scenario
from longtail.scenes.scenarios.table import SCENARIOS

_BESIDE_THE_SCENE = ("render", "labels", "outputs")


def load(
    source: str | Path,
    overrides: Iterable[str] = (),
    *,
    seed: int | None = None,
    frames: int | None = None,
    scenarios: Mapping[str, Scenario] | None = None,
    read_place: ReadPlace = no_place,
) -> Config:
    """The configuration of a scenario's name, a YAML file, a Python file or a .blend, with `path=value` overrides.

    An override's value is YAML, so that distributions and lists work; `seed` and `frames` win over both. ConfigError
    names every wrong leaf, one line each. A Python file is run, whether it is named here or in the YAML; a .blend is
    read by `read_place`.
    """
    known = SCENARIOS if scenarios is None else scenarios
    if str(source) in known or is_file(str(source)):
        document, where = {"scenario": str(source)}, str(source)
    elif _exists(source):
        document, where = read_file(Path(source)), str(source)
    else:
        raise ConfigError(f"{str(source)[:200]}: expected a scenario ({', '.join(known)}) or a file, "
                          f"YAML, Python or .blend, got neither"
                          f"{suggestion(str(source), [*known, *_beside(Path(source))])}")  # fmt: skip
    laid_over = [(f"--set {override.split('=')[0]}", _override(override)) for override in overrides]
    options = {"seed": seed, "frames": frames}
    laid_over += [(f"--{name}", {name: value}) for name, value in options.items() if value is not None]
    own = with_own([(where, document), *laid_over], known, read_place)
    return resolve(document, laid_over, where=where, scenarios=own, asked=True)


def load_scene(
    path: Path, overrides: Iterable[str] = (), *, seed: int | None = None, read_place: ReadPlace = no_place
) -> Config:
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
    document = read_scene_file(path)
    own = with_own([(str(path), document)], SCENARIOS, read_place)
    return resolve(document, laid_over, where=str(path), scenarios=own)


def _exists(source: str | Path) -> bool:
    try:
        return Path(source).exists()
    except PermissionError:  # reading it says so
        return True
    except (OSError, ValueError):  # too long for a file name, or with a NUL in it
        return False


def _beside(source: Path) -> list[str]:
    """The YAML files of the folder that a file is not in, and those that are scenarios."""
    try:
        return [str(path) for path in source.parent.iterdir() if path.suffix in (".yaml", ".yml", *SUFFIXES)]
    except (OSError, ValueError):
        return []


def _override(text: str) -> dict[str, Any]:
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        raise ConfigError(f"--set: expected path=value, got {text!r}; for example --set weather=rain")
    return {path.strip(): read_text(value, f"--set {path.strip()}")}
