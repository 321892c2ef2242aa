"""What the nodes of a material come to, node by node, without a file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import bpy
import numpy as np
import pytest
from PIL import Image

import longtail.scenes.blender.library  # noqa: F401  (registers its shader)
from longtail.render.blender.model_materials import Surfaces
from longtail.render.blender.shader_links import UnknownValueError, closures_of, source_of
from longtail.render.blender.shader_values import Placing, Values
from longtail.scenes.assets.library.surface import Textured
from longtail.scenes.blender.images import load_images
from longtail.scenes.blender.materials.shading import shade
from longtail.scenes.blender.nodes import Graph
from longtail.scenes.geometry.materials import Glass, Material

pytestmark = pytest.mark.blender


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    yield
    bpy.ops.wm.read_factory_settings(use_empty=True)


class Worn:
    """A material with a principled shader, to be changed and then read."""

    def __init__(self) -> None:
        self.material = bpy.data.materials.new("Worn")
        self.tree: Any = self.material.node_tree
        self.shader: Any = self.tree.nodes["Principled BSDF"]
        self.end: Any = self.tree.get_output_node("CYCLES").inputs["Surface"]
        self.link: Any = self.tree.links.new
        self.surfaces = Surfaces(Path("/nowhere"))

    def node(self, kind: str) -> Any:
        return self.tree.nodes.new(f"ShaderNode{kind}")

    def texture(self, left: float, right: float) -> Any:
        """An image whose halves have these alphas, which its colours are, too."""
        node = self.node("TexImage")
        node.image = bpy.data.images.new("levels", 8, 8, alpha=True)
        levels = np.full((8, 8, 4), left, dtype=np.float32)
        levels[:, 4:] = right
        node.image.pixels.foreach_set(levels.ravel())
        node.image.pack()
        return node

    def scaled(self, image: Any) -> None:
        move = self.node("Mapping")
        move.inputs["Scale"].default_value = (2.0, 2.0, 1.0)
        self.link(self.node("TexCoord").outputs["UV"], move.inputs["Vector"])
        self.link(move.outputs[0], image.inputs["Vector"])

    def read(self) -> Material:
        self.surfaces.number(self.material, has_colours=False)
        (made,) = self.surfaces.materials()
        return made


TWICE = Placing(matrix=(2.0, 0.0, 0.0, 0.0, 2.0, 0.0))


@pytest.mark.parametrize(("levels", "comes_to"), [
    ((0.6, 0.8), "glass"), ((0.2, 0.4), "glass"), ((0.6, 1.0), "panes"), ((0.2, 0.8), "panes"), ((0.3, 1.0), "panes"),
    ((0.0, 0.4), "holes and panes"), ((0.0, 1.0), "holes"), ((0.01, 0.95), "holes"), ((0.95, 1.0), "solid"),
])  # fmt: skip
def test_alpha_is_glass_or_a_hole_or_nothing(levels: tuple[float, float], comes_to: str) -> None:
    worn = Worn()
    worn.link(worn.texture(*levels).outputs["Alpha"], worn.shader.inputs["Alpha"])
    made = worn.read()
    assert isinstance(made, Glass) == (comes_to == "glass")
    if isinstance(made, Textured):
        assert (made.cutout, made.panes) == ("holes" in comes_to, "panes" in comes_to)


def test_textures_lie_as_the_one_that_cuts_or_colours_or_else_as_the_first_of_the_others() -> None:
    for alpha, lies in ((0.0, Placing()), (0.6, Placing()), (0.95, TWICE)):
        worn = Worn()
        colour = worn.texture(1.0, 1.0)
        worn.scaled(colour)
        worn.link(colour.outputs["Color"], worn.shader.inputs["Base Color"])
        worn.link(worn.texture(alpha, 1.0).outputs["Alpha"], worn.shader.inputs["Alpha"])
        assert worn.surfaces.placing(worn.material) == lies
    worn = Worn()
    packed, parts = worn.texture(0.3, 0.4), worn.node("SeparateColor")
    worn.scaled(packed)
    worn.link(packed.outputs["Color"], parts.inputs[0])
    worn.link(parts.outputs["Green"], worn.shader.inputs["Roughness"])
    assert worn.surfaces.placing(worn.material) == TWICE


def test_an_image_whose_alpha_does_not_count_is_opaque() -> None:
    worn = Worn()
    image = worn.texture(0.0, 1.0)
    image.image.alpha_mode = "NONE"
    worn.link(image.outputs["Color"], worn.shader.inputs["Base Color"])
    worn.link(image.outputs["Alpha"], worn.shader.inputs["Alpha"])
    made = worn.read()
    assert isinstance(made, Textured)
    assert (made.cutout, made.opacity) == (False, 1.0)


@pytest.mark.parametrize("has_normals", [True, False])
def test_heights_are_no_normals(has_normals: bool) -> None:
    worn = Worn()
    bump = worn.node("Bump")
    worn.link(worn.texture(0.1, 0.9).outputs["Color"], bump.inputs["Height"])
    worn.link(bump.outputs[0], worn.shader.inputs["Normal"])
    if has_normals:
        normals = worn.node("NormalMap")
        worn.link(worn.texture(0.5, 0.7).outputs["Color"], normals.inputs["Color"])
        worn.link(normals.outputs[0], bump.inputs["Normal"])
    made = worn.read()
    assert isinstance(made, Textured)
    assert bool(made.normal_image) == has_normals
    if has_normals:
        levels = np.asarray(Image.open(io.BytesIO(worn.surfaces.images[made.normal_image])))
        assert abs(int(levels[4, 1, 0]) - 128) <= 1
    assert worn.surfaces.notes == {"the heights of a Bump node are left out: bumps come from normal maps alone"}


def nested(worn: Worn, mixes: int) -> None:
    shader = worn.shader
    for _ in range(mixes):
        mix = worn.node("MixShader")
        worn.link(shader.outputs[0], mix.inputs[1])
        worn.link(worn.node("BsdfDiffuse").outputs[0], mix.inputs[2])
        shader = mix
    worn.link(shader.outputs[0], worn.end)


def test_long_chains_of_mixes_are_followed_and_endless_ones_said() -> None:
    worn = Worn()
    nested(worn, 20)
    closures, left_out = closures_of(worn.material)
    assert (len(closures), left_out) == (21, [])
    assert [len(closure.weights) for closure in closures if closure.node == worn.shader] == [20]
    worn = Worn()
    nested(worn, 200)
    worn.read()
    assert worn.surfaces.notes == {
        "material 'Worn.001' has more than 128 shaders and mixes of them, of which the first count",
        "material 'Worn.001' has no shader that shows, and is taken for its colour in viewports",
    }


def test_a_group_without_the_socket_is_a_value_that_is_unknown() -> None:
    end = SimpleNamespace(type="GROUP_OUTPUT", is_active_output=True, inputs=[])
    group = SimpleNamespace(type="GROUP", mute=False, node_tree=SimpleNamespace(nodes=[end]))
    link = SimpleNamespace(is_muted=False, from_node=group, from_socket=SimpleNamespace(identifier="Socket_1"))
    with pytest.raises(UnknownValueError, match="a socket of a group"):
        source_of(SimpleNamespace(links=[link]))


def test_numbers_are_finite() -> None:
    """0 to the power of -1, and a ramp at that times 0."""
    worn = Worn()
    power, times, ramp = worn.node("Math"), worn.node("Math"), worn.node("ValToRGB")
    power.operation, times.operation = "POWER", "MULTIPLY"
    power.inputs[0].default_value, power.inputs[1].default_value, times.inputs[1].default_value = 0.0, -1.0, 0.0
    worn.link(power.outputs[0], times.inputs[0])
    worn.link(times.outputs[0], ramp.inputs[0])
    worn.link(ramp.outputs[0], worn.shader.inputs["Alpha"])
    worn.link(power.outputs[0], worn.shader.inputs["Roughness"])
    values = Values(lambda _: None)
    assert float(values.number(worn.shader.inputs["Alpha"], ())) == 0.0
    assert np.isfinite(values.number(worn.shader.inputs["Roughness"], ()))


def test_what_glows_has_holes_where_its_surface_has_them() -> None:
    """Nothing is added to the mix with the transparent shader."""
    data = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(data, "PNG")
    load_images({"card.png": data.getvalue()})
    tree = bpy.data.materials.new("Card").node_tree
    glowing = Textured(image="card.png", cutout=True, emission_rgb=(1.0, 0.0, 0.0), emission_kcd_m2=0.3)
    shader = shade(glowing, Graph(tree))
    assert shader.node.type == "MIX_SHADER"
    clear, rest = (shader.node.inputs[place].links[0].from_node.type for place in (1, 2))
    assert (clear, rest) == ("BSDF_TRANSPARENT", "ADD_SHADER")
