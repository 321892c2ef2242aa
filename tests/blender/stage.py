"""A bare Blender stage for truths known on paper: primitives at known poses before a known camera."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal

import bpy
import numpy as np
from mathutils import Matrix

from longtail.annotate.camera import Camera, Pinhole
from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.frame import Frame, SceneObject
from longtail.render.blender.session import Session
from longtail.render.machine.devices import Device
from longtail.render.view.exposing import Exposed
from longtail.scenes.assets.asset import Lamp
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.blender.effects import build_effect
from longtail.scenes.blender.lamps import EGO, Lamplight
from longtail.scenes.blender.meshes import to_blender
from longtail.scenes.blender.scene import Built, clear_scene, vector
from longtail.scenes.blender.shader_inputs import ShaderInputs
from longtail.scenes.config.settings import RenderSettings
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.lamps import kinds
from longtail.scenes.lamps.kinds import Beam
from longtail.scenes.scenarios.street.scenario import STREET
from longtail.scenes.weather import Weather

CPU = Device("cpu", "CPU")
_DAY = Light(35.0)


def looking_along_x(width_px: int = 160, height_px: int = 120, fov_deg: float = 60.0, height_m: float = 0.0) -> Camera:
    """A camera at (0, 0, height) that looks along world X, upright."""
    world_from_camera = np.array([[0, 0, 1, 0], [-1, 0, 0, 0], [0, -1, 0, height_m], [0, 0, 0, 1]], dtype=float)
    return Camera(Pinhole.from_fov(width_px, height_px, fov_deg), Transform("world", "camera", world_from_camera))


def expose(
    session: Session,
    camera: Camera,
    things: Sequence[tuple[str, str, Mesh, Transform]],
    furnish: Callable[[bpy.types.Scene], None] = lambda _: None,
    weather: Weather | None = None,
    inputs: ShaderInputs | None = None,
    beneath: Mapping[int, int] | None = None,
    *,
    silhouettes: bool = False,
) -> Exposed:
    """Render `things` (name, category, mesh in its own frame, pose) under an even white sky.

    `furnish` adds what needs no label, `weather` its flood; `inputs` is what materials read; `beneath` says of
    things that are paint what they are painted on, by number; `silhouettes` asks for whole ones.
    """
    with staged(things, furnish, weather, inputs, beneath) as built:
        pictured = session.picture(built, camera, 3000.0, noise_seed=1)
        return Exposed.of(pictured, session.labels(built, camera, frozenset({"normals"}), silhouettes=silhouettes), {})


@contextmanager
def staged(
    things: Sequence[tuple[str, str, Mesh, Transform]],
    furnish: Callable[[bpy.types.Scene], None] = lambda _: None,
    weather: Weather | None = None,
    inputs: ShaderInputs | None = None,
    beneath: Mapping[int, int] | None = None,
) -> Iterator[Built]:
    """What `expose` renders, for as long as one likes."""
    scene = bpy.data.scenes.new("stage")
    built = Built(scene, inputs=inputs or ShaderInputs(), beneath=dict(beneath or {}))
    for number, (name, category, mesh, pose) in enumerate(things, start=1):
        item = bpy.data.objects.new(name, to_blender(mesh, name))
        item.matrix_world = Matrix(pose.matrix)
        low, high = mesh.bounds_m
        built.add(item, SceneObject(number, category, name, pose, vector((low + high) / 2), vector(high - low)))
    world = bpy.data.worlds.new("white")
    scene.world = world
    background = next(node for node in world.node_tree.nodes if node.type == "BACKGROUND")
    background.inputs["Color"].default_value = (1.0, 1.0, 1.0, 1.0)
    furnish(scene)
    for part in weather.parts if weather else ():
        if effect := build_effect(part, weather or Weather(), _DAY, (0.0, 0.0)):
            built.add_effect(effect)
    try:
        yield built
    finally:
        clear_scene(built)


def frame_of(exposed: Exposed, camera: Camera) -> Frame:
    """The labels' input; the picture is black, since labels never look at it."""
    width, height = camera.size_px
    rgb = np.zeros((height, width, 3), dtype=np.uint8)
    rasters = exposed.object_ids, exposed.depth_m, exposed.normals
    return Frame(0, camera, rgb, *rasters, exposed.objects, taxonomy=STREET.taxonomy)


def darkened(scene: bpy.types.Scene) -> None:
    """Take the white sky away."""
    background = next(node for node in scene.world.node_tree.nodes if node.type == "BACKGROUND")
    background.inputs["Color"].default_value = (0.0, 0.0, 0.0, 1.0)


def headlights(scene: bpy.types.Scene, beam: Beam = "dipped") -> None:
    """Two headlamps of a vehicle at the origin that looks along world X."""
    lamps = tuple(Lamp(kinds.HEAD, (1.9, y, 0.66), (1.0, 0.0, 0.0)) for y in (-0.62, 0.62))
    Lamplight(scene, {}).add(lamps, np.eye(4), EGO, beam)


def at(x_m: float, y_m: float = 0.0, z_m: float = 0.0, heading_rad: float = 0.0) -> Transform:
    return Transform.upright("world", "object", (x_m, y_m, z_m), heading_rad)


def session(samples: int = 1, engine: Literal["cycles", "eevee"] = "cycles") -> Session:
    return Session(RenderSettings(engine=engine, samples=samples, denoise=False), CPU, threads=2)


__all__ = ["at", "darkened", "expose", "frame_of", "headlights", "looking_along_x", "session", "staged"]
