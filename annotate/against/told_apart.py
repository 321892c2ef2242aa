"""A two-sample test: can a classifier tell our pictures from real ones, and by what?

Its score is the area under the ROC curve (AUC) of pictures that it was not trained on: 0.5 is chance, 1 is always. See
D. Lopez-Paz, M. Oquab, "Revisiting classifier two-sample tests", ICLR 2017. scikit-learn is an extra: `compare`.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.against.looking import Seen
from longtail.annotate.pixels.features import GROUPS
from longtail.annotate.statistics.ranks import ranks

Array = NDArray[np.float64]

_LEAST_GROUPS = 15
"""Fewer pictures (or scenes) of a side say nothing; the interval would be half of all there is."""

_FOLDS, _RESAMPLES = 5, 1000
_WIDER = (1 + _FOLDS / (_FOLDS - 1)) ** 0.5
_STRENGTH = 0.05
"""Inverse strength of the ridge: about as many features as pictures need a strong one."""

MISSING = "scikit-learn is not installed: pip install 'longtail[compare]'"


@dataclass(frozen=True, eq=False)
class Rows:
    """Features (N, F) by `names`, whether each row is ours (N,), and its group (N,), as of one scene."""

    names: tuple[str, ...]
    values: Array
    ours: NDArray[np.bool_]
    groups: NDArray[np.int64]

    @classmethod
    def of(
        cls, ours: Sequence[tuple[str, Mapping[str, float]]], theirs: Sequence[tuple[str, Mapping[str, float]]]
    ) -> Rows:
        """Of (group, features) of both sides."""
        rows = [*(("o" + group, found) for group, found in ours), *(("t" + group, found) for group, found in theirs)]
        names = tuple(rows[0][1]) if rows else ()
        numbers: dict[str, int] = {}
        groups = [numbers.setdefault(group, len(numbers)) for group, _ in rows]
        values = np.array([[found[name] for name in names] for _, found in rows], dtype=np.float64)
        return cls(names, values, np.arange(len(rows)) < len(ours), np.array(groups, dtype=np.int64))

    @property
    def enough(self) -> bool:
        return all(len(set(self.groups[side].tolist())) >= _LEAST_GROUPS for side in (self.ours, ~self.ours))


def told_apart(
    ours: Sequence[Seen], theirs: Sequence[Seen], matched: Mapping[str, tuple[set[str], set[str]]]
) -> dict[str, Any]:
    """How well whole pictures, and crops of each category that both have, are told apart, as JSON values.

    `note` says why nothing is, where nothing is: scikit-learn is missing, or there are too few pictures.
    """
    if not _installed():
        return {"note": MISSING, "pictures": None, "crops": []}
    whole = Rows.of(*([(seen.group, seen.features) for seen in side if not seen.problem] for side in (ours, theirs)))
    crops = []
    for name, (foreign, mine) in matched.items():
        rows = Rows.of(_crops(ours, mine), _crops(theirs, foreign))
        if rows.enough:
            crops.append({"category": name, **telling(rows)})
    few = f"expected {_LEAST_GROUPS} scenes and as many real pictures, or more"
    return {
        "note": "" if whole.enough else few,
        "pictures": telling(whole) if whole.enough else None,
        "crops": sorted(crops, key=lambda row: (-row["auc"], row["category"])),
    }


def _crops(side: Sequence[Seen], names: set[str]) -> list[tuple[str, Mapping[str, float]]]:
    return [(seen.group, found) for seen in side for name, found in seen.crops if name in names]


def _installed() -> bool:
    try:
        import sklearn  # noqa: F401
    except ImportError:
        return False
    return True


def telling(rows: Rows) -> dict[str, Any]:
    """AUC with its 95 % interval, whether that is beyond chance, and the AUC of each group and of single features.

    `by` has groups of features, each with a classifier of its own, and `features` the ten that part the sides best by
    themselves, with where ours lie. `beyond_chance` asks for the lower end of a 99 % interval above 0.5.
    """
    scores = scored(rows)
    low, high, lowest = interval(scores, rows)
    by = []
    for group, words in GROUPS.items():
        chosen = [place for place, name in enumerate(rows.names) if name.partition(".")[0] == group]
        part = Rows(tuple(rows.names[place] for place in chosen), rows.values[:, chosen], rows.ours, rows.groups)
        by.append({"group": group, "what": words, "auc": auc(scored(part), rows.ours)})
    singly = [(auc(rows.values[:, place], rows.ours), name) for place, name in enumerate(rows.names)]
    best = sorted(singly, key=lambda row: (-abs(row[0] - 0.5), row[1]))[:10]
    return {
        "ours": int(rows.ours.sum()),
        "theirs": int((~rows.ours).sum()),
        "auc": auc(scores, rows.ours),
        "low": low,
        "high": high,
        "beyond_chance": lowest > 0.5,
        "by": sorted(by, key=lambda row: (-row["auc"], row["group"])),
        "features": [
            {"name": name, "auc": max(area, 1 - area), "ours": "higher" if area > 0.5 else "lower"}
            for area, name in best
        ],
    }


def auc(scores: Array, ours: NDArray[np.bool_]) -> float:
    """The chance that a picture of ours scores above a real one, ties half: Mann and Whitney's U over all pairs."""
    ranked, n, m = ranks(scores), int(ours.sum()), int((~ours).sum())
    return float((ranked[ours].sum() - n * (n + 1) / 2) / (n * m))


def scored(rows: Rows) -> Array:
    """The score (N,) that each row gets of a logistic regression that was trained on the folds without its group.

    Scores of a fold are put in units of its own deviation, because each fold has a classifier of its own.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    found = np.zeros(len(rows.ours))
    folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=0)
    for train, test in folds.split(rows.values, rows.ours, rows.groups):
        model = make_pipeline(StandardScaler(), LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=2000))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of features that do not vary, and of iterations that were enough
            model.fit(rows.values[train], rows.ours[train])
            raw = model.decision_function(rows.values[test])
        found[test] = raw / max(float(np.std(raw)), 1e-12)
    return found


def interval(scores: Array, rows: Rows) -> tuple[float, float, float]:
    """The 95 % interval of the AUC, and the lower end of its 99 % interval: whole groups are drawn again and again.

    What the resamples are off by is widened by sqrt(1 + k test / train), 1.5 for five folds: classifiers that share
    their training pictures err alike (C. Nadeau, Y. Bengio, "Inference for the generalization error", Machine Learning
    52, 2003).
    """
    rng = np.random.default_rng(0)
    members = [np.flatnonzero(rows.groups == group) for group in range(int(rows.groups.max()) + 1)]
    sides = [[places for places in members if rows.ours[places[0]] == side] for side in (True, False)]
    found = []
    for _ in range(_RESAMPLES):
        drawn = [np.concatenate([side[place] for place in rng.integers(0, len(side), len(side))]) for side in sides]
        taken = np.concatenate(drawn)
        found.append(auc(scores[taken], np.arange(taken.size) < drawn[0].size))
    middle = auc(scores, rows.ours)
    ends = middle + _WIDER * (np.quantile(found, [0.025, 0.975, 0.005]) - middle)
    low, high, lowest = np.clip(ends, 0.0, 1.0).tolist()
    return low, high, lowest
