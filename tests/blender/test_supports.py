"""What is drawn reaches Blender: values at both ends of every support are written, read back and compared."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields

import bpy
import numpy as np
import pytest

from longtail.distributions import Distribution
from longtail.scenes.assets import catalogue
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.blender.camera import camera_object
from longtail.scenes.blender.light import build_light
from longtail.scenes.blender.materials import material
from longtail.scenes.blender.scene import Built, build_scene, clear_scene
from longtail.scenes.blender.shader_inputs import ShaderInputs, set_shader_inputs, shader_input_value
from longtail.scenes.composing import scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.scenarios.street.scenario import PARAMETERS
from longtail.scenes.scene import Scene
from tests.scenes.streets import LEVEL

pytestmark = pytest.mark.blender

ASSETS = catalogue(packs=False)
EMPTY = (
    "road.kind=town",
    *LEVEL,
    "objects.vehicle.count=0",
    "objects.parked.share=0",
    "objects.pedestrian.count=0",
    "objects.cyclist.count=0",
)
SUPPORTS = {p.path: p.default.support for p in PARAMETERS if isinstance(p.default, Distribution) and p.choices is None}


def drawn(*changes: str) -> Scene:
    return scene_of(load("street", [*EMPTY, "assets.packs=false", "road.curvature_1_m=0", *changes], seed=1), 0, ASSETS)


def camera_of(*changes: str) -> bpy.types.Object:
    """The camera of a drawn scene, which a session adds to what it has built for each picture."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    camera = camera_object(drawn(*changes).camera)
    bpy.context.scene.collection.objects.link(camera)
    return camera


@contextmanager
def built(*changes: str) -> Iterator[tuple[Scene, Built]]:
    scene = drawn(*changes)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    made = build_scene(scene, ASSETS)
    try:
        yield scene, made
    finally:
        clear_scene(made)


def ends(path: str) -> list[float]:
    low, high = SUPPORTS[path]
    assert math.isfinite(low)
    assert math.isfinite(high)
    return [low, high]


def pinned(path: str) -> pytest.MarkDecorator:
    """Run a test with `value` at both ends of a parameter's support."""
    return pytest.mark.parametrize("value", ends(path))


@pinned("camera.horizontal_fov_deg")
def test_field_of_view(value: float) -> None:
    camera = camera_of(f"camera.horizontal_fov_deg={value}")
    assert math.degrees(camera.data.angle_x) == pytest.approx(value, abs=1e-3)


@pinned("camera.height_m")
def test_height(value: float) -> None:
    camera = camera_of(f"camera.height_m={value}")
    assert camera.matrix_world.translation.z == pytest.approx(value, abs=1e-5)


@pinned("camera.pitch_deg")
def test_pitch(value: float) -> None:
    forward = -camera_of(f"camera.pitch_deg={value}", "camera.roll_deg=0").matrix_world.col[2]
    assert math.degrees(math.asin(forward.z)) == pytest.approx(value, abs=1e-3)


@pinned("camera.roll_deg")
def test_roll(value: float) -> None:
    right = camera_of(f"camera.roll_deg={value}", "camera.pitch_deg=0").matrix_world.col[0]
    assert math.degrees(math.asin(-right.z)) == pytest.approx(value, abs=1e-3)


@pinned("camera.yaw_deg")
def test_yaw(value: float) -> None:
    camera = camera_of(f"camera.yaw_deg={value}", "camera.pitch_deg=0", "camera.roll_deg=0")
    forward = -camera.matrix_world.col[2]
    assert math.degrees(math.atan2(forward.y, forward.x)) == pytest.approx(value, abs=1e-3)


@pytest.mark.parametrize("elevation", [0.5, 62.0])
@pinned("lighting.sun_azimuth_deg")
def test_sun_direction(elevation: float, value: float) -> None:
    sun = (f"lighting.sun_elevation_deg={elevation}", f"lighting.sun_azimuth_deg={value}")
    scene = drawn("weather=clear", "lighting.cloud_cover=0.1", *sun)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    build_light(bpy.context.scene, scene.light)
    shines(bpy.context.scene, scene.light, elevation, value)


def shines(shown: bpy.types.Scene, light: Light, elevation_deg: float, azimuth_deg: float) -> None:
    lamp = shown.objects["sun"]
    towards = lamp.matrix_basis.col[2]
    e, a = math.radians(elevation_deg), math.radians(azimuth_deg)
    expected = (math.cos(e) * math.cos(a), math.cos(e) * math.sin(a), math.sin(e))
    np.testing.assert_allclose(tuple(towards)[:3], expected, atol=1e-5)
    assert lamp.data.energy == pytest.approx(light.sun_klx, rel=1e-5)


def test_no_sun_at_night_nor_under_clouds() -> None:
    for changes in (("lighting.sun_elevation_deg=-14",), ("weather=overcast", "lighting.sun_elevation_deg=40")):
        with built(*changes) as (_, made):
            assert "sun" not in made.scene.objects


@pinned("lighting.sun_elevation_deg")
def test_sky_strength(value: float) -> None:
    with built("weather=clear", f"lighting.sun_elevation_deg={value}", "lighting.sun_azimuth_deg=35") as (scene, made):
        background = next(node for node in made.scene.world.node_tree.nodes if node.type == "BACKGROUND")
        assert background.inputs["Strength"].default_value == pytest.approx(scene.light.sky_klx, rel=1e-5)
        assert ("sun" in made.scene.objects) == (value > 0)
        if value > 0:
            shines(made.scene, scene.light, value, 35.0)


@pytest.mark.parametrize("value", [35.0, 800.0])
def test_fog_extinction(value: float) -> None:
    with built("weather=fog", f"weather.fog.visibility_m={value}") as (_, made):
        nodes = made.scene.objects["haze 0"].data.materials[0].node_tree.nodes
        absorption = next(node for node in nodes if node.type == "VOLUME_ABSORPTION")
        assert absorption.inputs["Density"].default_value == pytest.approx(math.log(20) / value, rel=1e-5)


@pytest.mark.parametrize("weather", ["clear", "rain"])
def test_wetness_and_puddles(weather: str) -> None:
    with built(f"weather={weather}") as (scene, _):
        assert shader_input_value("wetness") == pytest.approx(scene.weather.wetness)
        assert shader_input_value("puddles") == pytest.approx(scene.weather.puddles)


def test_materials_are_told_of_all_that_changes_at_once() -> None:
    every = [item.name for item in fields(ShaderInputs)]
    asked = ShaderInputs(**{name: 0.25 * number for number, name in enumerate(every, start=1)})
    set_shader_inputs(asked)
    assert [shader_input_value(name) for name in every] == [getattr(asked, name) for name in every]
    assert not asked.dry
    assert ShaderInputs(retro=1.0, moment_s=2.0).dry


def test_a_dry_scene_has_no_trees_of_water_and_snow() -> None:
    """What Cycles is handed grows with the nodes that materials reach, and those that read a scene are handed anew."""

    def reached() -> set[str]:
        kinds, trees = set(), [made.node_tree]
        while trees:
            for node in trees.pop().nodes:
                kinds.add(node.bl_idname)
                if node.bl_idname == "ShaderNodeGroup":
                    trees.append(node.node_tree)
        return kinds

    bpy.ops.wm.read_factory_settings(use_empty=True)
    set_shader_inputs(ShaderInputs(wetness=0.5, snow_lies=1.0, snow=1.0))
    made = material(Principled((0.5, 0.4, 0.3)))
    set_shader_inputs(ShaderInputs(wetness=0.5, snow_lies=1.0, snow=1.0))
    weather = {"ShaderNodeBump", "ShaderNodeTexNoise", "ShaderNodeMapRange", "ShaderNodeAttribute"}
    assert weather <= reached()
    set_shader_inputs(ShaderInputs(retro=1.0))
    assert not weather & reached()
    set_shader_inputs(ShaderInputs(silt=0.1))
    assert reached() & weather == {"ShaderNodeMapRange", "ShaderNodeAttribute"}


def test_building_many_scenes_leaves_nothing_behind() -> None:
    config = load("street", [*EMPTY, "assets.packs=false"], seed=1)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    counts = []
    for index in range(4):
        clear_scene(build_scene(scene_of(config, index % 2, ASSETS), ASSETS))
        counts.append({name: len(getattr(bpy.data, name)) for name in KINDS})
    # The first two scenes fill the caches of meshes and materials; after that nothing may be added.
    assert counts[3] == counts[1]


KINDS = ("objects", "meshes", "materials", "lights", "cameras", "worlds", "images", "scenes", "node_groups")
