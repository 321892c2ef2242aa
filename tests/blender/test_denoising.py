"""What takes the grain off pictures: Cycles' denoiser, and the library behind it, called from here."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple, get_args

import bpy
import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate.errors import RenderError
from longtail.render.blender import denoising, open_image_denoise
from longtail.render.blender import session as sessions
from longtail.render.blender.cycles import prepare_labels, prepare_picture
from longtail.render.blender.denoising import denoised, denoiser, fitted_weights, prepared
from longtail.render.blender.margin import with_margin, without_margin
from longtail.render.blender.open_image_denoise import OpenImageDenoise
from longtail.render.blender.session import Session
from longtail.render.machine.devices import Device
from longtail.scenes.config.settings import RenderSettings
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.solids import box
from longtail.scenes.scenarios.render_defaults import DenoiseQuality
from tests.blender.stage import CPU, at, looking_along_x, staged

pytestmark = pytest.mark.blender

CAMERA = looking_along_x(96, 64, height_m=1.5)
STAGE = [
    ("road", "road", box((60.0, 60.0, 0.1), Principled((0.2, 0.2, 0.2))), at(20, z_m=-0.05)),
    ("cube", "car", box((1.5, 1.5, 1.5), Principled((0.6, 0.1, 0.1))), at(6, z_m=0.75, heading_rad=0.5)),
]
SAMPLES = 4

Array = NDArray[np.float32]


class Watch(NamedTuple):
    """A picture, and what it was made of: radiance with its noise, and Cycles' denoising passes."""

    made: Array
    radiance: Array
    albedo: Array
    normal: Array


class Watched(Session):
    """A session that keeps what its last picture was made of."""

    def _render(self, target: bpy.types.Scene) -> dict[str, Any]:
        passes = super()._render(target)
        self.passes = dict(passes)
        return passes


def library() -> OpenImageDenoise:
    found = denoiser()
    assert found is not None
    return found


def settings(quality: DenoiseQuality = "high", *, denoise: bool = True) -> RenderSettings:
    return RenderSettings(samples=SAMPLES, denoise=denoise, denoise_quality=quality)


def pictured(session: Session) -> Array:
    with staged(STAGE) as built:
        return session.picture(built, CAMERA, 3000.0, noise_seed=1).radiance


@pytest.fixture(scope="module")
def by_cycles() -> Array:
    """What Cycles makes of it by itself, with high quality."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sessions, "denoiser", lambda _: None)
        return pictured(Session(settings(), CPU, threads=2))


@pytest.fixture(scope="module")
def watched() -> Watch:
    session = Watched(settings(), CPU, threads=2)
    made = pictured(session)
    found = [
        sessions._channels(session.passes, name, letters)
        for name, letters in (("Combined", "RGB"), ("Denoising Albedo", "RGB"), ("Denoising Normal", "XYZ"))
    ]
    return Watch(made, *found)


def test_cycles_gives_what_its_own_denoiser_goes_by(by_cycles: Array, watched: Watch) -> None:
    # With guides that are prepared as Cycles has them the library makes Cycles' picture.
    radiance, albedo, normal = (image[::-1] for image in watched[1:])
    albedo, normal = library().guide("albedo", albedo, "high"), library().guide("normal", normal, "high")
    ours = library().picture(radiance * SAMPLES, albedo, normal, "high")[::-1] / SAMPLES
    np.testing.assert_array_equal(ours, by_cycles)


def test_guides_prepared_in_less_time_do_as_well(by_cycles: Array, watched: Watch) -> None:
    radiance, albedo, normal = (image[::-1] for image in watched[1:])
    made = library().picture(radiance * SAMPLES, *prepared(library(), albedo, normal), "high")[::-1] / SAMPLES
    noise = np.abs(watched.radiance - by_cycles).mean()
    assert np.abs(made - by_cycles).mean() < noise / 20
    assert not np.array_equal(made, by_cycles)


def test_a_picture_has_no_margin_left(by_cycles: Array, watched: Watch) -> None:
    assert watched.made.dtype == np.float32
    assert watched.made.shape == by_cycles.shape == (CAMERA.size_px[1], CAMERA.size_px[0], 3)
    noise = np.abs(watched.radiance - by_cycles).mean()
    assert np.abs(watched.made - by_cycles).mean() < noise / 10
    # One row or column off would be this much.
    assert np.abs(watched.made[1:] - by_cycles[:-1]).mean() > noise / 5


def test_the_same_picture_gives_the_same_bytes_on_any_number_of_threads(watched: Watch) -> None:
    for threads in (1, 2, 3):
        found = denoiser(threads)
        assert found is not None
        again = denoised(found, watched.radiance, watched.albedo, watched.normal, "high", SAMPLES)
        np.testing.assert_array_equal(again, watched.made)


def test_a_picture_is_the_same_whatever_its_unit(watched: Watch) -> None:
    darker = watched.radiance * np.float32(1e-3)
    found = denoised(library(), darker, watched.albedo, watched.normal, "high", SAMPLES)
    np.testing.assert_allclose(found * 1e3, watched.made, rtol=1e-3)


@pytest.mark.parametrize("quality", get_args(DenoiseQuality))
def test_what_is_no_number_among_guides_spoils_no_picture(quality: DenoiseQuality, watched: Watch) -> None:
    albedo, normal = watched.albedo.copy(), watched.normal.copy()
    albedo[30, 40] = normal[10, 20] = np.nan
    assert np.isfinite(denoised(library(), watched.radiance, albedo, normal, quality, SAMPLES)).all()


@pytest.mark.parametrize("quality", get_args(DenoiseQuality))
def test_every_quality_takes_the_noise_off(quality: DenoiseQuality, by_cycles: Array, watched: Watch) -> None:
    _, radiance, albedo, normal = watched
    made = denoised(library(), radiance, albedo, normal, quality, SAMPLES)
    assert np.abs(made - by_cycles).mean() < np.abs(radiance - by_cycles).mean() / 4


def test_the_fitted_network_is_another_that_is_told_the_same(watched: Watch) -> None:
    _, radiance, albedo, normal = watched
    made = denoised(library(), radiance, albedo, normal, "fitted", SAMPLES)
    assert not np.array_equal(made, denoised(library(), radiance, albedo, normal, "high", SAMPLES))
    summed, *guides = (with_margin(image[::-1]) for image in (radiance * np.float32(SAMPLES), albedo, normal))
    again = library().picture(summed, *prepared(library(), *guides), "high", fitted_weights())
    np.testing.assert_array_equal(made, without_margin(again)[::-1] / SAMPLES)


def test_piece_by_piece_it_makes_the_same_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(6)
    radiance, albedo, normal = (rng.random((640, 512, 3), np.float32) for _ in range(3))
    at_once = library().picture(radiance, albedo, normal, "balanced")
    monkeypatch.setattr(open_image_denoise, "WORKING_MB", 60)
    np.testing.assert_array_equal(library().picture(radiance, albedo, normal, "balanced"), at_once)


def test_a_network_that_is_none_is_complained_of(watched: Watch) -> None:
    _, radiance, albedo, normal = watched
    with pytest.raises(RenderError, match="expected Open Image Denoise to run, got: "):
        library().picture(radiance, albedo, normal, "high", fitted_weights()[:64])


def test_without_the_library_cycles_denoises_and_that_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(denoising, "_folder", lambda: tmp_path)
    denoiser.cache_clear()
    assert [denoiser(2), denoiser(2)] == [None, None]
    denoiser.cache_clear()
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("Pictures are denoised by Cycles itself, which takes longer, and other bytes")


def test_a_library_with_another_interface_is_refused(tmp_path: Path) -> None:
    libc = next(Path("/").glob("lib*/**/libm.so.6"))
    (tmp_path / "libOpenImageDenoise.so.2").symlink_to(libc)
    with pytest.raises(OSError, match="expected a function oidnNewDevice, found none"):
        OpenImageDenoise(tmp_path)


def test_what_the_library_complains_of_is_an_error() -> None:
    narrow = np.zeros((8, 8, 3), np.float32)
    with pytest.raises(RenderError, match="expected Open Image Denoise to run, got: "):
        library().picture(narrow, np.zeros((8, 9, 3), np.float32), narrow, "fast")


def test_cycles_is_told_what_to_denoise_where_it_does_so_itself() -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    told = []
    with staged(()) as built:
        layer = built.scene.view_layers[0].cycles
        for quality in get_args(DenoiseQuality):
            prepare_picture(built, RenderSettings(denoise_quality=quality), CPU, 100.0, 0)
            cycles = built.scene.cycles
            told.append((cycles.use_denoising, cycles.denoising_quality, cycles.denoising_prefilter))
            assert not layer.denoising_store_passes
        prepare_picture(built, RenderSettings(), CPU, 100.0, 0, guides=True)
        assert (cycles.use_denoising, layer.denoising_store_passes) == (False, True)
        prepare_labels(built.scene, CPU)
        assert (cycles.use_denoising, layer.denoising_store_passes) == (False, False)
    # Cycles has no network of ours: the best of its own stands in for it.
    assert told == [(True, quality, "ACCURATE") for quality in ("HIGH", "FAST", "BALANCED", "HIGH")]


def test_a_gpu_denoises_what_it_has_in_its_memory_and_what_keeps_its_noise_nobody() -> None:
    gpu = Device("cuda", "a GPU", "CUDA_0")
    asked = [
        Session(settings(denoise=denoise), device)._denoiser() for denoise in (True, False) for device in (CPU, gpu)
    ]
    assert [found is not None for found in asked] == [True, False, False, False]
