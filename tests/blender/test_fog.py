"""Fog against Koschmieder's law, and the labels against fog."""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np
import pytest

from longtail.render.blender.session import Session
from longtail.scenes.atmosphere.airlight import airlight
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.blender.haze import build_haze
from longtail.scenes.blender.marks import HAZE
from longtail.scenes.blender.meshes import to_blender
from longtail.scenes.blender.nodes import Graph
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.solids import box
from longtail.scenes.weather import Fog, Mist
from tests.blender.stage import at, expose, looking_along_x
from tests.blender.stage import session as new_session

pytestmark = pytest.mark.blender

LIGHT = Light(30.0, 0.0, cloud_cover=1.0, haze=0.3, exposure_ev=0.0)
BLACK = Principled((0.0, 0.0, 0.0), roughness=1.0)


@pytest.fixture(scope="module")
def session() -> Session:
    return new_session(samples=4)


@pytest.mark.parametrize("visibility_m", [60.0, 400.0])
@pytest.mark.parametrize("distance_m", [10.0, 30.0, 60.0])
def test_a_black_plate_takes_the_airlight_of_its_distance(
    session: Session, visibility_m: float, distance_m: float
) -> None:
    def fog(scene: bpy.types.Scene) -> None:
        build_haze(scene, LIGHT, Fog(visibility_m).air, (0.0, 0.0))

    camera = looking_along_x(64, 48, 20.0, height_m=1.5)
    plate = box((0.01, 40, 40), Principled((0.0, 0.0, 0.0), roughness=1.0))
    shown = expose(session, camera, [("plate", "car", plate, at(distance_m))], fog)
    middle = shown.radiance[20:28, 28:36].mean(axis=(0, 1))
    # The dielectric coat of even a black plate mirrors a few percent of the fog in front of it.
    expected = np.asarray(airlight(LIGHT)) * (1 - math.exp(-math.log(20) * distance_m / visibility_m))
    mirrored = 0.05 * np.asarray(airlight(LIGHT))
    assert (middle > expected * 0.97).all()
    assert (middle < expected * 1.05 + mirrored).all()


def test_fog_changes_no_label(session: Session) -> None:
    camera = looking_along_x(64, 48, 40.0, height_m=1.5)
    things = [("plate", "car", box((0.5, 3, 3), BLACK), at(30.0))]

    def fog(scene: bpy.types.Scene) -> None:
        build_haze(scene, LIGHT, Fog(25.0).air, (0.0, 0.0))

    clear, foggy = expose(session, camera, things), expose(session, camera, things, fog)
    np.testing.assert_array_equal(foggy.object_ids, clear.object_ids)
    np.testing.assert_array_equal(foggy.depth_m, clear.depth_m)


@pytest.mark.parametrize(("kind", "emptied"), [(Mist(60.0, 8.0), False), (Fog(60.0), True)], ids=["mist", "fog"])
def test_labels_are_made_without_the_air_that_pictures_go_through(
    session: Session, monkeypatch: pytest.MonkeyPatch, kind: Mist | Fog, emptied: bool
) -> None:
    """A leaf's edge behind a wall of a box of air was met in mist and missed without; siblings have the same bytes.

    A box whose walls are beyond all that has holes stays, and is empty: to take it out has Cycles build its trees anew.
    """
    seen, render = [], session._render

    def watched(target: bpy.types.Scene) -> dict[str, Any]:
        boxes = [item for item in target.objects if HAZE in item]
        nodes = [node for item in boxes for node in item.data.materials[0].node_tree.nodes]
        seen.append(
            (
                [item.hide_render for item in boxes],
                [node.inputs["Density"].default_value for node in nodes if node.type == "VOLUME_ABSORPTION"],
                [node.inputs["Strength"].default_value for node in nodes if node.type == "EMISSION"],
            )
        )
        return render(target)

    def air(scene: bpy.types.Scene) -> None:
        leaf = bpy.data.objects.new("leaf", to_blender(box((1, 1, 1), BLACK), "leaf"))
        leaf.data.materials[0] = bpy.data.materials.new("leaf")
        leaf.location.z, leaf.pass_index = 20.0, 2
        scene.collection.objects.link(leaf)
        build_haze(scene, LIGHT, kind.air, (0.0, 0.0))

    monkeypatch.setattr(session, "_render", watched)
    expose(session, looking_along_x(16, 12), [("plate", "car", box((0.5, 3, 3), BLACK), at(30.0))], air)
    (hidden, takes, gives), (hidden_then, takes_then, gives_then) = seen
    assert len(hidden) > 1
    assert not any(hidden)
    assert min(*takes, *gives) > 0
    assert all(hidden_then) is not emptied
    assert any(hidden_then) is not emptied
    assert (max(*takes_then, *gives_then) == 0) is emptied


def test_a_ray_looks_through_any_number_of_holes(session: Session) -> None:
    def sheets(scene: bpy.types.Scene) -> None:
        clear = bpy.data.materials.new("hole")
        clear.node_tree.nodes.clear()
        graph = Graph(clear.node_tree)
        graph.node("ShaderNodeOutputMaterial", Surface=graph.node("ShaderNodeBsdfTransparent").outputs[0])
        for number in range(60):
            item = bpy.data.objects.new("sheet", to_blender(box((0.01, 40, 40), BLACK), "sheet"))
            item.data.materials.clear()
            item.data.materials.append(clear)
            item.location = (2.0 + number / 4, 0, 0)
            scene.collection.objects.link(item)

    things = [("plate", "car", box((0.5, 30, 30), BLACK), at(30.0))]
    seen = expose(session, looking_along_x(16, 12, 30.0), things, sheets)
    assert (seen.object_ids == 1).all()
    assert seen.depth_m == pytest.approx(29.75)
