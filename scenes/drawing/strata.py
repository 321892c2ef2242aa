"""Meeting quotas: which stratum of a distribution each scene draws from.

Of the first n scenes, for every n, less than one more or less than n * share count for a quota (`Quota` in
`scenes.drawing.quota`), and exactly n * share at every multiple of the shares' common denominator: 10 scenes for 0.1
and 0.3, 10,000 at most. (Several quotas of one parameter that overlap and together leave hardly any choice may be two
scenes off within such a period.) So a run that is stopped, extended or split keeps its shares, however long it is.

Within these bounds the strata follow the parameter's own coordinate of the low-discrepancy sequence, so that they are
spread over all other parameters as evenly as they would be without quotas. Quotas that overlap (rain, flood, and
rain+flood) are met by the weights closest to the asked ones in the sense of relative entropy, found by iterative
proportional fitting (Deming and Stephan 1940); options that no quota tells apart keep their weights' ratios.

That such sequences exist for disjoint quotas is known as Tijdeman's chairman assignment ("The chairman assignment
problem", Discrete Mathematics 32, 1980).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from longtail.distributions import Choice, Distribution
from longtail.distributions.distribution import whole_ends
from longtail.scenes.drawing.quota import Quota

_ROUNDS = 2000
_LEAST_BLOCK = 256
_SIGHT = 48
_ATTEMPTS = 8
_LENT = 1.5
_NOTHING = 1e-9


@dataclass(frozen=True)
class Atom:
    """A part of a distribution that counts for the same quotas: the places of their events, and its share."""

    events: frozenset[int]
    part: Distribution
    mass: float


def atoms_of(distribution: Distribution, quota: Quota) -> tuple[Atom, ...]:
    """The distribution cut along the quota's events, with the shares that it has by itself."""
    return tuple(_options(distribution, quota) if isinstance(distribution, Choice) else _ranges(distribution, quota))


def _options(choice: Choice, quota: Quota) -> Iterator[Atom]:
    groups: dict[frozenset[int], list[int]] = {}
    for place, option in enumerate(choice.options):
        counted = frozenset(i for i, event in enumerate(quota.events) if event.counts(option))
        groups.setdefault(counted, []).append(place)
    for counted, places in groups.items():
        mass = sum(choice.weights[place] for place in places) / sum(choice.weights)
        yield Atom(counted, choice.among([choice.options[place] for place in places]), mass)


def _ranges(distribution: Distribution, quota: Quota) -> Iterator[Atom]:
    whole = distribution.whole
    start, end = distribution.support
    cuts = {-math.inf, math.inf}
    ends = [whole_ends(*event.ends) if whole else event.ends for event in quota.events]
    for low, high in ends:
        # A range begins at its cut; the one after `high` begins above it.
        cuts |= {low, high + 1 if whole else math.nextafter(high, math.inf)}
    edges = sorted(cuts)
    for low, after in pairwise(edges):
        high = after - 1 if whole else math.nextafter(after, -math.inf)
        if high < low or low > end or high < start or (mass := distribution.mass(low, high)) <= 0:
            continue
        counted = frozenset(i for i, (first, last) in enumerate(ends) if first <= low and high <= last)
        yield Atom(counted, distribution.truncated(low, high), mass)


def feasible(atoms: Sequence[Atom], quota: Quota) -> bool:
    """Whether some shares of the atoms, 0 or more and 1 in all, give every event its own."""
    from scipy.optimize import linprog

    rows = [[1.0] * len(atoms), *([float(i in atom.events) for atom in atoms] for i in range(len(quota.events)))]
    sums = [1.0, *(float(event.share) for event in quota.events)]
    return bool(linprog([0.0] * len(atoms), A_eq=rows, b_eq=sums, bounds=(0, 1)).status == 0)


def shares(atoms: Sequence[Atom], quota: Quota) -> NDArray[np.float64]:
    """The atoms' shares under the quota, closest to their own."""
    result = np.array([atom.mass for atom in atoms])
    result /= result.sum()
    inside = np.array([[i in atom.events for atom in atoms] for i in range(len(quota.events))])
    for _ in range(_ROUNDS):
        before = result.copy()
        for members, event in zip(inside, quota.events, strict=True):
            for where, wanted in ((members, float(event.share)), (~members, 1 - float(event.share))):
                if (now := result[where].sum()) > 0:
                    result[where] *= wanted / now
        if np.abs(result - before).max() < _NOTHING:
            break
    return np.asarray(result / result.sum())


@dataclass(frozen=True)
class Strata:
    """A distribution cut along a quota, on a line of length 1: atom k takes edges[k]..edges[k + 1]."""

    atoms: tuple[Atom, ...]
    edges: tuple[float, ...]
    period: int
    wanted: tuple[int, ...]

    def at(self, u: float) -> tuple[int, float]:
        """The atom at a place of the line, and how far through it the place lies (0..1, both excluded)."""
        last = len(self.atoms) - 1
        atom = next((k for k in range(last) if u < self.edges[k + 1]), last)
        length = self.edges[atom + 1] - self.edges[atom]
        inside = (u - self.edges[atom]) / length if length > 0 else 0.5
        return atom, min(max(inside, 2.0**-53), 1 - 2.0**-53)

    @property
    def block(self) -> int:
        """After so many scenes all shares are exact, and the strata begin anew."""
        return self.period * max(1, _LEAST_BLOCK // self.period)


@lru_cache(maxsize=64)
def strata(distribution: Distribution, quota: Quota) -> Strata:
    """A distribution's strata under a quota that it can meet."""
    atoms = atoms_of(distribution, quota)
    edges = (0.0, *(float(edge) for edge in np.cumsum(shares(atoms, quota))[:-1]), 1.0)
    period = math.lcm(*(event.share.denominator for event in quota.events))
    wanted = tuple(int(event.share * period) for event in quota.events)
    return Strata(atoms, edges, period, wanted)


def assigned(line: Strata, guide: Sequence[float]) -> tuple[int, ...]:
    """The atom of each scene of a block, by its place 0..1 on the line, moved where a quota would be missed."""
    tried = []
    for attempt in range(_ATTEMPTS):
        missed, atoms = _walked(line, guide, attempt)
        if missed == 0:
            return atoms
        tried.append((missed, atoms))
    if all(len(atom.events) < 2 for atom in line.atoms):
        return _in_turn(line, guide)
    return min(tried)[1]


def _in_turn(line: Strata, guide: Sequence[float]) -> tuple[int, ...]:
    """A way through a block that never misses disjoint quotas, without regard to where the scenes lie.

    The k-th scene of a stratum may come once (k - 1) / share have passed and must before k / share have; of those that
    may, the one that must earliest comes first (Baruah et al., "Proportionate progress", Algorithmica 15, 1996).
    """
    strands: dict[frozenset[int], list[int]] = {}
    for place, atom in enumerate(line.atoms):
        strands.setdefault(atom.events, []).append(place)
    rest = line.period - sum(line.wanted)
    parts = [(line.wanted[min(events)] if events else rest, places) for events, places in strands.items()]
    counts, result = [0] * len(parts), []
    for scene, u in enumerate(guide):
        due = [
            (-(-(count + 1) * line.period // share), strand)
            for strand, (count, (share, _)) in enumerate(zip(counts, parts, strict=True))
            if share and count * line.period // share <= scene
        ]
        _, strand = min(due)
        counts[strand] += 1
        own, _ = line.at(u)
        places = parts[strand][1]
        result.append(own if own in places else places[min(int(u * len(places)), len(places) - 1)])
    return tuple(result)


def _walked(line: Strata, guide: Sequence[float], attempt: int) -> tuple[int, tuple[int, ...]]:
    """One way through a block, and how far it misses the quotas: 0 where less than one scene, always."""
    literals = _literals(line)
    totals = np.array([share for _, share in literals])
    inside = np.array([[k in cells for cells, _ in literals] for k in range(len(line.atoms))], dtype=np.int64)
    rivals = _rivals([cells for cells, _ in literals])
    group = np.array([[i in clique for i in range(len(literals))] for clique in rivals], dtype=np.int64)
    steps = np.arange(1, _SIGHT + 1)
    shares_of = np.diff(line.edges)
    # What each atom is owed at the start differs from block to block, so that no rounding recurs.
    owed = np.array([guide[(k + 7 * attempt) % len(guide)] - 0.5 for k in range(len(line.atoms))])
    counts = np.zeros(len(literals), dtype=np.int64)
    result, missed = [], 0
    for scene, u in enumerate(guide):
        due = totals[:, None] * (scene + 1 + steps) // line.period  # the least that must have come by then
        low, high = totals * (scene + 1) // line.period, -(-totals * (scene + 1) // line.period)
        owed = owed + shares_of
        own, _ = line.at(u)
        order = [int(atom) for atom in np.argsort(-owed, kind="stable") if atom != own]
        best, least, outside = own, math.inf, 0
        for atom in [own, *order] if owed[own] > -_LENT else [*order, own]:
            after = counts + inside[atom]
            off = int((np.maximum(low - after, 0) + np.maximum(after - high, 0)).sum())
            crowded = int((group @ np.maximum(due - after[:, None], 0) - steps).max())
            if (cost := 1000 * off + max(crowded, 0)) < least:
                best, least, outside = atom, cost, off
            if cost == 0:
                break
        counts += inside[best]
        owed[best] -= 1
        missed += outside
        result.append(best)
    return missed, tuple(result)


def _literals(line: Strata) -> list[tuple[frozenset[int], int]]:
    """Every event and its opposite, as the atoms that count for it, with its share of a period."""
    every = frozenset(range(len(line.atoms)))
    result = {}
    for place, wanted in enumerate(line.wanted):
        members = frozenset(k for k in every if place in line.atoms[k].events)
        result[members] = wanted
        result[every - members] = line.period - wanted
    return list(result.items())


def _rivals(literals: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    """The largest sets of literals of which no scene can count for two (Bron and Kerbosch 1973)."""
    count = len(literals)
    apart = [{b for b in range(count) if b != a and not literals[a] & literals[b]} for a in range(count)]

    def grown(clique: frozenset[int], may: set[int], seen: set[int]) -> Iterator[frozenset[int]]:
        if not may and not seen:
            yield clique
        for literal in sorted(may):
            yield from grown(clique | {literal}, may & apart[literal], seen & apart[literal])
            may, seen = may - {literal}, seen | {literal}

    return list(grown(frozenset(), set(range(count)), set()))
