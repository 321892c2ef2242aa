"""Samplers against their own CDF, and CDFs against scipy.stats."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from longtail.distributions import (
    DISTRIBUTIONS,
    Beta,
    Choice,
    Distribution,
    Integers,
    LogUniform,
    NegativeBinomial,
    Normal,
    Poisson,
    Triangular,
    Uniform,
)
from longtail.distributions.grammar import parse
from tests.scenes.worlds import id_of

CONTINUOUS: list[tuple[Distribution, Any]] = [
    (Uniform(50, 90), stats.uniform(50, 40)),
    (LogUniform(0.5, 80), stats.loguniform(0.5, 80)),
    (Normal(1.5, 0.1), stats.norm(1.5, 0.1)),
    (Normal(0, 1, low=-0.5, high=2), stats.truncnorm(-0.5, 2)),
    (Normal(0, 1, low=6), stats.truncnorm(6, np.inf)),
    (Normal(0, 1, high=-6), stats.truncnorm(-np.inf, -6)),
    (Triangular(-1, 0, 3), stats.triang(0.25, -1, 4)),
    (Triangular(0, 0, 1), stats.triang(0, 0, 1)),
    (Beta(2, 5), stats.beta(2, 5)),
]
WHOLE: list[tuple[Distribution, Any]] = [
    (Poisson(6), stats.poisson(6)),
    (Poisson(0.01), stats.poisson(0.01)),
    (Poisson(4000), stats.poisson(4000)),
    (NegativeBinomial(11, 3), stats.nbinom(3, 3 / 14)),
    (NegativeBinomial(0.2, 0.5), stats.nbinom(0.5, 0.5 / 0.7)),
    (NegativeBinomial(900, 2), stats.nbinom(2, 2 / 902)),
    (Integers(2, 6), stats.randint(2, 7)),
    (Choice({2: 5, 3: 1, 6: 2}), stats.rv_discrete(values=([2, 3, 6], [5 / 8, 1 / 8, 2 / 8]))),
]
PARTS: list[Distribution] = [
    Beta(2, 5).truncated(0.3, 0.9),
    Beta(2, 50).truncated(0.95, 1),
    Triangular(-1, 0, 3).truncated(-0.5, 1),
    Triangular(-1, 0, 3).truncated(2.9, 3),
]
OTHERS: list[Distribution] = [
    Poisson(6).truncated(2, 9),
    Poisson(6).truncated(0, math.inf).truncated(3, math.inf),
    Poisson(9).truncated(45, math.inf),
    Poisson(0),
    NegativeBinomial(11, 3).truncated(0, 60),
    Choice({"clear": 4, "rain": 2}),
    Choice([True, False]),
    Choice({True: 3, False: 1}),
    Choice([0.5, 1.5], [1, 3]),
]
EVERY = [d for d, _ in CONTINUOUS + WHOLE] + PARTS + OTHERS


@pytest.mark.parametrize(("ours", "theirs"), CONTINUOUS + WHOLE, ids=id_of)
def test_matches_scipy(ours: Distribution, theirs: Any) -> None:
    u = np.concatenate([np.linspace(0.001, 0.999, 97), [1e-9, 1 - 1e-9]])
    drawn = [ours.ppf(float(p)) for p in u]
    np.testing.assert_allclose(drawn, theirs.ppf(u), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose([ours.cdf(x) for x in drawn], theirs.cdf(drawn), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    "distribution",
    [d for d, _ in CONTINUOUS] + [d for d in OTHERS if isinstance(d.support[0], float) and not isinstance(d, Choice)],
    ids=id_of,
)
def test_samples_follow_their_cdf(distribution: Distribution) -> None:
    """Kolmogorov and Smirnov at a fixed seed: the median p-value of an honest sampler is 0.5."""
    rng = np.random.Generator(np.random.PCG64(20))
    drawn = [distribution.sample(rng) for _ in range(4000)]
    assert stats.kstest(drawn, np.vectorize(distribution.cdf)).pvalue > 0.01


@pytest.mark.parametrize("distribution", [d for d, _ in WHOLE] + OTHERS, ids=id_of)
def test_share_of_each_option(distribution: Distribution) -> None:
    rng = np.random.Generator(np.random.PCG64(21))
    drawn = [distribution.sample(rng) for _ in range(4000)]
    for value in set(drawn):
        asked = distribution.cdf(value) - distribution.below(value)
        assert drawn.count(value) / 4000 == pytest.approx(asked, abs=4 * math.sqrt(0.25 / 4000))


@pytest.mark.parametrize("distribution", [d for d, _ in CONTINUOUS], ids=id_of)
@given(u=st.floats(1e-6, 1 - 1e-6))
def test_cdf_undoes_ppf(distribution: Distribution, u: float) -> None:
    assert distribution.cdf(distribution.ppf(u)) == pytest.approx(u, abs=1e-8)


@pytest.mark.parametrize("distribution", [d for d, _ in CONTINUOUS + WHOLE], ids=id_of)
def test_many_at_once_have_the_shares_of_each(distribution: Distribution) -> None:
    drawn = [distribution.ppf(u) for u in np.linspace(1e-9, 1 - 1e-9, 101)]
    values = np.array([-math.inf, -1e30, -1.0, 0.0, *drawn, 1e30, math.inf, math.nan]).reshape(2, -1)
    one_by_one = [[distribution.cdf(value) for value in row] for row in values.tolist()]
    assert distribution.cdfs(values) == pytest.approx(np.array(one_by_one), rel=1e-13, abs=1e-15, nan_ok=True)
    shares = np.array([0.0, 1e-300, 1e-9, *np.linspace(1e-3, 1, 100), 1 - 2.0**-53]).reshape(2, -1)
    assert distribution.ppfs(shares).tolist() == [[distribution.ppf(share) for share in row] for row in shares.tolist()]


@pytest.mark.parametrize("distribution", [d for d, _ in WHOLE] + OTHERS[:2], ids=id_of)
@given(u=st.floats(1e-6, 1 - 1e-6))
def test_ppf_is_the_smallest_value_that_reaches_u(distribution: Distribution, u: float) -> None:
    value = distribution.ppf(u)
    assert distribution.cdf(value) >= u - 1e-9
    assert distribution.below(value) <= u + 1e-9


@pytest.mark.parametrize("distribution", EVERY, ids=id_of)
@given(u=st.floats(0, 1))
def test_draws_stay_in_the_support(distribution: Distribution, u: float) -> None:
    low, high = distribution.support
    assert low <= distribution.ppf(u) <= high
    if not isinstance(low, str):
        assert distribution.below(low) == pytest.approx(0, abs=1e-12)
        assert distribution.cdf(high) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("distribution", [d for d, _ in CONTINUOUS + WHOLE], ids=id_of)
def test_truncation_is_conditioning(distribution: Distribution) -> None:
    low, high = distribution.ppf(0.3), distribution.ppf(0.9)
    cut = distribution.truncated(low, high)
    inside = distribution.mass(low, high)
    for p in (0.05, 0.5, 0.95):
        value = cut.ppf(p)
        assert low <= value <= high
        assert cut.cdf(value) == pytest.approx((distribution.cdf(value) - distribution.below(low)) / inside, abs=1e-7)


@pytest.mark.parametrize("distribution", EVERY, ids=id_of)
def test_json_round_trip(distribution: Distribution) -> None:
    """Through sorted JSON text, which is how a dataset stores it."""
    again = parse(json.loads(json.dumps(distribution.to_json(), sort_keys=True)))
    assert again == distribution
    assert hash(again) == hash(distribution)


def test_every_kind_is_tested() -> None:
    assert {type(d) for d in EVERY} >= set(DISTRIBUTIONS.values())


def test_a_choice_does_not_depend_on_the_order_it_is_written_in() -> None:
    assert Choice({"b": 1, "a": 2}) == Choice({"a": 2, "b": 1}) == Choice(["b", "a"], [1, 2])
    assert Choice({"a": 2, "b": 2, "c": 0}) == Choice(["b", "a"])


def test_repr_reads_like_its_constructor() -> None:
    assert repr(Uniform(50, 90)) == "Uniform(low=50.0, high=90.0)"
    assert repr(Choice({"rain": 2, "clear": 4})) == "Choice({'clear': 4, 'rain': 2})"


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ({"uniform": [50, 90]}, Uniform(50, 90)),
        ({"uniform": {"high": 90, "low": 50}}, Uniform(50, 90)),
        ({"uniform": [0, 10], "high": 4}, Uniform(0, 4)),
        ({"normal": [1.5, 0.1], "low": 1}, Normal(1.5, 0.1, low=1)),
        ({"poisson": 6}, Poisson(6)),
        ({"poisson": [6]}, Poisson(6)),
        ({"poisson": 6, "high": 9}, Poisson(6).truncated(0, 9)),
        ({"negative_binomial": [11, 3]}, NegativeBinomial(11, 3)),
        ({"choice": ["a", "b"]}, Choice(["a", "b"])),
        ({"choice": {"a": 4, "b": 1}}, Choice({"a": 4, "b": 1})),
        ({"choice": [2, 4], "weights": [3, 1]}, Choice({2: 3, 4: 1})),
        ({"choice": [1, 2, 3], "low": 2}, Choice([2, 3])),
        ({"constant": "rain"}, "rain"),
        (5, 5),
        (True, True),
    ],
    ids=id_of,
)
def test_grammar(node: object, expected: object) -> None:
    assert parse(node) == expected


@pytest.mark.parametrize(
    ("node", "fragments"),
    [
        ({"unifrom": [1, 2]}, ["expected a value or a distribution", "unifrom", "did you mean uniform"]),
        ({"uniform": [1]}, ["expected {uniform: [low, high]}", "got [1]"]),
        ({"uniform": [1, 2, 3]}, ["expected {uniform: [low, high]}"]),
        ({"uniform": {"low": 1}}, ["expected {uniform: [low, high]}"]),
        ({"uniform": [2, 1]}, ["expected low < high", "2 and 1"]),
        ({"uniform": ["a", 1]}, ["expected a number for low", "'a'"]),
        ({"uniform": [True, 2]}, ["expected a number for low", "true"]),
        ({"uniform": [0, math.inf]}, ["expected a finite number for high"]),
        ({"uniform": [math.nan, 1]}, ["expected a number for low"]),
        ({"uniform": [0, 1], "hihg": 2}, ["'hihg'", "did you mean high"]),
        ({"uniform": [0, 1], "normal": [0, 1]}, ["expected one distribution"]),
        ({"uniform": [0, 1], "low": 5}, ["expected a range that meets 0..1"]),
        ({"loguniform": [0, 1]}, ["expected low > 0"]),
        ({"normal": [0, 0]}, ["expected a standard deviation > 0"]),
        ({"normal": [0, 1], "low": 2, "high": 1}, ["expected draws between"]),
        ({"triangular": [0, 2, 1]}, ["expected low <= mode <= high"]),
        ({"beta": [0, 1]}, ["expected shapes > 0"]),
        ({"poisson": -1}, ["expected a mean in 0..1000000", "-1"]),
        ({"negative_binomial": [0, 3]}, ["expected a mean above 0"]),
        ({"negative_binomial": [4, 0]}, ["expected a shape in 0.01..1000000", "0"]),
        ({"integers": [1.5, 3]}, ["expected whole numbers"]),
        ({"integers": [0, 5], "low": 0.2, "high": 0.8}, ["expected"]),
        ({"choice": []}, ["expected a list of options"]),
        ({"choice": "rain"}, ["expected a list of options", "'rain'"]),
        ({"choice": ["a", 1]}, ["all words, all numbers"]),
        ({"choice": ["a", "a"]}, ["expected every option once"]),
        ({"choice": [["a"]]}, ["expected options that are single values"]),
        ({"choice": {"a": 1e308}}, ["expected weights in 0..1e12, got 1e+308"]),
        ({"choice": {"a": -1}}, ["expected weights in 0..1e12, got -1"]),
        ({"choice": {"a": 0}}, ["at least one option with a weight over 0"]),
        ({"choice": {"a": "x"}}, ["expected weights in 0..1e12", "'x'"]),
        ({"choice": ["a", "b"], "weights": [1]}, ["one weight for each of 2 options, got 1"]),
        ({"choice": {"a": 1}, "weights": [1]}, ["expected weights as a list beside a list"]),
        ({"choice": ["a", "b"], "low": 1}, ["expected no low or high"]),
        ({"constant": [1]}, ["expected `constant` to hold one value"]),
        ([1, 2], ["expected one value or a distribution", "did you mean {choice: [1, 2]}"]),
        (None, ["got nothing"]),
        (math.inf, ["expected a finite number"]),
        ({}, ["expected a value or a distribution"]),
    ],
    ids=id_of,
)
def test_grammar_errors(node: object, fragments: list[str]) -> None:
    with pytest.raises(ValueError, match="expected") as caught:
        parse(node)
    message = str(caught.value)
    assert "\n" not in message
    assert [f for f in fragments if f not in message] == []


@pytest.mark.parametrize("cut", [lambda: Uniform(0, 1).truncated(2, 3), lambda: Normal(0, 1).truncated(60, 70)])
def test_truncation_without_draws_is_refused(cut: Callable[[], Distribution]) -> None:
    with pytest.raises(ValueError, match="expected"):
        cut()


NUMBERS = [d for d in EVERY if not isinstance(d.support[0], str | bool)]
ANYWHERE = st.floats(allow_nan=False) | st.floats(-3, 100) | st.integers(-3, 100).map(float)


@pytest.mark.parametrize("distribution", NUMBERS, ids=id_of)
def test_the_ends_of_the_number_line(distribution: Distribution) -> None:
    for share in (distribution.cdf, distribution.below):
        assert share(-math.inf) == 0
        assert share(math.inf) == 1
        assert math.isnan(share(math.nan))
    assert distribution.above(-math.inf) == 1
    assert distribution.above(math.inf) == 0
    assert distribution.mass(-math.inf, math.inf) == 1
    assert distribution.truncated(-math.inf, math.inf) == distribution


@pytest.mark.parametrize("distribution", NUMBERS, ids=id_of)
@settings(max_examples=40)
@given(x=ANYWHERE)
def test_what_is_below_at_and_above_a_number_is_everything(distribution: Distribution, x: float) -> None:
    below, at, above = distribution.below(x), distribution.mass(x, x), distribution.above(x)
    assert min(below, at, above) >= 0
    assert below + at + above == pytest.approx(1, abs=1e-9)
    assert at + below == pytest.approx(distribution.cdf(x), abs=1e-9)


@pytest.mark.parametrize("distribution", NUMBERS, ids=id_of)
@settings(max_examples=40)
@given(ends=st.tuples(ANYWHERE, ANYWHERE).map(sorted), u=st.floats(2.0**-54, 1 - 2.0**-53))
def test_any_part_has_draws_of_its_own_or_is_refused(distribution: Distribution, ends: list[float], u: float) -> None:
    low, high = ends
    try:
        part = distribution.truncated(low, high)
    except ValueError:
        assert distribution.mass(low, high) < 1e-9
        return
    drawn = part.ppf(u)
    assert math.isfinite(drawn)
    assert low <= drawn <= high
    assert distribution.support[0] <= drawn <= distribution.support[1]


@pytest.mark.parametrize(
    ("ours", "theirs", "low"),
    [
        (Poisson(9), stats.poisson(9), 45),
        (NegativeBinomial(9, 2), stats.nbinom(2, 2 / 11), 120),
        (Normal(0, 1), stats.norm(), 12),
        (Beta(2, 50), stats.beta(2, 50), 0.95),
        (Triangular(0, 1, 2), stats.triang(0.5, 0, 2), 1.999),
    ],
    ids=id_of,
)
def test_tails_keep_their_digits(ours: Distribution, theirs: Any, low: float) -> None:
    """A thousand million draws would hold none of these, and a quota may still ask for them."""
    first = low - 1 if ours.whole else low
    assert ours.mass(low, math.inf) == pytest.approx(theirs.sf(first), rel=1e-6)
    tail = ours.truncated(low, math.inf)
    for share in (0.9, 0.5, 0.01):
        drawn = tail.ppf(1 - share)
        beyond = theirs.sf(drawn) / theirs.sf(first)
        assert (
            beyond <= share <= theirs.sf(drawn - 1) / theirs.sf(first) if ours.whole else beyond == pytest.approx(share)
        )
