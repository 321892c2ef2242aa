"""Panoramas as skies: which may be one, which light they go with, and what configs may ask of them."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate.errors import ConfigError
from longtail.scenes.assets.library.description import Description, SkySeen
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.atmosphere.moon import Moon
from longtail.scenes.atmosphere.panorama import serves, sky_seen, stretched
from longtail.scenes.atmosphere.sky import clear_sky, sky_map
from longtail.scenes.composing import catalogue_of, scene_of, taxonomy_of
from longtail.scenes.config.loading import load
from tests.own_skies import library_of_skies

ROWS, COLUMNS = 90, 180
NONE = np.zeros((ROWS, COLUMNS))


def even(value: float = 1.0) -> NDArray[np.float64]:
    return np.full((ROWS, COLUMNS), value)


def lost_at(row: int, column: int, light: float) -> NDArray[np.float64]:
    lost = NONE.copy()
    lost[row, column] = light
    return lost


def test_the_sun_is_where_its_light_comes_from() -> None:
    # Rows and columns of 2 degrees; the middle column looks along X, and to its left azimuths grow.
    seen = sky_seen(even(), lost_at(25, 60, 1e5))
    assert seen is not None
    assert seen.sun_elevation_deg == pytest.approx(90 - 51)
    assert seen.sun_azimuth_deg == pytest.approx(180 - 121)
    # A level surface under an even sky of luminance 1 has pi.
    assert seen.level == pytest.approx(math.pi, rel=1e-3)


def test_rooms_nights_and_low_suns_are_no_skies() -> None:
    assert sky_seen(even(), lost_at(43, 60, 1e5)) is None  # 3 degrees up
    assert sky_seen(even(), lost_at(25, 60, 1e5) + lost_at(25, 150, 1e5)) is None  # two lamps
    lamps = even()
    lamps[60:] = 0.1
    lamps[10:14, ::20] = 50.0  # 1 % of the ceiling
    assert sky_seen(lamps, NONE) is None
    assert sky_seen(even(), NONE) is None  # as bright below as above: no ground
    assert sky_seen(np.zeros((ROWS, COLUMNS)), NONE) is None


def test_a_covered_sky_has_no_sun() -> None:
    covered = even()
    covered[:45] = (1 + 2 * np.sin(np.radians(89 - 2 * np.arange(45))))[:, None]
    covered[45:] = 0.2
    seen = sky_seen(covered, NONE)
    assert seen is not None
    assert seen.sun_elevation_deg is None
    # CIE's overcast sky of horizon luminance 1 lights level ground with 7 pi / 3.
    assert seen.level == pytest.approx(7 * math.pi / 3, rel=1e-3)
    towers = covered.copy()
    towers[20:45, ::8] = 0.2  # an eighth of what is up to 50 degrees high
    assert sky_seen(towers, NONE) is None  # labels would call them sky
    towers[20:40, ::8] = covered[20:40, ::8]
    assert sky_seen(towers, NONE) is not None  # low ones are suffered
    assert sky_seen(covered, NONE, 0.47) is None  # a clear evening's blue is as even
    assert sky_seen(covered, NONE, 2.0) is None  # nor is a room of lamps a sky


def test_which_light_they_go_with() -> None:
    noon, grey = SkySeen(sun_elevation_deg=40.0, level=1.0), SkySeen(level=1.0)
    assert serves(noon, Light(33.0, 0.0, 0.2))
    assert not serves(noon, Light(29.0, 0.0, 0.2))
    assert not serves(noon, Light(40.0, 0.0, 0.7))
    assert serves(grey, Light(12.0, 0.0, 0.95))
    assert not serves(grey, Light(12.0, 0.0, 0.5))
    assert not serves(grey, Light(-3.0, 0.0, 0.95))
    assert not serves(grey, Light(40.0, 0.0, 0.95, sky=False))


def test_a_picture_is_stretched_between_horizon_sun_and_zenith() -> None:
    shown = np.degrees(stretched(np.radians(np.array([0.0, 15.0, 30.0, 60.0, 90.0])), 40.0, 30.0))
    assert shown == pytest.approx([0.0, 20.0, 40.0, 65.0, 90.0])


def test_the_moons_glow_is_where_the_moon_is() -> None:
    # Azimuths grow to the left, columns to the right; the middle one is the sun's.
    light = Light(-25.0, 10.0, 0.0, moon=Moon(30.0, 100.0, 0.9), skyglow=0.0)
    glow = sky_map(light)[:32].sum(axis=(0, 2))
    assert abs(int(glow.argmax()) - 32) <= 1
    assert abs(int(clear_sky(30.0, 0.3)[:32].sum(axis=(0, 2)).argmax()) - 64) <= 1


PINS = ["assets.packs=false", "weather=clear"]


def asked(library: Path, *more: str) -> list[str]:
    return [*PINS, f"assets.library={library}", *more]


def test_streets_have_them_by_their_chance_where_they_fit(tmp_path: Path) -> None:
    library_of_skies(tmp_path)
    pins = asked(tmp_path, "lighting.sun_elevation_deg=36", "lighting.cloud_cover=0.3", "lighting.panorama=0.5")
    config = load("street", pins, seed=4)
    assets = catalogue_of(config)
    assert set(config.assets.models) == {"own/noon", "own/grey"}  # type: ignore[arg-type]
    assert taxonomy_of(config.scenario, assets).ids == config.scenario.taxonomy.ids
    scenes = [scene_of(config, index, assets) for index in range(12)]
    named = [scene.light.panorama for scene in scenes]
    assert set(named) == {"", "own/noon"}
    assert scenes[named.index("own/noon")].backed_by == ("own/noon",)
    # All else is as it would be without.
    plain = load("street", [pin for pin in pins if "panorama" not in pin], seed=4)
    one, other = scene_of(plain, named.index("own/noon"), catalogue_of(plain)), scenes[named.index("own/noon")]
    assert (one.objects, one.light.sun_azimuth_deg) == (other.objects, other.light.sun_azimuth_deg)
    foggy = load("street", asked(tmp_path, "lighting.panorama=1", "weather=fog", "lighting.cloud_cover=0.9"), seed=4)
    assert scene_of(foggy, 0, catalogue_of(foggy)).light.panorama == ""


@pytest.mark.parametrize(
    ("pins", "said"),
    [
        (["lighting.sun_elevation_deg=-5"], r"lighting\.panorama: expected a sun of 5 degrees or more .*, got .* -5"),
        (["assets.models=false"], r"panorama: expected a panorama that may be a sky in the library .*, got none"),
        (["assets.models=[own/room]"], r"expected models that the scenario places .*, got own/room of the family"),
    ],
    ids=["night", "none", "a room"],
)  # fmt: skip
def test_what_cannot_be_is_said(tmp_path: Path, pins: list[str], said: str) -> None:
    library_of_skies(tmp_path)
    with pytest.raises(ConfigError, match=said):
        load("street", asked(tmp_path, "lighting.panorama=1", *pins))


def test_models_that_are_no_skies_are_what_they_were() -> None:
    """A model's digest stands in datasets: it is that of the fields that there were before skies and links."""
    size_m = (0.1, 0.1, 0.1)
    known = Description(
        name="own/mug", category="cup", family="household", size_m=size_m, triangles=1, bytes=1, arrays="0" * 64
    )
    later = {"sky", "surface", "links"}
    text = known.model_dump_json(exclude=later)
    assert not later & json.loads(known.spelled()).keys()
    assert known.digest == hashlib.sha256(text.encode()).hexdigest()[:32]
    assert Description.model_validate_json(text) == known
