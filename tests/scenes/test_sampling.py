"""Draws: pure, random-access, balanced, and unmoved by their neighbours."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from scipy.stats import qmc

from longtail.annotate.labels.departures import Departures
from longtail.distributions import Choice, Normal, Uniform
from longtail.scenes.drawing.copula import Correlation, correlate
from longtail.scenes.drawing.low_discrepancy import BLOCK, _sobol, point
from longtail.scenes.drawing.sampling import draw, stream
from longtail.scenes.space.parameters import Parameter, Rule
from tests.scenes.worlds import PARAMETERS, RAIN_HAS_CLOUDS, config

FOV, CLOUDS, RATE = "camera.horizontal_fov_deg", "lighting.cloud_cover", "weather.rain.rate_mm_h"


def points(count: int, paths: tuple[str, ...], seed: int = 0) -> NDArray[np.float64]:
    return np.array([point(seed, i, paths) for i in range(count)])


def test_random_access_equals_any_order() -> None:
    forwards = [draw(config({"seed": 3}).asked, i) for i in range(20)]
    backwards = [draw(config({"seed": 3}).asked, i) for i in reversed(range(20))]
    assert forwards == backwards[::-1]
    assert draw(config().asked, 1_000_000) == draw(config().asked, 1_000_000)
    assert draw(config().asked, 10**15).values != draw(config().asked, 10**15 + 1).values


def test_another_process_draws_the_same() -> None:
    code = (
        "from longtail.scenes.drawing.sampling import stream\n"
        "from longtail.scenes.drawing.low_discrepancy import point\n"
        "print(point(5, 40000, ('a', 'b')).tolist(), stream(5, 7, 'objects').random())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == f"{point(5, 40000, ('a', 'b')).tolist()} {stream(5, 7, 'objects').random()}"


def test_golden_draw() -> None:
    """The numbers of today. Where they change on purpose, every dataset made before can no longer be made again."""
    np.testing.assert_allclose(point(7, 12345, ("a", "b")), GOLDEN_POINT, rtol=1e-12)
    assert stream(7, 3, "objects.vehicle").integers(0, 2**32, 2).tolist() == GOLDEN_STREAM


@pytest.mark.parametrize("start", [0, BLOCK - 256, 3 * BLOCK])
def test_each_coordinate_is_stratified(start: int) -> None:
    """Each aligned run of 256 frames puts exactly one draw into each 256th of every distribution."""
    paths = tuple(f"p{i}" for i in range(40))
    u = np.array([point(1, start + i, paths) for i in range(256)])
    assert u.min() > 0
    assert u.max() < 1
    for column in u.T:
        assert sorted((column * 256).astype(int)) == list(range(256))


def test_is_more_even_than_random() -> None:
    """Median centred discrepancy over seeds, in the first six dimensions."""
    paths = tuple("abcdef")
    rng = np.random.Generator(np.random.PCG64(0))
    ours = np.median([qmc.discrepancy(points(128, paths, seed)) for seed in range(9)])
    random = np.median([qmc.discrepancy(rng.random((128, 6))) for _ in range(9)])
    assert ours < 0.5 * random


@pytest.mark.parametrize("count", [54, 64, 200, 1000])
def test_coordinates_are_related_by_little_more_than_chance(count: int) -> None:
    """Of random ones the correlations of 12,720 pairs have 1 / sqrt(count) in root mean square, the largest 4 of it."""
    many = 160
    related = np.abs(np.corrcoef(points(count, tuple(f"p{i}" for i in range(many))), rowvar=False))
    pairs = related[np.triu_indices(many, 1)]
    assert np.sqrt((pairs**2).mean()) < 1.3 / np.sqrt(count)
    assert pairs.max() < 6.5 / np.sqrt(count)
    sixes = np.concatenate([related[k : k + 6, k : k + 6][np.triu_indices(6, 1)] for k in range(0, many - 5, 6)])
    assert np.sqrt((sixes**2).mean()) < 0.7 / np.sqrt(count)


def test_scramble_is_uniform_within_a_stratum() -> None:
    """Over seeds, a point lies anywhere in 0..1: the estimate of any mean is unbiased."""
    u = np.array([point(seed, 0, ("a", "b")) for seed in range(1000)])
    assert stats.kstest(u[:, 0], "uniform").pvalue > 0.01
    assert abs(np.corrcoef(u, rowvar=False)[0, 1]) < 0.1


@pytest.mark.parametrize(
    ("pinned", "value"),
    [(FOV, 60), (RATE, 5), ("road.lanes", 2), ("objects.vehicle.count", 0), ("road.junction", True)],
)
@pytest.mark.parametrize("correlations", [[], [[RATE, CLOUDS, 0.7], [FOV, RATE, -0.4]]])
def test_pinning_one_leaf_leaves_the_others(pinned: str, value: Any, correlations: list[Any]) -> None:
    for i in range(20):
        free = dict(draw(config({"correlations": correlations}).asked, i).values)
        bound = dict(draw(config({"correlations": correlations, pinned: value}).asked, i).values)
        assert bound.pop(pinned) == value
        free.pop(pinned)
        assert bound == free


def test_pinning_the_weather_moves_only_what_its_rules_bind() -> None:
    for i in range(20):
        free, rain = draw(config().asked, i).values, draw(config({"weather": "rain"}).asked, i).values
        assert {p for p in free if free[p] != rain[p]} <= {"weather", CLOUDS}
        assert 0.75 <= rain[CLOUDS] <= 1


def test_an_appended_parameter_leaves_the_others() -> None:
    more = (*PARAMETERS, *(Parameter(f"new.p{i}", Uniform(0, 1)) for i in range(20)))
    for i in range(20):
        after = draw(config(parameters=more).asked, i).values
        assert {p: after[p] for p in draw(config().asked, i).values} == draw(config().asked, i).values


def test_frames_and_their_count_do_not_matter_to_a_draw_but_the_seed_does() -> None:
    assert draw(config({"frames": 5}).asked, 3) == draw(config({"frames": 500}).asked, 3)
    assert draw(config({"seed": 1}).asked, 3) != draw(config({"seed": 2}).asked, 3)


def test_marginals_come_out_as_declared() -> None:
    values = [draw(config().asked, i).values for i in range(1024)]
    assert stats.kstest([v["camera.height_m"] for v in values], stats.norm(1.5, 0.1).cdf).pvalue > 0.5
    assert sum(v["weather"] == "rain" for v in values) == 256
    assert {type(v["objects.vehicle.count"]) for v in values} == {int}
    assert {type(v["road.junction"]) for v in values} == {bool}


# Copula.


@pytest.mark.parametrize("rho", [-1, -0.7, 0, 0.3, 0.9, 1])
def test_realised_rank_correlation(rho: float) -> None:
    asked = config({"correlations": [[RATE, "camera.height_m", rho]]})
    values = [draw(asked.asked, i).values for i in range(1024)]
    pairs = [(v[RATE], v["camera.height_m"]) for v in values]
    assert stats.spearmanr(pairs).statistic == pytest.approx(rho, abs=0.03)
    assert stats.kstest(np.log([rate for rate, _ in pairs]), stats.uniform(np.log(0.5), np.log(100)).cdf).pvalue > 0.3


def test_three_correlations_at_once() -> None:
    paths = ("a", "b", "c")
    asked = (Correlation("a", "b", 0.6), Correlation("a", "c", -0.5), Correlation("b", "c", -0.1))
    u = np.array([correlate(p, paths, asked) for p in points(2048, paths)])
    realised = [stats.spearmanr(u[:, i], u[:, j]).statistic for i, j in ((0, 1), (0, 2), (1, 2))]
    assert realised == pytest.approx([0.6, -0.5, -0.1], abs=0.03)


def test_whole_numbers_correlate_through_their_ties() -> None:
    asked = config({"correlations": [["objects.vehicle.count", "objects.pedestrian.count", 0.8]]})
    values = [draw(asked.asked, i).values for i in range(1024)]
    realised = stats.spearmanr([(v["objects.vehicle.count"], v["objects.pedestrian.count"]) for v in values]).statistic
    assert 0.74 < realised < 0.8


# Rules.


def test_rules_truncate_in_quantile() -> None:
    """The same u goes through the truncated distribution: the order of frames by cloud cover stays."""
    free = [draw(config(rules=()).asked, i).values[CLOUDS] for i in range(64)]
    ruled = [draw(config({"weather": "rain"}).asked, i) for i in range(64)]
    assert [d.values[CLOUDS] for d in ruled] == pytest.approx([0.75 + 0.25 * u for u in free])
    assert all(d.departures == Departures() for d in ruled)


def test_a_constant_wins_over_a_rule_and_is_reported() -> None:
    drawn = draw(config({"weather": "rain", CLOUDS: 0.2}).asked, 0)
    assert drawn.values[CLOUDS] == 0.2
    assert drawn.departures.overridden == {CLOUDS: "rain has clouds"}
    assert draw(config({"weather": "rain", CLOUDS: 0.8}).asked, 0).departures == Departures()


def test_a_distribution_without_draws_in_the_range_is_clamped_and_counted() -> None:
    drawn = draw(config({"weather": "rain", CLOUDS: {"uniform": [0, 0.3]}}).asked, 0)
    assert drawn.values[CLOUDS] == 0.75
    assert drawn.departures == Departures(clamped={CLOUDS: 1})


def always(path: str, **bounds: Any) -> Rule:
    return Rule(path, lambda _: True, **bounds)


@pytest.mark.parametrize(
    ("rule", "path", "allowed", "clamped"),
    [
        (always(FOV, low=85), FOV, (85, 90), False),
        (always(FOV, high=40), FOV, (40, 40), True),
        (always(FOV, low=70, high=70), FOV, (70, 70), False),
        (always(FOV, low=lambda v: 80 + v["camera.height_m"]), FOV, (81, 90), False),
        (always("objects.vehicle.count", low=2.5, high=4.5), "objects.vehicle.count", (3, 4), False),
        (always("objects.vehicle.count", low=900), "objects.vehicle.count", (900, 900), True),
        (always("road.lanes", low=3), "road.lanes", (4, 4), False),
        (always("weather", choices=("rain",)), "weather", ("rain", "rain"), False),
        (always("weather", choices=("fog",)), "weather", ("fog", "fog"), True),
    ],
    # A rule prints as its functions' addresses, which differ from process to process.
    ids=lambda value: value.path if isinstance(value, Rule) else str(value),
)
def test_rules(rule: Rule, path: str, allowed: tuple[Any, Any], clamped: bool) -> None:
    for i in range(8):
        drawn = draw(config(rules=(rule,)).asked, i)
        assert allowed[0] <= drawn.values[path] <= allowed[1]
        assert drawn.departures.clamped == ({path: 1} if clamped else {})


def test_of_contradicting_rules_the_earlier_holds_and_is_counted() -> None:
    drawn = draw(config(rules=(always(FOV, low=80), always(FOV, high=60))).asked, 0)
    assert drawn.values[FOV] >= 80
    assert drawn.departures.clamped == {FOV: 1}


def test_a_rule_that_reads_what_is_drawn_later_says_so() -> None:
    rules = (Rule(FOV, lambda v: v[CLOUDS] > 0, low=60), RAIN_HAS_CLOUDS)
    with pytest.raises(ValueError, match=r"a rule of camera.horizontal_fov_deg reads 'lighting.cloud_cover'"):
        draw(config(rules=rules).asked, 0)


# Streams.


def first(seed: int = 1, index: int = 2, path: str = "objects.vehicle", attempt: int = 0) -> tuple[int, ...]:
    return tuple(stream(seed, index, path, attempt).integers(0, 2**63, 4).tolist())


def test_streams_repeat_and_differ() -> None:
    assert first() == first()
    others: list[Mapping[str, Any]] = [
        {}, {"seed": 2}, {"index": 3}, {"path": "objects.parked"}, {"attempt": 1}, {"attempt": 2}, {"index": 2 + 2**32},
    ]  # fmt: skip
    assert len({first(**change) for change in others}) == len(others)


def test_streams_of_neighbours_are_unrelated() -> None:
    drawn = np.array([stream(0, i, path).random(64) for i in range(8) for path in ("a", "b", "aa")])
    related = np.corrcoef(drawn) - np.eye(len(drawn))
    assert np.abs(related).max() < 0.55
    assert stats.kstest(drawn.ravel(), "uniform").pvalue > 0.01


def test_parameter_defaults_are_checked() -> None:
    with pytest.raises(ValueError, match=r"a\.b_m: default: expected a number in 0\.\.1 m, got 2"):
        Parameter("a.b_m", 2.0, "m", 0, 1)
    assert Parameter("a", Normal(0.5, 0.5), low=0, high=1).default == Normal(0.5, 0.5, low=0, high=1)
    assert Parameter("a", Choice([2, 4]), low=2, high=4).kind == "whole number"


GOLDEN_POINT = [0.038775423425249755, 0.9751204584026709]
GOLDEN_STREAM = [4106900012, 3699129598]


def test_the_sequence_is_that_of_joe_and_kuo() -> None:
    """scipy reads their own table."""
    theirs = qmc.Sobol(6, scramble=False, bits=30).random_base2(14)
    assert (_sobol() == (theirs * 2.0**32).astype(np.uint64)).all()
