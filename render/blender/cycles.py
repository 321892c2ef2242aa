"""Cycles' settings: for the picture, and for the pass that labels are read from."""

from __future__ import annotations

import bpy

from longtail.render.blender.devices import use_device
from longtail.render.machine.devices import Device
from longtail.scenes.config.config import RenderSettings


def prepare_picture(
    target: bpy.types.Scene, settings: RenderSettings, device: Device, lux: float, noise_seed: int
) -> None:
    """Path tracing for `target`; `lux` is the light on its ground, which bounds fireflies."""
    cycles = target.cycles
    target.render.engine = "CYCLES"
    use_device(target, device)
    cycles.samples = settings.samples
    cycles.seed = noise_seed
    cycles.use_adaptive_sampling = False
    cycles.use_denoising = settings.denoise
    cycles.denoiser = "OPENIMAGEDENOISE"
    cycles.denoising_quality = "FAST"
    cycles.denoising_prefilter = "FAST"
    # Several workers a machine: what the GPU can do must not wait for CPU cores. Cycles falls back where it cannot.
    cycles.denoising_use_gpu = device.kind != "cpu"
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 5, 2, 3
    cycles.transmission_bounces, cycles.transparent_max_bounces, cycles.volume_bounces = 3, 12, 0
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.blur_glossy = 0.5
    # Sorting lights by importance pays from a handful on; by day, with the sun alone, it costs a fifth of the time.
    cycles.use_light_tree = sum(item.type == "LIGHT" for item in target.objects) > 2
    # Fireflies: no indirect path may bring more than a few times what a white wall in this light would.
    cycles.sample_clamp_indirect = max(lux / 1000, 0.02) * 1.5
    cycles.pixel_filter_type = "BLACKMAN_HARRIS"
    cycles.filter_width = 1.5
    cycles.use_auto_tile = False


def prepare_labels(target: bpy.types.Scene) -> None:
    """One sample through every pixel's centre: the first surface that its ray meets owns the pixel.

    Whatever engine made the picture, Cycles makes the labels, with what `prepare_picture` has set beforehand.
    """
    cycles, layer = target.cycles, target.view_layers[0]
    target.render.engine = "CYCLES"
    cycles.samples = 1
    cycles.use_denoising = False
    cycles.max_bounces = 0
    cycles.pixel_filter_type = "BOX"
    cycles.filter_width = 0.01
    layer.use_pass_object_index = layer.use_pass_z = layer.use_pass_normal = True
    # Glass lets nearly all light through and still is the nearest surface; only cut-outs (alpha 0) are holes.
    layer.pass_alpha_threshold = 0.02
