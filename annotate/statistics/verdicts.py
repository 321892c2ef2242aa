"""What is wrong with a set of draws, most telling first: what never varied, never occurred, or goes together unasked.

Everything is held against draws of the same config under another seed, so that rules of the world, quotas and
requirements are no faults. Thresholds are Bonferroni's: all tests of one kind together are wrong about sound draws
once in a thousand sets; draws of a low-discrepancy sequence, each parameter's being more even than chance, less often.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from longtail.annotate.statistics.asked_for import Constant, Numbers, Options, asked_for, text_of
from longtail.annotate.statistics.joint import Cells, Table

Array = NDArray[np.float64]

WRONG = 1e-3
"""How often the tests of one kind, all together, may speak of a sound set."""

_PAIRED = 1.25**2
"""Two parameters' coordinates correlate by chance as those of so many times fewer independent draws do
(`scenes.drawing.low_discrepancy`)."""

_PLAUSIBLE = 1e-4
"""Where what is left of a pair looks like this by chance, its missing cells are all that is wrong with it."""


@dataclass(frozen=True)
class Verdict:
    """One thing that is wrong.

    Attributes:
        kind: "constant", "never", "correlation", "empty cell" or "marginal"
        about: the paths of one or two parameters
        p: how likely chance alone does this
    """

    kind: str
    about: tuple[str, ...]
    said: str
    p: float

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "about": list(self.about), "said": self.said, "p": self.p}


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the verdicts are found in. `alike` pictures of a scene count as one draw."""

    config: Mapping[str, Any]
    drawn: Table
    expected: Table | None
    cells: Cells
    paths: Sequence[str]
    rho: Array
    n: NDArray[np.int64]
    rho_expected: Array | None
    n_expected: NDArray[np.int64] | None
    alike: float


def verdicts(found: Evidence) -> list[Verdict]:
    """The kinds in the order of `Verdict.kind`, each with its least likely first; knock-on effects are left out."""
    constant = _constants(found)
    still = {path for verdict in constant for path in verdict.about}
    never = [verdict for verdict in _never(found) if not still & set(verdict.about)]
    cells = [verdict for verdict in _empty_cells(found) if not still & set(verdict.about)]
    pairs = [verdict for verdict in _correlations(found) if not still & set(verdict.about)]
    alone = {verdict.about for verdict in cells if _only_that(found, verdict.about)}
    joint = {verdict.about for verdict in pairs} - alone
    pairs = [verdict for verdict in pairs if verdict.about in joint]
    cells = [verdict for verdict in cells if verdict.about not in joint]
    told = still | {path for verdict in (*never, *pairs, *cells) for path in verdict.about}
    marginal = [verdict for verdict in _marginals(found) if verdict.about[0] not in told]
    return [*constant, *never, *pairs, *cells, *marginal]


def _constants(found: Evidence) -> list[Verdict]:
    """Parameters with a distribution that had one value in all pictures, which chance would not do."""
    rows = []
    paths = [*found.drawn.numbers, *found.drawn.words]
    for path in paths:
        asked = asked_for(found.config.get(path))
        if asked is None or isinstance(asked, Constant):
            continue
        values = {*(found.drawn.words.get(path) or ())} - {""}
        if path in found.drawn.numbers:
            column = found.drawn.numbers[path]
            values = {text_of(value) for value in np.unique(column[np.isfinite(column)]).tolist()}
        if len(values) != 1:
            continue
        value = next(iter(values))
        count = _present(found.drawn, path)
        share = _share(asked, value, found.expected, path)
        p = share ** max(count / found.alike - 1, 0) if share < 1 else 1.0
        if p < WRONG / len(paths):
            rows.append(
                Verdict("constant", (path,), f"{path} never varied: it is {value} in all of {count} pictures", p)
            )
    return sorted(rows, key=lambda row: (row.p, row.about))


def _present(table: Table, path: str) -> int:
    if path in table.words:
        return sum(text != "" for text in table.words[path])
    return int(np.isfinite(table.numbers[path]).sum())


def _share(asked: Any, value: str, expected: Table | None, path: str) -> float:
    """How often one draw should be that value, at most."""
    if expected is not None:
        count, n = _count(expected, path, value), _present(expected, path)
        return (count + 1) / (n + 1) if n else 1.0
    if isinstance(asked, Options):
        return float(asked.shares.get(value, 0.0))
    assert isinstance(asked, Numbers)
    low, high = asked.ppf([0.0, 1.0])
    if low == high:
        return 1.0
    if not asked.whole:
        return 1e-6
    number = float(value)
    return float(asked.cdf(number) - asked.cdf(number - 1))


def _count(table: Table, path: str, value: str) -> int:
    if path in table.words:
        return table.words[path].count(value)
    return sum(text_of(number) == value for number in table.numbers[path][np.isfinite(table.numbers[path])].tolist())


def _due(found: Evidence) -> Array | None:
    """How many independent draws should be in each cell."""
    if found.cells.expected is None or not found.cells.expected_rows:
        return None
    return np.asarray(
        found.cells.expected * (found.cells.rows / found.cells.expected_rows / found.alike), dtype=np.float64
    )


def _never(found: Evidence) -> list[Verdict]:
    """Levels of a single parameter that should have occurred and did not."""
    due = _due(found)
    if due is None:
        return []
    own, count = np.diag(due), np.diag(found.cells.counts)
    limit = math.log(max(np.count_nonzero(own), 1) / WRONG)
    rows = [
        Verdict("never", (path,), f"{path} is never {name}: {_pictures(own[place] * found.alike)} were due",
                math.exp(-own[place]))
        for place, (path, name) in enumerate(found.cells.levels)
        if count[place] == 0 and own[place] > limit
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.p, row.about))


def _empty_cells(found: Evidence) -> list[Verdict]:
    """For each pair the cell of two levels, each of which occurs, that should have had the most pictures and has none.

    A cell is said to be missing where both of its levels have pictures.
    """
    due = _due(found)
    if due is None:
        return []
    cells, own = found.cells, np.diag(found.cells.counts) > 0
    limit = math.log(max(np.count_nonzero(due) / 2, 1) / WRONG)
    rows = []
    missing = (cells.counts == 0) & (due > limit) & own[:, None] & own[None, :]
    for i, one in enumerate(cells.paths):
        for j, other in enumerate(cells.paths[:i]):
            block = cells.block(i, j)
            if not missing[block].any():
                continue
            amount = np.where(missing[block], due[block], 0)
            a, b = np.unravel_index(int(amount.argmax()), amount.shape)
            rows.append(
                Verdict(
                    "empty cell",
                    (other, one),
                    f"no picture has {other} {_level(cells, j, int(b))} and {one} {_level(cells, i, int(a))}: "
                    f"{_pictures(amount[a, b] * found.alike)} were due",
                    math.exp(-float(amount[a, b])),
                )
            )
    return sorted(rows, key=lambda row: (row.p, row.about))


def _level(cells: Cells, path: int, level: int) -> str:
    return cells.levels[cells.start[path] + level][1]


def _pictures(count: float) -> str:
    return f"{count:.0f} pictures" if count >= 1.5 else "1 picture"


def _only_that(found: Evidence, about: tuple[str, ...]) -> bool:
    """Whether a pair's other cells are filled as they should be."""
    places = {path: place for place, path in enumerate(found.cells.paths)}
    due = _due(found)
    if due is None or len(about) != 2:
        return False
    block = found.cells.block(places[about[1]], places[about[0]])
    seen, owed = found.cells.counts[block].ravel() / found.alike, due[block].ravel()
    kept = (seen > 0) & (owed >= 5)
    if np.count_nonzero(kept) < 2:
        return False
    seen, owed = seen[kept], owed[kept] * seen[kept].sum() / owed[kept].sum()
    statistic = float(((seen - owed) ** 2 / owed).sum())
    return float(special.chdtrc(seen.size - 1, statistic)) > _PLAUSIBLE


def _correlations(found: Evidence) -> list[Verdict]:
    """Rank correlations that are not those of other draws of the config, or where there are none, not the declared."""
    declared = {frozenset(entry[:2]): float(entry[2]) for entry in found.config.get("correlations") or ()}
    tests: list[tuple[float, tuple[str, str], float, float]] = []
    for i, one in enumerate(found.paths):
        for j, other in enumerate(found.paths[:i]):
            stated = declared.get(frozenset((one, other)))
            wanted, spread = stated, 0.0
            if found.rho_expected is not None and found.n_expected is not None:
                wanted = float(found.rho_expected[i, j])
                spread = _variance(wanted, found.n_expected[i, j])
            rho, n = float(found.rho[i, j]), found.n[i, j] / found.alike / _PAIRED
            if wanted is None or not math.isfinite(rho) or not math.isfinite(wanted) or n < 12:
                continue
            apart = math.atanh(_open(rho)) - math.atanh(_open(wanted))
            z = abs(apart) / math.sqrt(_variance(wanted, n) + spread)
            tests.append((2 * float(special.ndtr(-z)), (other, one), rho, wanted))
    rows = [
        Verdict(
            "correlation", about, f"{about[0]} and {about[1]} correlate by {rho:.2f}, where {wanted:.2f} was due", p
        )
        for p, about, rho, wanted in tests
        if p < WRONG / len(tests)
    ]
    return sorted(rows, key=lambda row: (row.p, row.about))


def _open(rho: float) -> float:
    return min(max(rho, -0.999), 0.999)


def _variance(rho: float, n: float) -> float:
    """Of Fisher's z of a rank correlation: D. G. Bonett, T. A. Wright, Psychometrika 65, 2000."""
    return (1 + rho**2 / 2) / max(n - 3, 1) if math.isfinite(rho) else math.inf


def _marginals(found: Evidence) -> list[Verdict]:
    """Parameters whose values are not distributed as in other draws of the config."""
    if found.expected is None:
        return []
    tests = []
    for path in found.cells.paths:
        if path in found.drawn.words:
            p = _words_apart(found, path)
        else:
            p = numbers_apart(found.drawn.numbers[path], found.expected.numbers[path], found.alike)
        if p is not None:
            tests.append((p, path))
    rows = [
        Verdict("marginal", (path,), f"{path} is not distributed as its config has it: {_shift(found, path)}", p)
        for p, path in tests
        if p < WRONG / len(tests)
    ]
    return sorted(rows, key=lambda row: (row.p, row.about))


def numbers_apart(ours: Array, theirs: Array, alike: float) -> float | None:
    """p of the two-sample Kolmogorov-Smirnov test, asymptotic; None where there is too little."""
    a, b = ours[np.isfinite(ours)], theirs[np.isfinite(theirs)]
    if min(a.size, b.size) < 8:
        return None
    from scipy import stats  # slow to import, and needed where statistics are made only

    statistic = float(stats.ks_2samp(a, b, method="asymp").statistic)
    n = a.size / alike * b.size / (a.size / alike + b.size)
    return float(special.kolmogorov((math.sqrt(n) + 0.12 + 0.11 / math.sqrt(n)) * statistic))


def _words_apart(found: Evidence, path: str) -> float | None:
    place = found.cells.paths.index(path)
    rows = found.cells.block(place, place)[0]
    due = _due(found)
    if due is None:
        return None
    seen, owed = np.diag(found.cells.counts)[rows] / found.alike, np.diag(due)[rows]
    if not owed.sum() or not seen.sum():
        return None
    owed = owed * seen.sum() / owed.sum()
    kept = owed >= 5
    seen = np.append(seen[kept], seen[~kept].sum())
    owed = np.append(owed[kept], owed[~kept].sum())
    seen, owed = seen[owed >= 5], owed[owed >= 5]
    if seen.size < 2:
        return None
    return float(special.chdtrc(seen.size - 1, float(((seen - owed) ** 2 / owed).sum())))


def _shift(found: Evidence, path: str) -> str:
    if path in found.drawn.words or found.expected is None:
        return "its options have other shares"
    ours, theirs = found.drawn.numbers[path], found.expected.numbers[path]
    return f"mean {np.nanmean(ours):.4g}, where {np.nanmean(theirs):.4g} was due"
