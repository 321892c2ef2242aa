"""Cycles' settings: for the picture, and for the pass that labels are read from. Each sets all that it needs."""

from __future__ import annotations

import math

import bpy

from longtail.annotate.labels.surfaces import Pass
from longtail.render.blender.assign import assign
from longtail.render.blender.devices import use_device
from longtail.render.machine.devices import Device
from longtail.scenes.blender.marks import CLEAR_ALPHA
from longtail.scenes.blender.scene import Built
from longtail.scenes.config.settings import RenderSettings
from longtail.scenes.scenarios.render_defaults import DenoiseQuality, GeneralQuality

_LEAST_LIGHT, _LEAST_SHARE = 0.01, 1e-3
# Where pixels may stop: what two scenes of tabletops gained most by (docs/performance.md, "Samples where grain is").
_GRAIN = 0.1
_DARKEST_LUX = 1e-3
# Cycles looks at pixels after each sixteenth sample; this says that it may from the first time on.
_FIRST_LOOK = 4


def prepare_picture(
    built: Built, settings: RenderSettings, device: Device, lux: float, noise_seed: int, *, guides: bool = False
) -> None:
    """Path tracing for what is built; `lux` is the light on its ground, which bounds fireflies.

    With `guides` the picture is left with its noise, and what its denoising goes by comes with it.
    """
    target = built.scene
    assign(target.render, engine="CYCLES")
    use_device(target, device)
    _take_passes(target, labels=False, guides=guides)
    assign(
        target.cycles,
        samples=settings.samples,
        seed=noise_seed,
        sampling_pattern="AUTOMATIC",
        use_adaptive_sampling=settings.adaptive,
        adaptive_threshold=most_grain(lux),
        adaptive_min_samples=_FIRST_LOOK,
        use_denoising=settings.denoise and not guides,
        denoiser="OPENIMAGEDENOISE",
        denoising_quality=_by_cycles(settings.denoise_quality).upper(),
        denoising_prefilter="ACCURATE",
        # Several workers a machine: what the GPU can do must not wait for CPU cores. Cycles falls back where it cannot.
        denoising_use_gpu=device.kind != "cpu",
        max_bounces=5,
        diffuse_bounces=2,
        glossy_bounces=3,
        transmission_bounces=3,
        transparent_max_bounces=12,
        volume_bounces=0,
        use_fast_gi=False,
        caustics_reflective=False,
        caustics_refractive=False,
        blur_glossy=0.5,
        use_light_tree=built.weighs_lamps,
        light_sampling_threshold=least_light(lux),
        direct_light_sampling_type="MULTIPLE_IMPORTANCE_SAMPLING",
        # Fireflies: no indirect path may bring more than a few times what a white wall in this light would.
        sample_clamp_indirect=max(lux / 1000, 0.02) * 1.5,
        pixel_filter_type="BLACKMAN_HARRIS",
        filter_width=1.5,
        use_auto_tile=False,
    )


def _by_cycles(quality: DenoiseQuality) -> GeneralQuality:
    """The quality that is asked of Cycles where it denoises by itself, which it does with none but its own networks."""
    return "high" if quality == "fitted" else quality


def least_light(lux: float) -> float:
    """Below which radiance (kcd/m2) Cycles may skip a lamp at random, and count it for more where it does not.

    Its own 0.01 suits daylight. In a room of 300 lux it is a tenth of what a white wall sends back, and what is left of
    the light of lamps and windows is grain, which the denoiser makes blotches of. Ours is a thousandth of the wall.
    """
    return min(_LEAST_LIGHT, lux / 1000 / math.pi * _LEAST_SHARE)


def most_grain(lux: float) -> float:
    """The threshold of adaptive sampling at which pixels stop, for what `lux` light.

    Cycles divides a pixel's uncertainty by the root of its radiance (`film_adaptive_sampling_convergence_check`), up to
    1 kcd/m2, so that a scene that is a hundred times as dark has a tenth of it at the same grain. Cycles takes none
    for a wish to be asked for samples alone, so that there is always some.
    """
    return _GRAIN * math.sqrt(max(lux, _DARKEST_LUX) / 1000 / math.pi)


def prepare_labels(target: bpy.types.Scene, device: Device, passes: frozenset[Pass] = frozenset()) -> None:
    """One sample through every pixel's centre: the first surface that its ray meets owns the pixel."""
    assign(target.render, engine="CYCLES")
    use_device(target, device)
    _take_passes(target, labels=True, surfaces=passes)
    assign(
        target.cycles,
        samples=1,
        seed=0,
        # What is picked up of the other patterns stays that of the picture before, and single leaves' edges follow it.
        sampling_pattern="TABULATED_SOBOL",
        use_adaptive_sampling=False,
        use_denoising=False,
        max_bounces=0,
        # Through how many cut-outs a ray looks: a bush of cards has dozens.
        transparent_max_bounces=256,
        use_light_tree=False,
        # Nobody looks at what light there is: no rays to lamps.
        direct_light_sampling_type="FORWARD_PATH_TRACING",
        # Cycles sends one more ray from each surface, to see what glows there. Where that surface is matt, ambient
        # occlusion in the place of bounces ends it after the world's distance, which `build_light` makes next to none.
        use_fast_gi=True,
        fast_gi_method="REPLACE",
        ao_bounces_render=1,
        pixel_filter_type="BOX",
        filter_width=0.01,
        use_auto_tile=False,
    )


def _take_passes(
    target: bpy.types.Scene, *, labels: bool, surfaces: frozenset[Pass] = frozenset(), guides: bool = False
) -> None:
    """Switch the passes that labels and denoising are read from. Cycles looks at a scene's settings again when these
    change."""
    layer = target.view_layers[0]
    assign(layer.cycles, denoising_store_passes=guides)
    assign(layer, use_pass_object_index=labels, use_pass_z=labels, use_pass_normal=labels)
    assign(layer, use_pass_material_index="material" in surfaces, use_pass_diffuse_color="albedo" in surfaces)
    # Glass lets nearly all light through and still is the nearest surface; only cut-outs (alpha 0) are holes.
    assign(layer, pass_alpha_threshold=CLEAR_ALPHA if labels else 0.5)
