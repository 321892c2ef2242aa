"""What other packages add to our tables: each names it under a group of entry points.

In such a package's pyproject.toml:

    [project.entry-points."longtail.weathers"]
    sleet = "my_package.sleet:Sleet"
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

Thing = TypeVar("Thing")


class PlugInError(Exception):
    """An installed package offers something that a table cannot take. The message says which package, what and why."""

    exit_status = 1


def with_plug_ins(group: str, ours: Mapping[str, Thing], checked: Callable[[str, object], Thing]) -> dict[str, Thing]:
    """A table by name: ours in their order, then what installed packages offer under `group`, sorted by name.

    `checked` gives back what the table takes of an entry point's name and object, or raises ValueError or TypeError:
    "expected ..., got ...".

    PlugInError: one that cannot be imported, that `checked` refuses, or whose name is taken.
    """
    from importlib.metadata import entry_points  # twice as slow as all that the command imports to hear signals

    table = dict(ours)
    for entry in sorted(entry_points(group=group), key=lambda entry: (entry.name, entry.value)):
        if entry.name in table:
            raise _refused(entry, f"expected a name that is not taken, got {entry.name}")
        table[entry.name] = _loaded(entry, checked)
    return table


def _loaded(entry: EntryPoint, checked: Callable[[str, object], Thing]) -> Thing:
    try:
        offered = entry.load()
    except Exception as error:
        raise _refused(entry, f"it cannot be imported: {type(error).__name__}: {_plain(error)}") from error
    try:
        return checked(entry.name, offered)
    except (TypeError, ValueError) as error:
        raise _refused(entry, _plain(error)) from error


def _plain(error: Exception) -> str:
    """One short line without control characters: what others wrote is quoted before our own wording can be imported."""
    line = " ".join(str(error).split())[:400]
    return line if line.isprintable() else ascii(line)


def _refused(entry: EntryPoint, why: str) -> PlugInError:
    package = entry.dist.name if entry.dist else "an unknown package"
    return PlugInError(
        f"plug-in {entry.name} = {entry.value} ({entry.group}) of {package}: {why}; mend or uninstall {package}"
    )
