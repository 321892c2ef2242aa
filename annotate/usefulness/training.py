"""A small classifier of crops: scikit-learn's ridge classifier on features of one scale."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.usefulness.design import ALL, Fold, Setup
from longtail.annotate.usefulness.sets import Crops

Flags = NDArray[np.bool_]

STRENGTH = 30.0
"""Of the ridge, where features have deviation 1 and all weights together are 1: chosen once, on real pictures alone."""


def learnt(train: Crops, test: Crops, kept: tuple[Flags, Flags], fold: Fold, setup: Setup) -> Any:
    """A classifier of what the setup has of the fold, by its `predict`; None where that is fewer than two classes.

    `kept` says which crops (N,) of each side count. In training each class has the same weight, and of a class that
    both sides have, each side has half: few pictures are not drowned by many.
    """
    few = fold.pool if setup.few == ALL else fold.pool[: setup.few]
    parts = [np.flatnonzero(kept[1] & np.isin(test.picture, few))]
    parts.insert(0, np.flatnonzero(kept[0] & np.isin(train.picture, fold.train)) if setup.train else parts[0][:0])
    labels = np.concatenate([train.labels[parts[0]], test.labels[parts[1]]])
    if len(np.unique(labels)) < 2:
        return None
    values = np.concatenate([side.features[rows] for side, rows in zip((train, test), parts, strict=True) if len(rows)])
    side = np.repeat([0, 1], [len(rows) for rows in parts])
    return fitted(values, labels, weights(labels, side))


def weights(labels: NDArray[np.str_], side: NDArray[np.int64]) -> NDArray[np.float64]:
    """The weight (N,) of each crop in training, 1 together."""
    names, codes = np.unique(labels, return_inverse=True)
    counts = np.zeros((len(names), 2))
    np.add.at(counts, (codes, side), 1)
    sides_with = (counts > 0).sum(axis=1)
    return np.asarray(1 / (counts[codes, side] * sides_with[codes] * len(names)), dtype=np.float64)


def fitted(values: NDArray[np.float32], labels: NDArray[np.str_], weight: NDArray[np.float64]) -> Any:
    """scikit-learn's pipeline, trained."""
    from sklearn.linear_model import RidgeClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from threadpoolctl import threadpool_limits  # which scikit-learn brings

    model = make_pipeline(StandardScaler(), RidgeClassifier(alpha=STRENGTH, solver="cholesky"))
    # Threads of matrices this small wait for one another, on a busy machine longer than they work.
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of features that do not vary
        model.fit(values, labels, standardscaler__sample_weight=weight, ridgeclassifier__sample_weight=weight)
    return model
