"""Longtail's pictures in linear light: `python -m versus.linear JOB.json` renders the first camera's for each take.

The same path as a frame's (`render.blender.session`), up to where the sensor begins.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from longtail.render.blender.session import Session
from longtail.render.machine.devices import Device
from longtail.scenes.composing import catalogue_of, scene_of
from versus.export import config_of
from versus.kinds import BY_NAME, SIZE_PX


def main(job: dict[str, Any]) -> None:
    """Save NAME.npy, (H, W, 3) float32 in kcd/m2, for each of the job's takes: a name, samples, whether denoised."""
    kind = BY_NAME[job["kind"]]
    width, height = (round(side * job["scale"]) for side in SIZE_PX)
    config = config_of(kind, 1, extra=(f"camera.size_px=[{width}, {height}]", *job["pins"]))
    assets = catalogue_of(config)
    scene = scene_of(config, 0, assets)
    # A session clears Blender when it begins, so all begin before the first scene is built.
    sessions = {
        name: Session(config.render.model_copy(update={"samples": samples, "denoise": denoised}), Device("cpu", "CPU"))
        for name, samples, denoised in job["takes"]
    }
    for name, session in sessions.items():
        built = session.build(scene, assets)
        pictured = session.picture(built, scene.camera, scene.light_level_lux, 1)
        np.save(Path(job["output"], f"{name}.npy"), pictured.radiance)
        session.clear()


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
