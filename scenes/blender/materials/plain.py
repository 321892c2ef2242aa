"""Manufactured surfaces: plain principled ones, car paint, glass, lamps, signs."""

from __future__ import annotations

from longtail.scenes.blender.materials.flat import Flat, flat_of
from longtail.scenes.blender.materials.lamp_glow import switched_level
from longtail.scenes.blender.materials.shading import (
    N,
    complexion,
    principled,
    shade,
    surface,
    surface_numbers,
    tinted,
)
from longtail.scenes.blender.nodes import Graph, Socket
from longtail.scenes.blender.shader_inputs import shader_input
from longtail.scenes.geometry.materials import CarPaint, Complexion, Glass, LampGlass, Principled, SignFace
from longtail.scenes.lamps.retroreflection import FALLS, HALVED_M


@shade.register
def _principled(value: Principled, graph: Graph) -> Socket:
    rgb: Socket = value.rgb
    if value.tinted:
        rgb = tinted(graph, value.rgb)
    roughness: Socket = value.roughness
    if value.mottle > 0:
        speckle = graph.noise(graph.object_position(), 9.0, detail=3.0, roughness=0.65)
        rgb = graph.mix(
            graph.math("MULTIPLY", graph.step(speckle, 0.45, 0.75), value.mottle * 0.6),
            rgb,
            (0.08, 0.07, 0.055),
        )
        roughness = graph.math("ADD", value.roughness, graph.step(speckle, 0.3, 0.7, 0.0, 0.25 * value.mottle))
    return surface(graph, rgb, None, _numbers(value, roughness))


@flat_of.register
def _flat(value: Principled) -> Flat | None:
    return Flat(value.rgb, value.rgb, _numbers(value, value.roughness), value.tinted) if value.mottle <= 0 else None


def _numbers(value: Principled, roughness: N) -> dict[str, N | float]:
    return surface_numbers(
        roughness,
        metallic=value.metallic,
        coat=value.coat,
        transmission=value.transmission,
        ior=value.ior,
        subsurface=value.subsurface,
        porosity=0.5 if value.metallic == 0 and value.coat == 0 else 0.0,
    )


@shade.register
def _complexion(value: Complexion, graph: Graph) -> Socket:
    rgb = complexion(graph, value.of)
    return principled(graph, rgb, value.roughness, subsurface=value.subsurface, porosity=0.2)


@shade.register
def _car_paint(value: CarPaint, graph: Graph) -> Socket:
    position = graph.object_position()
    tint = graph.tint()
    sparkle = graph.specks(position, 700.0)
    rgb = graph.mix(graph.math("MULTIPLY", sparkle, 0.25 * value.flakes), tint, (0.8, 0.8, 0.8))
    # Road dirt gathers low on the body.
    height = graph.split(position)[2]
    dirt = graph.math(
        "MULTIPLY",
        graph.step(height, 0.15, 0.75, 0.7, 0.0),
        graph.step(graph.noise(position, 3.0, detail=3.0), 0.35, 0.7),
    )
    return principled(
        graph,
        graph.mix(dirt, rgb, (0.10, 0.09, 0.075)),
        graph.lerp(dirt, 0.32, 0.8),
        metallic=graph.math("MULTIPLY", graph.math("SUBTRACT", 1.0, dirt), 0.45 * value.flakes),
        coat=graph.math("SUBTRACT", 1.0, dirt, clamp=True),
    )


@shade.register
def _glass(value: Glass, graph: Graph) -> Socket:
    # A pane far thinner than a pixel: refraction would shift nothing one can see, but would block all lamps behind it.
    clear = graph.node("ShaderNodeBsdfTransparent", Color=value.tint).outputs[0]
    mirror = graph.node("ShaderNodeBsdfGlossy", Color=(0.95, 0.95, 0.95), Roughness=0.02).outputs[0]
    # Blender inverts the index on back faces, which is right for a solid and would make a pane's inside a mirror.
    inside = graph.given("ShaderNodeNewGeometry").outputs["Backfacing"]
    fresnel = graph.node("ShaderNodeFresnel", IOR=graph.lerp(inside, 1.5, 1 / 1.5)).outputs[0]
    return graph.blend(graph.math("MULTIPLY", fresnel, 1.6, clamp=True), clear, mirror)


@shade.register
def _lamp_glass(value: LampGlass, graph: Graph) -> Socket:
    level = switched_level(graph, value.kind)
    shader = graph.node(
        "ShaderNodeBsdfPrincipled",
        Base_Color=value.off_rgb,
        Roughness=0.15,
        Coat_Weight=1.0,
        Emission_Color=value.rgb,
        Emission_Strength=level,
    )
    return shader.outputs["BSDF"]


@shade.register
def _sign_face(value: SignFace, graph: Graph) -> Socket:
    # Retroreflection: the headlights sit beside the camera, and the farther off the sheet is, the more straight back it
    # shines. From 25 m to 100 m that about makes up for the distance.
    distance = graph.math("MAXIMUM", graph.given("ShaderNodeCameraData").outputs["View Distance"], 2.0)
    past = graph.math("POWER", graph.math("DIVIDE", HALVED_M, distance), FALLS)
    spread = graph.math("MULTIPLY", graph.math("MULTIPLY", distance, distance), graph.math("ADD", past, 1.0))
    back = graph.math("DIVIDE", shader_input(graph, "retro"), spread)
    shader = graph.node(
        "ShaderNodeBsdfPrincipled",
        Base_Color=value.rgb,
        Roughness=0.4,
        Coat_Weight=0.4,
        Emission_Color=value.rgb,
        Emission_Strength=graph.math("MULTIPLY", back, graph.given("ShaderNodeLightPath").outputs["Is Camera Ray"]),
    )
    return shader.outputs["BSDF"]
