"""The sensor against photography's own rules."""

from __future__ import annotations

import numpy as np
import pytest

from render import sensor


def card(level: float, size: tuple[int, int] = (120, 160)) -> sensor.Array:
    """An even grey scene of radiance `level` kcd/m2."""
    return np.full((*size, 3), level, dtype=np.float32)


@pytest.mark.parametrize("level", [0.05, 0.7, 12.0])
def test_auto_exposure_renders_an_even_scene_as_mid_grey(level: float) -> None:
    exposure = sensor.meter(card(level), 0.0)
    if exposure.ev100 > 7.0:
        assert exposure.scale * level == pytest.approx(0.18, rel=1e-3)


def test_meter_constant() -> None:
    """ISO 2720: EV 15 at ISO 100 is a scene of 2^15 * 12.5 / 100 = 4096 cd/m2."""
    assert sensor.meter(card(4.096), 0.0).ev100 == pytest.approx(15.0, abs=1e-3)


def test_one_ev_doubles_the_exposure() -> None:
    scene = card(2.0)
    assert sensor.meter(scene, 1.0).scale == pytest.approx(2 * sensor.meter(scene, 0.0).scale)


def test_night_stays_dark() -> None:
    """A moonless field is not brightened beyond what lens, shutter and gain can do."""
    rgb = sensor.develop(card(1e-5), sensor.meter(card(1e-5), 0.0), np.random.default_rng(0))
    assert rgb.mean() < 20


def test_brighter_scenes_give_brighter_pixels() -> None:
    ramp = np.repeat(np.geomspace(0.01, 50, 256, dtype=np.float32)[None, :, None], 3, axis=2).repeat(8, axis=0)
    exposure = sensor.Exposure(12.0, 100.0, 0.2)
    tones = sensor.develop(ramp, exposure, np.random.default_rng(0)).astype(float).mean(axis=(0, 2))
    # Vignetting darkens the ends of the ramp a little; across a stop the tone curve must win.
    assert (np.diff(tones[::32]) > 0).all()


def test_noise_variance_grows_with_the_signal() -> None:
    rng = np.random.default_rng(1)
    dark = sensor._noise(card(0.05), 400.0, rng).var()
    bright = sensor._noise(card(0.5), 400.0, rng).var()
    per_unit = sensor._FULL_WELL_E / 4
    assert bright - dark == pytest.approx(0.35**2 * 0.45 / per_unit, rel=0.05)


def test_the_same_stream_gives_the_same_picture() -> None:
    scene, exposure = card(3.0), sensor.Exposure(12.0, 100.0, 0.05)
    one = sensor.develop(scene, exposure, np.random.default_rng(7))
    np.testing.assert_array_equal(one, sensor.develop(scene, exposure, np.random.default_rng(7)))
