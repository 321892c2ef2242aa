"""What a .blend takes from its scene's time and camera, and from other files: as its renders have it, or said."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.render.blender.reading_models import RefusedModelError, read_model, without_drivers
from longtail.render.machine.model_request import ARRAYS, Asked
from longtail.scenes.assets.library.surface import Textured
from longtail.scenes.geometry.ready import Ready, ready_of
from tests.blender.test_own_place import collection, cube, read, saved

pytestmark = pytest.mark.blender

FRAME = 30


def model(path: Path) -> Ready:
    """What a model's file comes to, in this process."""
    desk = path.parent / "desk"
    desk.mkdir(exist_ok=True)
    read_model(Asked(str(path), "blend", str(path.parent), str(desk)))
    with np.load(desk / ARRAYS, allow_pickle=False) as kept:
        found = ready_of({name: kept[name] for name in kept.files})
    assert found is not None
    return found


def heights(ready: Ready) -> tuple[float, float]:
    low, high = ready.mesh.bounds_m
    return float(low[2]), float(high[2])


def moved_by(item: Any, build: Any) -> None:
    """Have geometry nodes move an object's faces by what `build` makes of their tree."""
    tree = bpy.data.node_groups.new("moved", "GeometryNodeTree")
    for way in ("INPUT", "OUTPUT"):
        tree.interface.new_socket("Geometry", in_out=way, socket_type="NodeSocketGeometry")
    move = tree.nodes.new("GeometryNodeTransform")
    tree.links.new(tree.nodes.new("NodeGroupInput").outputs[0], move.inputs["Geometry"])
    tree.links.new(move.outputs[0], tree.nodes.new("NodeGroupOutput").inputs[0])
    tree.links.new(build(tree), move.inputs["Translation"])
    item.modifiers.new("nodes", "NODES").node_group = tree


def by_the_frame(tree: Any) -> Any:
    lift = tree.nodes.new("ShaderNodeCombineXYZ")
    tree.links.new(tree.nodes.new("GeometryNodeInputSceneTime").outputs["Frame"], lift.inputs["Z"])
    return lift.outputs[0]


def by_the_camera(tree: Any) -> Any:
    where = tree.nodes.new("GeometryNodeObjectInfo")
    tree.links.new(tree.nodes.new("GeometryNodeInputActiveCamera").outputs[0], where.inputs["Object"])
    return where.outputs["Location"]


def test_nodes_have_the_scene_s_time_and_its_camera(tmp_path: Path) -> None:
    def build(bpy: Any) -> None:
        scene = bpy.context.scene
        scene.camera = bpy.data.objects.new("Eye", bpy.data.cameras.new("Eye"))
        scene.collection.objects.link(scene.camera)
        scene.camera.location = (0, 0, 7)
        scene.frame_set(FRAME)
        box = collection(bpy, "fixed: box")
        moved_by(cube(bpy, box, "Timed"), by_the_frame)
        moved_by(cube(bpy, box, "Seen"), by_the_camera)

    path = saved(tmp_path / "place.blend", build)
    poses = {item.name: item.world_from_object[11] for item in read(path).fixed}
    assert poses == pytest.approx({"Timed": FRAME - 1.0, "Seen": 6.0})
    assert heights(model(path)) == pytest.approx((6.0, FRAME + 1.0))


def test_cameras_look_as_wide_as_the_file_s_own_pictures_are(tmp_path: Path) -> None:
    """Whatever side their sensor fits; a lens that is shifted is said."""
    fits = {"HORIZONTAL": 36 / 50, "VERTICAL": 24 / 50 * 2 / 3, "AUTO": 36 / 50 * 2 / 3}

    def build(bpy: Any) -> None:
        render = bpy.context.scene.render
        render.resolution_x, render.resolution_y = 400, 600
        cube(bpy, collection(bpy, "fixed: box"), "Cube")
        for fit in fits:
            data = bpy.data.cameras.new(fit)
            data.sensor_fit, data.sensor_width, data.sensor_height, data.lens = fit, 36, 24, 50
            data.shift_x = 0.1 if fit == "AUTO" else 0.0
            bpy.context.scene.collection.objects.link(bpy.data.objects.new(fit, data))

    place = read(saved(tmp_path / "place.blend", build))
    fields = {view.name: view.horizontal_fov_deg for view in place.viewpoints}
    assert fields == pytest.approx(
        {fit: math.degrees(2 * math.atan(width / 2)) for fit, width in fits.items()}, abs=1e-3
    )
    assert list(place.notes) == ["camera 'AUTO' has a shifted lens, which looks straight ahead here"]


def test_of_several_scenes_it_is_said_which_one_is_the_model(tmp_path: Path) -> None:
    def build(bpy: Any) -> None:
        cube(bpy, bpy.context.scene.collection, "Cube")
        bpy.data.scenes.new("Zoo")

    path = saved(tmp_path / "model.blend", build)
    (tmp_path / "desk").mkdir()
    answer = read_model(Asked(str(path), "blend", str(tmp_path), str(tmp_path / "desk")))
    assert answer["notes"] == ["it has 2 scenes, of which 'Scene', with the most objects, is taken"]


def grown(path: Path) -> Path:
    """A cache of the corners of `cube` whose upper ones rise by 0.1 m a frame."""
    bpy.ops.mesh.primitive_cube_add(size=2.0)
    corners = np.array([tuple(corner.co) for corner in bpy.context.object.data.vertices], dtype=">f4")
    bpy.data.objects.remove(bpy.context.object)
    frames = [corners + (corners > 0) * np.array([0, 0, 0.1 * k], dtype=">f4") for k in range(FRAME + 1)]
    times = struct.pack(f">{len(frames)}f", *range(len(frames)))
    path.write_bytes(struct.pack(">ii", len(frames), len(corners)) + times + b"".join(
        frame.astype(">f4").tobytes() for frame in frames
    ))  # fmt: skip
    return path


def of_a_cache(folder: Path) -> Path:
    def build(bpy: Any) -> None:
        bpy.context.scene.frame_set(FRAME)
        how = cube(bpy, collection(bpy, "fixed: box"), "Grown").modifiers.new("cache", "MESH_CACHE")
        how.cache_format, how.frame_start, how.filepath = "MDD", 0, str(grown(folder / "grown.mdd"))

    return saved(folder / "place.blend", build)


def test_a_cache_is_read_where_it_lies_beside_the_model_and_missed_where_it_does_not(tmp_path: Path) -> None:
    path = of_a_cache(tmp_path)
    assert heights(model(path)) == pytest.approx((-1.0, 1.0 + 0.1 * FRAME), abs=1e-3)
    (tmp_path / "grown.mdd").unlink()
    with pytest.raises(
        RefusedModelError, match=r"'Grown' takes its shape from grown\.mdd, which is not in the model's"
    ):
        model(path)
    with pytest.raises(RefusedModelError, match=r"expected all shapes in the file, got 'Grown' with its own in grown"):
        read(path)


def displaced(bpy: Any, name: str, picture: Path) -> Any:
    """A cube whose corners are pushed out by a picture, which is stored."""
    image = bpy.data.images.new(name, 4, 4)
    image.filepath_raw, image.file_format = str(picture), "PNG"
    image.save()
    texture = bpy.data.textures.new(name, "IMAGE")
    texture.image = image
    item = cube(bpy, collection(bpy, "fixed: box"), name)
    item.modifiers.new("push", "DISPLACE").texture = texture
    return image


@pytest.mark.parametrize("packed", [True, False])
def test_pictures_that_displace_are_in_the_file(tmp_path: Path, packed: bool) -> None:
    def build(bpy: Any) -> None:
        image = displaced(bpy, "Pushed", tmp_path / "black.png")
        if packed:
            image.pack()

    path = saved(tmp_path / "place.blend", build)
    (tmp_path / "black.png").unlink()
    if packed:
        assert heights(model(path))[1] != pytest.approx(1.0, abs=0.01)
        assert len(read(path).fixed) == 1
    else:
        with pytest.raises(RefusedModelError, match=r"'Pushed' with its own in black\.png; pack"):
            read(path)


@pytest.mark.parametrize("source", ["TILED", "SEQUENCE"])
def test_pictures_of_several_files_displace_where_these_are_there(tmp_path: Path, source: str) -> None:
    """Each tile of a texture; of a sequence one, be it another than the file names."""
    first, second = tmp_path / "h.1001.png", tmp_path / "h.1002.png"

    def build(bpy: Any) -> None:
        image = displaced(bpy, "Pushed", first)
        second.write_bytes(first.read_bytes())
        image.source = source
        if source == "TILED":
            image.filepath = str(tmp_path / "h.<UDIM>.png")
            assert {tile.number for tile in image.tiles} >= {1001}
            if len(image.tiles) < 2:
                image.tiles.new(1002)

    path = saved(tmp_path / "place.blend", build)
    assert len(model(path).mesh.triangles) == 12
    first.rename(tmp_path / "other.png")
    if source == "TILED":
        with pytest.raises(RefusedModelError, match=r"'Pushed' takes its shape from h\.1001\.png"):
            model(path)
    else:
        assert len(model(path).mesh.triangles) == 12
        second.unlink()
        with pytest.raises(RefusedModelError, match=r"'Pushed' takes its shape from h\.1001\.png"):
            model(path)


def test_what_a_hidden_object_takes_from_elsewhere_is_not_asked_for(tmp_path: Path) -> None:
    def build(bpy: Any) -> None:
        displaced(bpy, "Hidden", tmp_path / "black.png")
        bpy.data.objects["Hidden"].hide_render = True
        cube(bpy, collection(bpy, "fixed: box"), "Shown")

    path = saved(tmp_path / "place.blend", build)
    (tmp_path / "black.png").unlink()
    assert [item.name for item in read(path).fixed] == ["Shown"]


def test_pictures_that_shape_nothing_are_not_asked_for(tmp_path: Path) -> None:
    """A picture to draw by, one behind a camera that things look at, and one of a modifier that renders leave out."""

    def build(bpy: Any) -> None:
        image = displaced(bpy, "Flat", tmp_path / "ref.png")
        bpy.data.objects["Flat"].modifiers["push"].show_render = False
        box = bpy.data.collections["fixed: box"]
        blueprint = bpy.data.objects.new("Blueprint", None)
        blueprint.empty_display_type, blueprint.data = "IMAGE", image
        eye = bpy.data.objects.new("Eye", bpy.data.cameras.new("Eye"))
        eye.data.background_images.new().image = image
        for item in (blueprint, eye):
            bpy.context.scene.collection.objects.link(item)
        cube(bpy, box, "Drawn", (5, 0, 0)).parent = blueprint
        cube(bpy, box, "Facing", (9, 0, 0)).constraints.new("TRACK_TO").target = eye

    path = saved(tmp_path / "place.blend", build)
    (tmp_path / "ref.png").unlink()
    assert len(model(path).mesh.triangles) == 36
    assert sorted(item.name for item in read(path).fixed) == ["Drawn", "Facing", "Flat"]


@pytest.mark.parametrize("how", ["of the nodes", "chosen", "shrink", "instances"])
def test_what_modifiers_take_of_other_objects_is_asked_for(tmp_path: Path, how: str) -> None:
    """Whether they are hidden themselves or not."""

    def build(bpy: Any) -> None:
        displaced(bpy, "Other", tmp_path / "black.png")
        other = bpy.data.objects["Other"]
        other.hide_render = True
        item = cube(bpy, bpy.data.collections["fixed: box"], "Shown")
        if how == "shrink":
            item.modifiers.new("shrink", "SHRINKWRAP").target = other
        elif how == "instances":
            item.modifiers.new("particles", "PARTICLE_SYSTEM")
            told = item.particle_systems[0].settings
            told.render_type, told.instance_object = "OBJECT", other
        else:
            moved_by(item, lambda tree: by_an_object(tree, other if how == "of the nodes" else None))
            if how == "chosen":
                item.modifiers["nodes"]["Socket_2"] = other

    path = saved(tmp_path / "place.blend", build)
    (tmp_path / "black.png").unlink()
    with pytest.raises(RefusedModelError, match=r"takes its shape from black\.png"):
        model(path)


def by_an_object(tree: Any, other: Any) -> Any:
    """Where an object is; for None, the one that is chosen for the tree's input."""
    where = tree.nodes.new("GeometryNodeObjectInfo")
    if other is not None:
        where.inputs["Object"].default_value = other
    else:
        tree.interface.new_socket("Object", in_out="INPUT", socket_type="NodeSocketObject")
        tree.links.new(tree.nodes.new("NodeGroupInput").outputs["Object"], where.inputs["Object"])
    return where.outputs["Location"]


@pytest.mark.parametrize("parent", [True, False])
def test_files_that_move_things_are_asked_for(tmp_path: Path, parent: bool) -> None:
    """Exporters of Alembic have empties stand where it says, and things hang on those."""

    def build(bpy: Any) -> None:
        box = collection(bpy, "fixed: box")
        item = cube(bpy, box, "Moved")
        if parent:
            item.parent = bpy.data.objects.new("Rig", None)
            bpy.context.scene.collection.objects.link(item.parent)
        bpy.ops.cachefile.open(filepath=str(tmp_path / "gone.abc"))
        (item.parent or item).constraints.new("TRANSFORM_CACHE").cache_file = bpy.data.cache_files[0]

    path = saved(tmp_path / "place.blend", build)
    with pytest.raises(RefusedModelError, match=r"'Moved' takes its shape from gone\.abc"):
        model(path)


def test_parts_of_another_blend_are_taken_or_missed(tmp_path: Path) -> None:
    parts = saved(tmp_path / "parts.blend", lambda bpy: cube(bpy, collection(bpy, "Kit"), "Ball"))

    def build(bpy: Any) -> None:
        with bpy.data.libraries.load(str(parts), link=True, relative=False) as (_, taken):
            taken.collections = ["Kit"]
        bpy.context.scene.collection.children.link(taken.collections[0])
        cube(bpy, bpy.context.scene.collection, "Own", (9, 0, 0))

    path = saved(tmp_path / "model.blend", build)
    assert len(model(path).mesh.triangles) == 24
    with pytest.raises(RefusedModelError, match=r"one that links to parts\.blend; make that local"):
        read(path)
    parts.unlink()
    with pytest.raises(RefusedModelError, match=r"parts of it are in parts\.blend, where they are not to be found"):
        model(path)


def linked(bpy: Any, parts: Path, kind: str, name: str) -> Any:
    """A datum of another .blend."""
    with bpy.data.libraries.load(str(parts), link=True, relative=False) as (_, taken):
        setattr(taken, kind, [name])
    return getattr(taken, kind)[0]


def parts_of(folder: Path) -> Path:
    def build(bpy: Any) -> None:
        item = cube(bpy, collection(bpy, "Kit"), "Ball")
        item.data.name = "Ball"
        item.data.materials.append(bpy.data.materials.new("Paint"))

    return saved(folder / "parts.blend", build)


def _in_another_scene(bpy: Any, parts: Path) -> None:
    other = bpy.data.scenes.new("Zoo")
    other.collection.children.link(linked(bpy, parts, "collections", "Kit"))


def _hidden(bpy: Any, parts: Path) -> None:
    item = instancing(bpy, parts)
    item.hide_render = True


def _hidden_home(bpy: Any, parts: Path) -> None:
    item = instancing(bpy, parts)
    collection(bpy, "Aside").objects.link(item)
    bpy.context.scene.collection.objects.unlink(item)
    bpy.data.collections["Aside"].hide_render = True


def _looked_at(bpy: Any, parts: Path) -> None:
    eye = bpy.data.objects.new("Eye", bpy.data.cameras.new("Eye"))
    bpy.context.scene.collection.objects.link(eye)
    eye.constraints.new("TRACK_TO").target = linked(bpy, parts, "objects", "Ball")


def instancing(bpy: Any, parts: Path) -> Any:
    item = bpy.data.objects.new("Many", None)
    bpy.context.scene.collection.objects.link(item)
    item.instance_type, item.instance_collection = "COLLECTION", linked(bpy, parts, "collections", "Kit")
    return item


def _of_an_object(bpy: Any, parts: Path) -> None:
    bpy.context.scene.collection.objects.link(linked(bpy, parts, "objects", "Ball"))


def _of_a_mesh(bpy: Any, parts: Path) -> None:
    item = bpy.data.objects.new("Round", linked(bpy, parts, "meshes", "Ball"))
    bpy.context.scene.collection.objects.link(item)


def _of_a_material(bpy: Any, parts: Path) -> None:
    bpy.data.objects["Own"].data.materials.append(linked(bpy, parts, "materials", "Paint"))


def _followed(bpy: Any, parts: Path) -> None:
    ball = linked(bpy, parts, "objects", "Ball")
    aside = collection(bpy, "Aside")
    aside.objects.link(ball)
    aside.hide_render = True
    bpy.data.objects["Own"].constraints.new("COPY_LOCATION").target = ball


def _behind(bpy: Any, parts: Path) -> None:
    _in_another_scene(bpy, parts)
    bpy.context.scene.background_set = bpy.data.scenes["Zoo"]


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        (_in_another_scene, False), (_hidden, False), (_hidden_home, False), (_looked_at, False),
        (instancing, True), (_of_an_object, True), (_of_a_mesh, True), (_of_a_material, True), (_followed, True),
        (_behind, True),
    ],
)  # fmt: skip
def test_links_to_what_is_not_there_are_missed_where_renders_show_it(
    tmp_path: Path, link: Callable[[Any, Path], object], shown: bool
) -> None:
    parts = parts_of(tmp_path)

    def build(bpy: Any) -> None:
        cube(bpy, bpy.context.scene.collection, "Own", (9, 0, 0))
        cube(bpy, bpy.context.scene.collection, "Another", (5, 0, 0))
        link(bpy, parts)

    path = saved(tmp_path / "model.blend", build)
    parts.unlink()
    if shown:
        with pytest.raises(RefusedModelError, match=r"parts of it are in parts\.blend"):
            model(path)
    else:
        assert len(model(path).mesh.triangles) == 24


def emitting(bpy: Any, home: Any, name: str) -> Any:
    """The particles of a plate, cubes that rise by 1 m/s from the first frame on."""
    bpy.ops.mesh.primitive_plane_add(size=0.1)
    item = bpy.context.object
    item.users_collection[0].objects.unlink(item)
    home.objects.link(item)
    item.name = name
    item.modifiers.new("particles", "PARTICLE_SYSTEM")
    system = item.particle_systems[0]
    told = system.settings
    told.count, told.frame_start, told.frame_end, told.lifetime, told.normal_factor = 5, 1, 1, 200, 1.0
    told.effector_weights.gravity, told.render_type, told.instance_object = 0, "OBJECT", bpy.data.objects["Kit"]
    system.point_cache.frame_end = FRAME
    return system


def test_particles_that_are_baked_are_where_they_are_and_others_are_said(tmp_path: Path) -> None:
    def build(bpy: Any) -> None:
        scene = bpy.context.scene
        kit = cube(bpy, scene.collection, "Kit")
        kit.hide_render = True
        box = collection(bpy, "fixed: box")
        emitting(bpy, box, "Loose")
        baked = emitting(bpy, box, "Baked")
        with bpy.context.temp_override(scene=scene, object=baked.id_data, point_cache=baked.point_cache):
            bpy.ops.ptcache.bake(bake=True)
        scene.frame_set(FRAME)

    place = read(saved(tmp_path / "place.blend", build))
    (baked,) = (item for item in place.fixed if item.name == "Baked")
    assert place.meshes[baked.mesh].mesh.size_m[2] == pytest.approx((FRAME - 1) / 24, abs=0.1)
    (note,) = place.notes
    assert note == "'Loose' has particles that are not baked, which may stand elsewhere than in the file's own pictures"


def textured(bpy: Any, home: Any, name: str, image: Any) -> None:
    made = bpy.data.materials.new(name)
    node = made.node_tree.nodes.new("ShaderNodeTexImage")
    node.image = image
    shader = made.node_tree.nodes["Principled BSDF"]
    made.node_tree.links.new(node.outputs["Color"], shader.inputs["Base Color"])
    cube(bpy, home, name).data.materials.append(made)


def test_pictures_that_blender_makes_or_alone_reads_are_kept(tmp_path: Path) -> None:
    """Generated ones, which are not packed with the file, and those of formats that others cannot read."""

    def build(bpy: Any) -> None:
        box = collection(bpy, "fixed: box")
        made = bpy.data.images.new("generated", 8, 8)
        made.generated_color = (0.2, 0.4, 0.8, 1.0)
        textured(bpy, box, "Generated", made)
        linear = bpy.data.images.new("linear", 8, 8, float_buffer=True)
        linear.pixels.foreach_set(np.tile(np.array([0.05, 0.2, 0.6, 1.0], dtype=np.float32), 64))
        linear.filepath_raw, linear.file_format = str(tmp_path / "linear.exr"), "OPEN_EXR"
        linear.save()
        stored = bpy.data.images.load(str(tmp_path / "linear.exr"))
        stored.pack()
        textured(bpy, box, "Linear", stored)
        first = bpy.data.images.load(str(tmp_path / "linear.exr"), check_existing=False)
        first.source = "SEQUENCE"
        textured(bpy, box, "Sequence", first)

    path = saved(tmp_path / "place.blend", build)
    (tmp_path / "linear.exr").unlink()
    place = read(path)
    colours = {item.name: colour(place.meshes[item.mesh]) for item in place.fixed}
    level: NDArray[np.float64] = np.array([0.2, 0.4, 0.8])
    linear = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    assert np.allclose(colours["Generated"], linear, atol=0.01)
    assert np.allclose(colours["Linear"], (0.05, 0.2, 0.6), atol=0.01)
    assert list(place.notes) == ["texture linear.exr is a sequence of pictures, of which nothing is kept"]


def colour(ready: Ready) -> tuple[float, float, float]:
    (material,) = ready.mesh.materials
    assert isinstance(material, Textured)
    return material.rgb


def test_drivers_of_whatever_kind_are_dropped() -> None:
    """Those of lamps and cameras hold Python as well as those of objects do."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    lamp, camera = bpy.data.lights.new("Lamp", "POINT"), bpy.data.cameras.new("Camera")
    for item, name in ((lamp, "energy"), (camera, "lens"), (bpy.data.objects.new("Lamp", lamp), "pass_index")):
        item.driver_add(name).driver.expression = str(math.pi)
    without_drivers()
    assert all(item.animation_data is None for item in (lamp, camera, bpy.data.objects["Lamp"]))
