"""Patterns of randomised domains, each of three colours: the object's tint and two that follow from it."""

from __future__ import annotations

from collections.abc import Callable

from longtail.scenes.blender.materials.shading import principled, shade
from longtail.scenes.blender.nodes import Graph, Socket
from longtail.scenes.geometry.pattern_materials import Kind, Pattern


@shade.register
def _pattern(value: Pattern, graph: Graph) -> Socket:
    place = graph.vector("SCALE", graph.object_position(), 1 / value.pitch_m)
    first, second = _SHARES[value.kind](graph, place)
    red, green, blue = graph.split(graph.tint())
    # The same channels in another order: other hues of about the same lightness.
    other, third = graph.combine(blue, red, green), graph.combine(green, blue, red)
    rgb = graph.mix(second, graph.mix(first, graph.tint(), other), graph.vector("SCALE", third, 0.45))
    if not value.glows:
        return principled(graph, rgb, value.roughness, metallic=value.metallic)
    return graph.node("ShaderNodeEmission", Color=rgb, Strength=1.0).outputs[0]


Shares = tuple[Socket | float, Socket | float]
"""How much of the second colour over the first, and of the third over both, each 0..1."""


def _plain(_graph: Graph, _place: Socket) -> Shares:
    return 0.0, 0.0


def _gradient(graph: Graph, place: Socket) -> Shares:
    x, y, _ = graph.split(place)
    return graph.step(x, -1.5, 1.5), graph.step(y, 0.2, 2.0)


def _checks(graph: Graph, place: Socket) -> Shares:
    cells = [graph.math("FLOOR", at) for at in graph.split(place)]
    total = graph.math("ADD", graph.math("ADD", cells[0], cells[1]), cells[2])
    odd = graph.math("FRACT", graph.math("MULTIPLY", total, 0.5))
    return graph.math("GREATER_THAN", odd, 0.25), 0.0


def _stripes(graph: Graph, place: Socket) -> Shares:
    x, y, _ = graph.split(place)
    wave = graph.math("FRACT", graph.math("ADD", x, graph.math("MULTIPLY", y, 0.35)))
    return graph.math("GREATER_THAN", wave, 0.5), graph.math("GREATER_THAN", wave, 0.86)


def _cells(graph: Graph, place: Socket) -> Shares:
    chance, other, _ = graph.split(graph.node("ShaderNodeTexVoronoi", Vector=place, Scale=1.0).outputs["Color"])
    return chance, graph.math("GREATER_THAN", other, 0.7)


def _clouds(graph: Graph, place: Socket) -> Shares:
    broad = graph.noise(place, 0.8, detail=6.0, roughness=0.6)
    return graph.step(broad, 0.38, 0.62), graph.step(graph.noise(place, 2.3, detail=3.0), 0.56, 0.66)


def _spots(graph: Graph, place: Socket) -> Shares:
    found = graph.node("ShaderNodeTexVoronoi", Vector=place, Scale=1.0)
    size = graph.split(found.outputs["Color"])[0]
    inside = graph.math("LESS_THAN", found.outputs["Distance"], graph.lerp(size, 0.12, 0.5))
    return inside, graph.math("MULTIPLY", inside, graph.math("GREATER_THAN", size, 0.6))


def _marble(graph: Graph, place: Socket) -> Shares:
    bent = graph.node("ShaderNodeTexNoise", Vector=place, Scale=0.7, Detail=4.0).outputs["Color"]
    x, _, _ = graph.split(graph.vector("ADD", place, graph.vector("SCALE", bent, 3.0)))
    wave = graph.math("SINE", graph.math("MULTIPLY", x, 4.0))
    return graph.step(wave, -0.6, 0.6), graph.step(wave, 0.9, 0.98)


_SHARES: dict[Kind, Callable[[Graph, Socket], Shares]] = {
    "plain": _plain,
    "gradient": _gradient,
    "checks": _checks,
    "stripes": _stripes,
    "cells": _cells,
    "clouds": _clouds,
    "spots": _spots,
    "marble": _marble,
}
