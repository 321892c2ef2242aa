"""The beams against UN Regulation No. 112: test points in degrees to the right and up, limits in candelas."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longtail.scenes.lamps.headlamps import (
    AZIMUTHS_DEG,
    ELEVATIONS_DEG,
    cut_off_deg,
    dipped_cd,
    grid,
    ies_text,
    main_cd,
)
from longtail.scenes.lamps.retroreflection import FALLS, HALVED_M, RETRO_KCD
from tests.scenes.flux import flux_lm

# Class B, traffic on the right.
LEAST = {"75R": (1.15, -0.57, 10_100), "50R": (1.72, -0.86, 10_100), "50V": (0.0, -0.86, 5_100)}
LEAST |= {"25L": (-9.0, -1.72, 1_700), "25R": (9.0, -1.72, 1_700)}
MOST = {"B50L": (-3.43, 0.57, 350), "75L": (-3.43, -0.57, 10_600), "50L": (-3.43, -0.86, 13_200)}


@pytest.mark.parametrize("point", LEAST)
def test_it_lights_the_road(point: str) -> None:
    right, up, least = LEAST[point]
    assert dipped_cd(right, up) >= least


@pytest.mark.parametrize("point", MOST)
def test_it_does_not_dazzle(point: str) -> None:
    right, up, most = MOST[point]
    assert dipped_cd(right, up) <= most


@given(st.floats(-60, 60), st.floats(1.2, 60))
def test_zone_iii_stays_dark(right: float, up: float) -> None:
    assert dipped_cd(right, up) <= 625


def test_the_cut_off_is_one_percent_down_and_rises_to_the_right() -> None:
    assert cut_off_deg(-5.0) == pytest.approx(-math.degrees(math.atan(0.01)))
    assert cut_off_deg(2.0) - cut_off_deg(0.0) == pytest.approx(2 * math.tan(math.radians(15)))
    for right in (-8.0, -2.0, 0.0, 2.0, 4.0):
        edge = float(cut_off_deg(right))
        assert dipped_cd(right, edge - 0.4) > 5 * dipped_cd(right, edge + 0.4)


def test_main_beam() -> None:
    """40,500 to 215,000 cd, and no less than 80 % of the maximum at HV."""
    right, up = grid()
    brightest = float(main_cd(right, up).max())
    assert 40_500 <= brightest <= 215_000
    assert main_cd(0.0, 0.0) >= 0.8 * brightest
    assert (main_cd(right, up) >= dipped_cd(right, up)).all()


@pytest.mark.parametrize(("off_deg", "returned_cd"), [(0.2, 250.0), (0.33, 180.0), (2.0, 5.0)])
def test_sheets_on_signs_return_what_their_class_has(off_deg: float, returned_cd: float) -> None:
    lux_of_straight_back = RETRO_KCD["dipped"] * 1000 / 350
    distance_m = 0.95 / math.radians(off_deg)
    assert lux_of_straight_back / (1 + (HALVED_M / distance_m) ** FALLS) == pytest.approx(returned_cd, rel=0.06)


def test_flux_of_a_lamp() -> None:
    """A halogen bulb of 1,000 to 1,500 lm, of which reflectors bring a third to a half on the road."""
    assert 350 < flux_lm(dipped_cd(*grid())) < 900


def test_flux_of_an_even_lamp() -> None:
    even = np.ones((len(ELEVATIONS_DEG), len(AZIMUTHS_DEG)))
    assert flux_lm(even) == pytest.approx(4 * math.pi, rel=0.05)


def test_ies_file_holds_the_table() -> None:
    lines = ies_text(dipped_cd(*grid())).splitlines()
    assert lines[1] == "TILT=NONE"
    up, right = (np.array([float(v) for v in lines[number].split()]) for number in (4, 5))
    assert (up[0], up[-1], right[0], right[-1]) == (0, 180, 0, 360)
    values = np.array([[float(v) for v in line.split()] for line in lines[6:]])
    assert values.shape == (len(right), len(up))
    stored = values[np.argmin(abs(right - 181)), np.argmin(abs(up - 88.96))]
    assert stored == pytest.approx(dipped_cd(1.0, -1.04), rel=0.01)
