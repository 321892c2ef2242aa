"""How a config spells a value or a distribution.

What it may be:

    54                                       a constant
    {uniform: [50, 90]}                      positional arguments, in the order of the distribution's fields
    {uniform: {low: 50, high: 90}}           the same by name
    {normal: [1.5, 0.1], low: 1, high: 2}    any distribution of numbers may be cut off at `low` and `high`
    {choice: [a, b]}  {choice: {a: 4, b: 1}}  {choice: [2, 4], weights: [3, 1]}
    {constant: rain}                         a constant that other keys may stand beside (see `scenes.config.config`)
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from typing import Any

from longtail.distributions import DISTRIBUTIONS, Choice, Distribution
from longtail.distributions.scalar import Scalar

CONSTANT = "constant"
HEADS = frozenset({*DISTRIBUTIONS, CONSTANT})
EXTRAS = frozenset({"low", "high", "weights"})
"""Words that may stand beside a distribution's own."""


def is_distribution(node: Any) -> bool:
    """Whether a node of a config spells a distribution."""
    return isinstance(node, Mapping) and not DISTRIBUTIONS.keys().isdisjoint(node)


def parse(node: Any) -> Scalar | Distribution:
    """The value or distribution that `node`, plain YAML data, spells. ValueError: "expected ..., got ..."."""
    if isinstance(node, Distribution | str | bool):
        return node
    if isinstance(node, int | float):
        if not math.isfinite(node):
            raise ValueError(f"expected a finite number, got {node}")
        return node
    if isinstance(node, list):
        raise ValueError(f"expected one value or a distribution, got a list {shown(node)}; "
                         f"did you mean {{choice: {shown(node)}}}")  # fmt: skip
    if not isinstance(node, dict):
        raise ValueError(f"expected a value or a distribution, got {shown(node)}")
    head = _head(node)
    extras = {str(key): value for key, value in node.items() if key != head}
    if head == CONSTANT:
        if extras:
            raise ValueError(f"expected nothing beside `constant`, got {shown(node)}")
        return _constant(node[head])
    return _distribution(head, node[head], extras)


def _constant(value: Any) -> Scalar:
    if not isinstance(value, int | float | str):
        raise ValueError(f"expected `constant` to hold one value, got {shown(value)}")
    parsed = parse(value)
    assert not isinstance(parsed, Distribution)
    return parsed


def _head(node: dict[Any, Any]) -> str:
    heads = [key for key in node if key in HEADS]
    if len(heads) > 1:
        raise ValueError(f"expected one distribution, got {' and '.join(heads)}")
    if heads:
        return str(heads[0])
    words = [str(key) for key in node]
    hint = suggestion(next(iter(set(words) - EXTRAS), ""), HEADS)
    raise ValueError(f"expected a value or a distribution ({', '.join(DISTRIBUTIONS)}), got {shown(node)}{hint}")


def _distribution(head: str, arguments: Any, extras: dict[str, Any]) -> Distribution:
    words = {"low", "high"} | ({"weights"} if head == Choice.name else set())
    if stray := sorted(extras.keys() - words):
        raise ValueError(f"expected only {', '.join(sorted(words))} beside `{head}`, got {stray[0]!r}"
                         f"{suggestion(stray[0], words)}")  # fmt: skip
    try:
        made = _choice(arguments, extras) if head == Choice.name else _make(head, arguments)
        if extras.keys() & {"low", "high"}:
            made = _cut(made, extras)
    except ValueError as error:
        raise ValueError(f"{head}: {error}") from error
    return made


def _cut(made: Distribution, extras: dict[str, Any]) -> Distribution:
    if isinstance(made, Choice) and not made.numeric:
        raise ValueError("expected no low or high beside options that are not numbers")
    low, high = (_number(name, extras.get(name, end)) for name, end in (("low", -math.inf), ("high", math.inf)))
    return made.truncated(low, high)


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        raise ValueError(f"expected a number for {name}, got {shown(value)}")
    return value


def _choice(arguments: Any, extras: dict[str, Any]) -> Choice:
    weights = extras.get("weights")
    if not isinstance(arguments, dict | list) or not arguments:
        raise ValueError(f"expected a list of options or a mapping of options to weights, got {shown(arguments)}")
    if weights is not None and (isinstance(arguments, dict) or not isinstance(weights, list)):
        raise ValueError("expected weights as a list beside a list of options, or as the values of a mapping")
    if any(isinstance(option, dict | list) for option in arguments):
        raise ValueError(f"expected options that are single values, got {shown(arguments)}")
    return Choice(arguments, weights)


def _make(head: str, arguments: Any) -> Distribution:
    kind = DISTRIBUTIONS[head]
    declared = fields(kind)  # type: ignore[arg-type]
    names = [field.name for field in declared if field.default is MISSING]
    usage = usage_of(head)
    if isinstance(arguments, dict):
        if set(arguments) != set(names):
            raise ValueError(f"expected {usage}, got {shown(arguments)}")
        arguments = [arguments[name] for name in names]
    elif not isinstance(arguments, list):
        arguments = [arguments]
    if len(arguments) != len(names):
        raise ValueError(f"expected {usage}, got {shown(arguments)}")
    values = [_number(name, value) for name, value in zip(names, arguments, strict=True)]
    return kind(*values)


def usage_of(head: str) -> str:
    """How a config spells a distribution: `{uniform: [low, high]}`, `{poisson: mean}`."""
    names = [field.name for field in fields(DISTRIBUTIONS[head]) if field.default is MISSING]  # type: ignore[arg-type]
    return f"{{{head}: [{', '.join(names)}]}}" if len(names) > 1 else f"{{{head}: {names[0]}}}"


def shown(node: Any, limit: int = 60) -> str:
    """A value as a message quotes it: as YAML would have it, and never long."""
    if node is None:
        return "nothing"
    if isinstance(node, bool):
        return str(node).lower()
    if isinstance(node, dict):
        text = f"{{{', '.join(f'{key}: {shown(value)}' for key, value in list(node.items())[:8])}}}"
    elif isinstance(node, list | tuple):
        text = f"[{', '.join(shown(value) for value in node[:8])}]"
    elif isinstance(node, Distribution):
        text = shown(node.to_json())
    else:
        text = repr(node)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def suggestion(word: str, known: Iterable[str]) -> str:
    """ "; did you mean ..." where a known word is close, else nothing."""
    close = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]}" if close else ""


def suggestion_of_path(path: str, known: Iterable[str]) -> str:
    """As `suggestion`, of dotted paths; where the path's section is known, by the last word, or else what it has.

    Examples:
        >>> suggestion_of_path("sky.haze_x", ["sky.haze", "sky.sun", "sea.haze_x"])
        '; did you mean sky.haze'
        >>> suggestion_of_path("sky.elephant", ["sky.haze", "sky.sun"])
        '; sky has haze, sun'
    """
    names = list(known)
    section, _, word = path.rpartition(".")
    words = sorted(name.rpartition(".")[2] for name in names if section and name.rpartition(".")[0] == section)
    if not words:
        return suggestion(path, names)
    close = get_close_matches(word, words, n=1, cutoff=0.6)
    return f"; did you mean {section}.{close[0]}" if close else f"; {section} has {_first(words)}"


def _first(words: list[str], most: int = 9) -> str:
    return ", ".join(words[:most]) + (f" and {len(words) - most} more" if len(words) > most else "")
