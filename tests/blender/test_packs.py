"""Models of packs in Blender: real size, on the ground, dressed, and nothing left behind."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from longtail.scenes.assets import catalogue
from longtail.scenes.assets.packs.asset import PackAsset
from longtail.scenes.assets.packs.locate import find_packs

pytestmark = [
    pytest.mark.blender,
    pytest.mark.skipif(not find_packs(), reason="no model packs (apt-get install sweethome3d-furniture)"),
]

NAMES = ("sh3f/scopia/suv", "sh3f/reallusion/female01", "sh3f/scopia/bush", "sh3f/kator-legaz/scooter")


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    yield
    bpy.ops.wm.read_factory_settings(use_empty=True)


@pytest.mark.parametrize("name", NAMES)
def test_a_model_stands_at_its_declared_size(name: str) -> None:
    import bpy

    import longtail.scenes.blender.packs  # noqa: F401
    from longtail.scenes.blender.assets import asset_object
    from longtail.scenes.blender.meshes import triangles_of

    asset = catalogue()[name]
    assert isinstance(asset, PackAsset)
    item = asset_object(asset, "item")
    vertices, triangles = triangles_of(item.data)
    assert len(triangles) > 100
    assert np.isfinite(vertices).all()
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    assert high - low == pytest.approx(asset.size_m, abs=1e-3)
    assert low[2] == pytest.approx(0, abs=1e-4)
    assert (low + high)[:2] == pytest.approx((0, 0), abs=1e-3)
    assert item.data.materials
    assert all(material is not None and material.node_tree.nodes for material in item.data.materials)
    # Nothing of the import stays: neither objects nor meshes nor the importer's own materials.
    assert list(bpy.data.objects) == [item]
    assert list(bpy.data.meshes) == [item.data]
    assert {m.name.split()[0] for m in bpy.data.materials} <= {
        "CarPaint", "Glass", "Imported", "LampGlass", "Principled", "SignFace",
    }  # fmt: skip
    assert all(image.packed_file is not None for image in bpy.data.images if image.users > image.use_fake_user)


def test_a_model_is_the_same_mesh_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The poplar has 600 faces twice, of which Blender's importer kept one or the other by chance."""
    monkeypatch.setenv("LONGTAIL_CACHE", "off")
    import bpy

    import longtail.scenes.blender.packs  # noqa: F401
    from longtail.scenes.blender.assets import build

    asset = catalogue()["sh3f/scopia/poplar-young"]
    found = set()
    for _ in range(4):
        mesh = build(asset)
        corners = np.empty(len(mesh.loops), dtype=np.int32)
        mesh.loops.foreach_get("vertex_index", corners)
        normals = np.empty(len(mesh.loops) * 3, dtype=np.float32)
        mesh.corner_normals.foreach_get("vector", normals)
        found.add((corners.tobytes(), normals.tobytes()))
        bpy.data.meshes.remove(mesh)
    assert len(found) == 1


def test_leaves_with_alpha_are_cut_out_of_the_id_pass(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Behind the gaps of a leaf the object index is that of what one sees there."""
    import bpy
    import OpenEXR

    import longtail.scenes.blender.packs  # noqa: F401
    from longtail.scenes.blender.assets import asset_object

    scene = bpy.context.scene
    bush = asset_object(catalogue()["sh3f/scopia/bush"], "bush")
    bush.pass_index = 7
    scene.collection.objects.link(bush)
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    camera.location, camera.rotation_euler = (0.0, -4.0, 0.7), (np.pi / 2, 0.0, 0.0)
    camera.data.angle = 0.45
    scene.collection.objects.link(camera)
    scene.camera = camera
    scene.render.engine = "CYCLES"
    scene.cycles.samples = 1
    scene.cycles.use_denoising = False
    scene.render.resolution_x = scene.render.resolution_y = 160
    layer = bpy.context.view_layer
    layer.use_pass_object_index = True
    layer.pass_alpha_threshold = 0.001

    def covered() -> int:
        folder = tmp_path_factory.mktemp("id")
        settings = scene.render.image_settings
        settings.media_type = "MULTI_LAYER_IMAGE"
        settings.file_format = "OPEN_EXR_MULTILAYER"
        scene.render.filepath = str(folder / "id.exr")
        bpy.ops.render.render(write_still=True)
        for part in OpenEXR.File(str(folder / "id.exr")).parts:
            for name, channel in part.channels.items():
                if "Object Index" in name:
                    return int((np.asarray(channel.pixels) == 7).sum())
        raise AssertionError("no object index pass in the file")

    cut = covered()
    for material in bush.data.materials:
        for node in material.node_tree.nodes:
            if node.type == "MATH" and node.operation == "GREATER_THAN":
                node.inputs[1].default_value = -1.0
    whole = covered()
    assert 0 < cut < 0.95 * whole
