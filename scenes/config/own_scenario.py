"""A config whose scenario is a Python file or a .blend: where it lies, and whether it is the one that was meant.

    scenario: my_yard.py

A configuration that was written out names the file without its folder, and states its SHA-256: a run that goes on with
another file, here or on another machine, is another run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from longtail.annotate.errors import ConfigError
from longtail.distributions.grammar import shown
from longtail.scenes.scenarios import code_file
from longtail.scenes.scenarios.code_file import CodeFile
from longtail.scenes.scenarios.own_file import scenario_of_file
from longtail.scenes.scenarios.own_place import place_file
from longtail.scenes.scenarios.own_place.place_file import PlaceFile
from longtail.scenes.scenarios.scenario import Scenario

DIGEST = "scenario_sha256"
"""The key of the file's digest."""
SUFFIXES = (code_file.SUFFIX, place_file.SUFFIX)
"""What the names of files end in that are scenarios."""
_NAMING = (".yaml", ".yml", ".json")

ReadPlace = Callable[[Path, str], PlaceFile]
"""What reads a .blend at a path; its ConfigErrors begin with the second argument."""


def no_place(_path: Path, where: str) -> PlaceFile:
    """Reads no .blend: that takes Blender, and a process of its own."""
    raise ConfigError(
        f"{where}: expected a scenario that needs no Blender to be read, got a .blend; load it by "
        "longtail.render.importing.loading, as the commands do"
    )


def is_file(name: object) -> bool:
    """Whether what a config has as its scenario names a file of the user's: Python, or a .blend."""
    return isinstance(name, str) and name.endswith(SUFFIXES)


def with_own(
    documents: Iterable[tuple[str, Any]], known: Mapping[str, Scenario], read_place: ReadPlace = no_place
) -> Mapping[str, Scenario]:
    """`known`, and the scenario of the file that documents name, if they name one. The last of them counts.

    Python is run; a .blend is read by `read_place`. ConfigError for a file that is none, or whose scenario is none.
    """
    named = [(where, part["scenario"]) for where, part in documents if isinstance(part, Mapping) and "scenario" in part]
    where, name = named[-1] if named else ("", "")
    if not is_file(name) or name in known:
        return known
    path = _place(name, where)
    read = read_place if name.endswith(place_file.SUFFIX) else CodeFile.read
    return {**known, name: scenario_of_file(read(path, where))}


def _place(name: str, where: str) -> Path:
    """Beside the file that names it, or else in the folder where one is, as what is named on a command line."""
    beside = Path(where).parent / name
    return beside if Path(where).suffix in _NAMING and beside.exists() else Path(name)


def wrong_digest(scenario: Scenario, stated: Any) -> str:
    """What is wrong with the digest that a config states of its scenario's file; "" where it is the file's."""
    if scenario.file is None:
        return f"expected none beside a scenario that is no file, got {shown(stated)}; leave it out"
    if stated != scenario.file.sha256:
        return (
            f"expected {scenario.file.path} as it was when this was written, got a file of SHA-256 "
            f"{scenario.file.sha256}; bring back that of {shown(stated)}, or leave this key out for a run of its own"
        )
    return ""
