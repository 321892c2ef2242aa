"""A small scene rendered on one device, to see that the device truly works and how fast it is."""

from __future__ import annotations

import time

import bpy

from render.blender.devices import use_device
from render.devices import Device
from scenes.blender.meshes import to_blender
from scenes.materials import CarPaint, Principled
from scenes.solids import box, ellipsoid

_SIZE_PX = 256
_SAMPLES = 64


def trial(kind: str, name: str, device_id: str = "") -> float:
    """Million samples per second of a ball over a floor."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    for number, mesh in enumerate((box((8, 8, 0.2), Principled(), (0, 0, -1.1)), ellipsoid((1, 1, 1), CarPaint()))):
        scene.collection.objects.link(bpy.data.objects.new(str(number), to_blender(mesh, str(number))))
    scene.world = bpy.data.worlds.new("sky")
    data = bpy.data.cameras.new("camera")
    scene.camera = bpy.data.objects.new("camera", data)
    scene.camera.location = (0, -6, 1)
    scene.camera.rotation_euler = (1.45, 0, 0)
    scene.collection.objects.link(scene.camera)
    scene.render.engine = "CYCLES"
    scene.render.resolution_x = scene.render.resolution_y = _SIZE_PX
    scene.cycles.use_denoising = False
    scene.cycles.use_adaptive_sampling = False
    use_device(scene, Device(kind, name, device_id))
    # The first picture pays for loading kernels.
    for samples in (1, _SAMPLES):
        scene.cycles.samples = samples
        start = time.perf_counter()
        bpy.ops.render.render()
        seconds = time.perf_counter() - start
    return _SIZE_PX**2 * _SAMPLES / seconds / 1e6
