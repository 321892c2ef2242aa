"""Sizes, speeds and numbers of what falls, against the literature's own figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad, trapezoid

from longtail.render.particles import hail, rain, snow
from longtail.render.particles.volume import NEAR_M, Shell, Sizes, scatter
from tests.render import skies


@pytest.mark.parametrize(("diameter_mm", "speed_m_s"), [(1.0, 4.03), (2.0, 6.49), (3.0, 8.06), (5.0, 9.09)])
def test_drops_fall_as_gunn_and_kinzer_measured(diameter_mm: float, speed_m_s: float) -> None:
    """Gunn & Kinzer, J. Meteorology 6 (1949), table 2; the fit is good to a few percent."""
    assert rain.terminal_speed_m_s(np.array([diameter_mm]))[0] == pytest.approx(speed_m_s, rel=0.04)


def test_marshall_and_palmer_at_one_millimetre_an_hour() -> None:
    """The slope is 4.1 per mm; above 1 mm remain 8000 / 4.1 exp(-4.1) = 32.3 drops per cubic metre."""
    spread = rain.sizes(1.0)
    assert spread.slope_1_mm == pytest.approx(4.1)
    assert spread.density_1_m3(1.0) == pytest.approx(8000 / 4.1 * math.exp(-4.1), rel=1e-3)


def test_marshall_and_palmers_drops_bring_about_their_rain() -> None:
    """Their spectrum, falling at terminal speed, adds up to its own rate within a fifth."""
    for rate in (1.0, 5.0, 25.0):
        spread = rain.sizes(rate)
        grams_s, _ = quad(
            lambda d, s=spread: (
                s.intercept_1_m3_mm
                * math.exp(-s.slope_1_mm * d)
                * math.pi
                / 6
                * d**3
                * 1e-3
                * rain.terminal_speed_m_s(np.array([d]))[0]
            ),
            0.0,
            8.0,
        )
        assert grams_s * 3.6 == pytest.approx(rate, rel=0.2)


@given(st.floats(0.1, 10.0), st.floats(1.0, 15.0))
def test_snow_brings_its_rate_whatever_its_flakes(rate_mm_h: float, flake_mm: float) -> None:
    spread = snow.sizes(rate_mm_h, flake_mm)
    diameter = np.linspace(spread.least_mm, spread.most_mm, 3000)
    flux = spread.intercept_1_m3_mm * np.exp(-spread.slope_1_mm * diameter) * snow.mass_g(diameter)
    flux *= snow.terminal_speed_m_s(diameter)
    assert float(trapezoid(flux, diameter)) * 3.6 == pytest.approx(rate_mm_h, rel=0.01)


def test_half_of_the_snow_is_in_flakes_above_the_stated_size() -> None:
    """Truncation at 2.2 times the median takes some of the upper half."""
    spread = snow.sizes(1.0, 5.0)
    diameter = np.linspace(spread.least_mm, spread.most_mm, 4000)
    mass = np.exp(-spread.slope_1_mm * diameter) * snow.mass_g(diameter)
    above = mass[diameter > 5.0].sum() / mass.sum()
    assert 0.38 < above <= 0.5


@pytest.mark.parametrize("flake_mm", [1.5, 4.0, 9.0])
def test_flakes_fall_at_about_a_metre_a_second(flake_mm: float) -> None:
    assert 0.7 < snow.terminal_speed_m_s(np.array([flake_mm]))[0] < 1.5


def test_snow_and_its_haze_tell_of_one_snowfall() -> None:
    """The flakes' own cross-sections, each stopping twice its area, give an optical range like that of `Snow.air`."""
    from longtail.scenes.weather import Snow

    spread = snow.sizes(2.0, 4.0)
    diameter = np.linspace(spread.least_mm, spread.most_mm, 4000)
    area = spread.intercept_1_m3_mm * np.exp(-spread.slope_1_mm * diameter) * np.pi / 4 * (diameter / 1000) ** 2
    range_m = math.log(20) / (2 * float(trapezoid(area, diameter)))
    stated = math.log(20) / Snow(2.0, 4.0).air[0].extinction_1_m
    assert 1 / 3 < range_m / stated < 3


def test_a_centimetre_of_ice_falls_at_its_drags_balance() -> None:
    """Weight = drag: (pi/6) D^3 ice g = 1/2 air v^2 Cd (pi/4) D^2."""
    speed = float(hail.terminal_speed_m_s(np.array([10.0]))[0])
    weight = math.pi / 6 * 0.01**3 * 900 * 9.81
    drag = 0.5 * 1.2 * speed**2 * 0.6 * math.pi / 4 * 0.01**2
    assert drag == pytest.approx(weight)


@given(st.floats(0.5, 100.0), st.floats(5.0, 60.0))
def test_hail_begins_at_five_millimetres(rate_mm_h: float, stone_mm: float) -> None:
    spread = hail.sizes(rate_mm_h, stone_mm)
    assert spread.draw(50, spread.least_mm, np.random.default_rng(0)).min() >= 5.0


def test_drawn_diameters_follow_the_law() -> None:
    spread = Sizes(8000.0, 2.0, 0.5, 6.0)
    drawn = spread.draw(200_000, 0.5, np.random.default_rng(0))
    for least in (1.0, 2.0, 3.0):
        share = spread.density_1_m3(least) / spread.density_1_m3()
        assert (drawn > least).mean() == pytest.approx(share, abs=4 * math.sqrt(share / 200_000))


@given(st.floats(0.01, 5000.0))
def test_the_least_diameter_leaves_the_asked_number(density: float) -> None:
    spread = Sizes(8000.0, 2.0, 0.3, 6.0)
    assert spread.density_1_m3(spread.least_of(density)) == pytest.approx(min(density, spread.density_1_m3()), rel=1e-6)


def test_a_shells_volume_is_that_of_a_frustum() -> None:
    view = skies.wall(10.0)
    across = 2 * math.tan(math.radians(30.0))
    down = across * 90 / 160
    assert Shell(view, 1.0, 3.0).volume_m3 == pytest.approx(across * down * (27 - 1) / 3, rel=1e-3)


def test_as_many_bodies_are_drawn_as_the_air_holds() -> None:
    """Without a budget: density times volume, within four standard deviations of a Poisson number."""
    view, spread = skies.wall(10.0), Sizes(400.0, 2.0, 0.5, 6.0)
    places, diameter = scatter(view, spread, 0.2, 3.2, 10**9, np.random.default_rng(3))
    expected = spread.density_1_m3() * Shell(view, NEAR_M, 3.2, 0.2).volume_m3
    assert len(diameter) == len(places)
    assert abs(len(diameter) - expected) < 4 * math.sqrt(expected)


def test_a_budget_keeps_the_largest() -> None:
    view, spread = skies.wall(10.0), Sizes(80_000.0, 2.0, 0.5, 6.0)
    places, diameter = scatter(view, spread, 0.0, 25.6, 500, np.random.default_rng(3))
    assert len(diameter) < 6 * 600
    far = places[:, 2] > 12.8
    assert diameter[far].min() > diameter[~far].min()
    expected = spread.density_1_m3(diameter[far].min()) * Shell(view, 12.8, 25.6).volume_m3
    assert far.sum() == pytest.approx(expected, rel=0.2)


def test_bodies_fill_the_shell_evenly() -> None:
    """A cone's volume grows with the cube of depth: an eighth of it lies in the nearer half."""
    shell = Shell(skies.wall(10.0), 1e-3, 8.0)
    places = shell.places(40_000, np.random.default_rng(0))
    assert (places[:, 2] < 4.0).mean() == pytest.approx(1 / 8, abs=0.01)
    assert (places[:, 0] > 0).mean() == pytest.approx(0.5, abs=0.01)
