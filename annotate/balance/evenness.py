"""How even counts are, and what is to be added to them so that they become so."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

_ROUNDS = 60


def evenness(counts: ArrayLike) -> float:
    """Shannon's entropy of counts over that of equal ones: 1 where all are equal, 0 where one has everything.

    E. C. Pielou, "The measurement of diversity in different types of biological collections", J. Theoretical Biology
    13, 1966. 1 for fewer than two counts, 0 where there is nothing.
    """
    values = np.asarray(counts, dtype=np.float64).ravel()
    if values.size < 2:
        return 1.0
    total = float(values.sum())
    shares = values[values > 0] / total if total > 0 else values[:0]
    return float(abs((shares * np.log(shares)).sum()) / np.log(values.size)) if shares.size else 0.0


def filled(levels: ArrayLike, amount: float) -> Array:
    """What to add to each level, `amount` together and nothing below 0, so that they are as even as can be.

    As water runs into a vessel of such a ground.

    Examples:
        >>> filled([4, 1, 0], 3).tolist()
        [0.0, 1.0, 2.0]
    """
    ground = np.asarray(levels, dtype=np.float64)
    deep = np.sort(ground)
    over = (amount + np.cumsum(deep)) / np.arange(1, deep.size + 1)
    surface = float(over[np.flatnonzero(over >= deep)[-1]])
    return np.asarray(np.maximum(surface - ground, 0.0), dtype=np.float64)


def product_shares(counts: Array, possible: NDArray[np.bool_], amount: float) -> tuple[Array, Array]:
    """Shares of rows (R,) and of columns (C,), drawn independently, whose joint draws even out `counts` (R, C) best.

    `amount` draws are added. The squares of all cells are made least, by rows and by columns in turn, until no change
    of one side alone makes them less. Cells that are not `possible` count as full: what is drawn for them comes out
    elsewhere.
    """
    full = (float(counts[possible].sum()) + amount) / max(np.count_nonzero(possible), 1)
    ground = np.where(possible, counts, full)
    rows, columns = (np.full(size, 1 / size) for size in counts.shape)
    for _ in range(_ROUNDS):
        rows = _best(ground, columns, amount)
        columns = _best(ground.T, rows, amount)
    return rows, columns


def _best(ground: Array, others: Array, amount: float) -> Array:
    """Shares (R,) that make the sum of (ground + amount * share * others)^2 least, where `others` (C,) are given.

    The sum's derivative by a share is 2 amount (level + weight * share): all rows that have a share have the same one.
    """
    level, weight = ground @ others, amount * float(others @ others)
    return filled(level, weight) / weight
