"""Textures of several tiles (UDIM) lie where the file has them, whether packed or beside the model."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from PIL import Image

from longtail.render.blender.reading_models import RefusedModelError
from longtail.render.blender.tiles import Grid, named
from longtail.scenes.assets.library.surface import Textured
from longtail.scenes.geometry.ready import Ready
from tests.blender.test_other_files import model
from tests.blender.test_own_place import collection, read, saved

pytestmark = pytest.mark.blender

# Of tiles, their colours; 1002 and 1011 are not there.
COLOURS = {1001: (255, 0, 0), 1012: (0, 0, 255)}


def tiled(folder: Path, *, packed: bool) -> Path:
    """A sheet of two squares, each over one of the tiles."""
    for number, rgb in COLOURS.items():
        Image.new("RGB", (8, 8), rgb).save(folder / f"paint.{number}.png")

    def build(bpy: Any) -> None:
        corners = [(x, 0, z) for x in (0, 1, 2) for z in (0, 1)]
        data = bpy.data.meshes.new("Sheet")
        data.from_pydata(corners, [], [(0, 2, 3, 1), (2, 4, 5, 3)])
        layer = data.uv_layers.new()
        square = ((0, 0), (1, 0), (1, 1), (0, 1))
        places = [(x + 0.5 * u + 0.25, x + 0.5 * v + 0.25) for x in (0, 1) for u, v in square]
        layer.uv.foreach_set("vector", np.array(places, dtype=np.float32).ravel())
        image = bpy.data.images.load(str(folder / "paint.1001.png"))
        image.source, image.filepath = "TILED", str(folder / "paint.<UDIM>.png")
        if 1012 not in [tile.number for tile in image.tiles]:
            image.tiles.new(1012)
        if packed:
            image.pack()
        made = bpy.data.materials.new("Painted")
        node = made.node_tree.nodes.new("ShaderNodeTexImage")
        node.image = image
        made.node_tree.links.new(node.outputs[0], made.node_tree.nodes["Principled BSDF"].inputs["Base Color"])
        data.materials.append(made)
        collection(bpy, "fixed: box").objects.link(bpy.data.objects.new("Sheet", data))

    path = saved(folder / "sheet.blend", build)
    if packed:
        for number in COLOURS:
            (folder / f"paint.{number}.png").unlink()
    return path


def painted(ready: Ready) -> list[tuple[int, ...]]:
    """The colour in the middle of each triangle, ordered along X or Y."""
    (material,) = ready.mesh.materials
    assert isinstance(material, Textured)
    assert ready.mesh.uv is not None
    with Image.open(io.BytesIO(ready.images[material.image])) as image:
        pixels = np.array(image.convert("RGB"))
    across = ready.mesh.vertices_m[ready.mesh.triangles].mean(axis=1)
    order = np.argsort(across[:, int(np.argmax(ready.mesh.size_m[:2]))])
    found = []
    for u, v in ready.mesh.uv.mean(axis=1)[order] % 1:
        found.append(tuple(pixels[int((1 - v) * pixels.shape[0]), int(u * pixels.shape[1])].tolist()))
    return found


@pytest.mark.parametrize("packed", [True, False])
def test_each_face_has_its_tile(tmp_path: Path, packed: bool) -> None:
    path = tiled(tmp_path, packed=packed)
    assert painted(model(path)) == [COLOURS[1001]] * 2 + [COLOURS[1012]] * 2
    if packed:
        (mesh,) = read(path).meshes
        assert painted(mesh) in ([COLOURS[1001]] * 2 + [COLOURS[1012]] * 2, [COLOURS[1012]] * 2 + [COLOURS[1001]] * 2)
    else:
        (tmp_path / "paint.1012.png").unlink()
        with pytest.raises(RefusedModelError, match=r"expected its textures in the file, got paint\.1012\.png"):
            read(path)


def test_tiles_have_names_and_places() -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert named("a.<UDIM>.png", 1012) == "a.1012.png"
    assert named("a_<UVTILE>.png", 1012) == "a_u2_v2.png"
    grid = Grid(1, 0, 2, 3)
    assert np.allclose(grid.matrix @ (1, 0, 1), (0, 0, 1))
    assert np.allclose(grid.matrix @ (3, 3, 1), (1, 1, 1))
    assert grid.most_px(2048) == 682
