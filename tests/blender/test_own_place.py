"""A .blend of the user's as a scenario, from its collections to labels; and what of such a file is refused."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from longtail.annotate.errors import ConfigError
from longtail.command_line import main
from longtail.render.importing.loading import load
from longtail.render.machine.model_request import ARRAYS, PLACE, Asked
from longtail.scenes.assets.library.surface import Textured
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.geometry.materials import Glass
from longtail.scenes.scenarios.own_place.place import Place, unpacked
from tests.pages import place_blend
from tests.runs import command, run
from tests.test_documentation import OF_A_PLACE

pytestmark = pytest.mark.blender

PINS = (
    "camera.size_px=[160, 90]", "render.samples=1", "assets.packs=false", "assets.models=false", "weather=clear",
    "camera.shift_m=0", "camera.turn_deg=0", "camera.tilt_deg=0", "objects.person.count=0", "objects.car_van.share=0",
)  # fmt: skip


def test_what_a_blend_holds_is_rendered_and_labelled(tmp_path: Path) -> None:
    """A crate of 1 m, turned by 30 degrees, is where its corners are projected to."""
    file, out = tmp_path / "my_place.blend", tmp_path / "out"
    file.write_bytes(place_blend())
    pins = [word for pin in PINS for word in ("--set", pin)]
    run(command("render", file, "-o", out, "-n", 1, "--seed", 3, "--device", "cpu", "--workers", 1, *pins))
    answer = CliRunner().invoke(main, ["check", str(out)])
    assert answer.exit_code == 0, answer.output
    config = load(file, PINS, seed=3)
    assert set(config.parameters) >= OF_A_PLACE
    camera = scene_of(config, 0, catalogue_of(config)).camera
    assert math.isclose(camera.lens.horizontal_fov_deg, 65.0, abs_tol=1e-3)
    assert np.allclose(camera.world_from_camera.matrix[:3, 3], (0, -10, 3.2))
    turn = math.radians(30)
    corners = np.array([(x, y, z, 1) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (0, 1)], dtype=np.float64)
    spin = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    corners[:, :2] = corners[:, :2] @ spin.T + (2, 2)
    pixels = camera.lens.project((np.linalg.inv(camera.world_from_camera.matrix) @ corners.T).T[:, :3])
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    everything = json.loads((out / "annotations/instances_all.json").read_bytes())
    names = {row["id"]: row["name"] for row in everything["categories"]}
    (crate,) = (row for row in everything["annotations"] if names[row["category_id"]] == "box")
    x, y, width, height = crate["bbox"]
    assert np.allclose((x, y, x + width, y + height), (*low, *high), atol=1.0)
    info = json.loads((out / "dataset.json").read_bytes())
    assert info["config"]["scenario"] == "my_place.blend"
    assert {"name": "my-place/crate", "creator": "Jane Doe", "licence": "CC-BY-4.0", "source": "my_place.blend"} in (
        info["assets"]
    )
    shown = {row["category_id"] for row in json.loads((out / "panoptic/panoptic.json").read_bytes())["annotations"][0][
        "segments_info"
    ]}  # fmt: skip
    assert {names.get(number, "") for number in shown} >= {"box"}


def saved(path: Path, build: Callable[[Any], None]) -> Path:
    """A .blend of a scene that `build` fills."""
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    build(bpy)
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    return path


def read(path: Path, **limits: Any) -> Place:
    """What a file comes to, in this process."""
    from longtail.render.blender.reading_places import read_place

    desk = path.parent / "desk"
    desk.mkdir(exist_ok=True)
    read_place(Asked(str(path), PLACE, str(path.parent), str(desk), **limits))
    place = unpacked((desk / ARRAYS).read_bytes())
    assert place is not None
    return place


def collection(bpy: Any, name: str, home: Any = None) -> Any:
    made = bpy.data.collections.new(name)
    (home or bpy.context.scene.collection).children.link(made)
    return made


def cube(bpy: Any, home: Any, name: str = "Cube", at: tuple[float, float, float] = (0, 0, 0)) -> Any:
    """2 m a side, about its origin."""
    bpy.ops.mesh.primitive_cube_add(size=2.0, location=at)
    item = bpy.context.object
    item.users_collection[0].objects.unlink(item)
    home.objects.link(item)
    item.name = name
    return item


def test_roles_parents_units_and_lamps(tmp_path: Path) -> None:
    def build(bpy: Any) -> None:
        bpy.context.scene.unit_settings.scale_length = 0.5
        fixed = collection(bpy, "Fixed:  Bench ")
        seat = cube(bpy, fixed, "Seat", (4, 0, 1))
        cube(bpy, fixed, "Leg", (4, 0, -1)).parent = seat
        bpy.data.objects["Leg"].matrix_parent_inverse = seat.matrix_basis.inverted()
        again = cube(bpy, collection(bpy, "fixed: bench"), "Seat again", (0, 6, 1))
        again["category"] = "box"
        inner = collection(bpy, "whatever", fixed)
        inner["category"] = "table"
        cube(bpy, inner, "Table", (8, 0, 0))
        hidden = cube(bpy, fixed, "Hidden")
        hidden.hide_render = True
        region = collection(bpy, "region: cup, bowl.001")
        region["count"] = 3
        cube(bpy, region, "Top", (0, 0, 3)).hide_render = True
        bpy.context.view_layer.layer_collection.children[region.name].exclude = True
        mark = bpy.data.objects.new("Mark", None)
        collection(bpy, "swap: car").objects.link(mark)
        mark.location, mark.rotation_euler = (2, 4, 6), (0, 0, math.pi / 2)
        for name, kind, energy in (("Point", "POINT", 100.0), ("Area", "AREA", 10.0), ("Sun", "SUN", 1.0)):
            data = bpy.data.lights.new(name, kind)
            data.energy = energy
            bpy.context.scene.collection.objects.link(bpy.data.objects.new(name, data))
        spot = bpy.data.lights.new("Spot", "SPOT")
        spot["lumens"], spot.spot_size, spot.color = 400 * math.pi, math.radians(60), (1.0, 0.5, 0.25)
        bpy.context.scene.collection.objects.link(bpy.data.objects.new("Spot", spot))

    place = read(saved(tmp_path / "place.blend", build))
    told = {item.name: (item.category, item.world_from_object[3::4][:3], item.mesh) for item in place.fixed}
    # Half a metre a unit: the seat with its leg is 2 m high, and stands in the middle of its bottom.
    assert told.keys() == {"Seat", "Seat again", "Table"}
    assert told["Seat"][0] == "bench"
    assert np.allclose(told["Seat"][1], (2, 0, -1), atol=1e-6)
    assert np.allclose(place.meshes[told["Seat"][2]].mesh.size_m, (1, 1, 2))
    assert (told["Seat again"][0], told["Table"][0]) == ("box", "table")
    assert told["Seat again"][2] == told["Table"][2] != told["Seat"][2]
    assert np.allclose(told["Table"][1], (4, 0, -0.5), atol=1e-6)
    (region,) = place.regions
    assert (region.categories, region.count) == (("cup", "bowl"), 3.0)
    assert set(region.triangles_m[..., 2].ravel().tolist()) == {2.0}
    (mark,) = place.marks
    assert mark.at_m == (1.0, 2.0, 3.0)
    # An object of Blender faces along -Y: turned by a quarter it looks along X.
    assert math.isclose(mark.heading_rad, 0.0, abs_tol=1e-6)
    bulbs = {bulb.name: bulb for bulb in place.bulbs}
    assert bulbs.keys() == {"Point", "Area", "Spot"}
    assert math.isclose(bulbs["Point"].kcd, 683 * 100 / (4 * math.pi) / 1000, rel_tol=1e-6)
    assert math.isclose(bulbs["Area"].kcd, 683 * 10 / math.pi / 1000, rel_tol=1e-6)
    assert bulbs["Area"].panel_m is not None
    assert bulbs["Area"].aim == (0.0, 0.0, -1.0)
    assert math.isclose(bulbs["Spot"].kcd, 0.1, rel_tol=1e-6)
    assert math.isclose(float(np.dot(bulbs["Spot"].rgb, (0.2126, 0.7152, 0.0722))), 1.0, abs_tol=1e-5)
    assert math.isclose(bulbs["Spot"].cone_deg, 60.0, abs_tol=1e-3)
    assert any("'Sun' is a sun" in note for note in place.notes)


def test_what_stays_is_what_renders_show(tmp_path: Path) -> None:
    """Not what Blender's windows show: modifiers, levels, instances and visibility are those of renders."""

    def build(bpy: Any) -> None:
        box = collection(bpy, "fixed: box")
        mirrored = cube(bpy, box, "Mirrored").modifiers.new("m", "MIRROR")
        for corner in bpy.data.objects["Mirrored"].data.vertices:
            corner.co.x += 3
        mirrored.show_viewport = False
        thick = cube(bpy, box, "Thick").modifiers.new("s", "SOLIDIFY")
        thick.thickness, thick.show_render = -2.0, False
        round_ = cube(bpy, box, "Round").modifiers.new("s", "SUBSURF")
        round_.levels, round_.render_levels = 0, 2
        parent = cube(bpy, box, "Parent", (9, 0, 0))
        cube(bpy, box, "Hidden child", (9, 0, 4)).hide_render = True
        bpy.data.objects["Hidden child"].parent = parent
        absent = cube(bpy, box, "Absent", (20, 0, 0))
        absent.hide_render = True
        cube(bpy, box, "Orphan", (0, 0, 4)).parent = absent
        cube(bpy, box, "Unlit").visible_camera = False
        cube(bpy, box, "Held out").is_holdout = True
        kit = bpy.data.collections.new("kit")
        for name, z in (("a", 0), ("b", 4), ("c", 8)):
            kit.objects.link(bpy.data.objects.new(name, bpy.data.objects["Parent"].data))
            kit.objects[name].location.z = z
        kit.objects["b"].hide_viewport = kit.objects["c"].hide_render = True
        instanced = bpy.data.objects.new("Instanced", None)
        instanced.instance_type, instanced.instance_collection = "COLLECTION", kit
        box.objects.link(instanced)
        hairy = cube(bpy, box, "Hairy")
        hairy.modifiers.new("h", "PARTICLE_SYSTEM")
        hairy.particle_systems[0].settings.type = "HAIR"
        loose = bpy.data.meshes.new("loose")
        loose.from_pydata([(0, 0, 0), (1, 0, 0), (0, 0, 1), (9, 9, 9)], [], [(0, 1, 2)])
        box.objects.link(bpy.data.objects.new("Loose", loose))
        box.objects.link(bpy.data.objects.new("Drawn", bpy.data.grease_pencils.new("Drawn")))
        # Renders show all view layers; Blender would evaluate each anew.
        other = collection(bpy, "fixed: chair")
        cube(bpy, other, "In the second layer")
        bpy.context.scene.view_layers.new("second")
        bpy.context.scene.view_layers[0].layer_collection.children[other.name].exclude = True

    place = read(saved(tmp_path / "place.blend", build))
    sizes = {item.name: place.meshes[item.mesh].mesh.size_m for item in place.fixed}
    assert sizes.keys() == {"Mirrored", "Thick", "Round", "Parent", "Absent", "Instanced", "Hairy", "Loose"} | {
        "In the second layer"
    }
    # Our X is where Blender's things face, along -Y.
    assert np.allclose(sizes["Mirrored"], (2, 8, 2))
    assert np.allclose(sizes["Thick"], (2, 2, 2))
    assert sizes["Round"][0] < 1.8
    assert np.allclose(sizes["Parent"], (2, 2, 2))
    assert np.allclose(sizes["Absent"], (2, 2, 2))
    assert np.allclose(sizes["Instanced"], (2, 2, 6))
    assert np.allclose(sizes["Loose"], (0, 1, 1))
    poses = {item.name: item.world_from_object[3::4][:3] for item in place.fixed}
    # Where the child is that is shown: its parent is nothing to be seen. Loose corners do not count.
    assert np.allclose(poses["Absent"], (20, 0, 3), atol=1e-5)
    assert np.allclose(poses["Loose"], (0.5, 0, 0), atol=1e-5)
    assert set(place.notes) == {
        "'Unlit' is hidden from cameras, and is left out", "'Held out' is a holdout, and is left out",
        "'Hairy' has hair, which is left out", "'Drawn' has grease pencil, which is left out",
    }  # fmt: skip


def test_what_renders_do_not_show_is_neither_taken_nor_counted_nor_told_of(tmp_path: Path) -> None:
    """Whatever the file's own output is: a film, and of it a region."""

    def build(bpy: Any) -> None:
        render = bpy.context.scene.render
        render.image_settings.media_type, render.image_settings.file_format = "VIDEO", "FFMPEG"
        render.use_border = render.use_crop_to_border = True
        render.border_max_x = render.border_max_y = 0.01
        box = collection(bpy, "fixed: box")
        cube(bpy, box, "Cube")

        def hair(name: str) -> Any:
            item = cube(bpy, box, name)
            item.modifiers.new("h", "PARTICLE_SYSTEM")
            item.particle_systems[0].settings.type = "HAIR"
            return item

        hair("Emitter").show_instancer_for_render = False
        hair("Shorn").modifiers[0].show_render = False
        pencil = bpy.data.grease_pencils.new("Drawn")
        hidden, excluded = collection(bpy, "hidden", box), collection(bpy, "excluded", box)
        inner = collection(bpy, "inner", excluded)
        for home, name in ((hidden, "Drawn there"), (excluded, "Drawn where nothing is")):
            home.objects.link(bpy.data.objects.new(name, pencil))
        for home in (excluded, collection(bpy, "kit", excluded)):
            bpy.ops.mesh.primitive_uv_sphere_add()
            heavy = bpy.context.object
            heavy.users_collection[0].objects.unlink(heavy)
            home.objects.link(heavy)
        kit = bpy.data.collections.new("sketch")
        kit.objects.link(bpy.data.objects.new("Line", pencil))
        instanced = bpy.data.objects.new("Sketched", None)
        instanced.instance_type, instanced.instance_collection = "COLLECTION", kit
        box.objects.link(instanced)
        inner["category"] = "chair"
        cube(bpy, inner, "Inner")
        # What marks places is asked for its form alone, and hidden.
        clear = bpy.data.materials.new("Clear")
        tree = clear.node_tree
        shader = tree.nodes.new("ShaderNodeBsdfTransparent")
        tree.links.new(shader.outputs[0], tree.get_output_node("CYCLES").inputs["Surface"])
        for name in ("region: person", "swap: chair"):
            home = collection(bpy, name, excluded)
            cube(bpy, home, name).data.materials.append(clear)
        layers = bpy.context.view_layer.layer_collection.children[box.name].children
        layers[hidden.name].collection.hide_render = True
        layers[excluded.name].exclude = True

    place = read(saved(tmp_path / "place.blend", build), most_faces=12 * 4)
    assert {item.name for item in place.fixed} == {"Cube", "Shorn"}
    assert [region.categories for region in place.regions] == [("person",)]
    assert [mark.size_m for mark in place.marks] == [(2.0, 2.0, 2.0)]
    assert set(place.notes) == {
        "'Emitter' has hair, which is left out", "'Sketched' has grease pencil, which is left out"
    }  # fmt: skip


def test_what_materials_cut_is_cut(tmp_path: Path) -> None:
    """By whatever nodes: a mask of its own, a mix with nothing, in a group; what nodes cannot tell is said."""

    def build(bpy: Any) -> None:
        box = collection(bpy, "fixed: box")
        rgba = np.ones((8, 8, 4), dtype=np.float32)
        rgba[:, :4, :3] = 0.0
        mask = bpy.data.images.new("mask", 8, 8)
        mask.pixels.foreach_set(rgba.ravel())
        mask.pack()

        def card(name: str) -> tuple[Any, Callable[..., Any], Any, Any]:
            item = cube(bpy, box, name)
            material = bpy.data.materials.new(name)
            item.data.materials.append(material)
            tree = material.node_tree
            image = tree.nodes.new("ShaderNodeTexImage")
            image.image = mask
            output = tree.get_output_node("CYCLES")
            return tree, tree.links.new, image, output

        tree, link, image, _ = card("Mask")
        link(image.outputs["Color"], tree.nodes["Principled BSDF"].inputs["Alpha"])
        tree, link, image, output = card("Mixed")
        mix, clear = tree.nodes.new("ShaderNodeMixShader"), tree.nodes.new("ShaderNodeBsdfTransparent")
        link(image.outputs["Color"], mix.inputs[0])
        link(tree.nodes["Principled BSDF"].outputs[0], mix.inputs[1])
        link(clear.outputs[0], mix.inputs[2])
        link(mix.outputs[0], output.inputs["Surface"])
        tree, link, image, _ = card("Twice as large")
        move = tree.nodes.new("ShaderNodeMapping")
        move.inputs["Scale"].default_value = (2.0, 2.0, 1.0)
        link(tree.nodes.new("ShaderNodeTexCoord").outputs["UV"], move.inputs["Vector"])
        link(move.outputs[0], image.inputs["Vector"])
        link(image.outputs["Color"], tree.nodes["Principled BSDF"].inputs["Alpha"])
        tree, link, _, output = card("Grouped glass")
        group = bpy.data.node_groups.new("g", "ShaderNodeTree")
        group.interface.new_socket("Out", in_out="OUTPUT", socket_type="NodeSocketShader")
        glass, end = group.nodes.new("ShaderNodeBsdfGlass"), group.nodes.new("NodeGroupOutput")
        group.links.new(glass.outputs[0], end.inputs[0])
        node = tree.nodes.new("ShaderNodeGroup")
        node.node_tree = group
        link(node.outputs[0], output.inputs["Surface"])
        tree, link, _, _ = card("Chequered")
        link(tree.nodes.new("ShaderNodeTexChecker").outputs["Fac"], tree.nodes["Principled BSDF"].inputs["Alpha"])
        tree, link, _, output = card("Nothing")
        link(tree.nodes.new("ShaderNodeBsdfTransparent").outputs[0], output.inputs["Surface"])
        tree, link, _, output = card("Fog")
        tree.nodes.remove(tree.nodes["Principled BSDF"])
        link(tree.nodes.new("ShaderNodeVolumePrincipled").outputs[0], output.inputs["Volume"])

    place = read(saved(tmp_path / "place.blend", build))
    worn = {item.name: place.meshes[item.mesh] for item in place.fixed}
    assert worn.keys() == {"Mask", "Mixed", "Twice as large", "Grouped glass", "Chequered"}

    def alpha(name: str) -> tuple[bool, list[int]]:
        (material,) = worn[name].mesh.materials
        assert isinstance(material, Textured)
        if not material.cutout:
            return False, []
        image = Image.open(BytesIO(worn[name].images[material.image]))
        return True, np.asarray(image.getchannel("A"))[4, [1, 6]].tolist()

    assert alpha("Mask") == (True, [0, 255])
    assert alpha("Mixed") == (True, [255, 0])
    assert alpha("Chequered") == (False, [])
    assert isinstance(worn["Grouped glass"].mesh.materials[0], Glass)
    once, twice = worn["Mask"].mesh.uv, worn["Twice as large"].mesh.uv
    assert once is not None
    assert twice is not None
    assert np.allclose(np.ptp(twice, axis=1), 2 * np.ptp(once, axis=1))
    assert set(place.notes) == {
        "material 'Chequered' is clear in places that depend on the node Checker Texture, and is taken for solid there",
        "material 'Nothing' is clear all over, and what wears it is left out",
        "material 'Fog' is a volume without a surface, and what wears it is left out",
    }


def _stranger(bpy: Any) -> None:
    cube(bpy, collection(bpy, "fixed: box"))
    cube(bpy, bpy.context.scene.collection, "Loose")


def _textured(bpy: Any) -> None:
    item = cube(bpy, collection(bpy, "fixed: box"))
    material = bpy.data.materials.new("Wood")
    node = material.node_tree.nodes.new("ShaderNodeTexImage")
    node.image = bpy.data.images.new("wood", 4, 4)
    node.image.filepath_raw = "/nowhere/wood.png"
    node.image.source = "FILE"
    material.node_tree.links.new(node.outputs[0], material.node_tree.nodes["Principled BSDF"].inputs["Base Color"])
    item.data.materials.append(material)


def _upright(bpy: Any) -> None:
    cube(bpy, collection(bpy, "fixed: box"))
    bpy.ops.mesh.primitive_plane_add(rotation=(math.pi / 2, 0, 0))
    item = bpy.context.object
    item.users_collection[0].objects.unlink(item)
    collection(bpy, "region: person").objects.link(item)


def _deep(bpy: Any) -> None:
    cube(bpy, collection(bpy, "fixed: box"))
    bpy.context.scene["floods"] = "deep"


REFUSED: dict[str, tuple[Callable[[Any], None], str]] = {
    "empty": (lambda _bpy: None, "expected collections called 'fixed: CATEGORY', .* got no collection"),
    "names": (lambda bpy: cube(bpy, collection(bpy, "Walls")), "got 'Walls'"),
    "loose": (_stranger, "expected every object that is rendered in a collection called .*, got 'Loose' in none"),
    "no word": (lambda bpy: cube(bpy, collection(bpy, "fixed")), "collection 'fixed': expected a category behind its"),
    "two words": (lambda bpy: cube(bpy, collection(bpy, "fixed: box, car")), "expected one category, got box, car"),
    "no faces": (lambda bpy: collection(bpy, "fixed: box").objects.link(bpy.data.objects.new("E", None)),
                 "expected objects with faces in a collection called 'fixed: CATEGORY', got none"),
    "texture": (_textured, "expected its textures in the file, got wood.png beside it; pack them"),
    "upright": (_upright, "collection 'region: person': expected faces that lie level"),
    "floods": (_deep, "property 'floods': expected the height .*, got 'deep'"),
    "scenes": (lambda bpy: bpy.data.scenes.new("Second"), "expected one scene in the file, got 2"),
}  # fmt: skip


def test_the_height_of_floods_is_the_worlds_0_and_categories_may_be_new(tmp_path: Path) -> None:
    def build(bpy: Any) -> None:
        bpy.context.scene.unit_settings.scale_length = 0.5
        bpy.context.scene["floods"] = -2.0
        own = collection(bpy, "fixed: robot charger")
        own["supercategory"] = "Machine"
        cube(bpy, own, "Charger", (0, 0, 1))
        inner = collection(bpy, "more", own)
        inner["category"] = "dock plate"
        cube(bpy, inner, "Plate", (4, 0, 0))
        camera = bpy.data.objects.new("Mast", bpy.data.cameras.new("Mast"))
        bpy.context.scene.collection.objects.link(camera)

    place = read(saved(tmp_path / "place.blend", build))
    assert place.floods
    # A cube of 2 units about 1 over 0 stands 2 over the ground at -2, in half metres; a camera at 0 is 1 m over it.
    assert place.fixed[0].world_from_object[11] == 1.0
    assert place.viewpoints[0].world_from_camera[11] == 1.0
    assert [(item.category, item.supercategory) for item in place.fixed] == [
        ("robot charger", "machine"), ("dock plate", "machine")
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", REFUSED)
def test_what_is_wrong_with_a_file_is_said(wrong: str, tmp_path: Path) -> None:
    from longtail.render.blender.reading_models import RefusedModelError

    build, said = REFUSED[wrong]
    path = saved(tmp_path / "place.blend", build)
    with pytest.raises(RefusedModelError, match=said):
        read(path)


def test_too_many_faces_and_links_to_other_files_are_refused(tmp_path: Path) -> None:
    from longtail.render.blender.reading_models import RefusedModelError

    library = saved(tmp_path / "library.blend", lambda bpy: cube(bpy, collection(bpy, "fixed: box")))
    with pytest.raises(RefusedModelError, match="expected at most 11 triangles, got more"):
        read(library, most_faces=11)

    def linked(bpy: Any) -> None:
        with bpy.data.libraries.load(str(library), link=True) as (there, taken):
            taken.collections = there.collections
        bpy.context.scene.collection.children.link(taken.collections[0])

    with pytest.raises(RefusedModelError, match=r"one that links to library.blend; make that local"):
        read(saved(tmp_path / "place.blend", linked))


def test_what_is_no_blend_is_one_sentence_and_nothing_in_one_runs(tmp_path: Path) -> None:
    """Read as commands read it: in a process of its own."""
    (tmp_path / "torn.blend").write_bytes(place_blend()[:5000])
    with pytest.raises(ConfigError, match=r"torn.blend: expected a .blend, got a file that cannot be read"):
        load(tmp_path / "torn.blend")
    with pytest.raises(ConfigError, match=r"expected a .blend, got .*gone.blend: No such file"):
        load(tmp_path / "gone.blend")

    def build(bpy: Any) -> None:
        item = cube(bpy, collection(bpy, "fixed: box"))
        camera = bpy.data.objects.new("View", bpy.data.cameras.new("View"))
        bpy.context.scene.collection.objects.link(camera)
        text = bpy.data.texts.new("startup.py")
        text.write(f"open({str(tmp_path / 'ran')!r}, 'w')")
        text.use_module = True
        driver = item.driver_add("location", 0).driver
        driver.expression = f"open({str(tmp_path / 'driven')!r}, 'w') and 0"

    config = load(saved(tmp_path / "sly.blend", build), ["assets.packs=false", "assets.models=false"])
    assert scene_of(config, 0, catalogue_of(config)).objects
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "driven").exists()
