"""What Cycles is told of its denoiser."""

from __future__ import annotations

from typing import get_args

import bpy
import pytest

from longtail.render.blender.cycles import prepare_picture
from longtail.scenes.config.settings import RenderSettings
from longtail.scenes.scenarios.render_defaults import DenoiseQuality
from tests.blender.stage import CPU, staged

pytestmark = pytest.mark.blender


def test_pictures_are_denoised_as_thoroughly_as_is_asked_for() -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    told = []
    with staged(()) as built:
        for quality in get_args(DenoiseQuality):
            prepare_picture(built, RenderSettings(denoise_quality=quality), CPU, 100.0, 0)
            cycles = built.scene.cycles
            told.append((cycles.use_denoising, cycles.denoising_quality, cycles.denoising_prefilter))
    assert told == [(True, quality, "ACCURATE") for quality in ("FAST", "BALANCED", "HIGH")]
