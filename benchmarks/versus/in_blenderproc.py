"""Renders a saved scene with BlenderProc, inside its own environment: `python in_blenderproc.py JOB.json`.

BlenderProc is made to be started by a launcher, which downloads Blender and installs packages into it. Here it is
imported into a Python that has bpy and these packages already; two things stand in the way of that (`blenderproc`,
`begin`). All else goes by its public API, as its examples do it.
"""

from __future__ import annotations

import json
import os
import sys
import sysconfig
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import bpy
import numpy as np

Job = dict[str, Any]
# Beyond this many samples a picture is a reference: each pixel gets them all.
MOST_ADAPTIVE = 64
# How materials begin whose light comes from lamps beside them (`scenes/geometry/`).
SHONE_FOR = ("LampGlass", "Glow", "Outlook")


def blenderproc(temporary: Path) -> Any:
    """The module, without its launcher. Its set-up step would call pip of a Blender that is not there."""
    os.environ["OUTSIDE_OF_THE_INTERNAL_BLENDER_PYTHON_ENVIRONMENT_BUT_IN_RUN_SCRIPT"] = "1"
    setup = import_module("blenderproc.python.utility.SetupUtility").SetupUtility
    # It takes the folder that its package lies in off sys.path, and puts the one that this returns in its place.
    setup.setup_pip = staticmethod(lambda *_args, **_how: sysconfig.get_path("purelib"))
    del sys.modules["blenderproc"]
    # It imports GitPython, which wants a git; nothing here uses it.
    os.environ["GIT_PYTHON_REFRESH"] = "quiet"
    os.environ["INSIDE_OF_THE_INTERNAL_BLENDER_PYTHON_ENVIRONMENT"] = "1"
    # As its launcher would have it: Blender's arguments, the script, and where temporary files go.
    sys.argv = ["blender", "--background", "--", sys.argv[0], str(temporary)]
    return import_module("blenderproc")


def begin(bproc: Any) -> None:
    """`blenderproc.init()` but for the language of the interface, of which bpy's wheel has none to choose."""
    initializer = import_module("blenderproc.python.utility.Initializer")
    bproc.clean_up(clean_up_camera=True)
    bpy.context.scene.render.engine = "CYCLES"
    bproc.renderer.set_render_devices(use_only_cpu=True)
    initializer._Initializer.set_default_parameters()


def load(bproc: Any, folder: Path, scene: Job) -> None:
    """Objects, lamps and sky of the .blend file, with their categories."""
    loaded = bproc.loader.load_blend(
        str(folder / "scene.blend"), obj_types=["mesh", "light"], data_blocks=["objects", "worlds"]
    )
    # Rooms have no sky, and what BlenderProc puts there is grey.
    bproc.renderer.set_world_background([0.0, 0.0, 0.0], 0.0)
    for entity in loaded:
        if isinstance(entity, bpy.types.World):
            entity["category_id"] = 0
            bpy.context.scene.world = entity
        else:
            entity.set_cp("category_id", scene["categories"].get(entity.get_name(), (0, ""))[0])


def look(bproc: Any, scene: Job, pictures: int, scale: float) -> None:
    """The first cameras of the scene, of pictures that are larger by `scale`."""
    width, height = (round(side * scale) for side in scene["size_px"])
    # From corners of pixels to their centres and back: a larger picture has the same corner.
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    for camera in scene["cameras"][:pictures]:
        k = np.linalg.inv(half) @ np.diag([scale, scale, 1]) @ half @ np.array(camera["k"])
        bproc.camera.set_intrinsics_from_K_matrix(k, width, height, clip_start=0.05, clip_end=5000)
        bproc.camera.add_camera_pose(np.array(camera["pose"]))


def prepare(bproc: Any, scene: Job, *, equal: bool) -> None:
    """Follow light and sample lamps as Longtail does and give every pixel all samples, or leave it to BlenderProc."""
    if equal:
        bproc.renderer.set_noise_threshold(0)
        bproc.renderer.set_light_bounces(**scene["bounces"])
        bproc.renderer.toggle_light_tree(scene["light_tree"])
        return
    # What Longtail sets for materials and lamps, and none of BlenderProc's loaders: Blender's defaults. What a lamp of
    # its own shines for is none itself: chosen as a light it would shine twice.
    for material in bpy.data.materials:
        if not material.name.startswith(SHONE_FOR):
            material.cycles.emission_sampling = "AUTO"
    for lamp in bpy.data.lights:
        lamp.cycles.use_multiple_importance_sampling = True


def write(bproc: Any, folder: Path, data: Any, scene: Job) -> None:
    """COCO, with pictures, as its own example does it."""
    names = import_module("blenderproc.python.utility.LabelIdMapping").LabelIdMapping.from_dict(
        {name: number for number, name in scene["categories"].values()}
    )
    bproc.writer.write_coco_annotations(
        str(folder),
        instance_segmaps=data["instance_segmaps"],
        instance_attribute_maps=data["instance_attribute_maps"],
        colors=data["colors"],
        color_file_format="PNG",
        label_mapping=names,
    )


def mark(path: Path, what: str) -> None:
    """Say when something was done, in seconds of this process's own CPU time."""
    with path.open("a") as file:
        file.write(json.dumps({"what": what, "cpu_s": time.process_time()}) + "\n")


def label(bproc: Any, job: Job, scene: Job) -> None:
    """Pictures with COCO, as users make them."""
    bproc.renderer.set_max_amount_of_samples(job["samples"])
    bproc.renderer.enable_segmentation_output(
        map_by=["category_id", "instance", "name"], default_values={"category_id": 0}
    )
    write(bproc, Path(job["output"]), bproc.renderer.render(), scene)


def measure(bproc: Any, job: Job) -> None:
    """The first picture in linear light, once for each of `takes`: a name, samples, whether it is denoised."""
    bproc.renderer.set_output_format("OPEN_EXR", 32)
    for name, samples, denoised in job["takes"]:
        bproc.renderer.set_max_amount_of_samples(samples)
        bproc.renderer.set_denoiser("INTEL" if denoised else None)
        if samples > MOST_ADAPTIVE:
            bproc.renderer.set_noise_threshold(0)
        colors = bproc.renderer.render()["colors"]
        np.save(Path(job["output"], f"{name}.npy"), np.asarray(colors[0], dtype=np.float32))


def main(job: Job) -> None:
    """Do what `job` says."""
    marks, folder = Path(job["marks"]), Path(job["scene"])
    scene = json.loads((folder / "scene.json").read_text())
    bproc = blenderproc(Path(job["output"], "temporary"))
    begin(bproc)
    load(bproc, folder, scene)
    look(bproc, scene, job["pictures"], job["scale"])
    prepare(bproc, scene, equal=job["equal"])
    mark(marks, "loaded")
    bpy.app.handlers.render_write.append(lambda *_: mark(marks, "frame"))
    if "takes" in job:
        measure(bproc, job)
    else:
        label(bproc, job, scene)


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
    sys.stdout.flush()
    # bpy's own way out may wait for threads that will never end.
    os._exit(0)
