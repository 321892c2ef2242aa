"""Bins, summaries, and numbers that JSON can hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

_DIGITS = 9
"""Significant digits kept: fewer than float64 has, so that the last bit of a sum does not decide a file's bytes."""


def json_safe(value: Any) -> Any:
    """Plain data of numbers that every JSON reader takes: no NaN, no infinity (null instead), nothing of numpy's."""
    if isinstance(value, Mapping):
        return {str(key): json_safe(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return json_safe(value.tolist())
    if isinstance(value, list | tuple):
        return [json_safe(item) for item in value]
    if isinstance(value, np.generic):
        return json_safe(value.item())
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") + 0.0 if math.isfinite(value) else None
    return value


def summary(values: ArrayLike) -> dict[str, Any]:
    """n, mean, standard deviation (of the values themselves, not an estimate), ends and quantiles."""
    data = np.asarray(values, dtype=np.float64)
    if not data.size:
        return {"n": 0, "mean": None, "std": None, "min": None, "max": None, "quantiles": {}}
    return {
        "n": int(data.size),
        "mean": data.mean(),
        "std": data.std(),
        "min": data.min(),
        "max": data.max(),
        "quantiles": {f"{q:g}": v for q, v in zip(QUANTILES, np.quantile(data, QUANTILES), strict=True)},
    }


def histogram(values: ArrayLike, edges: ArrayLike, scale: str = "linear") -> dict[str, Any]:
    """Counts between edges, the last one included, and how many values lie below and above them all."""
    data, bins = np.asarray(values, dtype=np.float64), np.asarray(edges, dtype=np.float64)
    counts, _ = np.histogram(data, bins)
    return {
        "edges": bins,
        "scale": scale,
        "counts": counts,
        "below": int(np.count_nonzero(data < bins[0])),
        "above": int(np.count_nonzero(data > bins[-1])),
    }


def bins_for(count: int) -> int:
    """How many bins show `count` values: twice the cube root (Rice's rule), 6 to 30."""
    return min(max(math.ceil(2 * math.cbrt(count)), 6), 30)


def even_edges(low: float, high: float, bins: int, *, logarithmic: bool = False) -> Array:
    """Edges at equal steps, or at equal ratios; a range without width is widened to hold its one value.

    Examples:
        >>> even_edges(1, 100, 2, logarithmic=True).round(9).tolist(), even_edges(2, 2, 2).tolist()
        ([1.0, 10.0, 100.0], [1.9, 2.0, 2.1])
    """
    if not low < high:
        pad = abs(low) * 0.05 or 0.5
        low, high = low - pad, high + pad
    if logarithmic and low > 0:
        return np.geomspace(low, high, bins + 1)
    return np.linspace(low, high, bins + 1)
