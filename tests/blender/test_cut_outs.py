"""What textures cut out of things is a hole to the pass that masks are read from, and to the amodal cast alike."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
import numpy as np
import pytest
from mathutils import Matrix
from numpy.typing import NDArray

from longtail.annotate.camera import Camera, Pinhole
from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.instances import label
from longtail.render.blender.session import Session
from longtail.render.blender.trees import unsure
from longtail.render.view.amodal import Shown, with_amodal
from longtail.render.view.casting import Meshes
from longtail.scenes.assets import catalogue
from longtail.scenes.assets.packs.locate import find_packs
from longtail.scenes.assets.packs.wavefront import Imported
from longtail.scenes.blender.assets import asset_object
from longtail.scenes.blender.cut_outs import cut_outs_of
from longtail.scenes.blender.meshes import to_blender, triangles_of
from longtail.scenes.blender.nodes import Graph
from longtail.scenes.blender.scene import Built, clear_scene, vector
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.mesh import Mesh
from tests.blender.stage import at, expose, frame_of, looking_along_x, staged
from tests.blender.stage import session as stage_session

pytestmark = pytest.mark.blender

BICYCLE = "sh3f/scopia/bicycle"
# 8 px to the metre at 10 m.
CAMERA = Camera(Pinhole(96, 64, 80.0, 80.0, 48.0, 32.0), looking_along_x().world_from_camera)


@pytest.fixture
def session() -> Iterator[Session]:
    yield stage_session()
    bpy.ops.wm.read_factory_settings(use_empty=True)


def square_frame(side: int, rim: int) -> str:
    """An image whose middle is clear; its name, as materials of packs have it."""
    image = bpy.data.images.new("longtail frame", side, side, alpha=True)
    pixels = np.ones((side, side, 4), dtype=np.float32)
    pixels[rim : side - rim, rim : side - rim, 3] = 0.0
    image.pixels.foreach_set(pixels.ravel())
    image.update()
    return "frame"


def card(material: Imported | Principled, half_m: float) -> Mesh:
    corners = [[0, -half_m, -half_m], [0, half_m, -half_m], [0, half_m, half_m], [0, -half_m, half_m]]
    return Mesh.of(corners, [[0, 1, 2], [0, 2, 3]], material, uv=[[0, 0], [1, 0], [1, 1], [0, 1]])


def test_a_frame_is_seen_and_hidden_as_a_frame(session: Session) -> None:
    """A square frame of 32 px with a rim of 6, of which a board in front of it hides the lower half; a wall behind."""
    frame = Imported(image=square_frame(32, 6), cutout=True)
    clear = Imported(opacity=0.0)
    things = [
        ("frame", "car", card(frame, 2.0), at(10)),
        ("board", "bus", card(Principled(), 1.5), at(7.5, 0.0, -1.5)),
        ("clear", "car", card(clear, 1.0), at(9, -4.0, 2.0)),
        ("wall", "wall", card(Principled(), 20.0), at(20)),
    ]
    shown = expose(session, CAMERA, things, silhouettes=True)
    ring = np.zeros((64, 96), dtype=np.bool_)
    ring[16:48, 32:64] = True
    ring[22:42, 38:58] = False
    upper = ring.copy()
    upper[32:] = False
    np.testing.assert_array_equal(shown.object_ids == 1, upper)
    assert (shown.object_ids[24:32, 40:56] == 4).all()
    silhouette = shown.objects[0].silhouette
    assert silhouette is not None
    np.testing.assert_array_equal(silhouette.in_picture(96, 64), ring)
    assert shown.objects[0].amodal_px == ring.sum()
    assert (shown.objects[2].amodal_px, shown.objects[2].silhouette) == (0, None)
    amodal = label(frame_of(shown, CAMERA)).amodal
    assert [(cover.instance_id, cover.px) for cover in amodal[1].occluded_by] == [(2, ring[32:].sum())]
    assert [(order.front_px, order.behind_px) for order in amodal[1].order] == [(0, ring[32:].sum())]


@pytest.mark.skipif(not find_packs(), reason="no model packs (apt-get install sweethome3d-furniture)")
def test_the_cast_looks_through_a_bicycle_s_spokes(session: Session) -> None:
    """With nothing in front of it a bicycle's amodal pixels are its mask, of which the cast alone knows nothing."""
    camera = looking_along_x(240, 160, height_m=0.7)
    built = Built(bpy.data.scenes.new("alone"))
    item = asset_object(catalogue()[BICYCLE], "bicycle")
    pose = at(2.4, heading_rad=1.2)
    item.matrix_world = Matrix(pose.matrix)
    thing = described(item, pose)
    built.add(item, thing)
    shown, pictured = session.labels(built, camera), session.scan(built, camera)
    clear_scene(built)
    mask = shown.object_ids == 1
    assert np.count_nonzero((pictured.object_ids == 1) != mask) <= 0.002 * mask.sum()
    assert shown.objects[0].amodal_px == mask.sum() > 1000
    cut_outs = cut_outs_of(item_data := bpy.data.meshes[BICYCLE])
    assert cut_outs is not None
    through = cast_alone(thing, camera, item_data)
    assert np.count_nonzero(through != mask) <= 0.002 * mask.sum()
    meshes = Meshes()
    meshes.add(BICYCLE, *triangles_of(item_data))
    (whole,) = with_amodal([thing], meshes, camera, hidden(camera))
    assert (whole.amodal_px or 0) > 1.5 * mask.sum()


def described(item: bpy.types.Object, pose: Transform) -> SceneObject:
    corners = np.array([tuple(corner) for corner in item.bound_box])
    low, high = corners.min(axis=0), corners.max(axis=0)
    return SceneObject(1, "bicycle", BICYCLE, pose, vector((low + high) / 2), vector(high - low))


def hidden(camera: Camera) -> Shown:
    """All that could be seen is hidden right before the lens."""
    width, height = camera.size_px
    return Shown(np.full((height, width), 999, np.int32), np.full((height, width), 1e-3, np.float32))


def cast_alone(thing: SceneObject, camera: Camera, data: bpy.types.Mesh) -> NDArray[np.bool_]:
    meshes = Meshes()
    meshes.add(thing.asset, *triangles_of(data), cut_outs_of(data))
    (found,) = with_amodal([thing], meshes, camera, hidden(camera), whole=True)
    assert found.silhouette is not None
    return found.silhouette.in_picture(*camera.size_px)


def half_clear() -> bpy.types.Material:
    """Clear where the world's Y is above 0, which nobody but its nodes knows."""
    made = bpy.data.materials.new("half clear")
    made.node_tree.nodes.clear()
    graph = Graph(made.node_tree)
    _, y, _ = graph.split(graph.world_position())
    clear, full = (graph.node(f"ShaderNodeBsdf{kind}").outputs[0] for kind in ("Transparent", "Diffuse"))
    graph.node("ShaderNodeOutputMaterial", Surface=graph.blend(graph.math("GREATER_THAN", y, 0.0), full, clear))
    return made


def test_holes_that_nodes_make_are_where_the_renderer_sees_them(session: Session) -> None:
    things = [("ragged", "car", card(Principled(), 2.0), at(10)), ("wall", "wall", card(Principled(), 20.0), at(20))]
    with staged(things) as built:
        data = built.shapes[1].data
        assert not unsure(built)
        data.materials[0] = half_clear()
        assert unsure(built) == {1}
        shown = session.labels(built, CAMERA)
    # Y is to the left.
    half = np.zeros((64, 96), dtype=np.bool_)
    half[16:48, 48:64] = True
    np.testing.assert_array_equal(shown.object_ids == 1, half)
    assert (shown.object_ids[~half] == 2).all()
    np.testing.assert_allclose(shown.depth_m, np.where(half, 10.0, 20.0), rtol=1e-4)
    assert shown.objects[0].amodal_px == half.sum()


def test_what_blender_shows_otherwise_than_its_mesh_is_seen_by_the_renderer(session: Session) -> None:
    things = [("odd", "car", card(Principled(), 2.0), at(10)), ("wall", "wall", card(Principled(), 20.0), at(20))]
    with staged(things) as built:
        item, other = built.shapes[1], built.shapes[2]
        item.modifiers.new("wide", "SOLIDIFY")
        assert unsure(built) == {1}
        item.modifiers.clear()
        item.parent = other
        assert unsure(built) == {1}
        item.parent = None
        item.material_slots[0].link = "OBJECT"
        assert unsure(built) == {1}
        item.material_slots[0].link = "DATA"
        assert not unsure(built)
        # Air without a surface is nothing that owns a pixel.
        air = bpy.data.materials.new("air")
        air.node_tree.nodes.clear()
        graph = Graph(air.node_tree)
        graph.node("ShaderNodeOutputMaterial", Volume=graph.node("ShaderNodeVolumeAbsorption", Density=0.01).outputs[0])
        item.data.materials[0] = air
        assert unsure(built) == {1}
        assert (session.labels(built, CAMERA).object_ids == 2).all()


def test_a_mesh_without_cut_outs_says_so() -> None:
    data = to_blender(card(Principled(), 1.0), "whole")
    assert cut_outs_of(data) is None
    bpy.ops.wm.read_factory_settings(use_empty=True)
