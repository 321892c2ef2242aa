"""Two samples of one number: how far apart they are, in the real one's own spread."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from longtail.annotate.statistics.histogram import bins_for, even_edges, histogram, summary

Array = NDArray[np.float64]

LEAST = 8
"""Samples of fewer values are not compared."""


def two_samples(ours: ArrayLike, theirs: ArrayLike) -> dict[str, Any]:
    """Both summaries, both histograms over the same bins, and how far apart they are (null where one is empty)."""
    a, b = np.asarray(ours, dtype=np.float64), np.asarray(theirs, dtype=np.float64)
    found: dict[str, Any] = {"ours": summary(a), "theirs": summary(b), "ks": None, "wasserstein": None}
    if not (a.size and b.size):
        return found
    from scipy import stats  # slow to import, and needed where sets are compared only

    both = np.concatenate([a, b])
    bins = even_edges(both.min(), both.max(), bins_for(min(a.size, b.size)))
    if np.all(both == np.floor(both)) and np.ptp(both) < 30:
        bins = np.arange(both.min(), both.max() + 2) - 0.5
    return found | {
        "ks": kolmogorov_smirnov(a, b),
        "wasserstein": float(stats.wasserstein_distance(a, b)),
        "histograms": {"ours": histogram(a, bins), "theirs": histogram(b, bins)},
    }


def kolmogorov_smirnov(a: Array, b: Array) -> float:
    """The largest gap between the two samples' cumulated shares."""
    at = np.concatenate([a, b])
    shares = [np.searchsorted(np.sort(sample), at, side="right") / sample.size for sample in (a, b)]
    return float(np.abs(shares[0] - shares[1]).max())


def apart(ours: Array, theirs: Array, pictures: tuple[int, int]) -> dict[str, Any] | None:
    """Distances of one property of two sets of so many `pictures`; None where one has less than eight values.

    `distance` is the earth mover's distance (of one dimension: Wasserstein-1) over the standard deviation of the real
    sample, `mean_difference` that of the means over the same, `spread_difference` the relative one of deviations. `p`
    is Kolmogorov and Smirnov's, of as many independent values as there are pictures: things of one picture are alike.
    """
    a, b = ours[np.isfinite(ours)], theirs[np.isfinite(theirs)]
    if min(a.size, b.size, *pictures) < LEAST:
        return None
    found, spread = two_samples(a, b), float(b.std())
    n, m = min(a.size, pictures[0]), min(b.size, pictures[1])
    root = math.sqrt(n * m / (n + m))
    return found | {
        "distance": found["wasserstein"] / spread if spread > 0 else None,
        "mean_difference": float(a.mean() - b.mean()) / spread if spread > 0 else None,
        "spread_difference": float(a.std()) / spread - 1 if spread > 0 else None,
        "p": float(special.kolmogorov((root + 0.12 + 0.11 / root) * found["ks"])),
    }
