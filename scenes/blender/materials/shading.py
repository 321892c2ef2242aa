"""The dispatch table of material builders, and what most of them share: a principled surface that can get wet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import singledispatch
from typing import TypeVar

from longtail.scenes.blender.alternatives import group_of_two
from longtail.scenes.blender.nodes import Graph, Socket, Value, shared_group
from longtail.scenes.blender.shader_inputs import shader_input
from longtail.scenes.geometry.interior_materials import Glow, Outlook, StretchFilm
from longtail.scenes.geometry.materials import (
    Asphalt,
    CarPaint,
    Complexion,
    Glass,
    LampGlass,
    Material,
    Rgb,
    SignFace,
    WindowPane,
)
from longtail.scenes.geometry.pattern_materials import Panorama, Pattern

N = TypeVar("N")
_DRIED_SILT = (0.21, 0.17, 0.12)

SPECULAR_BELOW = 0.075**0.5
"""Roughness up to which Cycles takes a lobe for a mirror: what it tells the denoiser is then the colour without that
lobe (`film_write_denoising_features_surface` in Cycles' kernel/film/denoising_passes.h compares the roughness squared
with 0.075). A surface whose roughness varies about this value has patches in that colour which nobody sees in the
picture, and the denoiser leaves grain along them: a surface lies on one side of it.
"""


@singledispatch
def shade(value: Material, _graph: Graph) -> Socket:
    """The shader of a material; one builder is registered per material type."""
    raise TypeError(f"expected a material that has a Blender builder, got {value!r}")


@singledispatch
def cut_out(_value: Material) -> str | None:
    """What makes holes in a material: the name of a Blender image whose alpha is none, "" where all of it is one, None
    where none is. Materials that nodes make holes in must say so here, or rays outside of Blender meet them whole."""
    return None


def seen_directly(value: Material, graph: Graph, full: Socket) -> Socket:
    """`full` where the camera or a mirror looks; plain matt colour where a surface only passes light on.

    Most shading points lie on diffuse bounces, where no one can tell grain, joints and dirt from their mean colour, and
    Cycles skips the branch of a mix that has no weight.
    """
    if isinstance(value, Glass | LampGlass | SignFace | StretchFilm | WindowPane | Glow | Outlook | Pattern | Panorama):
        return full
    rgb: Value = mean_rgb(value)
    if isinstance(value, CarPaint) or getattr(value, "tinted", False):
        rgb = tinted(graph, rgb)
    if isinstance(value, Complexion):
        rgb = complexion(graph, value.of)
    return or_matt(graph, full, rgb)


def or_matt(graph: Graph, full: Socket, rgb: Value) -> Socket:
    """`full` where it is seen, and matt of a colour where it only passes light on."""
    both = shared_group("longtail seen directly", _or_matt, {"Full": "Shader", "Color": "Color"})
    return graph.node("ShaderNodeGroup", {"node_tree": both}, Full=full, Color=rgb).outputs[0]


def _or_matt(graph: Graph, full: Socket, rgb: Socket) -> dict[str, Socket]:
    matt = graph.node("ShaderNodeBsdfDiffuse", Color=rgb).outputs[0]
    return {"Shader": graph.blend(graph.given("ShaderNodeLightPath").outputs["Is Diffuse Ray"], full, matt)}


def tinted(graph: Graph, rgb: Value) -> Socket:
    """A colour under the object's own tint."""
    group = shared_group("longtail tinted", _times_tint, {"Color": "Color"})
    return graph.node("ShaderNodeGroup", {"node_tree": group}, Color=rgb).outputs[0]


def _times_tint(graph: Graph, rgb: Socket) -> dict[str, Socket]:
    return {"Color": graph.mix(1.0, rgb, graph.tint(), blend="MULTIPLY")}


def complexion(graph: Graph, of: str) -> Socket:
    """The object's own colour of that name."""
    node = graph.node("ShaderNodeAttribute", {"attribute_type": "OBJECT", "attribute_name": of})
    return node.outputs["Color"]


def mean_rgb(value: Material) -> Rgb:
    """The mean colour of a material, untinted."""
    if isinstance(value, Asphalt):
        tone = 0.035 + 0.06 * value.age
        return tone, tone, tone
    rgb: Rgb = getattr(value, "rgb", (0.8, 0.8, 0.8))
    return rgb


def principled(
    graph: Graph,
    rgb: Value,
    roughness: Value,
    *,
    normal: Value | None = None,
    porosity: float = 0.0,
    wet_roughness: float = 0.12,
    metallic: Value = 0.0,
    coat: Value = 0.0,
    subsurface: float = 0.0,
    transmission: Value = 0.0,
    ior: float = 1.5,
    specular: float = 0.5,
    holds_film: float = 1.0,
    grain: float = 0.0,
) -> Socket:
    """A principled surface under the scene's wetness.

    Water in the pores of a surface lets light scatter forward and be absorbed more often: wet asphalt or plaster is
    about half as bright (Lekner & Dorf, "Why some things are darker when wet", Applied Optics 27, 1988). `porosity` in
    0..1 scales that darkening; a thin film of water then covers what faces up, on as much of it as `holds_film`.

    `grain` in 0..1 is how rough a matt surface is (Oren & Nayar, "Generalization of Lambert's reflectance model",
    SIGGRAPH 1994): the sides of its grains that a lamp shines on are those which whoever stands beside the lamp sees.
    Water fills the grain.
    """
    numbers = surface_numbers(
        roughness,
        porosity=porosity,
        wet_roughness=wet_roughness,
        metallic=metallic,
        coat=coat,
        subsurface=subsurface,
        transmission=transmission,
        ior=ior,
        specular=specular,
        holds_film=holds_film,
        grain=grain,
    )
    return surface(graph, rgb, normal, numbers)


def surface_numbers(
    roughness: N,
    *,
    porosity: float = 0.0,
    wet_roughness: float = 0.12,
    metallic: N | float = 0.0,
    coat: N | float = 0.0,
    subsurface: float = 0.0,
    transmission: N | float = 0.0,
    ior: float = 1.5,
    specular: float = 0.5,
    holds_film: float = 1.0,
    grain: float = 0.0,
) -> dict[str, N | float]:
    """What `surface` takes beside colour and normal, by the names of `NUMBERS`; arguments as of `principled`."""
    return {
        "Roughness": roughness,
        "Metallic": metallic,
        "Coat": coat,
        "Subsurface": subsurface,
        "Transmission": transmission,
        "IOR": ior,
        "Specular": specular,
        "Porosity": porosity,
        "Wet Roughness": wet_roughness,
        "Film Coat": holds_film * (0.85 - 0.45 * porosity),
        # Water fills the pores of a rough surface before it lies over its grains.
        "Film Roughness": 0.08 + 0.22 * porosity,
        "Grain": grain,
    }


NUMBERS = tuple(surface_numbers(0.5))
"""The names of what a surface takes beside colour and normal."""


def surface(graph: Graph, rgb: Value, normal: Value | None, numbers: Mapping[str, Value]) -> Socket:
    """The shader of a principled surface, of its colour, its normal (None: the mesh's own) and its `NUMBERS`."""
    carried = {"Color": "Color", "Roughness": "Float", "Normal": "Normal"} | dict.fromkeys(NUMBERS, "Float")
    group = group_of_two("longtail surface", ("wetness", "flooded", "silt"), _surface, _dry_surface, carried)
    given = {"Color": rgb, "Roughness": numbers["Roughness"], "Normal": normal} | dict(numbers)
    return graph.node("ShaderNodeGroup", {"node_tree": group}, **given).outputs[0]


def _surface(graph: Graph, *given: Socket) -> dict[str, Socket]:
    return _principled(graph, given, _water(graph))


def _dry_surface(graph: Graph, *given: Socket) -> dict[str, Socket]:
    """What is left of `_surface` without a film and without silt."""
    return _principled(graph, given, None)


def _principled(graph: Graph, given: Sequence[Socket], water: tuple[Socket, Socket] | None) -> dict[str, Socket]:
    """The shader of what a surface is given: colour, roughness, normal, its `NUMBERS`; under `water`, if there is."""
    rgb, roughness, normal, metallic, coat, subsurface, transmission, ior, specular, *wet, grain = given
    porosity, wet_roughness, film_coat, film_roughness = wet
    colour, rough, diffuse = rgb, roughness, grain
    coated: Value = 0.0
    coat_roughness: Value = 0.04
    if water is not None:
        film, stained = water
        muddy = graph.mix(stained, rgb, _DRIED_SILT)
        colour = graph.mix(graph.math("MULTIPLY", film, porosity), muddy, graph.vector("SCALE", muddy, 0.42))
        rough = graph.lerp(graph.math("MULTIPLY", film, 0.6), roughness, wet_roughness)
        diffuse = graph.lerp(film, grain, 0.0)
        coated = graph.math("MULTIPLY", film, film_coat)
        coat_roughness = graph.lerp(film, coat_roughness, film_roughness)
    shader = graph.node(
        "ShaderNodeBsdfPrincipled",
        Base_Color=colour,
        Roughness=rough,
        Diffuse_Roughness=diffuse,
        Metallic=metallic,
        Normal=normal,
        Coat_Weight=graph.math("MAXIMUM", coat, coated),
        Coat_Roughness=coat_roughness,
        Coat_IOR=1.4,
        Subsurface_Weight=subsurface,
        Transmission_Weight=transmission,
        IOR=ior,
        Specular_IOR_Level=specular,
    )
    return {"Shader": shader.outputs["BSDF"]}


def _water(graph: Graph) -> tuple[Socket, Socket]:
    """How much of a surface has a film of water and how much is covered by silt, each 0..1 and folded away when dry.

    Walls wick and waves lap some 10 cm up; the tide mark runs 30 cm over the level, as water is drawn while it falls.
    """
    up = graph.split(graph.given("ShaderNodeNewGeometry").outputs["Normal"])[2]
    rained = graph.math("MULTIPLY", shader_input(graph, "wetness"), graph.step(up, -0.2, 0.9, 0.25, 1.0))
    flood = graph.given(
        "ShaderNodeGroup", group_of_two("longtail flood on things", ("flooded", "silt"), _flood, _no_flood, {})
    )
    return graph.math("ADD", rained, flood.outputs["Soaked"], clamp=True), flood.outputs["Stained"]


def _flood(graph: Graph) -> dict[str, Socket]:
    over = graph.math("SUBTRACT", graph.split(graph.world_position())[2], shader_input(graph, "water_level_m"))
    soaked = graph.math("MULTIPLY", shader_input(graph, "flooded"), graph.step(over, 0.03, 0.13, 1.0, 0.0))
    stained = graph.math("MULTIPLY", shader_input(graph, "silt"), graph.step(over, 0.27, 0.32, 0.55, 0.0))
    return {"Soaked": soaked, "Stained": stained}


def _no_flood(graph: Graph) -> dict[str, Socket]:
    return {"Soaked": graph.number(0.0), "Stained": graph.number(0.0)}
