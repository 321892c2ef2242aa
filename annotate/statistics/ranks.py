"""Ranks of values, the ties sharing theirs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The ranks (N,) of values (N,), from 1; equal ones have the mean of theirs, as `scipy.stats.rankdata` has it.

    Where one is NaN, all are. (Importing scipy.stats takes half a second, which every process would pay.)
    """
    if np.isnan(values).any():
        return np.full(values.shape, np.nan)
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    means = np.cumsum(counts) - (counts - 1) / 2
    return np.asarray(means[place], dtype=np.float64)
