"""Blender holds the same after a scene has been shown again: whatever a scene alone had is gone with it."""

from __future__ import annotations

import bpy
import pytest

from longtail.render.blender.session import Session
from longtail.render.view.exposing import expose
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load
from tests.blender.stage import CPU
from tests.runs import TINY

pytestmark = pytest.mark.blender

# What scenes own: the water of a flood, a funnel with its dust, lamps and haze.
SCENES = {
    "flood": ("weather=flood", "lighting.sun_elevation_deg=30"),
    "tornado": ("weather=tornado", "lighting.sun_elevation_deg=30"),
    "foggy night": ("weather=fog", "lighting.sun_elevation_deg=-15"),
}


def blocks() -> dict[str, int]:
    """How many data blocks of each kind Blender holds."""
    kinds = (item.identifier for item in bpy.data.bl_rna.properties if item.type == "COLLECTION")
    return {kind: len(getattr(bpy.data, kind)) for kind in kinds}


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(load("street", TINY).render, CPU)


@pytest.mark.parametrize("pins", SCENES.values(), ids=SCENES.keys())
def test_a_scene_leaves_nothing_in_blender(session: Session, pins: tuple[str, ...]) -> None:
    config = load("street", [*TINY, *pins], seed=3)
    assets = catalogue_of(config)
    scene = scene_of(config, 0, assets)
    expose(session, scene, scene.camera, assets, 0)
    after_one = blocks()
    expose(session, scene, scene.camera, assets, 0)
    assert blocks() == after_one
    assert after_one["objects"] == after_one["worlds"] == after_one["cameras"] == 0
