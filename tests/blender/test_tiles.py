"""Textures of several tiles (UDIM) lie where the file has them, whether packed or beside the model."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from PIL import Image

from longtail.render.blender.reading_models import RefusedModelError, read_model
from longtail.render.blender.tiles import Grid, named
from longtail.render.machine.model_request import Asked
from longtail.scenes.assets.library.surface import Textured
from longtail.scenes.geometry.ready import Ready
from tests.blender.test_other_files import model
from tests.blender.test_own_place import collection, read, saved

pytestmark = pytest.mark.blender

# Of tiles, their colours; 1002 and 1011 are not there.
COLOURS = {1001: (255, 0, 0), 1012: (0, 128, 255)}


def tiled(folder: Path, *, packed: bool, ending: str = "png") -> Path:
    """A sheet of two squares, each over one of the tiles."""

    def build(bpy: Any) -> None:
        for number, rgb in COLOURS.items():
            if ending == "png":
                Image.new("RGB", (8, 8), rgb).save(folder / f"paint.{number}.png")
            else:
                tile = bpy.data.images.new("tile", 8, 8, float_buffer=True)
                # Linear, as OpenEXR is.
                tile.pixels.foreach_set(np.tile(np.array([*linear(rgb), 1.0], dtype=np.float32), 64))
                tile.filepath_raw, tile.file_format = str(folder / f"paint.{number}.exr"), "OPEN_EXR"
                tile.save()
                bpy.data.images.remove(tile)
        corners = [(x, 0, z) for x in (0, 1, 2) for z in (0, 1)]
        data = bpy.data.meshes.new("Sheet")
        data.from_pydata(corners, [], [(0, 2, 3, 1), (2, 4, 5, 3)])
        layer = data.uv_layers.new()
        square = ((0, 0), (1, 0), (1, 1), (0, 1))
        places = [(x + 0.5 * u + 0.25, x + 0.5 * v + 0.25) for x in (0, 1) for u, v in square]
        layer.uv.foreach_set("vector", np.array(places, dtype=np.float32).ravel())
        image = bpy.data.images.load(str(folder / f"paint.1001.{ending}"))
        image.source, image.filepath = "TILED", str(folder / f"paint.<UDIM>.{ending}")
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
            (folder / f"paint.{number}.{ending}").unlink()
    return path


def linear(rgb: tuple[int, ...]) -> list[float]:
    return [level / 255 / 12.92 if level <= 10 else ((level / 255 + 0.055) / 1.055) ** 2.4 for level in rgb]


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


@pytest.mark.parametrize("packed", [True, False])
def test_tiles_in_openexr_are_read(tmp_path: Path, packed: bool) -> None:
    path = tiled(tmp_path, packed=packed, ending="exr")
    assert painted(model(path)) == [COLOURS[1001]] * 2 + [COLOURS[1012]] * 2


def test_tiles_that_are_missing_or_damaged_are_told_as_what_they_are(tmp_path: Path) -> None:
    path = tiled(tmp_path, packed=False, ending="exr")

    def told() -> tuple[list[str], list[str]]:
        (tmp_path / "desk").mkdir(exist_ok=True)
        answer = read_model(Asked(str(path), "blend", str(tmp_path), str(tmp_path / "desk")))
        return answer["missing"], answer["notes"]

    assert told() == ([], [])
    (tmp_path / "paint.1001.exr").write_bytes(b"no picture")
    assert told() == ([], ["texture paint.1001.exr cannot be read"])
    (tmp_path / "paint.1012.exr").unlink()
    assert told() == (["paint.1012.exr"], ["texture paint.1001.exr cannot be read"])


def test_tiles_have_names_and_places() -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert named("a.<UDIM>.png", 1012) == "a.1012.png"
    assert named("a_<UVTILE>.png", 1012) == "a_u2_v2.png"
    grid = Grid(1, 0, 2, 3)
    assert np.allclose(grid.matrix @ (1, 0, 1), (0, 0, 1))
    assert np.allclose(grid.matrix @ (3, 3, 1), (1, 1, 1))
    assert grid.most_px(2048) == 682
