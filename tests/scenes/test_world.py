"""Two blocks of draws of the street: what the world knows, what the config asks, and the shape of all the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from longtail.distributions import Choice, Distribution
from longtail.scenes.assets import catalogue
from longtail.scenes.composing import scene_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from longtail.scenes.drawing.low_discrepancy import BLOCK
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.scenarios.table import SCENARIOS
from longtail.scenes.scene import Scene
from longtail.scenes.space.parameters import obeyed
from longtail.scenes.weather.combinations import drawn_weather
from tests.scenes.streets import beam_of

DRAWS = 2 * BLOCK
STREET = SCENARIOS["street"]
# Of the world, not of the config: rules that hold whatever is drawn.
TEMPERATURE, WIND, CLOUDS, SUN = (
    "air.temperature_c", "air.wind_speed_m_s", "lighting.cloud_cover", "lighting.sun_elevation_deg",
)  # fmt: skip

Column = NDArray[Any]


@pytest.fixture(scope="module")
def config() -> Config:
    return load("street", ["assets.packs=false"], seed=3)


@pytest.fixture(scope="module")
def drawn(config: Config) -> Mapping[str, Column]:
    """Every parameter's values over all draws."""
    rows = [draw(config.asked, index).values for index in range(DRAWS)]
    return {path: np.array([row[path] for row in rows]) for path in config.scenario.space.paths}


def having(drawn: Mapping[str, Column], *kinds: str) -> NDArray[np.bool_]:
    """Which draws have one of these kinds of weather."""
    words, place = np.unique(drawn["weather"], return_inverse=True)
    return np.array([bool(set(kinds) & set(str(word).split("+"))) for word in words])[place]


def test_values_lie_in_their_ranges(drawn: Mapping[str, Column]) -> None:
    for parameter in STREET.space.parameters:
        if parameter.choices is None:
            low, high = parameter.range
            assert low <= drawn[parameter.path].min() <= drawn[parameter.path].max() <= high, parameter.path


@pytest.mark.parametrize(
    ("kinds", "path", "low", "high"),
    [
        (("snow",), TEMPERATURE, -50, 1.5),
        (("snow_cover",), TEMPERATURE, -50, 4),
        (("rain", "flood"), TEMPERATURE, 0.5, 50),
        (("dust", "smoke", "hail"), TEMPERATURE, 4, 50),
        (("rain", "snow", "fog", "overcast", "hail"), CLOUDS, 0.85, 1),
        (("clear", "mist"), CLOUDS, 0, 0.5),
        (("fog",), WIND, 0, 3),
        (("mist",), WIND, 0, 1.5),
        (("wind",), WIND, 10.8, 60),
        (("dust",), WIND, 8, 60),
        (("mist",), SUN, -90, 20),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else str(value),
)
def test_the_world_holds_together(
    drawn: Mapping[str, Column], kinds: tuple[str, ...], path: str, low: float, high: float
) -> None:
    """Snow is cold, rain has clouds and is not frozen, fog needs little wind, and so on."""
    values = drawn[path][having(drawn, *kinds)]
    assert len(values) > 300
    assert low <= values.min() <= values.max() <= high


def test_every_rule_is_obeyed_or_counted(config: Config) -> None:
    for index in range(3000):
        made = draw(config.asked, index)
        for rule in STREET.space.rules:
            if rule.when(made.values) and not obeyed(made.values[rule.path], rule, made.values):
                excused = made.departures.clamped.keys() | made.departures.overridden.keys()
                assert rule.path in excused, (index, rule.path, rule.because)


def test_fewer_people_walk_in_a_storm(drawn: Mapping[str, Column], config: Config) -> None:
    def people(kind: str) -> float:
        rows = np.flatnonzero(having(drawn, kind) & (drawn[WIND] >= 17 if kind == "wind" else True))[:400]
        out = []
        for row in rows:
            values = draw(config.asked, int(row)).values
            out.append(values["objects.pedestrian.count"] * drawn_weather(values).walkers)
        return float(np.mean(out))

    fair = people("clear")
    # Counts of this law have a deviation of sqrt(18 + 18**2 / 2) = 13.4; of 400 of them the mean's is 0.67.
    assert fair == pytest.approx(18, abs=1.5)
    assert people("rain") < 0.85 * fair
    assert people("wind") < 0.4 * fair


def test_lamps_follow_the_sun(config: Config) -> None:
    assets = catalogue(packs=False)
    dark = bright = 0
    for index in range(24):
        scene: Scene = scene_of(config, index, assets)
        elevation = scene.light.sun_elevation_deg
        if elevation < 0 and not scene.parameters.get("lighting.blackout"):
            dark += 1
            assert scene.light.street_lamps_on
            assert beam_of(scene)
        if elevation > 3:
            bright += 1
            assert not scene.light.street_lamps_on
    assert dark > 3
    assert bright > 8


def free_numbers() -> list[str]:
    """Parameters that are numbers of a continuous distribution and that no rule restricts."""
    return [
        p.path
        for p in STREET.space.parameters
        if isinstance(p.default, Distribution) and p.kind == "number" and not isinstance(p.default, Choice)
        and not dict(STREET.space.ruled)[p.path]
    ]  # fmt: skip


def test_numbers_without_rules_come_out_as_declared(drawn: Mapping[str, Column], config: Config) -> None:
    """The sequence is evener than chance, so Kolmogorov and Smirnov's distance is far below chance's 1.36 / sqrt(N)."""
    paths = free_numbers()
    assert len(paths) > 15
    for path in paths:
        asked = config.parameters[path]
        assert isinstance(asked, Distribution)
        statistic = stats.kstest(drawn[path][:BLOCK], np.vectorize(asked.cdf)).statistic
        assert statistic < 0.5 / np.sqrt(BLOCK), path


def test_options_without_rules_come_out_as_declared(drawn: Mapping[str, Column], config: Config) -> None:
    for parameter in STREET.space.parameters:
        asked = config.parameters[parameter.path]
        if isinstance(asked, Choice) and not dict(STREET.space.ruled)[parameter.path]:
            seen = [int((drawn[parameter.path] == option).sum()) for option in asked.options]
            expected = np.array(asked.weights) / sum(asked.weights) * DRAWS
            assert stats.chisquare(seen, expected).pvalue > 0.5, parameter.path


def test_a_rule_leaves_the_shape_of_what_it_allows(drawn: Mapping[str, Column], config: Config) -> None:
    """Temperatures in snow are the declared ones, given that they are low."""
    asked = config.parameters[TEMPERATURE]
    assert isinstance(asked, Distribution)
    cold = drawn[TEMPERATURE][(drawn["weather"] == "snow")]
    assert stats.kstest(cold, np.vectorize(asked.truncated(-50, 1.5).cdf)).pvalue > 0.01


def test_parameters_are_independent_unless_asked(drawn: Mapping[str, Column]) -> None:
    columns = np.array([stats.rankdata(drawn[path][:BLOCK]) for path in free_numbers()])
    related = np.corrcoef(columns)[np.triu_indices(len(columns), 1)]
    assert np.abs(related).max() < 6.5 / np.sqrt(BLOCK)


def test_quotas_correlations_and_statements_together() -> None:
    rate, visibility = "weather.rain.rate_mm_h", "weather.fog.visibility_m"
    config = load(
        "street",
        [
            "quotas={weather: {flood: 0.1, rain: 0.3}, lighting.sun_elevation_deg: [{below: -6, share: 0.3}]}",
            f"correlations=[[{rate}, weather.rain.soaking, 0.7]]",
            f"require=[{visibility} < 300, {rate} < 60 or {SUN} > -6]",
        ],
        seed=11,
    )
    draws = BLOCK // 2
    rows = [draw(config.asked, index).values for index in range(draws)]
    kinds = [str(row["weather"]).split("+") for row in rows]
    for counted, share in (
        (["flood" in kind for kind in kinds], 0.1),
        (["rain" in kind for kind in kinds], 0.3),
        ([row[SUN] < -6 for row in rows], 0.3),
    ):
        counts = np.cumsum(counted)
        assert np.abs(counts - share * np.arange(1, draws + 1)).max() < 1
        assert counts[-1] == round(share * draws)
    for row, kind in zip(rows, kinds, strict=True):
        assert "fog" not in kind or row[visibility] < 300
        assert "rain" not in kind or row[rate] < 60 or row[SUN] > -6
    pairs = [(row[rate], row["weather.rain.soaking"]) for row in rows]
    assert stats.spearmanr(pairs).statistic == pytest.approx(0.7, abs=0.03)
