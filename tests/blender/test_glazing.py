"""Windows in an atlas are glass, whose pixels are the thing's; what runs from clear to solid is cut."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from longtail.annotate.camera import Camera, Pinhole
from longtail.render.blender.model_materials import Surfaces
from longtail.render.blender.panes import panes_of
from longtail.render.blender.session import Session
from longtail.scenes.assets.library.surface import Textured
from longtail.scenes.blender.for_eevee import _is_blended
from longtail.scenes.blender.images import load_images
from longtail.scenes.blender.materials import material
from longtail.scenes.geometry.materials import Glass, Principled
from longtail.scenes.geometry.mesh import Mesh
from tests.blender.stage import at, expose, looking_along_x
from tests.blender.stage import session as stage_session

pytestmark = pytest.mark.blender

# 8 px to the metre at 10 m.
CAMERA = Camera(Pinhole(96, 64, 80.0, 80.0, 48.0, 32.0), looking_along_x().world_from_camera)
Cover = NDArray[np.float32]


@pytest.fixture
def session() -> Iterator[Session]:
    yield stage_session()
    bpy.ops.wm.read_factory_settings(use_empty=True)


def windowed(clearness: float, rim: float) -> Cover:
    """A frame of 32 px with a window of 16 in it, with a `rim` around that, and a corner that is cut off."""
    cover = np.ones((32, 32), dtype=np.float32)
    cover[7:25, 7:25] = rim
    cover[8:24, 8:24] = 1 - clearness
    cover[:4, :4] = 0.0
    return cover


def worn(cover: Cover) -> tuple[Textured, Surfaces]:
    """A green material of which so much is there, as it is read from a file."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    made = bpy.data.materials.new("Worn")
    tree: Any = made.node_tree
    node = tree.nodes.new("ShaderNodeTexImage")
    node.image = bpy.data.images.new("atlas", *cover.shape[::-1], alpha=True)
    levels = np.ones((*cover.shape, 4), dtype=np.float32)
    levels[..., :3], levels[..., 3] = (0.1, 0.6, 0.1), cover[::-1]
    node.image.pixels.foreach_set(levels.ravel())
    node.image.pack()
    shader = tree.nodes["Principled BSDF"]
    tree.links.new(node.outputs["Color"], shader.inputs["Base Color"])
    tree.links.new(node.outputs["Alpha"], shader.inputs["Alpha"])
    surfaces = Surfaces(Path("/nowhere"))
    surfaces.number(made, has_colours=False)
    (found,) = surfaces.materials()
    assert isinstance(found, Textured)
    return found, surfaces


def test_windows_of_an_atlas_are_glass_and_the_thing_s() -> None:
    """Their alpha is over a half as what is there has it, and says from there how clear they are; rims make no ring."""
    made, surfaces = worn(windowed(0.7, 0.45))
    assert (made.cutout, made.panes, made.opacity) == (True, True, 1.0)
    alpha = np.array(Image.open(io.BytesIO(surfaces.images[made.image])))[..., 3]
    there = np.ones((32, 32), dtype=np.bool_)
    there[:4, :4] = False
    np.testing.assert_array_equal(alpha >= 128, there)
    assert set(alpha[8:24, 8:24].ravel().tolist()) == {round(128 + 127 * 0.3)}
    assert (alpha[there][alpha[there] > 200] == 255).all()


def test_what_runs_from_clear_to_solid_is_cut() -> None:
    across = np.linspace(0, 1, 32, dtype=np.float32)
    made, surfaces = worn(np.tile(across, (32, 1)))
    assert (made.cutout, made.panes) == (True, False)
    alpha = np.array(Image.open(io.BytesIO(surfaces.images[made.image])))[..., 3]
    np.testing.assert_array_equal(alpha[0] > 127, across > 0.5)
    # Nor is what is hardly there.
    leaf = np.full((32, 32), 0.06, dtype=np.float32)
    leaf[8:24, 8:24] = 1.0
    assert not panes_of(leaf).any()
    # An edge of a few pixels that is alike along the whole of it.
    for rim, level in ((9, 0.2), (8, 0.5), (7, 0.8)):
        leaf[rim - 1, :] = level
    assert not panes_of(leaf).any()


@pytest.mark.parametrize("most", [0.11, 0.15, 0.3, 0.5])
def test_faint_shadows_are_no_glass(most: float) -> None:
    """Such as lie under a car's model: from the middle to the edge of 256 pixels, or blurred about a block."""
    across = np.abs(np.arange(256, dtype=np.float32) - 127.5)
    away = np.hypot(*np.meshgrid(across, across))
    assert not panes_of((most * np.clip(1 - away / 128, 0, 1)).astype(np.float32)).any()
    ramp = np.clip((128 - across) / 64, 0, 1)
    assert not panes_of((most * np.outer(ramp, ramp)).astype(np.float32)).any()


def test_windows_may_be_a_little_darker_at_one_end() -> None:
    cover = np.ones((64, 64), dtype=np.float32)
    cover[8:56, 8:56] = np.linspace(0.3, 0.37, 48, dtype=np.float32)
    np.testing.assert_array_equal(panes_of(cover), cover < 1)


def card(material: Textured | Principled, half_m: float) -> Mesh:
    corners = [[0, -half_m, -half_m], [0, half_m, -half_m], [0, half_m, half_m], [0, -half_m, half_m]]
    return Mesh.of(corners, [[0, 1, 2], [0, 2, 3]], material, uv=[[0, 0], [1, 0], [1, 1], [0, 1]])


def test_masks_have_the_windows_that_the_picture_looks_through(session: Session) -> None:
    """A card of 32 px, one to a pixel of its atlas, before a white wall: its mask is whole but for the corner, and its
    window is brighter than its frame and darker than the wall."""
    made, surfaces = worn(windowed(0.7, 0.45))
    load_images(surfaces.images)
    things = [
        ("bus", "bus", card(made, 2.0), at(10)),
        ("wall", "wall", card(Principled((0.9, 0.9, 0.9)), 20.0), at(14)),
    ]
    shown = expose(session, CAMERA, things)
    there = np.zeros((64, 96), dtype=np.bool_)
    there[16:48, 32:64] = True
    # Y is to the left, and so are the texture's first columns.
    there[16:20, 60:64] = False
    np.testing.assert_array_equal(shown.object_ids == 1, there)
    light = shown.radiance.mean(axis=2)
    frame, window, wall = light[42:46, 36:60].mean(), light[28:36, 44:52].mean(), light[4:12, 4:12].mean()
    assert 1.5 * frame < window < 0.95 * wall


def test_eevee_draws_the_front_of_what_has_windows_over_its_back() -> None:
    """Materials that are all glass are mixed with what is behind them, in the order in which they are drawn."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    data = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 200)).save(data, "PNG")
    load_images({"panes.png": data.getvalue()})
    assert not _is_blended(material(Textured(image="panes.png", panes=True)))
    assert not _is_blended(material(Textured(image="panes.png", cutout=True)))
    assert _is_blended(material(Glass()))
