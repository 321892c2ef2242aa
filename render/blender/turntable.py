"""A model of the library from all sides, by Cycles, in a process of its own:

    python -m longtail.render.blender.turntable REQUEST.json

The request is a JSON list of the library's folder, the model's name, the file to write, and the width of a view. Views
are as wide as a model is large; each says from where it looks, and a grey post of the stated height gives the scale.
"""

from __future__ import annotations

import json
import math
import os
import sys
from pathlib import Path

import bpy
import cv2
import numpy as np
from mathutils import Vector
from numpy.typing import NDArray

from longtail.render.blender.devices import use_device
from longtail.render.machine.devices import Device
from longtail.scenes.assets.library.model import LibraryAsset
from longtail.scenes.assets.library.store import Library
from longtail.scenes.blender import library  # noqa: F401  (registers its builder)
from longtail.scenes.blender.assets import asset_object
from longtail.scenes.blender.meshes import to_blender
from longtail.scenes.blender.shader_inputs import ShaderInputs, set_shader_inputs
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.solids import box

VIEWS = {"front": 0.0, "front left": 45.0, "left": 90.0, "back": 180.0, "back right": 225.0, "right": 270.0}
"""Azimuths in degrees, counter-clockwise from the front."""
_ACROSS = 3
_SAMPLES = 12
_FLOOR = Principled((0.32, 0.32, 0.32), roughness=0.9)
_POST = Principled((0.75, 0.2, 0.05), roughness=0.6)
_SKY_RADIANCE = 0.9


def main(request: Path) -> None:
    """Write the sheet."""
    folder, name, output, width = json.loads(request.read_text())
    home = Library(Path(folder))
    known = home.description(name)
    model = next(asset for asset in home.models()[0] if asset.name == known.name)
    views = [_view(model, label, azimuth, int(width)) for label, azimuth in VIEWS.items()]
    rows = [np.hstack(views[i : i + _ACROSS]) for i in range(0, len(views), _ACROSS)]
    cv2.imwrite(output, np.vstack(rows))


def _view(model: LibraryAsset, label: str, azimuth_deg: float, width: int) -> NDArray[np.uint8]:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.samples = _SAMPLES
    scene.cycles.use_denoising = True
    use_device(scene, Device("cpu", "CPU"))
    scene.render.resolution_x, scene.render.resolution_y = width, width * 3 // 4
    scene.view_settings.view_transform = "AgX"
    set_shader_inputs(ShaderInputs())
    _light(scene)
    _stand(scene, model)
    _aim(scene, model, math.radians(azimuth_deg))
    path = Path(bpy.app.tempdir) / "view.png"
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)
    picture = cv2.imread(str(path))
    assert picture is not None
    cv2.putText(picture, label, (8, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (20, 20, 20), 1, cv2.LINE_AA)
    return np.asarray(picture, dtype=np.uint8)


def _light(scene: bpy.types.Scene) -> None:
    world = bpy.data.worlds.new("sky")
    scene.world = world
    background = next(node for node in world.node_tree.nodes if node.type == "BACKGROUND")
    background.inputs["Color"].default_value = (0.85, 0.92, 1.0, 1.0)
    background.inputs["Strength"].default_value = _SKY_RADIANCE
    sun = bpy.data.lights.new("sun", "SUN")
    sun.energy, sun.angle = 2.2, math.radians(6)
    item = bpy.data.objects.new("sun", sun)
    item.rotation_euler = (math.radians(48), 0.0, math.radians(35))
    scene.collection.objects.link(item)


def _stand(scene: bpy.types.Scene, model: LibraryAsset) -> None:
    item = asset_object(model, model.name)
    tint = model.tints[len(model.tints) // 2] if model.tints else (1.0, 1.0, 1.0)
    item.color = (*tint, 1.0)
    scene.collection.objects.link(item)
    far = 40 * max(model.size_m)
    floor = Mesh.of([[-far, -far, 0], [far, -far, 0], [far, far, 0], [-far, far, 0]], [[0, 1, 2], [0, 2, 3]], _FLOOR)
    _place(scene, floor, "floor")
    tall = _post_m(max(model.size_m))
    side = model.size_m[1] / 2 + 0.18 * max(model.size_m)
    _place(scene, box((tall / 30, tall / 30, tall), _POST, (-model.size_m[0] / 2, side, tall / 2)), "post")


def _post_m(longest_m: float) -> float:
    """A metre, or as much less or more as it takes to be seen: 0.1, 1, 10."""
    return float(10 ** round(math.log10(max(longest_m, 1e-3) / 2)))


def _place(scene: bpy.types.Scene, mesh: Mesh, name: str) -> None:
    scene.collection.objects.link(bpy.data.objects.new(name, to_blender(mesh, name)))


def _aim(scene: bpy.types.Scene, model: LibraryAsset, azimuth_rad: float) -> None:
    length, width, height = model.size_m
    radius = math.sqrt(length**2 + width**2 + height**2) / 2
    target = np.array([0.0, 0.0, height * 0.48])
    data = bpy.data.cameras.new("camera")
    data.angle = math.radians(30)
    data.clip_start, data.clip_end = radius * 0.01, radius * 200
    away = radius * 1.02 / math.sin(data.angle / 2 * 0.75)
    eye = target + away * np.array([math.cos(azimuth_rad), math.sin(azimuth_rad), 0.3]) / math.hypot(1, 0.3)
    camera = bpy.data.objects.new("camera", data)
    camera.location = eye
    camera.rotation_euler = Vector(target - eye).to_track_quat("-Z", "Y").to_euler()
    scene.collection.objects.link(camera)
    scene.camera = camera


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    # Blender's own end takes a second.
    sys.stdout.flush()
    os._exit(0)
