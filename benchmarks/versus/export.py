"""Saves a scene of Longtail's for BlenderProc: `python export.py KIND FOLDER` writes scene.blend and scene.json there.

The .blend file has the objects, lamps, materials and sky that Longtail itself renders, the .json file what BlenderProc
is told by its API: cameras, and each object's category (0 for what has no instances).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import bpy
import numpy as np

from longtail.annotate.camera import Camera, Pinhole
from longtail.render.blender.cycles import prepare_picture
from longtail.render.blender.session import Session
from longtail.render.machine.devices import Device
from longtail.scenes.blender.camera import CV_FROM_BLENDER_CAMERA
from longtail.scenes.blender.scene import Built
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from versus.kinds import BY_NAME, Kind


def config_of(kind: Kind, samples: int, extra: Sequence[str] = ()) -> Config:
    """The config that Longtail renders."""
    return load(kind.scenario, [*kind.changes(samples), *extra], seed=kind.seed, frames=kind.pictures)


def camera_json(camera: Camera) -> dict[str, object]:
    """Pose (camera to world, Blender's axes) and intrinsics; BlenderProc's K counts pixels from their centres."""
    lens = camera.lens
    assert isinstance(lens, Pinhole)
    k = [[lens.fx_px, 0, lens.cx_px - 0.5], [0, lens.fy_px, lens.cy_px - 0.5], [0, 0, 1]]
    return {"pose": (camera.world_from_camera.matrix @ CV_FROM_BLENDER_CAMERA).tolist(), "k": k}


def categories(config: Config, built: Built) -> dict[str, tuple[int, str]]:
    """The category's id and name of each thing, by its name in Blender."""
    things = [item for item in built.objects if item.kind.is_thing]
    ids = config.scenario.taxonomy.ids
    return {built.shapes[thing.id].name: (ids[thing.category], thing.category) for thing in things}


def faces(built: Built) -> int:
    """Polygons of all objects."""
    return sum(len(item.data.polygons) for item in built.shapes.values())


def light_paths(built: Built) -> dict[str, object]:
    """How far Longtail follows light, by the names of `blenderproc.renderer.set_light_bounces`, after a picture."""
    cycles = built.scene.cycles
    names = ("diffuse_bounces", "glossy_bounces", "max_bounces", "transmission_bounces", "transparent_max_bounces",
             "volume_bounces")  # fmt: skip
    return {name: getattr(cycles, name) for name in names} | {"ao_bounces_render": 0}


def save(path: Path) -> None:
    """The open file as a .blend that needs no other file."""
    for image in bpy.data.images:
        if image.has_data and not image.packed_file:
            image.pack()
    bpy.ops.wm.save_as_mainfile(filepath=str(path), compress=False, copy=True)


def main(name: str, folder: Path) -> None:
    """Build the scene of `name` and save it."""
    kind = BY_NAME[name]
    config = config_of(kind, 1)
    assets = catalogue_of(config)
    session = Session(config.render, Device("cpu", "CPU"))
    scene = scene_of(config, 0, assets)
    built = session.build(scene, assets)
    prepare_picture(built, config.render, session.device, scene.light_level_lux, 0)
    save(folder / "scene.blend")
    scene_json = {
        "size_px": list(scene.camera.size_px),
        "cameras": [camera_json(camera) for camera in scene.cameras.values()],
        "categories": categories(config, built),
        "bounces": light_paths(built),
        "light_tree": built.scene.cycles.use_light_tree,
        "objects": len(built.objects),
        "faces": faces(built),
        "lights": sum(item.type == "LIGHT" for item in built.scene.objects),
        # One exposure for all pictures that are compared: the light on the ground over pi, as of a white wall.
        "white": float(np.float64(scene.light_level_lux) / 1000 / np.pi),
    }
    (folder / "scene.json").write_text(json.dumps(scene_json))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
