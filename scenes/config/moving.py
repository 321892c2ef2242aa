"""Distributions moved: the same kind of law, its numbers put through a rising function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

_ENDS = frozenset({"low", "high"})


def moved(node: Any, by: Callable[[float], float], range_: tuple[float, float]) -> Any:
    """A config's node with its place and ends put through `by`, inside `range_`; None where its kind has no place.

    A bell curve's deviation follows the slope at its mean; laws of counts keep their ends and their shape. Choices,
    betas and ranges of whole numbers are not moved.

    Examples:
        >>> moved({"uniform": [1, 3]}, lambda x: x + 1, (0, 3.5))
        {'uniform': [2.0, 3.5]}
    """

    def inside(value: float) -> float:
        return _short(min(max(by(value), range_[0]), range_[1]))

    if isinstance(node, bool | str):
        return None
    if isinstance(node, int | float):
        return inside(node)
    if not isinstance(node, Mapping):
        return None
    head = next((key for key in node if key not in _ENDS), "")
    rest = {key: node[key] for key in node if key in _ENDS}
    if head in ("uniform", "loguniform", "triangular"):
        return {head: [inside(value) for value in node[head]], **{key: inside(value) for key, value in rest.items()}}
    if head == "normal":
        mean, sd = node[head]
        slope = (by(mean + sd) - by(mean - sd)) / 2
        return {head: [inside(mean), _short(abs(slope))], **{key: inside(value) for key, value in rest.items()}}
    if head == "poisson":
        mean = node[head][0] if isinstance(node[head], list) else node[head]
        return {head: inside(mean), **rest}
    if head == "negative_binomial":
        mean, shape = node[head]
        return {head: [inside(mean), shape], **rest}
    return None


def _short(value: float) -> float:
    return float(f"{value:.4g}")
