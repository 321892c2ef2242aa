"""Materials as JSON and back, exactly: a whole number stays one, and every fraction keeps all of its digits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import Field, fields, is_dataclass
from typing import Any

from longtail.scenes.geometry.materials import Material
from longtail.scenes.lamps.kinds import LampKind


def spelled(materials: Sequence[Material]) -> str:
    """The materials as JSON: of each value its type and its fields. TypeError where one cannot be spelled."""
    return json.dumps([_plain(value) for value in materials])


def read_spelled(text: str) -> tuple[Material, ...]:
    """What `spelled` was given. ValueError, KeyError or TypeError for any other text."""
    made: Any = _value(json.loads(text))
    if not isinstance(made, tuple) or not all(isinstance(value, Material) for value in made):
        raise ValueError(f"expected materials, got {text[:200]}")
    return made


def _kind(name: str) -> type:
    """The type of material, or of lamp, of this name; KeyError where nobody has defined one."""
    if name not in _kinds:
        _kinds.update({kind.__name__: kind for kind in _all(Material)} | {LampKind.__name__: LampKind})
    return _kinds[name]


_kinds: dict[str, type] = {}
"""Those that were there when one was last missed."""


def _all(base: type[Material]) -> Iterator[type[Material]]:
    yield base
    for kind in base.__subclasses__():
        yield from _all(kind)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        said = {item.name: getattr(value, item.name) for item in fields(value) if _is_said(value, item)}
        return {type(value).__name__: {name: _plain(given) for name, given in said.items()}}
    return value


def _is_said(value: Any, item: Field[Any]) -> bool:
    """What names no value, such as the link that wears it, is left out where it says nothing."""
    return bool(item.repr or getattr(value, item.name) != item.default)


def _value(data: Any) -> Any:
    if isinstance(data, list):
        return tuple(map(_value, data))
    if isinstance(data, dict):
        ((name, given),) = data.items()
        return _kind(name)(**{key: _value(item) for key, item in given.items()})
    return data
