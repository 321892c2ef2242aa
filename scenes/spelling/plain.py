"""Values of a scene as plain data, and back: how its fields that are no plain dataclasses are spelled in JSON.

Numbers keep their kind: a whole number that was asked for where fractions may be comes back whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, Any, TypeVar

import numpy as np
from pydantic import PlainSerializer, PlainValidator, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from longtail.annotate.camera import LENSES, Camera
from longtail.annotate.camera.transform import Transform
from longtail.distributions.grammar import shown, suggestion
from longtail.scenes.weather import Weather, WeatherKind
from longtail.scenes.weather.table import WEATHERS

T = TypeVar("T")


def _mapping(data: Any, keys: frozenset[str]) -> Mapping[str, Any]:
    """`data`, if it is a mapping that has all of `keys` and no other. ValueError: "expected ..., got ..."."""
    if not isinstance(data, Mapping):
        raise ValueError(f"expected a mapping of {', '.join(sorted(keys))}, got {shown(data)}")
    for key in sorted(data.keys() ^ keys):
        raise ValueError(f"expected {'no key' if key in data else 'a key'} {shown(key)}{suggestion(str(key), keys)}")
    return data


def transform_json(value: Transform) -> dict[str, Any]:
    """Its frames and its rows."""
    return {"target": value.target, "source": value.source, "matrix": value.matrix.tolist()}


def _transform(data: Any) -> Transform:
    given = _mapping(data, frozenset({"target", "source", "matrix"}))
    try:
        return Transform(str(given["target"]), str(given["source"]), np.array(given["matrix"], dtype=np.float64))
    except TypeError as error:
        raise ValueError(f"expected a (4, 4) matrix of numbers, got {shown(given['matrix'])}") from error


def _camera(data: Any) -> Camera:
    model = data.get("model") if isinstance(data, Mapping) else None
    if model not in LENSES:
        raise ValueError(f"expected a camera whose model is one of {', '.join(LENSES)}, got {shown(model)}")
    try:
        return Camera.from_json(dict(data))
    except (KeyError, TypeError) as error:
        raise ValueError(f"expected a camera as a record has it, got none by {error}") from error


def weather_json(weather: Weather) -> list[dict[str, Any]]:
    """A mapping for each kind: its name, and its fields."""
    return [{"kind": part.name, **{f.name: getattr(part, f.name) for f in fields(part)}} for part in weather.parts]


def _weather(data: Any) -> Weather:
    if not isinstance(data, list):
        raise ValueError(f"expected a list of kinds of weather, got {shown(data)}")
    return Weather(tuple(_weather_kind(node) for node in data))


def _weather_kind(data: Any) -> WeatherKind:
    name = data.get("kind") if isinstance(data, Mapping) else None
    if name not in WEATHERS:
        raise ValueError(f"expected a kind of weather (of {', '.join(WEATHERS)}), got {shown(name)}")
    kind = WEATHERS[name]
    names = frozenset(field.name for field in fields(kind))
    given = _mapping({key: value for key, value in data.items() if key != "kind"}, names)
    for key, value in given.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{name}.{key}: expected a number, got {shown(value)}")
    made: WeatherKind = kind(**given)
    return made


TransformValue = Annotated[Transform, PlainValidator(_transform), PlainSerializer(transform_json)]
CameraValue = Annotated[Camera, PlainValidator(_camera), PlainSerializer(Camera.to_json)]
WeatherValue = Annotated[Weather, PlainValidator(_weather), PlainSerializer(weather_json)]


def plain(value: Any) -> dict[str, Any]:
    """A dataclass as JSON values."""
    return dict(_ADAPTERS[type(value)].dump_python(value, mode="json"))


def read(kind: type[T], data: Mapping[str, Any], context: Any = None) -> T:
    """What `plain` made of a value of the dataclass `kind`. ValueError: "PATH: expected ..., got ...".

    Nothing is taken for another type than it is, and a key that the dataclass does not know is an error. `context` is
    what validators are told.
    """
    adapter = _ADAPTERS[kind]
    try:
        made: T = adapter.validate_json(json.dumps(data), strict=True, context=context)
    except ValidationError as error:
        raise ValueError(_complaint(error.errors(include_url=False)[0])) from error
    if stranger := _stranger(data, adapter.dump_python(made, mode="json")):
        raise ValueError(f"{stranger}: expected no such key")
    return made


class _Adapters(dict[type, TypeAdapter[Any]]):
    """What reads and writes each dataclass, made at first use."""

    def __missing__(self, kind: type) -> TypeAdapter[Any]:
        return self.setdefault(kind, TypeAdapter(kind))


_ADAPTERS = _Adapters()


def _complaint(error: ErrorDetails) -> str:
    where = ".".join(str(step) for step in error["loc"])
    if error["type"] == "value_error":
        return f"{where}: {error['msg'].removeprefix('Value error, ')}"
    if error["type"] == "missing":
        return f"{where}: expected a value, got none"
    said = error["msg"].replace("Input should be", "expected")
    return f"{where}: {said}, got {shown(error['input'])}"


def _stranger(given: Any, known: Any, path: str = "") -> str:
    """The path of a key that was given and is not known; "" where all are."""
    if isinstance(given, Mapping) and isinstance(known, Mapping):
        pairs = [(str(key), value, known.get(key)) for key, value in given.items()]
        if new := [key for key, _, _ in pairs if key not in known]:
            return f"{path}{new[0]}"
    elif isinstance(given, list) and isinstance(known, list):
        pairs = [(str(i), a, b) for i, (a, b) in enumerate(zip(given, known, strict=False))]
    else:
        return ""
    return next(filter(None, (_stranger(a, b, f"{path}{key}.") for key, a, b in pairs)), "")
