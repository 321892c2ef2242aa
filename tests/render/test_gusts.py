"""The gusts of the wind: how strong they are, how far they reach, and that air gathers nowhere."""

from __future__ import annotations

import numpy as np
import pytest

from longtail.render.particles.gusts import Gusts
from longtail.render.particles.motion import falling, gusts_of
from longtail.render.particles.surroundings import Surroundings
from longtail.render.particles.view import Points
from tests.render import skies

SPREAD_M_S = 3.0


def places(count: int = 4000, side_m: float = 120.0) -> Points:
    return np.random.default_rng(1).random((count, 3)) * side_m


def airs(count: int = 12) -> list[Gusts]:
    return [Gusts(SPREAD_M_S, np.random.default_rng(seed)) for seed in range(count)]


def change_m_s(apart_m: float) -> float:
    """How much the speed along an axis differs between places so far apart (root of the mean square)."""
    step = np.array([0.6, 0.64, 0.48]) * apart_m
    squares = [(air.speed_m_s(places() + step) - air.speed_m_s(places())) ** 2 for air in airs()]
    return float(np.sqrt(np.mean(squares)))


def test_air_is_as_restless_as_it_is_told_along_each_axis() -> None:
    speeds = np.concatenate([air.speed_m_s(places()) for air in airs(40)])
    assert speeds.mean(axis=0) == pytest.approx([0, 0, 0], abs=0.15)
    assert speeds.std(axis=0) == pytest.approx([SPREAD_M_S] * 3, rel=0.1)


def test_neighbours_share_gusts_and_those_far_apart_do_not() -> None:
    """In Kolmogorov's range differences grow with the cube root of the distance; far apart speeds are unrelated."""
    assert change_m_s(1.6) / change_m_s(0.4) == pytest.approx(4 ** (1 / 3), rel=0.15)
    assert change_m_s(0.03) < 0.15 * SPREAD_M_S
    assert change_m_s(50.0) == pytest.approx(2**0.5 * SPREAD_M_S, rel=0.1)


def test_speeds_differ_as_those_of_a_surface_layer_do() -> None:
    """Half a metre apart at 1.5 m: 2 (e r)^(2/3) along the line between, four thirds of it across."""
    dissipation = (SPREAD_M_S / 2.4) ** 3 / (0.4 * 1.5)
    along = 2 * (dissipation * 0.5) ** (2 / 3)
    assert change_m_s(0.5) == pytest.approx(np.sqrt((along + 2 * 4 / 3 * along) / 3), rel=0.15)


def test_air_gathers_nowhere() -> None:
    step_m = 1e-4
    for air in airs(3):
        slopes = [
            (air.speed_m_s(places(200) + step_m * axis) - air.speed_m_s(places(200) - step_m * axis)) / (2 * step_m)
            for axis in np.eye(3)
        ]
        divergence = slopes[0][:, 0] + slopes[1][:, 1] + slopes[2][:, 2]
        assert np.abs(divergence).max() < 1e-5 * np.abs(slopes).max()


def test_bodies_go_the_way_that_their_speed_says() -> None:
    step_s = 1e-5
    for air in airs(3):
        went = air.way_m(places(200), 1.3 + step_s) - air.way_m(places(200), 1.3 - step_s)
        assert went / (2 * step_s) == pytest.approx(air.speed_m_s(places(200), 1.3), abs=1e-3)


def test_bodies_stay_spread_evenly() -> None:
    """Of bodies that were spread evenly no place has many more than another after some seconds."""
    start = places(40_000, 30.0)
    for air in airs(3):
        now = np.mod(start + air.way_m(start, 4.0), 30.0)
        counts, _ = np.histogramdd(now, bins=(10, 10, 10), range=[(0, 30)] * 3)
        # By chance alone the variance of such counts is their mean.
        assert counts.var() < 2.5 * counts.mean()


def test_still_air_stands() -> None:
    air = Gusts(0.0, np.random.default_rng(0))
    assert not air.speed_m_s(places(), 2.0).any()
    assert not air.way_m(places(), 2.0).any()


def test_flakes_beside_each_other_fly_the_same_way_in_a_storm() -> None:
    """A hand's breadth apart they differ by some degrees, where each had a gust of its own by dozens."""
    world = skies.scene(wind_m_s=21.0, wind_towards_deg=60.0)
    rng = np.random.default_rng(4)
    place = Surroundings(skies.grey(), skies.wall(30.0), world, None, gusts_of(world, rng))
    ones = rng.uniform([-2, -1, 1], [2, 1, 6], (500, 3))
    both = np.concatenate([ones, ones + rng.normal(0, 0.06, ones.shape)])
    velocity = falling(place, both, np.full(len(both), 1.0), 0.0, rng)
    one, other = np.split(velocity / np.linalg.norm(velocity, axis=1, keepdims=True), 2)
    apart_deg = np.degrees(np.arccos(np.clip((one * other).sum(axis=1), -1, 1)))
    assert np.median(apart_deg) < 8
    across_deg = np.degrees(np.arccos(np.clip((one[:250] * one[250:]).sum(axis=1), -1, 1)))
    assert np.median(across_deg) > 12
