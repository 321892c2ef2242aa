"""A scene that stays built is the same as one built anew, to the byte, whatever was exposed of it before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import bpy
import numpy as np
import pytest

from longtail.annotate.camera import Camera
from longtail.render.blender import trees
from longtail.render.blender.assign import notice_settings
from longtail.render.blender.session import Session
from longtail.render.blender.standing import content, watched
from longtail.render.view.exposing import Labelled, Pictured
from longtail.scenes.assets.asset import Asset
from longtail.scenes.blender.scene import build_scene, clear_scene
from longtail.scenes.camera.mount import Mount
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.scene import Scene
from tests.blender.stage import CPU
from tests.runs import TINY

pytestmark = pytest.mark.blender

# Wet ground and snow are taken off for labels and come back; the air is thick; lamps shine.
WEATHERS = {"day": "weather=clear", "wet night": "weather=rain", "snow": "weather=snow_cover", "fog": "weather=fog"}
LIGHT = {"wet night": "lighting.sun_elevation_deg=-14"}
# What Blender calls normals that differ between the corners of a face.
CORNER = "CORNER"
ASIDE = Mount("aside", y_m=0.5, yaw_deg=5.0)


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(load("street", [*TINY, "render.samples=2"]).render, CPU, threads=2)


def scene_in(name: str) -> tuple[Scene, Mapping[str, Asset]]:
    config = load("street", [*TINY, WEATHERS[name], LIGHT.get(name, "lighting.sun_elevation_deg=30")], seed=4)
    assets = _assets.setdefault("all", catalogue_of(config))
    return scene_of(config, 0, assets), assets


_assets: dict[str, Mapping[str, Asset]] = {}


def same(one: Pictured | Labelled, other: Pictured | Labelled) -> bool:
    return all(
        np.array_equal(value, getattr(other, name))
        for name, value in vars(one).items()
        if isinstance(value, np.ndarray)
    )


@pytest.mark.parametrize("name", WEATHERS)
def test_no_exposure_depends_on_those_before(session: Session, name: str) -> None:
    scene, assets = scene_in(name)
    lux, here, there = scene.light_level_lux, scene.camera, ASIDE.on(scene.camera)

    def picture(camera: Camera, seed: int) -> Pictured:
        return session.picture(session.build(scene, assets), camera, lux, seed)

    def labels(camera: Camera) -> Labelled:
        # Rays of another view, and of the same one before the scene was built for another moment, are none of this.
        session.begin_labels(session.build(scene, assets), camera)
        built = session.build(scene, assets)
        assert session._begun is None
        session.begin_labels(built, there if camera is here else here)
        return session.labels(built, camera, frozenset({"normals"}))

    session.clear()
    alone = labels(here)
    session.clear()
    fresh = picture(there, 2)
    session.clear()
    first = picture(here, 1)
    assert same(labels(here), alone)
    assert same(picture(there, 2), fresh)
    labels(there)
    assert same(picture(here, 1), first)
    assert not same(picture(here, 2), first)
    assert same(picture(here, 1), first)
    assert same(labels(here), alone)
    session.clear()


def test_trees_that_were_forgotten_are_made_again(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    scene, assets = scene_in("day")
    first = session.labels(session.build(scene, assets), scene.camera)
    monkeypatch.setattr(trees, "MOST_TRIANGLES", 0)
    session.clear()
    assert not session._trees._models
    assert same(session.labels(session.build(scene, assets), scene.camera), first)
    session.clear()


def test_what_builders_do_not_read_keeps_a_scene_built(session: Session) -> None:
    scene, assets = scene_in("day")
    built = session.build(scene, assets)
    other = replace(scene, number=7, parameters={}, sensor=replace(scene.sensor, noise=False))
    assert session.build(other, assets) is built
    assert session.build(scene_in("day")[0], assets) is built
    moved = replace(scene, objects=(replace(scene.objects[0], x_m=scene.objects[0].x_m + 0.01), *scene.objects[1:]))
    for changed in (
        moved,
        replace(scene, light=replace(scene.light, sun_elevation_deg=29.0)),
        scene_in("fog")[0],
        scene_in("snow")[0],
    ):
        before = session.build(scene, assets)
        assert session.build(changed, assets) is not before
    session.clear()


def test_what_cycles_is_told_of_again_is_the_scene_alone(session: Session) -> None:
    """Of objects, it would take all meshes anew."""
    scene, assets = scene_in("day")
    built = session.build(scene, assets)

    def told(say: Callable[[], None]) -> set[str]:
        found: set[str] = set()
        layer, handlers = built.scene.view_layers[0], bpy.app.handlers.depsgraph_update_post

        def note(_scene: bpy.types.Scene, graph: bpy.types.Depsgraph) -> None:
            found.update(type(update.id).__name__ for update in graph.updates)

        layer.update()
        handlers.append(note)
        say()
        layer.update()
        handlers.remove(note)
        return found

    assert told(lambda: notice_settings(built.scene)) == {"Scene"}
    assert "Object" in told(built.scene.update_tag)


@pytest.mark.parametrize("name", WEATHERS)
def test_no_mesh_is_left_for_cycles_to_part_at_sharp_edges(session: Session, name: str) -> None:
    built = session.build(*scene_in(name))
    left = {
        item.data.name for item in built.scene.objects if item.type == "MESH" and item.data.normals_domain == CORNER
    }
    assert not left


def test_all_that_is_read_is_noted() -> None:
    scene, assets = scene_in("fog")
    read: dict[str, bytes] = {}
    clear_scene(build_scene(watched(scene, read), assets))
    assert {"objects", "ground", "light", "weather", "centre_m"} <= set(read)
    assert not {"number", "parameters", "departures", "sensor", "soiling"} & set(read)
    assert read["objects"] == content(scene.objects)
