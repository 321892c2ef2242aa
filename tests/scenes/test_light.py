"""Light in physical units: published illuminances, energy that adds up, colours that follow the sun."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from longtail.scenes.atmosphere.light import Light, aerosol_depth, air_mass, rayleigh_depth
from longtail.scenes.atmosphere.light_presets import LIGHT_PRESETS, part_of_day
from longtail.scenes.atmosphere.moon import Moon
from longtail.scenes.atmosphere.sky import COLUMNS, ROWS, clear_sky, irradiance, sky_map
from longtail.scenes.scene import condition_of

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
        (-18, 0.0, 0.03, 0.2),
        (-18, 1.0, 0.3, 2),
    ],
)
def test_horizontal_illuminance(elevation: float, cover: float, low: float, high: float) -> None:
    """Direct sun 100 klx, overcast noon 10 to 25 klx, end of civil twilight 3.4 lx, a town's night less than a lux."""
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


def test_the_air_scatters_as_hansen_and_travis_have_it() -> None:
    """0.008569 w^-4 (1 + 0.0113 w^-2 + 0.00013 w^-4), Space Science Reviews 16, 1974."""
    w = np.linspace(0.4, 0.7, 31)
    published = 0.008569 * w**-4 * (1 + 0.0113 * w**-2 + 0.00013 * w**-4)
    np.testing.assert_allclose(rayleigh_depth(w), published, rtol=0.022)


def test_haze_is_in_the_beam() -> None:
    """Angstrom's turbidity is the depth at 1 um."""
    assert aerosol_depth(np.array([1.0]), 0.0) == pytest.approx(0.04)
    assert aerosol_depth(np.array([1.0]), 1.0) == pytest.approx(0.10)
    assert light(20).sun_rgb[0] < Light(20.0, 0.0, 0.0, haze=0.9, exposure_ev=0.0).sun_rgb[0]


def test_the_sun_has_set_when_it_has_set() -> None:
    assert light(-1).sun_klx == 0.0
    assert light(30, cover=0.9).sun_klx == 0.0
    assert light(30).sun_klx > 50


@pytest.mark.parametrize(
    ("elevation", "low", "high"),
    [(-0.8, 380, 600), (-6, 2.0, 3.6), (-12, 0.006, 0.01), (-18, 5e-4, 7e-4), (-40, 5e-4, 7e-4)],
)
def test_twilight_in_the_open_country(elevation: float, low: float, high: float) -> None:
    """AMS Glossary of Meteorology: 585 to 410 lx at sunset, then 3.5 to 2 lx, 0.008 lx and 6e-4 lx."""
    dark = Light(elevation, 0.0, 0.0, 0.2, 0.0, skyglow=0.0)
    assert low <= dark.horizontal_lux <= high


@pytest.mark.parametrize(
    ("elevation", "twilight", "part"),
    [
        (20, "none", "day"),
        (10, "none", "low_sun"),
        (2, "none", "low_sun"),
        (0, "none", "dusk"),
        (-3, "civil", "dusk"),
        (-6, "civil", "dusk"),
        (-6.1, "nautical", "night"),
        (-9, "nautical", "night"),
        (-15, "astronomical", "night"),
        (-19, "none", "night"),
    ],
)
def test_parts_of_the_day(elevation: float, twilight: str, part: str) -> None:
    assert light(elevation).twilight == twilight
    assert light(elevation).part_of_day == part


@pytest.mark.parametrize("word", ["day", "low_sun", "dusk", "night"])
def test_what_is_asked_for_by_a_word_is_called_by_it(word: str) -> None:
    (range_deg,) = LIGHT_PRESETS[word].values()
    assert {part_of_day(range_deg.ppf(u)) for u in (1e-6, 0.25, 0.5, 0.75, 1 - 1e-6)} == {word}


def test_twilight_is_an_older_word_for_dusk() -> None:
    assert LIGHT_PRESETS["twilight"] == LIGHT_PRESETS["dusk"]


def moonlit(moon: Moon, cover: float = 0.0, sun: float = -30.0) -> Light:
    return Light(sun, 20.0, cover, haze=0.2, exposure_ev=0.0, moon=moon, skyglow=0.0)


def test_a_full_moon_overhead_gives_a_quarter_of_a_lux() -> None:
    """0.25 to 0.3 lx are what a high full moon is quoted with."""
    assert 0.25 < moonlit(Moon(89.0, 0.0, 1.0)).horizontal_lux < 0.31


def test_moonlight_goes_with_the_moon() -> None:
    none = moonlit(Moon(-5.0, 0.0, 1.0))
    assert none.moon_klx == 0
    assert none.horizontal_lux == pytest.approx(6e-4, rel=0.05)
    lux = [moonlit(Moon(e, 0.0, 1.0)).horizontal_lux for e in np.arange(0.5, 85, 0.5)]
    assert all(low < high for low, high in pairwise(lux))
    assert moonlit(Moon(50.0, 0.0, 1.0), cover=1.0).moon_klx == 0
    assert moonlit(Moon(50.0, 0.0, 1.0), cover=1.0).horizontal_lux > 5e-3


def test_by_day_the_moon_makes_no_difference() -> None:
    bare, with_moon = (moonlit(Moon(40.0, 0.0, phase), sun=50.0).horizontal_lux for phase in (0.0, 1.0))
    assert with_moon == pytest.approx(bare, rel=1e-5)


def test_a_blackout_darkens_the_town() -> None:
    town = Light(-20.0, 0.0, 0.5, 0.2, 0.0)
    dark = Light(-20.0, 0.0, 0.5, 0.2, 0.0, blackout=True)
    assert town.street_lamps_on
    assert not dark.street_lamps_on
    assert dark.horizontal_lux < 0.2 * town.horizontal_lux


@pytest.mark.parametrize("elevation", [40.0, -4.0, -9.0, -15.0, -30.0])
def test_sun_town_and_moon_share_the_sky(elevation: float) -> None:
    sky = sky_map(Light(elevation, 70.0, 0.0, 0.3, 0.0, moon=Moon(30.0, -110.0, 0.9)))
    assert (sky >= 0).all()
    assert irradiance(sky[: ROWS // 2]) @ LUMINANCE == pytest.approx(1.0, rel=1e-6)


def test_the_moonlit_sky_is_brightest_around_the_moon() -> None:
    """The middle column looks towards the sun, and columns run clockwise, as Blender's environments do."""
    sky = sky_map(moonlit(Moon(30.0, 110.0, 1.0)))
    row = round((90 - 30) / 180 * ROWS)
    brightest = int((sky[row] @ LUMINANCE).argmax())
    assert brightest == pytest.approx(COLUMNS / 2 - (110 - 20) / 360 * COLUMNS, abs=2)


def test_a_space_that_declares_no_sun_has_no_sky() -> None:
    indoors = Light.drawn({}, (1.0, 1.0, 1.0), (1.0, 1.0, 1.0))
    assert not indoors.sky
    assert (indoors.horizontal_lux, indoors.sun_klx, indoors.moon_klx, indoors.twilight) == (0.0, 0.0, 0.0, "none")
    assert condition_of({}) == "indoors"
    assert condition_of({"lighting.sun_elevation_deg": 30.0}) == "day"
