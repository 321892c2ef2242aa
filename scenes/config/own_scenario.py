"""A config whose scenario is a Python file: where the file lies, and whether it is the one that was meant.

    scenario: my_yard.py

A configuration that was written out names the file without its folder, and states its SHA-256: a run that goes on with
another text, here or on another machine, is another run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from longtail.distributions.grammar import shown
from longtail.scenes.scenarios.code_file import SUFFIX, CodeFile
from longtail.scenes.scenarios.own import scenario_in
from longtail.scenes.scenarios.scenario import Scenario

DIGEST = "scenario_sha256"
"""The key of the file's digest."""
_NAMING = (".yaml", ".yml", ".json")


def is_file(name: object) -> bool:
    """Whether what a config has as its scenario names a Python file."""
    return isinstance(name, str) and name.endswith(SUFFIX)


def with_own(documents: Iterable[tuple[str, Any]], known: Mapping[str, Scenario]) -> Mapping[str, Scenario]:
    """`known`, and the scenario of the file that documents name, if they name one: it is run. The last of them counts.

    ConfigError for a file that is none, or whose scenario is none.
    """
    named = [(where, part["scenario"]) for where, part in documents if isinstance(part, Mapping) and "scenario" in part]
    where, name = named[-1] if named else ("", "")
    if not is_file(name) or name in known:
        return known
    return {**known, name: scenario_in(CodeFile.read(_place(name, where), where))}


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
