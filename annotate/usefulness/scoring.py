"""Balanced accuracy of crops with its interval: pictures and trainings are drawn again and again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RESAMPLES = 1000
LEAST_CROPS = 5
"""Classes of which a condition has fewer crops do not count in it."""


@dataclass(frozen=True, eq=False)
class Tally:
    """Crops of one side, by group and class.

    Attributes:
        right: (repeats, groups, classes) how many were recognised; NaN in repeats without a classifier
        total: (groups, classes)
    """

    right: Array
    total: Array

    @property
    def classes(self) -> NDArray[np.bool_]:
        """(classes,) those that count."""
        return np.asarray(self.total.sum(axis=0) >= LEAST_CROPS)

    @property
    def recalls(self) -> Array:
        """(classes,) the mean share that was recognised; NaN of classes that do not count."""
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = self.right.sum(axis=1).mean(axis=0) / self.total.sum(axis=0)
        return np.where(self.classes, shares, np.nan)

    @property
    def balanced(self) -> float:
        """The mean of the recalls; NaN where no class counts."""
        counting = self.recalls[self.classes]
        return float(counting.mean()) if counting.size else float("nan")

    def resampled(self) -> Array:
        """(`RESAMPLES`,) balanced accuracies of groups and repeats drawn with replacement, the same ones each time."""
        repeats, groups, _ = self.right.shape
        rng = np.random.default_rng(0)
        weights = rng.multinomial(groups, np.full(groups, 1 / groups), RESAMPLES).astype(np.float64)
        drawn = rng.integers(0, repeats, (RESAMPLES, repeats))
        chosen = self.classes
        total = weights @ self.total[:, chosen]
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = np.einsum("sg,rgc->src", weights, self.right[:, :, chosen]) / total[:, None]
        return np.asarray(_mean(np.take_along_axis(_mean(shares), drawn, axis=1)), dtype=np.float64)


def _mean(values: Array) -> Array:
    """Along the last axis, of what is a number; NaN where nothing is."""
    known = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(known, values, 0).sum(axis=-1) / known.sum(axis=-1), dtype=np.float64)


def interval(values: Array) -> tuple[float, float]:
    """The middle 95 % of resamples; NaN without any."""
    known = values[np.isfinite(values)]
    if not known.size:
        return float("nan"), float("nan")
    low, high = np.quantile(known, [0.025, 0.975]).tolist()
    return low, high
