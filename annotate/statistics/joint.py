"""Parameters in pairs: rank correlations, which joint cells are filled, and how evenly points lie."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.statistics.asked_for import Numbers, asked_for, text_of
from longtail.annotate.statistics.ranks import ranks

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
Draws = Sequence[Mapping[str, Any]]

_LEAST = 8
"""Pairs of fewer values have no correlation to speak of."""

_MOST_POINTS = 256
"""Discrepancies take the square of the points."""


@dataclass(frozen=True, eq=False)
class Table:
    """Draws in columns.

    Attributes:
        numbers: (N,) by path, NaN where a picture has not that parameter
        words: lists of N texts by path, "" where it has not; booleans are "true" and "false"
    """

    rows: int
    numbers: Mapping[str, Array]
    words: Mapping[str, list[str]]

    @classmethod
    def of(cls, draws: Draws, worded: frozenset[str], paths: Sequence[str]) -> Table:
        """`worded` are the paths whose values are words."""
        numbers = {
            path: np.array([_number(draw.get(path)) for draw in draws], dtype=np.float64)
            for path in paths
            if path not in worded
        }
        words = {
            path: [text_of(draw[path]) if draw.get(path) is not None else "" for draw in draws]
            for path in paths
            if path in worded
        }
        return cls(len(draws), numbers, words)


def worded(*several: Draws) -> tuple[frozenset[str], list[str]]:
    """The paths of parameters whose values are words, and all paths that occur, by name."""
    words: set[str] = set()
    paths: set[str] = set()
    for draws in several:
        for draw in draws:
            paths |= draw.keys()
            words.update(path for path, value in draw.items() if isinstance(value, str | bool))
    return frozenset(words), sorted(paths)


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else np.nan


def rank_correlations(table: Table, paths: Sequence[str]) -> tuple[Array, Counts]:
    """Spearman's rho (P, P) of the pictures that have both parameters, and how many these are.

    NaN where fewer than eight have both, or one of them does not vary.
    """
    size = len(paths)
    rho, n = np.full((size, size), np.nan), np.zeros((size, size), dtype=np.int64)
    whole = [place for place, path in enumerate(paths) if np.isfinite(table.numbers[path]).all()]
    if whole and table.rows >= _LEAST:
        ranked = np.array([ranks(table.numbers[paths[place]]) for place in whole])
        with np.errstate(invalid="ignore", divide="ignore"):
            rho[np.ix_(whole, whole)] = np.atleast_2d(np.corrcoef(ranked))
    n[np.ix_(whole, whole)] = table.rows
    always = set(whole)
    for i in range(size):
        for j in range(i):
            if not (i in always and j in always):
                rho[i, j], n[i, j] = _spearman(table.numbers[paths[i]], table.numbers[paths[j]])
                rho[j, i], n[j, i] = rho[i, j], n[i, j]
    return rho, n


def _spearman(a: Array, b: Array) -> tuple[float, int]:
    both = np.isfinite(a) & np.isfinite(b)
    n = int(np.count_nonzero(both))
    if n < _LEAST:
        return np.nan, n
    one, other = ranks(a[both]), ranks(b[both])
    spread = one.std() * other.std()
    if spread == 0:
        return np.nan, n
    return float(((one - one.mean()) * (other - other.mean())).mean() / spread), n


@dataclass(frozen=True, eq=False)
class Cells:
    """How many pictures fall into each level of each parameter, and of each two.

    Attributes:
        levels: (path, in words), of each level; those of one parameter follow each other
        start: of each path's levels, and the end
        counts: (L, L) pictures that are in both levels; the diagonal has each level's own
    """

    paths: tuple[str, ...]
    levels: tuple[tuple[str, str], ...]
    start: tuple[int, ...]
    counts: Counts
    expected: Counts | None
    rows: int
    expected_rows: int

    @classmethod
    def of(cls, drawn: Table, expected: Table | None, paths: Sequence[str], bins: int) -> Cells:
        """Numbers are cut at the quantiles of what was to be expected, or else of what came."""
        levels: list[tuple[str, str]] = []
        start, ours, theirs = [0], [], []
        for path in paths:
            names, one, other = _levels(path, drawn, expected, bins)
            levels += [(path, name) for name in names]
            start.append(len(levels))
            ours.append(_hot(one, len(names)))
            theirs.append(_hot(other, len(names)) if other is not None else None)
        return cls(
            tuple(paths),
            tuple(levels),
            tuple(start),
            _together(ours),
            None if expected is None else _together([rows for rows in theirs if rows is not None]),
            drawn.rows,
            expected.rows if expected else 0,
        )

    def block(self, i: int, j: int) -> tuple[slice, slice]:
        """Where the cells of the i-th and j-th path are."""
        return slice(self.start[i], self.start[i + 1]), slice(self.start[j], self.start[j + 1])

    def coverage(self) -> Array:
        """(P, P): the share of a pair's possible cells that a picture is in; on the diagonal of its levels.

        Possible is what was to be expected; where nobody says, what both parameters' own levels allow.
        """
        found = np.full((len(self.paths), len(self.paths)), np.nan)
        own = np.diag(self.counts) > 0
        for i in range(len(self.paths)):
            for j in range(i + 1):
                rows, columns = self.block(i, j)
                filled = self.counts[rows, columns] > 0
                possible = np.outer(own[rows], own[columns])
                if self.expected is not None:
                    possible = self.expected[rows, columns] > 0
                if i == j:
                    filled, possible = np.diag(filled), np.diag(possible)
                if possible.any():
                    found[i, j] = found[j, i] = float(np.count_nonzero(filled & possible) / np.count_nonzero(possible))
        return found


def _levels(
    path: str, drawn: Table, expected: Table | None, bins: int
) -> tuple[list[str], NDArray[np.intp], NDArray[np.intp] | None]:
    """The names of a parameter's levels, and the level of each picture; -1 where it has not that parameter."""
    if path in drawn.words:
        ours, theirs = drawn.words[path], expected.words[path] if expected else None
        names = sorted({*ours, *(theirs or ())} - {""})
        place = {name: number for number, name in enumerate(names)} | {"": -1}
        code = [np.array([place[text] for text in texts], dtype=np.intp) for texts in (ours, theirs or [])]
        return names, code[0], None if theirs is None else code[1]
    ours_n, theirs_n = drawn.numbers[path], expected.numbers[path] if expected else None
    source = ours_n if theirs_n is None else theirs_n
    known = source[np.isfinite(source)]
    cuts = np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1])) if known.size else np.zeros(0)
    if known.size:
        cuts = cuts[(cuts > known.min()) & (cuts <= known.max())]
    return _named(cuts), _coded(ours_n, cuts), None if theirs_n is None else _coded(theirs_n, cuts)


def _coded(values: Array, cuts: Array) -> NDArray[np.intp]:
    return np.where(np.isfinite(values), np.searchsorted(cuts, values, side="right"), -1)


def _named(cuts: Array) -> list[str]:
    if not cuts.size:
        return ["any"]
    texts = [f"{cut:.4g}" for cut in cuts]
    between = [f"{low} to {high}" for low, high in itertools.pairwise(texts)]
    return [f"below {texts[0]}", *between, f"{texts[-1]} and over"]


def _hot(codes: NDArray[np.intp], levels: int) -> NDArray[np.float32]:
    return np.asarray(codes[:, None] == np.arange(levels), dtype=np.float32)


def _together(parts: Sequence[NDArray[np.float32]]) -> Counts:
    hot = np.concatenate(parts, axis=1) if parts else np.zeros((0, 0), dtype=np.float32)
    # Whole numbers up to 2^24 are exact in float32.
    return np.asarray(np.rint(hot.T @ hot), dtype=np.int64)


def discrepancies(table: Table, paths: Sequence[str], config: Mapping[str, Any]) -> tuple[list[str], Array, int]:
    """Centred L2 discrepancies (P, P) of the paths with a continuous law that every picture has, and of how many.

    Each value counts as the share of its declared distribution that lies below it, so points that are drawn evenly
    are even in the unit square (`scipy.stats.qmc.discrepancy`, method "CD").
    """
    chosen, shares = [], []
    points = np.unique(np.linspace(0, table.rows - 1, min(table.rows, _MOST_POINTS)).astype(int))
    for path in paths:
        asked, values = asked_for(config.get(path)), table.numbers[path]
        if isinstance(asked, Numbers) and not asked.whole and values.size and np.isfinite(values).all():
            chosen.append(path)
            shares.append(np.clip(asked.cdf(values[points]), 0, 1))
    return chosen, _centred(np.reshape(shares, (len(chosen), points.size))), points.size


def _centred(shares: Array) -> Array:
    """The squared centred L2 discrepancies (P, P) of pairs of coordinates (P, N) of N points; NaN on the diagonal.

    Equation 5.2 of Hickernell (1998), in two dimensions. (Importing scipy.stats takes half a second.)
    """
    count, points = shares.shape
    off = np.abs(shares - 0.5)
    alone = 1 + 0.5 * off - 0.5 * off**2
    both = 1 + 0.5 * (off[:, :, None] + off[:, None] - np.abs(shares[:, :, None] - shares[:, None]))
    both = both.reshape(count, points**2)
    found = np.full((count, count), np.nan)
    for i in range(1, count):
        # Sums in one order, whatever the number of threads: the same bytes on every machine.
        single, double = np.einsum("jn,n->j", alone[:i], alone[i]), np.einsum("jn,n->j", both[:i], both[i])
        found[i, :i] = found[:i, i] = (13 / 12) ** 2 - 2 * single / points + double / points**2
    return found


def discrepancy_by_chance(points: int) -> float:
    """What `discrepancies` are on average of so many independent uniform points.

    E = ((5/4)^2 - (13/12)^2) / points (F. J. Hickernell, "A generalized discrepancy and quadrature error bound", Math.
    Comp. 67, 1998, of the squared centred L2 discrepancy, which is what scipy returns).
    """
    return ((5 / 4) ** 2 - (13 / 12) ** 2) / points
