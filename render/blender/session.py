"""One Blender in one process: builds scenes, path-traces them, and reads back what a frame is made of."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import bpy
import numpy as np
import OpenEXR
from mathutils import Matrix as BlenderMatrix
from numpy.typing import NDArray

from longtail.annotate.camera import Camera, Lens, in_image_circle
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.errors import RenderError
from longtail.annotate.labels.antenna import without_antenna
from longtail.annotate.labels.cover import covered
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.motion import Flow
from longtail.annotate.labels.surfaces import Pass, Surfaces
from longtail.annotate.wording import visible
from longtail.render.blender import cycles, eevee
from longtail.render.blender.assign import assign, notice_settings
from longtail.render.blender.denoising import denoised, denoiser
from longtail.render.blender.heap import give_back_free_memory
from longtail.render.blender.lying import lying_on_roads, roads_of
from longtail.render.blender.materials import first_numbers, number_materials
from longtail.render.blender.moving import flow
from longtail.render.blender.open_image_denoise import OpenImageDenoise
from longtail.render.blender.standing import Standing, standing
from longtail.render.blender.trees import Trees, unsure
from longtail.render.machine.devices import Device, require_lens
from longtail.render.machine.overheard import overheard
from longtail.render.view.agreement import Sight, agreed
from longtail.render.view.amodal import Shown, with_amodal
from longtail.render.view.casting import Meshes
from longtail.render.view.complaints import ShadowsFullError, require_no_complaint
from longtail.render.view.exposing import Labelled, Pictured, Scanned, timed
from longtail.render.view.first_hits import FirstHits, Stood, first_hits
from longtail.render.view.inspection import Labels, Mended, mended_labels, mended_picture, require_ground
from longtail.render.view.moving import Elsewhen
from longtail.render.view.surfaces import Worn, surfaces_of
from longtail.scenes.assets.asset import Asset
from longtail.scenes.atmosphere.airlight import dense
from longtail.scenes.blender.camera import CLIP_M, CV_FROM_BLENDER_CAMERA, camera_object, give_lens, z_depth_m
from longtail.scenes.blender.for_eevee import dim_beams, suited
from longtail.scenes.blender.haze import show_haze
from longtail.scenes.blender.moment import show_moment
from longtail.scenes.blender.scene import Built, clear_scene
from longtail.scenes.blender.shader_inputs import ShaderInputs, set_dried, set_shader_inputs
from longtail.scenes.blender.stretch import seat_of
from longtail.scenes.config.settings import RenderSettings
from longtail.scenes.moment import scene_at
from longtail.scenes.scene import Scene

# The object-index pass of Blender is a 16-bit number.
MAX_OBJECTS = 32_767
# Scenes after which freed memory is returned to the system: to take it anew costs 0.1 to 0.3 s.
_TIDY_EVERY = 16


@dataclass(frozen=True, eq=False)
class _Traced:
    """Cycles' label pass: what came, and what was made of it."""

    found: Mapping[str, Any]
    labels: Mended
    worn: Mapping[int, Worn]
    seconds: Mapping[str, float]

    def sight(self, camera: Camera) -> Sight:
        """What it says that the camera sees."""
        ids = self.labels.ids
        depth_m = np.where(ids > 0, z_depth_m(camera.lens, self.labels.reach_m), np.inf).astype(np.float32)
        return Sight(ids, depth_m, _camera_normals(self.labels.normals, camera.world_from_camera.matrix))


@dataclass(frozen=True, eq=False)
class _Begun:
    """What `camera` sees of what is built, as soon as all rays are cast, without the objects of the ids `shaded`, and
    how much of its roads snow covers there, None where none lies."""

    built: Built
    camera: Camera
    shaded: set[int]
    seen: Future[tuple[FirstHits, NDArray[np.float32] | None]]
    seconds: Mapping[str, float]


class Session:
    """Blender as `render.view.exposing.Renderer`; it keeps meshes and materials of assets from scene to scene."""

    def __init__(self, settings: RenderSettings, device: Device, threads: int = 0) -> None:
        if settings.engine == "eevee":
            eevee.tune_software_rendering(threads)
        bpy.ops.wm.read_factory_settings(use_empty=True)
        bpy.context.preferences.filepaths.use_scripts_auto_execute = False
        self._settings = settings
        self._device = device
        self._threads = threads
        self._trees = Trees()
        # Blender lets other threads of Python go on while it renders.
        self._caster = ThreadPoolExecutor(1, "caster")
        self._begun: _Begun | None = None
        self._standing: Standing | None = None
        self._looking: WeakKeyDictionary[Built, tuple[Lens, bpy.types.Object]] = WeakKeyDictionary()
        self._cleared = 0
        self._dried = False
        # A file without a name: it lives in memory, and is gone however the process ends.
        self._passes = os.memfd_create("longtail passes")

    @property
    def device(self) -> Device:
        """What Cycles renders on."""
        return self._device

    @property
    def labels_first(self) -> bool:
        """Whether the next view should begin with its labels: for these surfaces are dry already, and to wet and dry
        them Cycles reads all materials again."""
        return self._dried and self._standing is not None and not self._is_eevee

    def build(self, scene: Scene, assets: Mapping[str, Asset]) -> Built:
        """`scene` in Blender: what stands there already, where the builders would read the same as then.

        Of a clip the builders read the scene at its own moment, whichever is shown, and all that moves is put where it
        is at this one, whatever was shown before.
        """
        self._begun = None
        built = self._built(scene_at(scene, 0.0), assets)
        if scene.moves:
            show_moment(built, scene, assets)
        return built

    def _built(self, scene: Scene, assets: Mapping[str, Asset]) -> Built:
        if self._standing is not None:
            if self._standing.serves(scene, assets):
                return self._standing.built
            self.clear()
        self._dried = False
        self._standing = standing(scene, assets)
        built = self._standing.built
        if self._settings.engine == "eevee":
            dim_beams(built.scene, scene.light, dense(scene.weather.air))
        return built

    def clear(self) -> None:
        """Take what is built out of Blender; meshes and materials of assets stay."""
        self._begun = None
        if self._standing is not None:
            built, self._standing = self._standing.built, None
            self._trees.clear()
            clear_scene(built)
            self._tidy()

    def _tidy(self) -> None:
        self._cleared += 1
        if self._cleared % _TIDY_EVERY == 0:
            give_back_free_memory()

    def picture(self, built: Built, camera: Camera, lux: float, noise_seed: int) -> Pictured:
        """As `render.view.exposing.Renderer` says."""
        set_shader_inputs(built.inputs)
        set_dried(built.scene, dried=False)
        self._dried = False
        show_haze(built.scene, camera.world_from_camera.matrix[:3, 3], shown=True)
        self._look(built, camera)
        library = self._denoiser()
        self._prepare_picture(built, lux, noise_seed, guides=library is not None)
        notice_settings(built.scene)
        seconds: dict[str, float] = {}
        with timed(seconds, "beauty"), suited(built.scene) if self._is_eevee else nullcontext():
            passes = self._render_picture(built.scene)
        found = _channels(passes, "Combined", "RGBA")
        circle = in_image_circle(camera.lens)
        radiance, mended = mended_picture(np.ascontiguousarray(found[..., :3]), found[..., 3], circle)
        del found
        if library is not None:
            with timed(seconds, "beauty"):
                radiance = self._denoised(library, radiance, passes)
        return Pictured(radiance, not self._is_eevee, mended, seconds)

    def begin_labels(self, built: Built, camera: Camera) -> None:
        """As `render.view.exposing.Renderer` says: what stands is read now, rays are cast in another thread."""
        seconds: dict[str, float] = {}
        with timed(seconds, "ids"):
            self._trees.next_view()
            shaded = unsure(built)
            stood = self._trees.stood(built, but=shaded)
            roads = roads_of(built) if built.inputs.covers_roads else None
        seen = self._caster.submit(_seen, camera, stood, built.inputs, roads)
        self._begun = _Begun(built, camera, shaded, seen, seconds)

    def labels(
        self, built: Built, camera: Camera, passes: frozenset[Pass] = frozenset(), *, silhouettes: bool = False
    ) -> Labelled:
        """As `render.view.exposing.Renderer` says. Whatever engine makes the pictures, rays make the labels, and Cycles
        what of them depends on how surfaces are shaded."""
        if self._begun is None or self._begun.built is not built or self._begun.camera is not camera:
            self.begin_labels(built, camera)
        assert self._begun is not None
        begun, self._begun = self._begun, None
        shaded, seconds = begun.shaded, dict(begun.seconds)
        with timed(seconds, "ids"):
            seen, lying = begun.seen.result()
        ids, depth_m, facets = seen.ids, seen.depth_m, seen.facets
        normals, cover, surfaces, mended, asked = None, None, None, 0, passes - {"normals"}
        traced = self._traced(built, camera, asked) if passes or shaded else None
        both = agreed(seen, traced.sight(camera), shaded) if traced else None
        if traced and both:
            seconds["ids"] += traced.seconds["ids"]
            ids, depth_m, facets = both.sight.ids, both.sight.depth_m, both.facets
            if lying is not None:
                lying = lying_on_roads(built.inputs, roads_of(built), camera, ids, depth_m, facets)
            normals = both.sight.normals if "normals" in passes else None
            mended += traced.labels.count if "normals" in passes or shaded else 0
        if lying is not None:
            ids, cover = covered(ids, lying, built.beneath)
        if traced and both and asked:
            surfaces, mended_surfaces = _surfaces(
                traced.found, traced.worn, asked, ids, both.same, first_numbers(built)
            )
            mended += mended_surfaces
        require_ground(ids, camera, built.objects)
        with timed(seconds, "amodal"):
            objects = self._with_amodal(built, camera, Shown(ids, depth_m), whole=silhouettes)
        # Rays were cast at all of each mesh; a 3D box is that of the body.
        objects = tuple(without_antenna(item) for item in objects)
        return Labelled(ids, depth_m, facets, objects, mended, surfaces, seconds, cover, normals)

    def scan(self, built: Built, camera: Camera) -> Scanned:
        """As `render.view.exposing.Renderer` says."""
        passes: frozenset[Pass] = frozenset({"albedo", "material"})
        traced = self._traced(built, camera, passes)
        ids = traced.labels.ids
        if built.inputs.covers_roads:
            sight = traced.sight(camera)
            roads = roads_of(built)
            lying = lying_on_roads(built.inputs, roads, camera, ids, sight.depth_m, sight.normals)
            ids, _ = covered(ids, lying, built.beneath)
        surfaces, mended = _surfaces(traced.found, traced.worn, passes, ids)
        reach_m = np.where(ids > 0, traced.labels.reach_m, np.inf).astype(np.float32)
        objects, metals = tuple(built.objects), {row.seen.name: row.metal for row in traced.worn.values() if row.metal}
        mended += traced.labels.count
        return Scanned(ids, reach_m, traced.labels.normals, surfaces, objects, mended, metals)

    def _traced(self, built: Built, camera: Camera, passes: frozenset[Pass]) -> _Traced:
        """Cycles' label pass of what `camera` sees, mended."""
        if len(built.objects) > MAX_OBJECTS:
            raise RenderError(f"expected at most {MAX_OBJECTS} objects in a scene, got {len(built.objects)}")
        set_shader_inputs(built.inputs)
        set_dried(built.scene, dried=True)
        self._dried = not built.inputs.dry
        # Labels see through air; those of all variants of a scene are the same bytes.
        show_haze(built.scene, camera.world_from_camera.matrix[:3, 3], shown=False)
        self._look(built, camera)
        worn = number_materials(built) if passes else {}
        cycles.prepare_labels(built.scene, self._device, passes)
        notice_settings(built.scene)
        seconds: dict[str, float] = {}
        with timed(seconds, "ids"):
            found = self._render(built.scene)
        came = Labels(
            _channels(found, "Object Index", "X")[..., 0],
            _channels(found, "Depth", "Z")[..., 0],
            _channels(found, "Normal", "XYZ"),
            _channels(found, "Combined", "RGBA")[..., 3],
        )
        labels = mended_labels(came, in_image_circle(camera.lens), (item.id for item in built.objects))
        return _Traced(found, labels, worn, seconds)

    def flow(self, built: Built, scene: Scene, camera: Camera, seen: Shown, then: Elsewhen) -> Flow:
        """As `render.view.exposing.Renderer` says."""
        if self._standing is None:
            raise RenderError("flow: expected a scene that is built, got none")
        return flow(self._trees, built, scene, self._standing.assets, camera, seen, then)

    @property
    def _is_eevee(self) -> bool:
        return self._settings.engine == "eevee"

    def _look(self, built: Built, camera: Camera) -> None:
        """Have the next render of `built` show what `camera` sees, and land where it is read from."""
        require_lens(camera.lens.kind, self._device)
        target = built.scene
        lens, item = self._looking.get(built, (None, None))
        if item is None:
            item = camera_object(camera)
            target.collection.objects.link(item)
            target.camera = item
        elif lens != camera.lens:
            # Another camera would have Cycles look at all objects again; another lens on the same one is cheap.
            give_lens(camera.lens, item.data)
        self._looking[built] = camera.lens, item
        pose = BlenderMatrix(camera.world_from_camera.matrix @ CV_FROM_BLENDER_CAMERA)
        if item.matrix_world != pose:
            item.matrix_world = pose
        self._prepare_output(target, camera.size_px)

    def _prepare_output(self, target: bpy.types.Scene, size_px: tuple[int, int]) -> None:
        render = target.render
        assign(
            render,
            resolution_x=size_px[0],
            resolution_y=size_px[1],
            resolution_percentage=100,
            use_persistent_data=True,
            threads_mode="FIXED" if self._threads else "AUTO",
            use_compositing=False,
            use_sequencer=False,
            use_file_extension=False,
            filepath=f"/proc/self/fd/{self._passes}",
        )
        if self._threads:
            assign(render, threads=self._threads)
        image = render.image_settings
        # The medium first: it decides which formats there are.
        assign(image, media_type="MULTI_LAYER_IMAGE")
        assign(image, file_format="OPEN_EXR_MULTILAYER", color_depth="32", exr_codec="NONE")
        assign(target.view_settings, view_transform="Raw")

    def _prepare_picture(self, built: Built, lux: float, noise_seed: int, *, guides: bool) -> None:
        if self._is_eevee:
            eevee.prepare_picture(built.scene, self._settings, lux)
        else:
            cycles.prepare_picture(built, self._settings, self._device, lux, noise_seed, guides=guides)

    def _denoiser(self) -> OpenImageDenoise | None:
        """What takes the grain off pictures once Cycles has traced them; None where it does so itself, or nobody does.

        A GPU denoises in milliseconds what it has in its own memory.
        """
        wanted = self._settings.denoise and not self._is_eevee and self._device.kind == "cpu"
        return denoiser(self._threads) if wanted else None

    def _denoised(
        self, library: OpenImageDenoise, radiance: NDArray[np.float32], passes: dict[str, Any]
    ) -> NDArray[np.float32]:
        albedo, normal = _channels(passes, "Denoising Albedo", "RGB"), _channels(passes, "Denoising Normal", "XYZ")
        passes.clear()  # of a large picture they take a gigabyte, and the library needs as much
        settings = self._settings
        return denoised(library, radiance, albedo, normal, settings.denoise_quality, settings.samples)

    def _render_picture(self, target: bpy.types.Scene) -> dict[str, Any]:
        if self._is_eevee:
            for scale in eevee.SHADOW_SCALES[:-1]:
                assign(target.eevee, shadow_resolution_scale=scale)
                with suppress(ShadowsFullError):
                    return self._render(target)
            assign(target.eevee, shadow_resolution_scale=eevee.SHADOW_SCALES[-1])
        return self._render(target)

    def _render(self, target: bpy.types.Scene) -> dict[str, Any]:
        try:
            with overheard() as words:
                outcome = _rendered(write_still=True, scene=target.name)
        except RuntimeError as error:  # what Blender reports as an error
            require_no_complaint(f"{words.text}\n{error}")
            raise RenderError(f"the renderer stopped: {visible(str(error))[:300]}") from error
        require_no_complaint(words.text)
        # A render that was called off just returns.
        if "FINISHED" not in outcome:
            raise RenderError(f"expected {target.render.engine} to finish the picture, got {', '.join(outcome)}")
        parts = OpenEXR.File(target.render.filepath).parts
        os.ftruncate(self._passes, 0)  # all is read; of a large picture the file takes gigabytes
        return {name: channel for part in parts for name, channel in part.channels.items()}

    def _with_amodal(self, built: Built, camera: Camera, shown: Shown, *, whole: bool) -> tuple[SceneObject, ...]:
        meshes, things = Meshes(), [item for item in built.objects if item.kind.is_thing]
        # By their ids: who walks has a mesh of the moment, and one mesh may be that of a model in several sizes.
        for item in things:
            shape = built.shapes[item.id]
            meshes.show(str(item.id), self._trees.of(shape), np.array(seat_of(shape)))
        named = [replace(item, asset=str(item.id)) for item in things]
        found = {item.id: item for item in with_amodal(named, meshes, camera, shown, built.water_level_m, whole=whole)}
        return tuple(replace(found[item.id], asset=item.asset) if item.id in found else item for item in built.objects)


def _seen(
    camera: Camera, stood: Sequence[Stood], inputs: ShaderInputs, roads: Sequence[int] | None
) -> tuple[FirstHits, NDArray[np.float32] | None]:
    seen = first_hits(camera, stood, CLIP_M)
    if roads is None:
        return seen, None
    return seen, lying_on_roads(inputs, roads, camera, seen.ids, seen.depth_m, seen.facets)


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


def _surfaces(
    found: Mapping[str, Any],
    worn: Mapping[int, Worn],
    passes: frozenset[Pass],
    ids: NDArray[np.int32],
    same: NDArray[np.bool_] | None = None,
    usual: Mapping[int, int] | None = None,
) -> tuple[Surfaces, int]:
    """What the surfaces of a label pass are, and how many of its pixels were mended, as `surfaces_of` has it."""
    albedo = _channels(found, "Diffuse Color", "RGB") if "albedo" in passes else None
    return surfaces_of(_channels(found, "Material Index", "X")[..., 0], albedo, ids, worn, same, usual)


def _camera_normals(world: NDArray[np.float32], world_from_camera: Matrix) -> NDArray[np.float32]:
    """World normals (H, W, 3) turned into the camera frame."""
    return np.asarray(world @ world_from_camera[:3, :3], dtype=np.float32)
