"""Blur and grain that are known, found again by what they do to pictures."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from longtail.annotate.against.spectra import Spectra
from longtail.annotate.dataset.encoders import encode_png
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.merge import merge
from longtail.annotate.dataset.record import dumps
from longtail.annotate.pixels.measure import luma_of
from longtail.annotate.pixels.texture import noise_levels, sharpness, spectrum_slope
from longtail.command_line import main
from longtail.render.commands.fit_detail import Developing
from longtail.render.sensor.noise import noise, noise_variance
from longtail.render.sensor.table import develop_linear
from longtail.scenes.camera.sensor import Sensor
from longtail.scenes.config.loading import load
from tests.annotate.pictures import info
from tests.annotate.stage import show, store
from tests.render.shots import card, shot_of

FRAMES, ISO = 40, 1600.0
BLUR, DENOISING = (0.4, 0.8), (0.4, 0.7)
ASKED = [
    f"sensor.blur_px={{uniform: [{BLUR[0]}, {BLUR[1]}]}}",
    f"sensor.denoise={{uniform: [{DENOISING[0]}, {DENOISING[1]}]}}",
]


PLAIN = Sensor(chromatic_aberration=0.0, glare=0.0, flare=0.0, starburst=0.0, vignetting=0.0, white_balance="off")


def scene(index: int, size: tuple[int, int] = (48, 64)) -> NDArray[np.float32]:
    """Light (H, W, 3) whose amplitude falls with frequency as in nature (Field 1987), around mid grey."""
    rng = np.random.default_rng(index)
    radius = np.hypot(np.fft.fftfreq(size[0])[:, None], np.fft.rfftfreq(size[1])[None, :])
    radius[0, 0] = np.inf
    field = np.fft.irfft2(np.fft.rfft2(rng.standard_normal(size)) / radius, size)
    grey = 0.18 * np.exp(0.4 * field / field.std())
    return np.repeat(grey[..., None], 3, axis=2).astype(np.float32)


def sensor_of(index: int) -> Sensor:
    """The camera of a frame: its blur and its denoising are evenly spread and do not go together."""
    shares = (index + 0.5) / FRAMES, (7 * index % FRAMES + 0.5) / FRAMES
    blur, denoise = (low + share * (high - low) for share, (low, high) in zip(shares, (BLUR, DENOISING), strict=True))
    return dataclasses.replace(PLAIN, blur_px=blur, denoise=denoise)


def taken(index: int, sensor: Sensor, seed: int = 0) -> NDArray[np.uint8]:
    light = scene(index)
    return develop_linear(light, shot_of(sensor, light, iso=ISO, seed=2 * index + seed))


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty pictures whose records say how they were taken."""
    root = tmp_path_factory.mktemp("detail") / "out"
    frames = [dataclasses.replace(one, rgb=taken(one.index, sensor_of(one.index))) for one in show(FRAMES)]
    about = info(FRAMES, config=load("street", ASKED, frames=FRAMES).to_json())
    store(root, frames, about, extra={"exposure": {"ev100": 12.0, "iso": ISO, "shutter_s": 0.01, "f_number": 1.8}})
    for index in range(FRAMES):
        path = root / record_path(index)
        record = json.loads(path.read_bytes())
        del record["sha256"]
        sensor = dataclasses.asdict(sensor_of(index))
        record["parameters"] |= {f"sensor.{name}": value for name, value in sensor.items()}
        path.write_bytes(dumps(record))
    merge(root)
    return root


def fitted(out: Path, folder: Path, real: Sequence[NDArray[np.uint8]], *more: str) -> tuple[Any, str]:
    """The config that is written, and what is printed."""
    (folder / "real").mkdir()
    for index, rgb in enumerate(real):
        (folder / "real" / f"{index}.png").write_bytes(encode_png(rgb))
    changes = [word for change in (*ASKED, f"frames={FRAMES}") for word in ("--set", change)]
    made = folder / "fitted.yaml"
    words = ["fit", "street", *changes, "--to", str(folder / "real"), "--by", str(out), "-o", str(made), *more]
    ran = CliRunner().invoke(main, words)
    assert ran.exit_code == 0, ran.output
    return load(str(made)).to_json(), ran.output


@pytest.mark.parametrize(
    ("times", "more", "noisier"),
    [(1.0, 0.6, 1.0), (0.5, 0.0, 0.4)],
    ids=str,
)
def test_known_blur_and_denoising_are_found(
    out: Path, tmp_path: Path, times: float, more: float, noisier: float
) -> None:
    real = []
    for index in range(FRAMES):
        one = sensor_of(index)
        made = dataclasses.replace(one, blur_px=times * one.blur_px + more, denoise=noisier * one.denoise)
        real.append(taken(index, made, seed=1))
    config, _ = fitted(out, tmp_path, real)
    assert config["sensor.blur_px"]["uniform"] == pytest.approx([times * end + more for end in BLUR], abs=0.12)
    assert config["sensor.denoise"]["uniform"] == pytest.approx([noisier * end for end in DENOISING], abs=0.1)


def test_what_is_measured_follows_blur_and_noise() -> None:
    """Foretold from spectra, against the same light taken anew."""
    sensors = [dataclasses.replace(PLAIN, blur_px=0.6, denoise=0.5), dataclasses.replace(PLAIN, blur_px=0.2, denoise=0)]
    for before, after in (sensors, sensors[::-1]):
        lumas, due = [], []
        for index in range(6):
            light = scene(index, (180, 240))
            pictures = [
                luma_of(develop_linear(light, shot_of(one, light, iso=ISO, seed=index))) for one in (before, after)
            ]
            lumas.append(pictures[0])
            due.append([measure(pictures[1]) for measure in (sharpness, noise_levels, spectrum_slope)])
        variances = [_luma_variance(lumas, one) for one in (before, after)]
        spectra = Spectra.of(lumas, [before.blur_px] * 6, variances[0])
        same = spectra.under(spectra.blur_px, spectra.noise)
        np.testing.assert_allclose(same, spectra.measured, rtol=1e-9)
        found = spectra.under(np.full(6, after.blur_px), variances[1])
        np.testing.assert_allclose(found[:, :2], np.array(due)[:, :2], rtol=0.12)
        np.testing.assert_allclose(found[:, 2], np.array(due)[:, 2], atol=0.1)


def _luma_variance(lumas: Sequence[NDArray[np.float32]], sensor: Sensor) -> NDArray[np.float64]:
    """Of grey pictures, whose three channels have noise of their own."""
    developing = Developing("filmic", "filmic")
    found = noise_variance(developing.light(), sensor, ISO) * developing.slope() ** 2
    weights = 0.2126**2 + 0.7152**2 + 0.0722**2
    return np.array([weights * found[np.rint(255 * luma).astype(int)].mean() for luma in lumas])


@pytest.mark.parametrize("level", [0.0, 0.18, 0.9])
def test_the_variance_is_that_of_the_noise(level: float) -> None:
    sensor, light = Sensor(denoise=0.3), card(level, (200, 200))
    made = noise(light, shot_of(sensor, light, iso=ISO))
    due = math.sqrt(float(noise_variance(np.array([level]), sensor, ISO)[0]))
    assert made.std() == pytest.approx(due, rel=0.02)
    assert noise_variance(np.array([level]), Sensor(noise=False), ISO)[0] == 0


def test_records_that_do_not_say_how_pictures_were_taken_move_nothing(tmp_path: Path) -> None:
    root = tmp_path / "silent"
    frames = [dataclasses.replace(one, rgb=taken(one.index, sensor_of(one.index))) for one in show(FRAMES)]
    store(root, frames, info(FRAMES, config=load("street", ASKED, frames=FRAMES).to_json()))
    merge(root)
    real = [taken(index, dataclasses.replace(sensor_of(index), blur_px=1.5)) for index in range(FRAMES)]
    _, said = fitted(root, tmp_path, real)
    assert "sensor.blur_px" not in said
    assert "kept as it is: sharpness" in said
