"""Quotas: exact shares at every length, drawn as before within them."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from longtail.annotate.errors import ConfigError
from longtail.distributions import Choice, Distribution
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from longtail.scenes.config.resolving import resolve
from longtail.scenes.drawing.low_discrepancy import columns
from longtail.scenes.drawing.quota import Event, Quota
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.drawing.strata import _in_turn, assigned, atoms_of, shares, strata
from tests.scenes.worlds import config

LETTERS = "abcdefgh"
SUN = "lighting.sun_elevation_deg"


def street(*changes: str, seed: int = 0) -> Config:
    return load("street", changes, seed=seed)


def off(counted: list[bool], share: float) -> float:
    """How far a count ever is from its share, over all prefixes."""
    lengths = np.arange(1, len(counted) + 1)
    return float(np.abs(np.cumsum(counted) - share * lengths).max())


@given(
    st.lists(st.integers(0, 40), min_size=2, max_size=8).filter(any),
    st.integers(0, 2**62),
    st.integers(0, 50),
)
@settings(max_examples=60, deadline=None)
def test_every_prefix_is_less_than_one_scene_off(parts: list[int], seed: int, block: int) -> None:
    """Disjoint quotas; the last option has the rest."""
    total = sum(parts)
    parts = [max(part * 200 // total, 0) for part in parts]
    events = tuple(Event(Fraction(part, 200), letter) for letter, part in zip(LETTERS, parts[:-1], strict=False))
    line = strata(Choice({letter: 1.0 + i for i, letter in enumerate(LETTERS)}), Quota("x", events))
    guide = columns(seed, block * line.block, line.block, ("a", "x"), ("x",))[:, 0]
    chosen = assigned(line, guide.tolist())
    for place, event in enumerate(events):
        counted = [place in line.atoms[k].events for k in chosen]
        assert off(counted, float(event.share)) < 1 - 1e-9
        assert sum(counted) == event.share * line.block


@given(st.lists(st.integers(1, 40), min_size=2, max_size=8), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_taking_turns_never_misses(parts: list[int], seed: int) -> None:
    total = sum(parts)
    events = tuple(Event(Fraction(part, total), letter) for letter, part in zip(LETTERS, parts, strict=False))
    line = strata(Choice({letter: 1.0 + i for i, letter in enumerate(LETTERS)}), Quota("x", events[:-1]))
    chosen = _in_turn(line, columns(seed, 0, line.block, ("x",), ("x",))[:, 0].tolist())
    for place, event in enumerate(events[:-1]):
        assert off([place in line.atoms[k].events for k in chosen], float(event.share)) < 1 - 1e-9


PEOPLE = "objects.pedestrian.count"
ASKED = [
    {"poisson": 9}, {"poisson": 9, "low": 3}, {"poisson": 9, "high": 12}, {"poisson": 40}, {"integers": [0, 30]},
    {"choice": [0, 5, 9, 30]}, {"poisson": 0}, {"choice": [5]}, 7,
]  # fmt: skip
HEIGHTS = [
    {"uniform": [1, 2]}, {"loguniform": [1, 2]}, {"normal": [1.5, 0.2]}, {"normal": [1.5, 0.2], "high": 1.6},
    {"triangular": [1, 1.2, 2]}, {"beta": [8, 8]}, {"beta": [8, 8], "low": 0.7}, {"choice": [1, 1.5, 2.5]}, 1.5,
]  # fmt: skip
SHARES = st.sampled_from([0, 0.1, 0.25, 0.5, 0.875, 1])


def ranges(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[dict[str, float]]:
    def entry(word: str) -> st.SearchStrategy[dict[str, float]]:
        return st.builds(lambda end, share: {word: end, "share": share}, numbers, SHARES)

    both = st.builds(
        lambda ends, share: {"from": min(ends), "to": max(ends), "share": share}, st.tuples(numbers, numbers), SHARES
    )
    return st.sampled_from(["above", "below", "from", "to"]).flatmap(entry) | both


ENDS = st.integers(0, 40).map(float) | st.floats(-2, 50) | st.sampled_from([-1e300, 1e300, 1e18])


@given(
    asked=st.sampled_from(ASKED),
    events=st.lists(ranges(ENDS), min_size=1, max_size=2)
    | st.dictionaries(st.integers(0, 30), SHARES, min_size=1, max_size=2),
)
@settings(max_examples=120)
def test_any_quota_of_counts_is_met_exactly_or_refused(asked: Any, events: Any) -> None:
    met_exactly_or_refused(PEOPLE, asked, events)


@given(asked=st.sampled_from(HEIGHTS), events=st.lists(ranges(st.floats(0.4, 2.6)), min_size=1, max_size=2))
@settings(max_examples=80)
def test_any_quota_of_lengths_is_met_exactly_or_refused(asked: Any, events: Any) -> None:
    met_exactly_or_refused("camera.height_m", asked, events)


def met_exactly_or_refused(path: str, asked: Any, events: Any) -> None:
    try:
        made = config({path: asked, "quotas": {path: events}})
    except ConfigError:
        return
    (quota,) = made.quotas
    whole = made.parameters[path]
    if not isinstance(whole, Distribution):
        return
    line = strata(whole, quota)
    drawn = [draw(made.asked, i).values[path] for i in range(line.period)]
    for event in quota.events:
        assert sum(map(event.counts, drawn)) == event.share * line.period


@pytest.mark.parametrize(
    ("events", "counted"),
    [
        ([{"from": 5, "share": 0.5}], lambda n: n >= 5),
        ([{"above": 5, "share": 0.5}], lambda n: n > 5),
        ([{"below": 5, "share": 0.5}], lambda n: n < 5),
        ([{"to": 5, "share": 0.5}], lambda n: n <= 5),
        ([{"from": 2.5, "to": 5.5, "share": 0.5}], lambda n: 3 <= n <= 5),
        ({3: 0.5}, lambda n: n == 3),
        ([{"from": 45, "share": 0.5}], lambda n: n >= 45),
    ],
    ids=["from", "above", "below", "to", "between", "one number", "the far tail"],
)
def test_shares_of_a_count_without_end(events: Any, counted: Any) -> None:
    asked = config({PEOPLE: {"poisson": 9}, "quotas": {PEOPLE: events}})
    drawn = [counted(draw(asked.asked, i).values[PEOPLE]) for i in range(400)]
    assert off(drawn, 0.5) < 1


@pytest.mark.parametrize(
    "events", [[{"from": 61, "share": 0.5}], [{"below": 0, "share": 0.5}], [{"from": 3.2, "to": 3.8, "share": 0.5}]]
)
def test_shares_that_no_count_has_are_refused(events: Any) -> None:
    with pytest.raises(ConfigError, match="expected a share of what can be drawn"):
        config({PEOPLE: {"poisson": 9}, "quotas": {PEOPLE: events}})


def test_floods_and_rain_have_their_shares() -> None:
    asked = street("quotas={weather: {flood: 0.1, rain: 0.3}}")
    words = [str(draw(asked.asked, i).values["weather"]).split("+") for i in range(1000)]
    for kind, share in (("flood", 0.1), ("rain", 0.3)):
        counted = [kind in word for word in words]
        assert off(counted, share) < 1
        assert all(sum(counted[:n]) == pytest.approx(share * n) for n in range(10, 1001, 10))
    # Both kinds of picture with rain remain, in every combination that the choice has.
    assert {"+".join(word) for word in words} >= {"rain", "flood", "rain+flood", "rain+wind", "clear"}


def test_the_rest_of_a_choice_keeps_its_weights() -> None:
    asked = config({"weather": {"choice": {"clear": 3, "rain": 1, "fog": 1}}, "quotas": {"weather": {"fog": 0.5}}})
    words = [draw(asked.asked, i).values["weather"] for i in range(2048)]
    assert words.count("fog") == 1024
    assert words.count("clear") / words.count("rain") == pytest.approx(3, rel=0.05)


def test_overlapping_quotas_change_the_weights_as_little_as_they_can() -> None:
    """Iterative proportional fitting keeps the odds ratio of a two by two table (Deming and Stephan 1940)."""
    choice = Choice({"clear": 4, "rain": 2, "flood": 1, "rain+flood": 3})
    quota = Quota("weather", (Event(Fraction(1, 10), "flood"), Event(Fraction(3, 10), "rain")))
    atoms = atoms_of(choice, quota)
    fitted = {atom.part.support[0]: share for atom, share in zip(atoms, shares(atoms, quota), strict=True)}
    assert fitted["flood"] + fitted["rain+flood"] == pytest.approx(0.1)
    assert fitted["rain"] + fitted["rain+flood"] == pytest.approx(0.3)
    odds = fitted["clear"] * fitted["rain+flood"] / (fitted["rain"] * fitted["flood"])
    assert odds == pytest.approx(4 * 3 / (2 * 1))


def test_the_night_has_its_share_and_each_part_its_shape() -> None:
    asked = street(f"quotas={{{SUN}: [{{below: -6, share: 0.3}}]}}")
    drawn = [draw(asked.asked, i) for i in range(2000)]
    elevations = [d.values[SUN] for d in drawn]
    night = [elevation < -6 for elevation in elevations]
    assert off(night, 0.3) < 1
    below = [elevation for elevation in elevations if elevation < -6]
    assert stats.kstest(below, stats.uniform(-14, 8).cdf).pvalue > 0.01
    # A rule of the world narrows a stratum and never the share.
    assert all(d.values[SUN] <= 20 for d in drawn if "mist" in str(d.values["weather"]).split("+"))


def test_a_quota_leaves_all_other_parameters() -> None:
    for i in range(50):
        free = dict(draw(config().asked, i).values)
        bound = dict(draw(config({"quotas": {"road.lanes": {2: 0.9}}}).asked, i).values)
        free.pop("road.lanes")
        bound.pop("road.lanes")
        assert free == bound


def test_other_parameters_are_spread_evenly_within_a_stratum() -> None:
    """A stratum is no regular grating through the sequence: it would see half of every other range."""
    quotas = {"road.lanes": {2: 0.5}, "objects.vehicle.count": [{"from": 0, "to": 5, "share": 0.25}]}
    found: dict[str, list[float]] = {path: [] for path in quotas}
    for seed in range(5):
        asked = config({"seed": seed, "quotas": quotas})
        values = [draw(asked.asked, i).values for i in range(1024)]
        for path, most in (("road.lanes", 2), ("objects.vehicle.count", 5)):
            u = [(v["camera.horizontal_fov_deg"] - 50) / 40 for v in values if v[path] <= most]
            found[path].append(float(stats.kstest(u, "uniform").pvalue))
    assert {path: float(np.median(values)) > 0.05 for path, values in found.items()} == dict.fromkeys(quotas, True)


def test_numbers_keep_their_order_and_correlation() -> None:
    rate = "weather.rain.rate_mm_h"
    asked = config({"correlations": [[rate, "lighting.cloud_cover", 0.8]],
                    "quotas": {rate: [{"above": 5, "share": 0.5}]}, "weather": "clear"})  # fmt: skip
    values = [draw(asked.asked, i).values for i in range(1024)]
    pairs = [(v[rate], v["lighting.cloud_cover"]) for v in values]
    assert stats.spearmanr(pairs).statistic == pytest.approx(0.8, abs=0.04)
    assert off([r > 5 for r, _ in pairs], 0.5) < 1


def test_pure_and_random_access() -> None:
    asked = street("quotas={weather: {flood: 0.123}}", seed=9)
    forwards = [draw(asked.asked, i).values["weather"] for i in (0, 500, 123_456, 10**12)]
    again = street("quotas={weather: {flood: 0.123}}", "frames=3", seed=9)
    assert [draw(again.asked, i).values["weather"] for i in (10**12, 123_456, 500, 0)] == forwards[::-1]
    other = street("quotas={weather: {flood: 0.123}}", seed=10)
    for_one, for_other = ([draw(c.asked, i).values["weather"] for i in range(40)] for c in (asked, other))
    assert for_one != for_other


def test_shards_are_balanced() -> None:
    asked = street("quotas={weather: {flood: 0.25}}")
    floods = ["flood" in str(draw(asked.asked, i).values["weather"]) for i in range(1000)]
    for shard in range(4):
        assert sum(floods[shard::4]) == pytest.approx(62.5, abs=16)


def test_a_pinned_leaf_has_no_quota() -> None:
    asked = street("weather=clear", "quotas={weather: {flood: 0.5}}")
    assert {draw(asked.asked, i).values["weather"] for i in range(20)} == {"clear"}


@pytest.mark.parametrize(
    "spelled",
    [
        {"weather": {"rain": 0.25}, "road.lanes": {2: 0.5}},
        {"weather": [{"value": "rain", "share": 0.25}], "road": {"lanes": [{"to": 3, "share": 0.5}]}},
    ],
    ids=["short", "long"],
)
def test_quotas_survive_the_round_trip(spelled: Any) -> None:
    made = config({"quotas": spelled})
    again = resolve(json.loads(json.dumps(made.to_json(), sort_keys=True)), scenarios={"toy": made.scenario})
    assert (again, again.digest) == (made, made.digest)
    assert made.digest != config().digest


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("quotas=3", "expected a mapping of paths to shares"),
        ("quotas={wether: {flood: 0.1}}", "got 'wether'; did you mean weather"),
        ("quotas={weather: 0.1}", "expected a mapping of options to shares"),
        ("quotas={weather: {floood: 0.1}}", "did you mean flood"),
        ("quotas={weather: {flood: 10}}", "expected a share in 0..1, got 10"),
        ("quotas={weather: {flood: 0.12345}}", "at most four decimals"),
        ("quotas={weather: {flood: 0.7, clear: 0.7}}", "expected shares that can hold at once"),
        ("quotas={weather: {flood+wind: 0.1}}", "never yields; add one such as wind"),
        ("quotas={weather: [{value: flood, share: 0.1}, {value: flood, share: 0.2}]}", "expected every share once"),
        ("quotas={weather: [{below: 2, share: 0.1}]}", "expected a mapping of options to shares"),
        ("quotas={lighting.sun_elevation_deg: {5: 0.3}}", r"expected a list of ranges.*got the single value 5"),
        ("quotas={lighting.sun_elevation_deg: [{below: 3}]}", "expected a share beside it"),
        ("quotas={lighting.sun_elevation_deg: [{bellow: 3, share: 0.1}]}", "got 'bellow'; did you mean below"),
        ("quotas={lighting.sun_elevation_deg: [{below: -80, share: 0.1}]}", "never yields"),
        ("quotas={lighting.sun_elevation_deg: [{from: 3, to: 1, share: 0.1}]}", "a range with something in it"),
        ("quotas={lighting.sun_elevation_deg: [{from: 3, above: 1, share: 0.1}]}", "one lower and one upper end"),
        ("quotas.weather.flood=0.1", "did you mean quotas: {weather.flood: ...}"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_one_line_for_what_is_wrong(change: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        street(change)
    assert "\n" not in str(caught.value)
