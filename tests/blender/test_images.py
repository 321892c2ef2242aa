"""Small images of models are decoded once for all scenes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from longtail.scenes.blender.images import decode_small_images, image_of, load_images

pytestmark = pytest.mark.blender


def test_small_images_stay_decoded_while_scenes_come_and_go() -> None:
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    given = {f"{side}.png": np.full((side, side, 3), 90, dtype=np.uint8) for side in (16, 600)}
    load_images({name: cv2.imencode(".png", bgr)[1].tobytes() for name, bgr in given.items()})
    scene = bpy.data.scenes.new("one")
    bpy.ops.mesh.primitive_plane_add(location=(0, 0, -1))
    scene.collection.objects.link(bpy.context.object)
    made = bpy.data.materials.new("worn")
    for name in given:
        node = made.node_tree.nodes.new("ShaderNodeTexImage")
        node.image = image_of(name)
        shader = next(one for one in made.node_tree.nodes if one.type == "BSDF_PRINCIPLED")
        made.node_tree.links.new(
            node.outputs["Color"], shader.inputs["Base Color" if name == "16.png" else "Specular Tint"]
        )
    bpy.context.object.data.materials.append(made)
    scene.camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    scene.collection.objects.link(scene.camera)
    scene.render.engine = "CYCLES"
    scene.cycles.samples = 1
    scene.render.resolution_x = scene.render.resolution_y = 4
    assert not any(image_of(name).has_data for name in given), "what is only loaded costs nothing yet"
    decode_small_images()
    bpy.ops.render.render(scene=scene.name)
    assert [image_of(name).has_data for name in given] == [True, False]
    bpy.ops.wm.read_factory_settings(use_empty=True)
