"""The moon against published photometry and geometry on paper."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longtail.scenes.atmosphere.moon import lit_outline, moonlight_lux, phase_of


def test_full_moon() -> None:
    """V = -12.73 at full moon; a star of magnitude 0 gives 2.54e-6 lx (Allen, "Astrophysical Quantities")."""
    assert moonlight_lux(1.0) == pytest.approx(2.54e-6 * 10 ** (0.4 * 12.73), rel=0.02)


def test_half_moon_gives_a_tenth() -> None:
    """V = -10.1 at the quarters, 2.6 mag below full: 9 %."""
    assert moonlight_lux(0.5) / moonlight_lux(1.0) == pytest.approx(10 ** (-0.4 * 2.6), rel=0.01)


def test_more_disc_more_light() -> None:
    lux = [moonlight_lux(phase) for phase in np.linspace(0, 1, 50)]
    assert all(low < high for low, high in pairwise(lux))


def at(sun: tuple[float, float], moon: tuple[float, float]) -> float:
    names = ("elevation_deg", "azimuth_deg")
    values = {
        f"lighting.{body}_{name}": value
        for body, place in (("sun", sun), ("moon", moon))
        for name, value in zip(names, place, strict=True)
    }
    return phase_of(values)


def test_phase_follows_from_the_sun() -> None:
    assert at((-20, 30), (20, -150)) == pytest.approx(1.0)
    assert at((-20, 30), (70, 30)) == pytest.approx(0.5)
    assert at((10, 30), (10, 30)) == pytest.approx(0.0, abs=1e-9)


@given(st.floats(0.0, 1.0))
def test_the_lit_part_has_the_area_of_its_phase(phase: float) -> None:
    x, y = lit_outline(phase, points=200).T
    area = 0.5 * float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))
    assert area == pytest.approx(phase * math.pi, abs=0.002)
