"""EEVEE's settings for the picture. Labels are the same whatever engine makes the picture."""

from __future__ import annotations

import os

import bpy

from longtail.render.blender.assign import assign
from longtail.scenes.config.settings import RenderSettings

ENGINE = "BLENDER_EEVEE"
SHADOW_SCALES = (1.0, 0.5, 0.25)
"""How fine shadows are, from what Blender has on. A street's may want more room than there is; half as fine they want a
quarter of it."""


def tune_software_rendering(threads: int = 0) -> None:
    """Settings of Mesa's software OpenGL, which GPU drivers do not read; to be called before the first picture.

    Its compiler's optimiser takes many minutes and gigabytes for a street's larger shaders.
    """
    os.environ.setdefault("GALLIVM_PERF", "nopt")
    if threads:
        os.environ.setdefault("LP_NUM_THREADS", str(threads))


def prepare_picture(target: bpy.types.Scene, settings: RenderSettings, lux: float) -> None:
    """Rasterising for `target`; `lux` is the light on its ground, which bounds fireflies."""
    assign(target.render, engine=ENGINE, filter_size=1.5)
    assign(
        target.eevee,
        taa_render_samples=settings.samples,
        use_shadows=True,
        # All that Blender offers, in MiB; with 512, its default, a city street had no room for a fifth of its shadows.
        shadow_pool_size="1024",
        use_raytracing=True,
        ray_tracing_method="SCREEN",
        use_fast_gi=True,
        # Lamps of the night light streets with a few lux; by default EEVEE leaves out what is below 10.
        light_threshold=1e-5,
        clamp_surface_indirect=max(lux / 1000, 0.02) * 1.5,
    )
