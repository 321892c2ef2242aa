"""Correlations between parameters: a Gaussian copula, which leaves every parameter's own distribution as it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from longtail.annotate.rounding import product

_TOLERANCE = 1e-9


class Correlation(NamedTuple):
    """Spearman's rank correlation `rho` in -1..1 between two parameters.

    Distributions of whole numbers and choices among numbers have ties, so theirs comes out a little weaker.
    """

    first: str
    second: str
    rho: float


def matrix(correlations: Sequence[Correlation], paths: Sequence[str]) -> NDArray[np.float64]:
    """Pearson correlations (N, N) of the copula's normal variables, one per path.

    r = 2 sin(pi rho / 6) gives them the rank correlation rho (Pearson 1907).
    """
    place = {path: i for i, path in enumerate(paths)}
    result = np.eye(len(paths))
    for first, second, rho in correlations:
        i, j = place[first], place[second]
        result[i, j] = result[j, i] = 2 * math.sin(math.pi * rho / 6)
    return result


def impossible(correlations: Sequence[Correlation]) -> bool:
    """Whether no set of variables can have these correlations (the matrix is not positive semidefinite)."""
    paths = tuple(dict.fromkeys(path for c in correlations for path in (c.first, c.second)))
    return bool(paths) and float(np.linalg.eigvalsh(matrix(correlations, paths))[0]) < -_TOLERANCE


def correlate(
    u: NDArray[np.float64], paths: tuple[str, ...], correlations: tuple[Correlation, ...]
) -> NDArray[np.float64]:
    """Independent uniform numbers (N,), one per path, made to correlate; uncorrelated paths keep theirs."""
    if not correlations:
        return u
    named = {path for c in correlations for path in (c.first, c.second)}
    chosen = tuple(path for path in paths if path in named)
    places = [paths.index(path) for path in chosen]
    result = u.copy()
    mixed = special.ndtr(product(_factor(correlations, chosen), special.ndtri(u[places])[:, None])[:, 0])
    result[places] = np.clip(mixed, 2.0**-53, 1 - 2.0**-53)
    return result


@lru_cache(maxsize=8)
def _factor(correlations: tuple[Correlation, ...], paths: tuple[str, ...]) -> NDArray[np.float64]:
    """Cholesky's lower triangle with rows of length 1; also where the matrix is singular, as with rho = 1.

    Lower triangular in the order of `paths`: a parameter follows those before it, and never moves them.
    """
    target = matrix(correlations, paths)
    count = len(paths)
    lower = np.zeros((count, count))
    for j in range(count):
        left = target[j, j] - math.fsum(lower[j, :j] ** 2)
        if left > 1e-10:
            lower[j, j] = math.sqrt(left)
            known = [math.fsum(row[:j] * lower[j, :j]) for row in lower[j + 1 :]]
            lower[j + 1 :, j] = (target[j + 1 :, j] - known) / lower[j, j]
    unit: NDArray[np.float64] = lower / np.linalg.norm(lower, axis=1, keepdims=True)
    return unit
