"""Small pictures by which devices are tried; for processes of `render.blender.trial`, which may crash."""

from __future__ import annotations

import os
import time

import bpy
import gpu
import OpenEXR

from longtail.annotate.camera import KannalaBrandt
from longtail.annotate.errors import DeviceFaultError
from longtail.render.blender import eevee
from longtail.render.blender.devices import use_device
from longtail.render.machine.devices import Device
from longtail.render.machine.overheard import overheard
from longtail.render.machine.throughput import samples_per_second
from longtail.render.view.complaints import require_no_complaint
from longtail.scenes.blender.camera import build_lens
from longtail.scenes.blender.meshes import to_blender
from longtail.scenes.geometry.materials import CarPaint, Principled
from longtail.scenes.geometry.solids import box, ellipsoid

_SIZE_PX = 256
_FIRST_PX = 64
# The sky has a radiance of 0.05.
_BRIGHTEST = 10.0
# Software renders few samples a second.
_EEVEE_SIZE_PX = 128


def first_picture(device: Device, lens: str) -> float:
    """The seconds that a picture of a ball over a floor takes: mostly those in which the device gets ready.

    Denoised, as pictures of frames are; any `lens` but a pinhole is a fisheye, because one program serves them all.
    DeviceFaultError where the picture is black.
    """
    scene = _stage(_FIRST_PX)
    if lens != "pinhole":
        build_lens(KannalaBrandt.from_fov(_FIRST_PX, _FIRST_PX, 120.0), scene.camera.data)
    scene.render.engine = "CYCLES"
    scene.cycles.samples = 4
    scene.cycles.use_denoising = True
    scene.cycles.denoiser = "OPENIMAGEDENOISE"
    scene.cycles.denoising_use_gpu = device.kind != "cpu"
    use_device(scene, device)
    picture = os.memfd_create("longtail picture")
    scene.render.use_file_extension = False
    scene.render.filepath = f"/proc/self/fd/{picture}"
    scene.render.image_settings.file_format = "OPEN_EXR"
    seconds = _timed(write_still=True)
    values = [channel.pixels for name, channel in OpenEXR.File(scene.render.filepath).channels().items() if name != "A"]
    darkest, brightest = min(float(v.min()) for v in values), max(float(v.max()) for v in values)
    if not 0 <= darkest < brightest < _BRIGHTEST:  # nor where one is not a number
        raise DeviceFaultError(f"expected a picture of a lit ball, got values from {darkest:g} to {brightest:g}")
    return seconds


def cycles_rate(device: Device) -> float:
    """Samples per second that Cycles takes of a ball over a floor."""
    scene = _stage(_SIZE_PX)
    scene.render.engine = "CYCLES"
    scene.cycles.use_denoising = False
    scene.cycles.use_adaptive_sampling = False
    use_device(scene, device)

    def seconds(samples: int) -> float:
        scene.cycles.samples = samples
        return _timed()

    return samples_per_second(seconds, _SIZE_PX**2)


def eevee_rate() -> float:
    """Samples per second that EEVEE takes of the same."""
    eevee.tune_software_rendering()
    scene = _stage(_EEVEE_SIZE_PX)
    scene.render.engine = eevee.ENGINE

    def seconds(samples: int) -> float:
        scene.eevee.taa_render_samples = samples
        return _timed()

    return samples_per_second(seconds, _EEVEE_SIZE_PX**2)


def graphics() -> dict[str, object]:
    """What OpenGL renders on, in its driver's words, and whether that is a CPU. Where it is nothing, Blender aborts.

    Workbench asks for the same OpenGL as EEVEE and compiles hardly anything. EEVEE compiles some hundred shaders before
    its first picture, which takes Mesa's software 15 s of computing where none are cached.
    """
    eevee.tune_software_rendering()
    scene = _stage(16, empty=True)
    scene.render.engine = "BLENDER_WORKBENCH"
    scene.display.render_aa = "OFF"
    bpy.ops.render.render()
    return {"name": gpu.platform.renderer_get(), "software": gpu.platform.device_type_get() == "SOFTWARE"}


def _stage(size_px: int, *, empty: bool = False) -> bpy.types.Scene:
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
    scene.render.resolution_x = scene.render.resolution_y = size_px
    return scene


def _timed(**how: bool) -> float:
    """The seconds that a picture takes. DeviceFaultError or RenderError where Blender says that it is none."""
    start = time.perf_counter()
    with overheard() as words:
        bpy.ops.render.render(**how)
    require_no_complaint(words.text)
    return time.perf_counter() - start
