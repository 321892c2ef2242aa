"""The chip's signal: noise by EMVA 1288, quantisation, and the tone curve."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longtail.render import sensor
from longtail.render.sensor import Array
from longtail.render.sensor.quantisation import HEADROOM
from longtail.render.sensor.tone import CURVES, filmic, tone
from longtail.scenes.camera.sensor import Sensor, Tone
from tests.render.shots import IDEAL, card, shot_of

BARE = replace(IDEAL, noise=True, denoise=0.0, prnu=0.0, dsnu_e=0.0, full_well_e=8000.0, read_noise_e=5.0)
SIZE = (200, 200)


def variance_e2(signal: float, settings: Sensor, iso: float) -> float:
    """The variance in electrons of an even picture of `signal`."""
    linear = card(signal, SIZE)
    noisy = sensor.TERMS["noise"](linear, shot_of(settings, linear, iso=iso, seed=int(signal * 1000)))
    return float(noisy.var(dtype=np.float64)) * (settings.full_well_e * 100 / iso) ** 2


@pytest.mark.parametrize("iso", [100.0, 800.0])
def test_the_photon_transfer_curve(iso: float) -> None:
    """EMVA 1288: the variance rises with the mean, in electrons, in a line of slope 1; at 0 it is the dark one."""
    signals = np.linspace(0.0, 0.2 if iso == 100 else 0.9, 12)
    electrons = signals * 8000 * 100 / iso
    slope, _ = np.polyfit(electrons, [variance_e2(float(s), BARE, iso) for s in signals], 1)
    assert slope == pytest.approx(1.0, rel=0.03)
    assert variance_e2(0.0, BARE, iso) == pytest.approx(25.0, rel=0.03)


def test_unevenness_adds_in_squares() -> None:
    """PRNU of 2 % of 4000 electrons is 80: 4000 + 6400 + 25 in squares; DSNU of 12 adds 144 to the dark."""
    assert variance_e2(0.5, replace(BARE, prnu=0.02), 100.0) == pytest.approx(4000 + 6400 + 25, rel=0.03)
    assert variance_e2(0.0, replace(BARE, dsnu_e=12.0), 100.0) == pytest.approx(25 + 144, rel=0.03)


def test_noise_has_no_bias() -> None:
    linear = card(0.4, SIZE)
    noisy = sensor.TERMS["noise"](linear, shot_of(BARE, linear))
    assert float(noisy.mean(dtype=np.float64)) == pytest.approx(0.4, abs=5 * 0.0072 / np.sqrt(linear.size))


def test_denoising_removes_its_share() -> None:
    assert variance_e2(0.5, replace(BARE, denoise=0.6), 100.0) == pytest.approx(0.16 * 4025, rel=0.03)


@given(depth=st.integers(1, 16), signal=st.floats(-1, 12))
def test_quantisation_is_to_the_nearest_step(depth: int, signal: float) -> None:
    linear = card(signal, (2, 2))
    step = HEADROOM / (2**depth - 1)
    counts = sensor.TERMS["quantisation"](linear, shot_of(replace(IDEAL, bit_depth=depth), linear)) / step
    np.testing.assert_allclose(counts, np.rint(counts), atol=1e-2)
    assert abs(float(counts[0, 0, 0]) - min(max(signal, 0.0), HEADROOM) / step) <= 0.51


@pytest.mark.parametrize("name", CURVES)
def test_the_tone_curve_is_monotone_from_black_to_white(name: Tone) -> None:
    ramp = np.linspace(-0.5, 20, 20_001, dtype=np.float32)[None, :, None].repeat(3, axis=2)
    codes = tone(ramp, shot_of(replace(IDEAL, tone=name), ramp)).astype(int)
    assert (np.diff(codes, axis=1) >= 0).all()
    assert (codes[0, 0] == 0).all()
    assert (codes[0, -1] == 255).all()


@pytest.mark.parametrize("name", CURVES)
def test_the_table_is_the_curve(name: Tone) -> None:
    ramp = np.geomspace(1e-5, 7.9, 5000, dtype=np.float32)[None, :, None].repeat(3, axis=2)
    codes = tone(ramp, shot_of(replace(IDEAL, tone=name), ramp))
    np.testing.assert_allclose(codes, 255 * CURVES[name](ramp.astype(np.float64)), atol=0.55)


def test_srgb_mid_grey() -> None:
    """IEC 61966-2-1: 18 % is code value 118; with the filmic curve it comes out near 128."""
    assert float(CURVES["srgb"](np.array(0.18))) * 255 == pytest.approx(117.6, abs=0.2)
    assert float(CURVES["filmic"](np.array(0.18))) * 255 == pytest.approx(128, abs=1.5)
    assert float(filmic(np.array(HEADROOM))) == pytest.approx(1.0, abs=0.01)


def test_the_unevenness_is_a_pattern_of_the_chip() -> None:
    """Two pictures by one chip without any other noise are alike, by two chips they have nothing in common."""
    settings = replace(BARE, prnu=0.02, dsnu_e=20.0, read_noise_e=0.0, full_well_e=1e12)
    linear = card(0.5, SIZE)

    def pattern(seed: int, chip: int) -> Array:
        shot = replace(
            shot_of(settings, linear, seed=seed), chip_rng=np.random.default_rng(chip), rng=np.random.default_rng(seed)
        )
        return np.asarray(sensor.TERMS["noise"](linear, shot) - linear).ravel()

    first, again, other = pattern(1, 8), pattern(2, 8), pattern(1, 9)
    assert np.corrcoef(first, again)[0, 1] > 0.999
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.02
