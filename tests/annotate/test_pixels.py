"""Pictures whose numbers are known on paper."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate.pixels.inside import inscribed
from longtail.annotate.pixels.measure import PROPERTIES, colour_temperature_k, luma_of, measured
from longtail.annotate.pixels.texture import entropy_bits, noise_levels, sharpness, spectrum_slope


def grey(luma: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.repeat(np.clip(np.rint(luma * 255), 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def coloured_noise(slope: float, size: int = 256, seed: int = 0) -> NDArray[np.float32]:
    """A picture (size, size) whose power falls with that slope, of deviation 0.1 about 0.5."""
    rng = np.random.default_rng(seed)
    radius = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.fftfreq(size)[None, :])
    radius[0, 0] = 1
    field = np.fft.ifft2(np.fft.fft2(rng.normal(size=(size, size))) * radius ** (slope / 2)).real
    field -= field.mean()
    return np.asarray(0.5 + 0.1 * field / field.std(), dtype=np.float32)


def test_black_white_and_halves() -> None:
    black, white = np.zeros((32, 32, 3), np.uint8), np.full((32, 32, 3), 255, np.uint8)
    assert measured(black)["luminance"] == 0
    assert math.isnan(measured(black)["colour_temperature_k"])
    assert math.isnan(measured(black)["spectrum_slope"])
    assert measured(white)["luminance"] == pytest.approx(1)
    halves = black.copy()
    halves[:, 16:] = 255
    found = measured(halves)
    assert found.keys() == PROPERTIES.keys()
    # Half of the light, half a unit from the mean on either side, one bit.
    assert (found["luminance"], found["contrast"], found["entropy"]) == pytest.approx((0.5, 0.5, 1.0), abs=1e-6)
    assert found["saturation"] == pytest.approx(0, abs=0.05)


def test_chroma_of_srgb_red() -> None:
    """CIELAB of pure sRGB red under D65 is (53.24, 80.09, 67.20)."""
    red = np.zeros((16, 16, 3), np.uint8)
    red[..., 0] = 255
    assert measured(red)["saturation"] == pytest.approx(math.hypot(80.09, 67.20), abs=0.2)


@pytest.mark.parametrize(
    ("x", "y", "kelvin", "off"),
    [(0.31271, 0.32902, 6504, 10), (0.44757, 0.40745, 2856, 10), (0.34567, 0.35850, 5003, 10)],
    ids=["D65", "A", "D50"],
)
def test_temperatures_of_the_standard_illuminants(x: float, y: float, kelvin: float, off: float) -> None:
    xyz = np.array([x / y, 1, (1 - x - y) / y])
    rgb = np.linalg.inv([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ xyz
    assert colour_temperature_k(rgb) == pytest.approx(kelvin, abs=off)
    assert math.isnan(colour_temperature_k((0, 0, 1)))


@pytest.mark.parametrize("sigma", [2.0, 6.0])
def test_noise_of_known_strength_on_a_ramp(sigma: float) -> None:
    ramp = np.tile(np.linspace(0.3, 0.7, 320, dtype=np.float32), (180, 1))
    noisy = ramp + np.random.default_rng(0).normal(0, sigma / 255, ramp.shape).astype(np.float32)
    assert noise_levels(noisy) == pytest.approx(sigma, rel=0.03)
    assert noise_levels(ramp) == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("slope", [-3.0, -2.0, -1.0, 0.0])
def test_the_slope_of_a_spectrum_that_was_made_with_it(slope: float) -> None:
    assert spectrum_slope(coloured_noise(slope)) == pytest.approx(slope, abs=0.12)


def test_blur_takes_sharpness_and_contrast_does_not() -> None:
    luma = coloured_noise(-1.5)
    blurred = np.asarray(cv2.GaussianBlur(luma, (0, 0), 1.5), dtype=np.float32)
    assert sharpness(blurred) < 0.5 * sharpness(luma)
    assert sharpness(luma * np.float32(0.5)) == pytest.approx(sharpness(luma), rel=1e-4)


def test_entropy_of_even_tones() -> None:
    assert entropy_bits(np.arange(256, dtype=np.float32) / 255) == pytest.approx(8)
    assert entropy_bits(np.full(9, 0.5, np.float32)) == 0


def test_what_lies_outside_of_the_lens_counts_for_nothing() -> None:
    yy, xx = np.mgrid[:64, :64]
    circle = np.hypot(xx - 31.5, yy - 31.5) < 31
    rows, columns = inscribed(circle)
    assert circle[rows, columns].all()
    assert (rows.stop - rows.start) == pytest.approx(31 * math.sqrt(2), abs=3)
    picture = grey(coloured_noise(-2, 64))
    hidden = np.where(circle[..., None], picture, 0).astype(np.uint8)
    seen, dark = measured(hidden, circle), measured(hidden)
    assert seen["luminance"] == pytest.approx(measured(picture)["luminance"], rel=0.05)
    assert dark["luminance"] < 0.85 * seen["luminance"]
    assert luma_of(picture).shape == (64, 64)


def test_a_picture_too_small_to_measure_is_refused() -> None:
    with pytest.raises(ValueError, match="16x16"):
        measured(np.zeros((8, 40, 3), np.uint8))
