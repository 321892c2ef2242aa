"""The sensor as a whole, and its exposure, against photography's own rules."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longtail.annotate.camera import BrownConrady, KannalaBrandt, Lens
from longtail.distributions import Distribution
from longtail.render import sensor
from longtail.render.sensor.metering import MID_GREY
from longtail.render.sensor.white_balance import light_mired
from longtail.scenes.camera.sensor import PARAMETERS, SPEED, Metering, Sensor
from longtail.scenes.lamps.black_body import planckian_rgb, planckian_xy
from tests.render.shots import IDEAL, card, rngs, shot_of, view_of


def test_meter_constant() -> None:
    """ISO 2720: EV 15 at ISO 100 is a scene of 2^15 * 12.5 / 100 = 4096 cd/m2."""
    assert sensor.meter(card(4.096), Sensor(), 0.0).ev100 == pytest.approx(15.0, abs=1e-3)


@pytest.mark.parametrize("level", [0.5, 0.7, 12.0])
def test_auto_exposure_renders_an_even_scene_as_mid_grey(level: float) -> None:
    exposure = sensor.meter(card(level), Sensor(), 0.0)
    assert exposure.scale * level == pytest.approx(0.18, rel=1e-3)


@pytest.mark.parametrize("illuminance_klx", [0.5, 10.0, 100.0])
def test_a_grey_card_in_known_light(illuminance_klx: float) -> None:
    """A card of 18 % in E lux has L = 0.18 E / pi. "Sunny 16", EV 15, is for 2^15 * 0.125 * pi / 0.18 = 71.5 klx."""
    card_level = 0.18 * illuminance_klx / math.pi
    exposure = sensor.meter(card(1.0), replace(IDEAL, exposure="manual", ev100=15.0), 0.0)
    value = sensor.develop(card(card_level), view_of(), IDEAL, exposure, *rngs(0))
    assert value.mean() == pytest.approx(255 * min(MID_GREY * illuminance_klx / 71.49, 1.0), abs=0.51)


@given(ev=st.floats(-2, 17), f_number=st.floats(1.0, 8.0), longest=st.floats(1e-3, 0.1))
def test_shutter_aperture_and_gain_make_up_the_exposure_value(ev: float, f_number: float, longest: float) -> None:
    """ISO 2720: 2^EV100 = N^2 / t * 100 / ISO; the shutter never exceeds its limit, and gain waits for it."""
    taken = sensor.meter(
        card(1.0), Sensor(exposure="manual", ev100=ev, f_number=f_number, max_shutter_s=longest), offset_ev=3.0
    )
    assert taken.ev100 == ev
    assert math.log2(taken.f_number**2 / taken.shutter_s * 100 / taken.iso) == pytest.approx(ev)
    assert taken.shutter_s <= longest
    assert taken.iso == pytest.approx(100) or taken.shutter_s == longest


def test_one_ev_doubles_the_exposure() -> None:
    exposures = [sensor.meter(card(2.0), Sensor(), offset).scale for offset in (0.0, 1.0)]
    assert exposures[1] == pytest.approx(2 * exposures[0])


@pytest.mark.parametrize(("how", "stops"), [("road", 3.0), ("average", 1.5), ("centre", 0.0)])
def test_nights_are_taken_under_mid_grey_and_rooms_are_not(how: Metering, stops: float) -> None:
    """EV100 0 is 0.125 cd/m2, EV100 7 is 16 (ISO 2720); half way between, it is half."""
    settings = Sensor(f_number=1.0, max_shutter_s=10.0, metering=how)
    for ev, share in ((0.0, 1.0), (3.5, 0.5), (7.0, 0.0), (9.0, 0.0)):
        taken = sensor.meter(card(2**ev * 12.5 / 100 / 1000), settings, 0.0)
        assert taken.ev100 - ev == pytest.approx(share * stops, abs=1e-3)


def test_night_stays_dark() -> None:
    """A moonless field is not brightened beyond what lens, shutter and gain can do."""
    settings = Sensor(f_number=1.8, max_shutter_s=1 / 60, max_iso=3200)
    exposure = sensor.meter(card(1e-5), settings, 2.0)
    assert exposure.iso == pytest.approx(3200)
    assert exposure.ev100 == pytest.approx(math.log2(1.8**2 * 60 / 32))
    assert sensor.develop(card(1e-5), view_of(), settings, exposure, *rngs(0)).mean() < 20


def test_the_same_stream_gives_the_same_picture() -> None:
    scene, exposure = card(3.0), sensor.meter(card(3.0), Sensor(), 0.0)
    one, two = (sensor.develop(scene, view_of(), Sensor(), exposure, *rngs(7)) for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_a_sensor_without_terms_is_the_tone_curve_alone() -> None:
    rng = np.random.default_rng(3)
    linear = rng.uniform(0, 1.2, (36, 64, 3)).astype(np.float32)
    exposure = sensor.Exposure(12.0, 100.0, 0.01, 1.8, 1.0)
    taken = sensor.develop(linear, view_of(linear.shape[:2]), IDEAL, exposure, *rngs())
    np.testing.assert_allclose(taken, np.clip(linear, 0, 1) * 255, atol=0.52)


@pytest.mark.parametrize("name", sensor.TERMS)
def test_a_term_that_is_off_changes_nothing(name: str) -> None:
    linear = np.random.default_rng(1).gamma(0.5, 2.0, (36, 64, 3)).astype(np.float32)
    linear[5, 9] = 4000
    np.testing.assert_array_equal(sensor.TERMS[name](linear, shot_of(IDEAL, linear)), linear)


@pytest.mark.parametrize("name", sensor.TERMS)
def test_a_term_that_is_on_changes_something(name: str) -> None:
    linear = np.random.default_rng(1).gamma(0.5, 2.0, (36, 64, 3)).astype(np.float32) * [1.4, 1.0, 0.6]
    linear = linear.astype(np.float32)
    linear[5, 9] = 4000
    assert (sensor.TERMS[name](linear, shot_of(Sensor(chromatic_aberration=5e-3), linear)) != linear).any()


LENSES: dict[str, Lens] = {
    "barrel": BrownConrady.from_fov(96, 60, 80, k1=-0.3, k2=0.1),
    "fisheye": KannalaBrandt.from_fov(96, 60, 190),
}


@pytest.mark.parametrize("name", LENSES)
def test_every_lens_is_taken(name: str) -> None:
    radiance = np.random.default_rng(2).gamma(0.5, 0.006, (60, 96, 3)).astype(np.float32)
    view = view_of((60, 96), lens=LENSES[name], depth_m=8.0, velocity_m_s=(0.0, 0.0, 15.0))
    settings = replace(Sensor(), exposure="manual", ev100=4.0, jpeg_quality=90, focus_m=4.0)
    exposure = sensor.meter(radiance, settings, 0.0)
    blurred = sensor.motion_blurred(radiance, view, settings, exposure)
    assert np.isfinite(blurred).all()
    assert (blurred != radiance).any()
    taken = sensor.develop(blurred, view, settings, exposure, *rngs(0))
    assert taken.shape == (60, 96, 3)
    assert taken.std() > 5


def test_the_blackbody_locus() -> None:
    """CIE 015: illuminant A, 2856 K, is x 0.4476, y 0.4074; the locus at 6500 K is 0.3135, 0.3237."""
    assert planckian_xy(2856) == pytest.approx((0.4476, 0.4074), abs=1e-3)
    assert planckian_xy(6500) == pytest.approx((0.3135, 0.3237), abs=1e-3)


@pytest.mark.parametrize("kelvin", [3000.0, 4500.0, 8000.0])
def test_white_balance_by_hand_makes_a_white_card_white(kelvin: float) -> None:
    lit = (card(0.5) * planckian_rgb(kelvin)).astype(np.float32)
    settings = replace(IDEAL, white_balance="manual", white_balance_k=kelvin)
    balanced = sensor.TERMS["white_balance"](lit, shot_of(settings, lit))
    np.testing.assert_allclose(balanced, 0.5, rtol=1e-5)


@pytest.mark.parametrize("kelvin", [3200.0, 5000.0, 8000.0])
def test_the_light_of_a_grey_card_is_found(kelvin: float) -> None:
    lit = (card(0.3) * planckian_rgb(kelvin)).astype(np.float32)
    assert light_mired(lit) == pytest.approx(1e6 / kelvin, abs=2)


@given(quality=st.integers(1, 100))
def test_jpeg_is_opencvs(quality: int) -> None:
    rng = np.random.default_rng(quality)
    picture = cv2.GaussianBlur(rng.uniform(0, 255, (40, 56, 3)).astype(np.float32), (0, 0), 2).astype(np.uint8)
    linear = (picture / 255).astype(np.float32)
    exposure = sensor.Exposure(12.0, 100.0, 0.01, 1.8, 1.0)
    plain, packed = (
        sensor.develop(linear, view_of((40, 56)), replace(IDEAL, jpeg_quality=q), exposure, *rngs())
        for q in (0, quality)
    )
    np.testing.assert_array_equal(plain, picture)
    _, code = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(code, cv2.IMREAD_COLOR)
    assert decoded is not None
    np.testing.assert_array_equal(packed, decoded[..., ::-1])


def test_every_field_is_a_parameter_and_is_drawn() -> None:
    paths = [parameter.path for parameter in PARAMETERS]
    assert sorted(paths) == sorted([SPEED, *(f"sensor.{field.name}" for field in fields(Sensor))])
    middle = {p.path: p.default.ppf(0.5) if isinstance(p.default, Distribution) else p.default for p in PARAMETERS}
    drawn = Sensor.drawn(middle)
    assert all(getattr(drawn, field.name) == middle[f"sensor.{field.name}"] for field in fields(Sensor))


def test_the_defaults_of_the_class_can_be_set_in_a_config() -> None:
    for parameter in PARAMETERS:
        if parameter.path != SPEED:
            parameter.checked(getattr(Sensor(), parameter.path.removeprefix("sensor.")))


def test_the_road_counts_more_than_the_sky_unless_the_average_is_asked_for() -> None:
    """A third of the picture four times as bright: log-averages of 4^(1/9) and 4^(1/3) over the rest."""
    picture = np.full((60, 80, 3), 1.0, dtype=np.float32)
    picture[:20] = 4.0
    road, average = (sensor.meter(picture, Sensor(metering=how), 0.0).ev100 for how in ("road", "average"))
    assert average - road == pytest.approx(2 * (1 / 3 - 1 / 9), abs=1e-3)
