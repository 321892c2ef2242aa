"""A small scene rendered on one device or by EEVEE, to see that it truly works and how fast it is."""

from __future__ import annotations

import time

import bpy
import gpu

from longtail.render.blender import eevee
from longtail.render.blender.devices import use_device
from longtail.render.devices import Device
from longtail.scenes.blender.meshes import to_blender
from longtail.scenes.materials import CarPaint, Principled
from longtail.scenes.solids import box, ellipsoid

_SIZE_PX = 256
_SAMPLES = 64
# Software renders few samples a second.
_EEVEE_SAMPLES = 8


def trial(kind: str, name: str, device_id: str = "") -> float:
    """Million samples per second that Cycles takes of a ball over a floor."""
    scene = _stage()
    scene.render.engine = "CYCLES"
    scene.cycles.use_denoising = False
    scene.cycles.use_adaptive_sampling = False
    use_device(scene, Device(kind, name, device_id))
    # The first picture pays for loading kernels.
    for samples in (1, _SAMPLES):
        scene.cycles.samples = samples
        seconds = _timed()
    return _SIZE_PX**2 * _SAMPLES / seconds / 1e6


def trial_eevee() -> float:
    """Million samples per second that EEVEE takes of the same."""
    eevee.tune_software_rendering()
    scene = _stage()
    scene.render.engine = eevee.ENGINE
    for samples in (1, _EEVEE_SAMPLES):
        scene.eevee.taa_render_samples = samples
        seconds = _timed()
    return _SIZE_PX**2 * _EEVEE_SAMPLES / seconds / 1e6


def graphics_of_eevee() -> tuple[str, bool]:
    """What EEVEE renders on, and whether that is software. Where it is nothing, Blender aborts this process."""
    eevee.tune_software_rendering()
    scene = _stage(empty=True)
    scene.render.engine = eevee.ENGINE
    scene.render.resolution_x = scene.render.resolution_y = 16
    scene.eevee.taa_render_samples = 1
    bpy.ops.render.render()
    return gpu.platform.renderer_get(), gpu.platform.device_type_get() == "SOFTWARE"


def _stage(*, empty: bool = False) -> bpy.types.Scene:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    shapes = () if empty else (box((8, 8, 0.2), Principled(), (0, 0, -1.1)), ellipsoid((1, 1, 1), CarPaint()))
    for number, mesh in enumerate(shapes):
        scene.collection.objects.link(bpy.data.objects.new(str(number), to_blender(mesh, str(number))))
    scene.world = bpy.data.worlds.new("sky")
    data = bpy.data.cameras.new("camera")
    scene.camera = bpy.data.objects.new("camera", data)
    scene.camera.location = (0, -6, 1)
    scene.camera.rotation_euler = (1.45, 0, 0)
    scene.collection.objects.link(scene.camera)
    scene.render.resolution_x = scene.render.resolution_y = _SIZE_PX
    return scene


def _timed() -> float:
    start = time.perf_counter()
    bpy.ops.render.render()
    return time.perf_counter() - start
