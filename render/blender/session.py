"""One Blender in one process: builds scenes, path-traces them, and reads back what a frame is made of."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import bpy
import numpy as np
import OpenEXR
from numpy.typing import NDArray

from longtail.annotate.camera import Camera, in_image_circle
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.errors import RenderError
from longtail.annotate.labels.frame import SceneObject
from longtail.render.blender import cycles, eevee
from longtail.render.blender.heap import give_back_free_memory
from longtail.render.machine.devices import Device, require_lens
from longtail.render.view.amodal import Silhouettes
from longtail.render.view.inspection import Labels, mended_labels, mended_picture, require_ground
from longtail.scenes.assets.asset import Asset
from longtail.scenes.atmosphere.airlight import dense
from longtail.scenes.blender.camera import z_depth_m
from longtail.scenes.blender.conditions import dry_off
from longtail.scenes.blender.for_eevee import dim_beams, suit, unsuit
from longtail.scenes.blender.meshes import triangles_of
from longtail.scenes.blender.scene import Built, build_scene, clear_scene
from longtail.scenes.config.config import RenderSettings
from longtail.scenes.scene import Scene

# The object-index pass of Blender is a 16-bit number.
MAX_OBJECTS = 32_767
# Frames between two gifts of freed memory to the system. To take it again costs a quarter of a second, which is little
# on a CPU, where a frame takes many.
_TIDY_EVERY_ON_CPU, _TIDY_EVERY_ON_GPU = 1, 8


@dataclass(frozen=True, eq=False)
class Exposed:
    """A rendered view before the sensor: radiance (H, W, 3) float32 in kcd/m2, and the rasters of `annotate.Frame`.

    `thick_air` says whether the radiance has come through the air that is too thick to be left to the finished picture.
    `mended_px` counts the pixels of each pass that the renderer broke, and that their neighbours have mended.
    """

    radiance: NDArray[np.float32]
    object_ids: NDArray[np.int32]
    depth_m: NDArray[np.float32]
    normals: NDArray[np.float32]
    objects: tuple[SceneObject, ...]
    thick_air: bool = True
    mended_px: Mapping[str, int] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)


class Session:
    """Keeps Blender, its meshes and its materials between frames."""

    def __init__(self, settings: RenderSettings, device: Device, threads: int = 0) -> None:
        if settings.engine == "eevee":
            eevee.tune_software_rendering(threads)
        bpy.ops.wm.read_factory_settings(use_empty=True)
        bpy.context.preferences.filepaths.use_scripts_auto_execute = False
        self._settings = settings
        self._device = device
        self._threads = threads
        self._silhouettes = Silhouettes()
        self._exposed = 0
        # A file without a name: it lives in memory, and is gone however the process ends.
        self._passes = os.memfd_create("longtail passes")

    @property
    def device(self) -> Device:
        """What Cycles renders on."""
        return self._device

    def expose(self, scene: Scene, assets: Mapping[str, Asset], noise_seed: int) -> Exposed:
        """Build `scene`, render it and read it back. `noise_seed` decides the path tracer's random numbers."""
        seconds: dict[str, float] = {}
        with _timed(seconds, "build"):
            built = build_scene(scene, assets)
            if self._settings.engine == "eevee":
                dim_beams(built.scene, scene.light, dense(scene.weather.air))
        try:
            exposed = self.expose_built(built, scene.camera, scene.light_level_lux, noise_seed)
        finally:
            with _timed(seconds, "clear"):
                clear_scene(built)
                self._tidy()
        return replace(exposed, seconds={**seconds, **exposed.seconds})

    def _tidy(self) -> None:
        self._exposed += 1
        if self._exposed % (_TIDY_EVERY_ON_CPU if self._device.kind == "cpu" else _TIDY_EVERY_ON_GPU) == 0:
            give_back_free_memory()

    def expose_built(self, built: Built, camera: Camera, lux: float, noise_seed: int) -> Exposed:
        """Render a scene that is in Blender already; `lux` is the light on its ground, which bounds fireflies.

        RenderError where what comes back is not a picture of the scene, see `render.view.inspection`.
        """
        if len(built.objects) > MAX_OBJECTS:
            raise RenderError(f"expected at most {MAX_OBJECTS} objects in a scene, got {len(built.objects)}")
        require_lens(camera.lens.name, self._device)
        seconds: dict[str, float] = {}
        self._prepare(built.scene, camera, lux, noise_seed)
        with _timed(seconds, "beauty"):
            passes = self._render(built.scene)
        circle = in_image_circle(camera.lens)
        picture = _channels(passes, "Combined", "RGBA")
        radiance, mended = mended_picture(np.ascontiguousarray(picture[..., :3]), picture[..., 3], circle)
        if self._settings.engine == "eevee":
            unsuit(built.scene)
        dry_off()
        cycles.prepare_labels(built.scene)
        with _timed(seconds, "ids"):
            passes = self._render(built.scene)
        came = Labels(
            _channels(passes, "Object Index", "X")[..., 0],
            _channels(passes, "Depth", "Z")[..., 0],
            _channels(passes, "Normal", "XYZ"),
            _channels(passes, "Combined", "RGBA")[..., 3],
        )
        labels = mended_labels(came, circle, (item.id for item in built.objects))
        ids = labels.ids
        require_ground(ids, camera, built.objects)
        depth = np.where(ids > 0, z_depth_m(camera.lens, labels.reach_m), np.inf).astype(np.float32)
        normals = _camera_normals(labels.normals, camera.world_from_camera.matrix)
        with _timed(seconds, "amodal"):
            objects = self._with_amodal(built, camera, ids)
        return Exposed(
            radiance,
            ids,
            depth,
            normals,
            objects,
            self._settings.engine != "eevee",
            {"picture": mended, "labels": labels.count},
            seconds,
        )

    def _prepare(self, target: bpy.types.Scene, camera: Camera, lux: float, noise_seed: int) -> None:
        render, settings = target.render, self._settings
        render.resolution_x, render.resolution_y = camera.size_px
        render.resolution_percentage = 100
        render.use_persistent_data = True
        render.threads_mode = "FIXED" if self._threads else "AUTO"
        if self._threads:
            render.threads = self._threads
        render.use_compositing = render.use_sequencer = False
        render.image_settings.media_type = "MULTI_LAYER_IMAGE"
        render.image_settings.file_format = "OPEN_EXR_MULTILAYER"
        render.image_settings.color_depth = "32"
        render.image_settings.exr_codec = "NONE"
        render.use_file_extension = False
        render.filepath = f"/proc/self/fd/{self._passes}"
        target.view_settings.view_transform = "Raw"
        cycles.prepare_picture(target, settings, self._device, lux, noise_seed)
        if settings.engine == "eevee":
            suit(target)
            eevee.prepare_picture(target, settings, lux)

    def _render(self, target: bpy.types.Scene) -> dict[str, Any]:
        # What Blender reports as an error is a RuntimeError already; a render that was called off just returns.
        if "FINISHED" not in (outcome := _rendered(write_still=True, scene=target.name)):
            raise RenderError(f"expected {target.render.engine} to finish the picture, got {', '.join(outcome)}")
        parts = OpenEXR.File(target.render.filepath).parts
        os.ftruncate(self._passes, 0)  # all is read; of a large picture the file takes gigabytes
        return {name: channel for part in parts for name, channel in part.channels.items()}

    def _with_amodal(self, built: Built, camera: Camera, ids: NDArray[np.int32]) -> tuple[SceneObject, ...]:
        objects = []
        for item in built.objects:
            if item.kind.is_thing:
                if item.asset not in self._silhouettes:
                    self._silhouettes.add(item.asset, *triangles_of(built.shapes[item.id].data))
                amodal, submerged = self._silhouettes.covered(item, camera, ids, built.water_level_m)
                item = replace(item, amodal_px=amodal, submerged_px=submerged)
                if not built.shapes[item.id].data.use_fake_user:
                    self._silhouettes.forget(item.asset)  # a mesh of this scene alone
            objects.append(item)
        return tuple(objects)


def _rendered(**how: Any) -> set[str]:
    """What Blender's render operator says of itself."""
    return set(bpy.ops.render.render(**how))


def _channels(passes: Mapping[str, Any], name: str, letters: str) -> NDArray[np.float32]:
    """The pass ViewLayer.<name> as (H, W, len(letters)) float32; OpenEXR groups RGB and RGBA into one array."""
    prefix = f"ViewLayer.{name}"
    if prefix in passes:
        pixels = passes[prefix].pixels
        return np.asarray(pixels if pixels.ndim == 3 else pixels[..., None], dtype=np.float32)[..., : len(letters)]
    for grouped in (f"{prefix}.RGBA", f"{prefix}.RGB"):
        if grouped in passes:
            return np.asarray(passes[grouped].pixels, dtype=np.float32)[..., : len(letters)]
    return np.stack([np.asarray(passes[f"{prefix}.{letter}"].pixels, np.float32) for letter in letters], axis=-1)


def _camera_normals(world: NDArray[np.float32], world_from_camera: Matrix) -> NDArray[np.float32]:
    """World normals (H, W, 3) turned into the camera frame."""
    return np.asarray(world @ world_from_camera[:3, :3], dtype=np.float32)


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - start
