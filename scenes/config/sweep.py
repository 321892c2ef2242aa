"""Reading the `sweep` of a config: parameters that step through stated values while all else stays.

    sweep: {weather.fog.visibility_m: {from: 20, to: 500, steps: 10, scale: log}}
    sweep: {lighting.sun_elevation_deg: {values: [-10, 0, 10]}, camera.height_m: [1.2, 1.5]}

Several keys make the full grid.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from longtail.distributions import Distribution
from longtail.distributions.grammar import shown, suggestion
from longtail.distributions.scalar import Scalar
from longtail.scenes.config.leaves import sections_of, walk
from longtail.scenes.config.settings import parameter_of
from longtail.scenes.drawing.plan import Axis
from longtail.scenes.space.parameters import Parameter
from longtail.scenes.space.space import Space

MOST_POINTS = 100_000
_WORDS = ("from", "to", "steps", "scale", "values")
_SCALES = ("linear", "log")
_DIGITS = 6


def read_sweep(node: Any, space: Space) -> tuple[Axis, ...]:
    """The axes that plain data spells, in the order of the space's table. ValueError: "expected ..., got ..."."""
    if node is None:
        return ()
    if not isinstance(node, Mapping):
        raise ValueError("expected a mapping of paths to values, such as {weather.fog.visibility_m: "
                         f"{{from: 20, to: 500, steps: 10}}}}, got {shown(node)}")  # fmt: skip
    names = set(space.paths)
    axes: dict[str, Axis] = {}
    for path, leaf in walk("", node, names, sections_of(names), heads=_WORDS, extras=()):
        parameter = parameter_of(space, path)
        if path in axes:
            raise ValueError(f"{path}: expected one sweep, got two")
        try:
            axes[path] = Axis(path, _values(leaf, parameter))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
    points = math.prod(len(axis.values) for axis in axes.values())
    if points > MOST_POINTS:
        raise ValueError(f"expected a grid of at most {MOST_POINTS} points, got {points}")
    return tuple(axes[path] for path in space.paths if path in axes)


def axes_json(axes: tuple[Axis, ...]) -> dict[str, Any]:
    """As a config spells them: every value by itself."""
    return {axis.path: {"values": list(axis.values)} for axis in axes}


def _values(leaf: Any, parameter: Parameter) -> tuple[Scalar, ...]:
    if isinstance(leaf, Mapping):
        if stray := [str(word) for word in leaf if word not in _WORDS]:
            raise ValueError(f"expected some of {', '.join(_WORDS)}, got {shown(stray[0])}"
                             f"{suggestion(stray[0], _WORDS)}")  # fmt: skip
        if "values" in leaf and len(leaf) > 1:
            raise ValueError(f"expected nothing beside `values`, got {shown(dict(leaf))}")
        listed = leaf["values"] if "values" in leaf else _steps(leaf, parameter)
    else:
        listed = leaf
    if not isinstance(listed, list | tuple) or not listed:
        raise ValueError(f"expected {{from: low, to: high, steps: n}} or {{values: [...]}}, got {shown(leaf)}")
    result = []
    for value in listed:
        checked = parameter.checked(value)
        if isinstance(checked, Distribution):
            raise ValueError(f"expected single values, got {shown(value)}")
        result.append(checked)
    if len(set(result)) < len(result):
        raise ValueError(f"expected every value once, got {shown(list(result))}")
    return tuple(result)


def _steps(leaf: Mapping[str, Any], parameter: Parameter) -> list[float]:
    if parameter.kind == "option":
        raise ValueError(f"expected {{values: [...]}} for what has no order, got {shown(dict(leaf))}")
    for word in ("from", "to", "steps"):
        if word not in leaf:
            raise ValueError(f"expected {{from: low, to: high, steps: n}}, got {shown(dict(leaf))}")
    ends = [parameter.checked(leaf[word]) for word in ("from", "to")]
    low, high = (end if isinstance(end, int | float) else math.nan for end in ends)
    steps, scale = leaf["steps"], leaf.get("scale", "linear")
    if isinstance(steps, bool) or not isinstance(steps, int) or not 2 <= steps <= MOST_POINTS:
        raise ValueError(f"expected steps, a whole number in 2..{MOST_POINTS}, got {shown(steps)}")
    if not isinstance(scale, str) or scale not in _SCALES:
        raise ValueError(f"expected scale, one of {', '.join(_SCALES)}, got {shown(scale)}"
                         f"{suggestion(str(scale), _SCALES)}")  # fmt: skip
    if not (math.isfinite(low) and math.isfinite(high)) or low == high:
        raise ValueError(f"expected two different numbers for from and to, got {shown(dict(leaf))}")
    if scale == "log" and min(low, high) <= 0:
        raise ValueError(f"expected from and to over 0 on a log scale, got {shown(dict(leaf))}")
    inner = [_between(low, high, i / (steps - 1), scale) for i in range(1, steps - 1)]
    if parameter.kind == "whole number":
        inner = [round(value) for value in inner]
    return [low, *inner, high]


def _between(low: float, high: float, share: float, scale: str) -> float:
    """Rounded to digits that people read: a sweep's values name its pictures."""
    value = low * (high / low) ** share if scale == "log" else low + (high - low) * share
    return float(f"{value:.{_DIGITS}g}")
