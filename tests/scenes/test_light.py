"""Light in physical units: published illuminances, energy that adds up, colours that follow the sun."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from scenes.light import Light, air_mass
from scenes.sky import ROWS, clear_sky, irradiance, overcast_radiance

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def light(elevation: float, cover: float = 0.0) -> Light:
    return Light(elevation, 0.0, cover, haze=0.2, exposure_ev=0.0)


@pytest.mark.parametrize(
    ("elevation", "cover", "low", "high"),
    [
        (60, 0.0, 80_000, 125_000),
        (60, 1.0, 10_000, 25_000),
        (10, 0.0, 8_000, 25_000),
        (-6, 0.0, 2, 5),
        (-18, 0, 0.1, 1),
    ],
)
def test_horizontal_illuminance(elevation: float, cover: float, low: float, high: float) -> None:
    """Direct sun 100 klx, overcast noon 10 to 25 klx, end of civil twilight 3.4 lx, a town's night some tenths."""
    assert low < light(elevation, cover).horizontal_lux < high


@pytest.mark.parametrize("cover", [0.0, 0.4, 1.0])
def test_it_never_gets_brighter_as_the_sun_sinks(cover: float) -> None:
    lux = [light(e, cover).horizontal_lux for e in np.arange(62, -18, -0.25)]
    assert all(later <= earlier * 1.0001 for earlier, later in pairwise(lux))


def test_air_mass() -> None:
    """Kasten & Young's own table: 1 at the zenith, 37.92 at the horizon."""
    assert air_mass(90) == pytest.approx(1.0, abs=1e-3)
    assert air_mass(0) == pytest.approx(37.92, abs=0.02)


@pytest.mark.parametrize("elevation", [-14.0, -6.0, -2.0, 1.0, 10.0, 35.0, 62.0])
def test_the_sky_map_brings_unit_illuminance(elevation: float) -> None:
    sky = clear_sky(elevation, 0.3)
    assert np.isfinite(sky).all()
    assert (sky >= 0).all()
    assert irradiance(sky[: ROWS // 2]) @ LUMINANCE == pytest.approx(1.0, rel=1e-6)


def test_the_zenith_is_blue_and_the_low_sun_red() -> None:
    red, _, blue = clear_sky(40.0, 0.1)[0].mean(axis=0)
    assert blue > 1.5 * red
    assert light(3).sun_rgb[0] > 2 * light(3).sun_rgb[2]
    noon = light(60).sun_rgb
    assert noon[0] / noon[2] < 1.3


def test_the_overcast_sky_brings_unit_illuminance() -> None:
    """CIE: zenith three times the horizon, illuminance 7 pi / 9 of the zenith's luminance."""
    up = (np.arange(2000) + 0.5) / 2000
    assert 2 * math.pi * np.mean(overcast_radiance(up) * up) == pytest.approx(1.0, rel=1e-3)
    assert overcast_radiance(1.0) / overcast_radiance(0.0) == pytest.approx(3.0)


def test_the_sun_has_set_when_it_has_set() -> None:
    assert light(-1).sun_klx == 0.0
    assert light(30, cover=0.9).sun_klx == 0.0
    assert light(30).sun_klx > 50
