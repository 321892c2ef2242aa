"""Materials that are copies of a template are, node for node, what their builders say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields, replace
from typing import Any

import bpy
import pytest

from longtail.scenes.assets.packs.wavefront import Imported
from longtail.scenes.blender import packs  # noqa: F401  (registers a builder)
from longtail.scenes.blender.for_eevee import suited
from longtail.scenes.blender.images import image_of
from longtail.scenes.blender.marks import TEMPLATE
from longtail.scenes.blender.materials import material
from longtail.scenes.blender.materials.flat import flat_of
from longtail.scenes.blender.materials.shading import SPECULAR_BELOW, seen_directly, shade
from longtail.scenes.blender.materials.snow import snowed
from longtail.scenes.blender.nodes import Graph, Socket, shared_group
from longtail.scenes.geometry import interior_materials, materials
from longtail.scenes.geometry.materials import (
    Asphalt,
    Foliage,
    Glass,
    LampGlass,
    Material,
    Principled,
    SignFace,
    WindowPane,
    Wood,
)
from longtail.scenes.lamps import kinds

pytestmark = pytest.mark.blender

RED, BLUE = (0.8, 0.1, 0.05), (0.05, 0.1, 0.8)
HEAD = LampGlass(kinds.HEAD, (1.0, 0.95, 0.9))


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    for name in ("longtail a.png", "longtail b.png"):
        bpy.data.images.new(name, 2, 2).use_fake_user = True
    yield
    bpy.ops.wm.read_factory_settings(use_empty=True)


def values() -> list[Material]:
    """Every type twice where it takes colours, so that copies are made; and what changes a tree's structure."""
    plain: list[Any] = [
        kind()
        for module in (materials, interior_materials)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Material) and kind not in (Material, LampGlass)
        if all(item.default is not MISSING for item in fields(kind))
    ]
    coloured = [replace(value, rgb=rgb) for value in plain if hasattr(value, "rgb") for rgb in (RED, BLUE)]
    return [
        *plain,
        *coloured,
        *(Principled(RED, 0.2, mottle=mottle, tinted=tinted) for mottle in (0, 0.3) for tinted in (False, True)),
        # Equal, and other numbers for all that.
        Principled((0.0, 0.0, 0.0), metallic=1),
        Principled((-0.0, 0.0, 0.0), metallic=1.0),
        HEAD,
        *(LampGlass(kind, RED) for kind in (kinds.HEAD, kinds.TAIL, kinds.STREET)),
        Imported(RED),
        Imported(image="a.png"),
        Imported(image="b.png", rgb=BLUE),
        Imported(image="b.png", cutout=True, leaf=True),
        Imported(image="a.png", cutout=True, leaf=True, shine=0.4),
        Imported(image="a.png", glows=((kinds.HEAD, 0.6, 0.7, 0.2), (kinds.TAIL, 0.5, 0.8, 0.1))),
        Imported(BLUE, opacity=0.5),
    ]


def built(value: Material) -> bpy.types.Material:
    """The material with each node made for itself."""
    made = bpy.data.materials.new("built")
    made.node_tree.nodes.clear()
    graph = Graph(made.node_tree)
    surface = snowed(value, graph, seen_directly(value, graph, shade(value, graph)))
    graph.node("ShaderNodeOutputMaterial", Surface=surface).is_active_output = True
    return made


def content(tree: bpy.types.NodeTree) -> tuple[Any, ...]:
    """All nodes in their order, with every property and constant, and all links in theirs."""
    ends = {
        socket.as_pointer(): (node.name, side, place)
        for node in tree.nodes
        for side in ("inputs", "outputs")
        for place, socket in enumerate(getattr(node, side))
    }
    nodes = [
        (node.bl_idname, node.name, _properties(node), [_constant(item) for item in node.inputs]) for node in tree.nodes
    ]
    links = [(ends[link.from_socket.as_pointer()], ends[link.to_socket.as_pointer()]) for link in tree.links]
    return nodes, links


def _properties(node: bpy.types.Node) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for rule in node.bl_rna.properties:
        if rule.type == "COLLECTION" or rule.identifier in ("rna_type", "select"):
            continue
        value = getattr(node, rule.identifier)
        if rule.type == "POINTER":
            value = getattr(value, "name", None) if isinstance(value, bpy.types.ID) else None
        found[rule.identifier] = repr(tuple(value) if getattr(rule, "is_array", False) else value)
    return found


def _constant(socket: bpy.types.NodeSocket) -> str:
    value: Any = getattr(socket, "default_value", None)
    is_array = hasattr(value, "__len__") and not isinstance(value, str)
    return f"{socket.identifier} {socket.enabled} {tuple(value) if is_array else value}"


def test_copies_are_what_their_builders_say() -> None:
    every = values()
    made = [material(value) for value in every]
    assert 10 < sum(TEMPLATE in item for item in bpy.data.materials) < len(set(map(repr, every)))
    flat = [value for value in every if flat_of(value) is not None]
    assert 3 < len(flat) < len(every) / 2, "test_flat_materials.py looks at these"
    for value, copy in zip(every, made, strict=True):
        assert value in flat or content(copy.node_tree) == content(built(value).node_tree), value
        assert copy.use_fake_user
        assert TEMPLATE not in copy
        assert copy is material(value)


def test_constants_that_differ_differ() -> None:
    """The test above would not tell if contents were all alike."""
    assert content(material(Wood(RED)).node_tree) != content(material(Wood(BLUE)).node_tree)
    assert content(material(Imported(image="a.png")).node_tree) != content(material(Imported(image="b.png")).node_tree)
    assert {type(value) for value in values()} >= {Asphalt, Foliage, Glass, SignFace}


def test_what_eevee_changes_is_not_passed_on() -> None:
    """EEVEE's way with headlamps takes the place of nodes in materials that are there: not in their templates."""
    before = material(HEAD)
    scene = bpy.context.scene
    scene.camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    with suited(scene):
        assert not any(node.type == "TEX_IES" for node in before.node_tree.nodes)
        later = replace(HEAD, off_rgb=BLUE)
        assert content(material(later).node_tree) == content(built(later).node_tree)


def test_templates_do_not_outlive_their_blender() -> None:
    first = content(material(Wood(RED)).node_tree)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert content(material(Wood(RED)).node_tree) == first


def test_a_material_that_was_removed_is_made_again() -> None:
    first = material(Wood(RED))
    before, name = content(first.node_tree), first.name
    bpy.data.materials.remove(first)
    again = material(Wood(RED))
    assert (content(again.node_tree), again.name) == (before, name)
    assert again == bpy.data.materials[name]


def test_images_of_packs_have_names_of_their_own() -> None:
    """What this file's fixture makes is what builders look for."""
    assert image_of("a.png")


def test_what_materials_share_is_made_once() -> None:
    """A session keeps hundreds of them, and a socket takes 2 kB: what wets, snows on and tints them is a group."""
    for value in (Principled(RED, 0.2), Principled(RED, 0.2, tinted=True), Imported(image="a.png")):
        nodes = material(value).node_tree.nodes
        assert sum(len(node.inputs) + len(node.outputs) for node in nodes) < 40


def test_a_group_takes_constants_and_links_alike() -> None:
    def darker(graph: Graph, rgb: Socket, share: Socket) -> dict[str, Socket]:
        return {"Color": graph.vector("SCALE", rgb, share), "Share": share}

    tree = bpy.data.materials.new("darker").node_tree
    graph = Graph(tree)
    inputs = {"Color": "Color", "Share": "Float"}
    group = shared_group("darker", darker, inputs)
    assert shared_group("darker", darker, inputs) is group
    node = graph.node("ShaderNodeGroup", {"node_tree": group}, Color=graph.tint(), Share=0.25)
    assert [socket.type for socket in node.outputs] == ["VECTOR", "VALUE"]
    assert node.inputs["Color"].is_linked
    assert node.inputs["Share"].default_value == 0.25


def test_no_ray_is_sent_to_a_material() -> None:
    """Lamps have lights of their own; thousands of dim panes took the rays that were theirs."""
    assert {material(value).cycles.emission_sampling for value in values()} == {"NONE"}


@pytest.mark.parametrize(
    "value",
    [
        *(
            interior_materials.Timber((0.4, 0.25, 0.15), (0.2, 0.1, 0.05), finish=finish)
            for finish in ("oiled", "satin", "polished")
        ),
        *(interior_materials.FloorSlab(shine=shine) for shine in (0.0, 0.5, 0.82, 1.0)),
    ],
    ids=lambda value: f"{type(value).__name__} {getattr(value, 'finish', getattr(value, 'shine', ''))}",
)
def test_a_polish_does_not_change_what_the_denoiser_is_told(value: Material) -> None:
    """The worn and the bright part of a surface are on one side of the roughness that Cycles takes for a mirror's."""
    nodes = material(value).node_tree.nodes
    (given,) = [
        node.inputs["Roughness"]
        for node in nodes
        if node.type == "GROUP" and node.node_tree.name.startswith("longtail surface")
    ]
    source = given.links[0].from_node
    if source.type == "MATH":  # joints are rougher
        source = source.inputs[0].links[0].from_node
    low, high = (source.inputs[name].default_value for name in ("To Min", "To Max"))
    assert 0 < low < high < 1
    assert (low > SPECULAR_BELOW) == (high > SPECULAR_BELOW)


def test_panes_are_made_of_parts_which_those_of_other_kinds_have_too() -> None:
    """Blender takes ever longer for a tree, the more there is in it already."""
    home, office, shop = WindowPane(curtains=True), WindowPane(curtains=False), WindowPane(shop=True)
    trees = [material(value).node_tree for value in (home, office, shop)]
    parts = [{node.node_tree.name for node in tree.nodes if node.type == "GROUP"} for tree in trees]
    assert {"longtail ray through a pane", "longtail furnished wall"} <= parts[0] & parts[1]
    assert "longtail ray through a pane" in parts[2]
    shared = [bpy.data.node_groups[name] for names in parts for name in names]
    assert all(len(tree.nodes) < 100 for tree in [*trees, *shared])
