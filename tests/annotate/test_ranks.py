"""Ranks are scipy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import rankdata

from longtail.annotate.statistics.ranks import ranks

RNG = np.random.default_rng(3)


@pytest.mark.parametrize(
    "values",
    [RNG.normal(size=50), RNG.integers(0, 9, 200).astype(float), np.array([2.0, np.inf, -np.inf, 2.0, 0.0, -0.0]),
     np.array([]), np.array([1.0, np.nan, 0.0])],
    ids=["all differ", "many alike", "infinite", "none", "not a number"],
)  # fmt: skip
def test_ranks_are_those_of_scipy(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    np.testing.assert_array_equal(ranks(values), rankdata(values))
