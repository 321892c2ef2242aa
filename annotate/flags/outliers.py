"""Frames whose drawn values are far from those of all others: one by itself, or two that nowhere else go together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.statistics.ranks import ranks as ranks_of

Array = NDArray[np.float64]

LEAST_FRAMES = 40
"""Of fewer frames nobody knows what is usual."""
_MOST_PAIRS = 400
_STRONG = 0.5


def outliers(columns: Mapping[str, Array]) -> list[tuple[float, str]]:
    """For each frame how far out it is, 1 where outliers begin, and a sentence; `columns` (N,) have NaN for absent.

    A value by itself: its distance from the 1st or 99th percentile over that of this one from the median, on whichever
    of a linear and a logarithmic scale that is less: below 1 even of an exponential tail. What most frames have in
    common, such as no drops at all, counts as absent. Two values, which correlate by half or more: the same of the
    residual of one's rank from the other's.
    """
    rows = len(next(iter(columns.values()), ()))
    best = [(0.0, "its drawn values are like those of others")] * rows
    if rows < LEAST_FRAMES:
        return best
    varying = {path: column for path, column in sorted(columns.items()) if _varies(column)}
    for path, column in varying.items():
        if _varies(own := _without_the_usual(column)):
            # Once for all frames that are far out, of which there are the more, the more frames there are.
            _raise(best, _far_out(own), partial(_alone, path, column, float(np.nanmedian(column))))
    whole = {path: column for path, column in varying.items() if np.isfinite(column).all()}
    for one, other, score in _odd_pairs(whole):
        _raise(best, score, partial(_odd, {one: whole[one], other: whole[other]}))
    return best


def _alone(path: str, column: Array, median: float, row: int) -> str:
    return f"{path} is {column[row]:.4g}, far from all others (median {median:.4g})"


def _odd(pair: Mapping[str, Array], row: int) -> str:
    words = " and ".join(f"{path} {column[row]:.4g}" for path, column in pair.items())
    return f"{words} go together in no other frame"


def _raise(best: list[tuple[float, str]], scores: Array, said: Callable[[int], str]) -> None:
    for row in np.flatnonzero(scores > 0):
        if scores[row] > best[row][0]:
            best[row] = float(scores[row]), said(int(row))


def _varies(column: Array) -> bool:
    known = column[np.isfinite(column)]
    return known.size >= LEAST_FRAMES and len(set(known.tolist())) > 8


def _without_the_usual(column: Array) -> Array:
    """The column without values that more than a tenth of all frames have."""
    values, counts = np.unique(column[np.isfinite(column)], return_counts=True)
    usual = values[counts > 0.1 * column.size]
    return np.where(np.isin(column, usual), np.nan, column)


def _far_out(column: Array) -> Array:
    scores = _tails(column)
    known = column[np.isfinite(column)]
    if known.min() > 0:
        with np.errstate(invalid="ignore"):
            scores = np.minimum(scores, _tails(np.log(column)))
    return np.nan_to_num(scores)


def _tails(column: Array) -> Array:
    # Of few frames the outlier itself would be in a percentile between two values.
    low, high = np.nanquantile(column, 0.01, method="higher"), np.nanquantile(column, 0.99, method="lower")
    middle = np.nanmedian(column)
    with np.errstate(divide="ignore", invalid="ignore"):
        above = (column - high) / (high - middle) if high > middle else np.zeros_like(column)
        below = (low - column) / (middle - low) if middle > low else np.zeros_like(column)
    return np.maximum(above, below)


def _odd_pairs(columns: Mapping[str, Array]) -> Iterator[tuple[str, str, Array]]:
    """Pairs that correlate, and how far each frame's residual is out, as for one value."""
    paths, rows = list(columns), len(next(iter(columns.values()), ()))
    if len(paths) < 2:
        return
    ranks = np.array([ranks_of(columns[path]) / rows for path in paths])
    rho = np.corrcoef(ranks)
    pairs = [(a, b) for a in range(len(paths)) for b in range(a) if abs(rho[a, b]) >= _STRONG]
    for a, b in sorted(pairs, key=lambda pair: -abs(rho[pair]))[:_MOST_PAIRS]:
        yield paths[a], paths[b], np.nan_to_num(_tails(ranks[a] - rho[a, b] * ranks[b]))
