"""Look at assets: `python benchmarks/studio.py NAME... -o sheet.png` renders each on a ground plane, three views a row.

A name may be a prefix ("car", "tree/"): every asset that starts with it is shown. A 1.8 m grey post gives the scale.
"""

from __future__ import annotations

import math
from pathlib import Path

import bpy
import click
import cv2
import numpy as np

import longtail.scenes.blender.packs  # noqa: F401  (registers the builder of pack models)
from longtail.scenes.assets import catalogue
from longtail.scenes.assets.asset import Asset
from longtail.scenes.blender.assets import asset_object
from longtail.scenes.blender.meshes import to_blender
from longtail.scenes.blender.shader_inputs import ShaderInputs, set_shader_inputs
from longtail.scenes.geometry.materials import Asphalt, Principled
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.solids import box


def _place(mesh: Mesh, name: str) -> bpy.types.Object:
    item = bpy.data.objects.new(name, to_blender(mesh, name))
    bpy.context.scene.collection.objects.link(item)
    return item


def shoot(asset: Asset, azimuth_deg: float, size_px: int, samples: int, night: bool) -> np.ndarray:  # type: ignore[type-arg]
    """An RGB picture (size_px * 3 / 4, size_px, 3) uint8 of the asset from `azimuth_deg` (0 looks at its front)."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.samples = samples
    scene.cycles.use_denoising = True
    scene.render.resolution_x, scene.render.resolution_y = size_px, size_px * 3 // 4
    scene.view_settings.view_transform = "AgX"
    scene.view_settings.exposure = -3.2 if not night else 1.0
    set_shader_inputs(ShaderInputs(windows_lit=0.4, window=3) if night else ShaderInputs())
    world = bpy.data.worlds.new("sky")
    scene.world = world
    nodes = world.node_tree.nodes
    sky = nodes.new("ShaderNodeTexSky")
    sky.sky_type = "SINGLE_SCATTERING"
    sky.sun_elevation, sky.sun_rotation = math.radians(35), math.radians(130)
    background = next(node for node in nodes if node.type == "BACKGROUND")
    background.inputs["Strength"].default_value = 0.0005 if night else 1.0
    world.node_tree.links.new(sky.outputs[0], background.inputs["Color"])
    item = asset_object(asset, asset.name)
    tint = asset.tints[len(asset.name) % len(asset.tints)] if asset.tints else (1.0, 1.0, 1.0)
    item.color = (*tint, 1.0)
    scene.collection.objects.link(item)
    _place(
        Mesh.of([[-80, -80, 0], [80, -80, 0], [80, 80, 0], [-80, 80, 0]], [[0, 1, 2], [0, 2, 3]], Asphalt()), "ground"
    )
    length, width, height = asset.size_m
    _place(box((0.1, 0.1, 1.8), Principled((0.3, 0.3, 0.3)), (0, width / 2 + 0.6, 0.9)), "post")
    radius = max(length, width, height, 1.2)
    angle = math.radians(azimuth_deg)
    target = np.array([0, 0, height * 0.48])
    eye = target + radius * 1.9 * np.array([math.cos(angle), math.sin(angle), 0.28])
    eye[2] = max(eye[2], 0.4)
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    camera.data.angle = math.radians(42)
    from mathutils import Vector

    camera.location = eye
    camera.rotation_euler = Vector(target - eye).to_track_quat("-Z", "Y").to_euler()
    scene.collection.objects.link(camera)
    scene.camera = camera
    path = Path(bpy.app.tempdir) / "shot.png"
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)
    picture = cv2.imread(str(path))
    assert picture is not None
    cv2.putText(picture, asset.name, (6, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (255, 255, 255), 1, cv2.LINE_AA)
    return picture


@click.command()
@click.argument("names", nargs=-1, required=True)
@click.option("-o", "--output", default="sheet.png", show_default=True, help="PNG file to write.")
@click.option("--size", default=400, show_default=True, help="Width of one picture in pixels.")
@click.option("--samples", default=24, show_default=True, help="Cycles samples per pixel.")
@click.option("--views", default="30,150,270", show_default=True, help="Azimuths in degrees; 0 looks at the front.")
@click.option("--night", is_flag=True, help="Show lamps and lit windows in the dark.")
def main(names: tuple[str, ...], output: str, size: int, samples: int, views: str, night: bool) -> None:
    """Render a contact sheet of the assets whose names start with NAMES."""
    every = catalogue()
    chosen = [asset for name, asset in every.items() if name.startswith(names)]
    if not chosen:
        raise click.UsageError(f"no asset starts with {names}; there are {', '.join(every)}")
    rows = [np.hstack([shoot(asset, float(v), size, samples, night) for v in views.split(",")]) for asset in chosen]
    cv2.imwrite(output, np.vstack(rows))
    click.echo(f"{output}: {len(chosen)} assets")


if __name__ == "__main__":
    main()
