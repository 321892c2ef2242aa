"""Lamps whose light nobody could tell are left out, and rays choose among lamps only where that brings something."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
import pytest

from longtail.scenes.assets import catalogue
from longtail.scenes.blender.scene import Built, build_scene, clear_scene
from longtail.scenes.composing import scene_of
from longtail.scenes.config.loading import load

pytestmark = pytest.mark.blender

ASSETS = catalogue(packs=False)
TRAFFIC = (
    "assets.packs=false",
    "weather=clear",
    "road.tunnel=false",
    "objects.vehicle.count=6",
    "objects.pedestrian.count=0",
    "objects.cyclist.count=0",
    "objects.parked.share=0",
)


@pytest.fixture
def built(request: pytest.FixtureRequest) -> Iterator[Built]:
    """A street with traffic under what the test asks for."""
    config = load("street", [*TRAFFIC, *request.param], seed=3)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    made = build_scene(scene_of(config, 0, ASSETS), ASSETS)
    yield made
    clear_scene(made)


def shining(built: Built) -> set[str]:
    """The kinds of lamps whose light is there, by the names of their lights."""
    return {item.data.name.removeprefix("longtail ") for item in built.scene.collection.objects if item.type == "LIGHT"}


def under(*changes: str) -> tuple[str, ...]:
    return changes


@pytest.mark.parametrize(
    ("built", "tails", "weighed"),
    [
        (under("lighting.sun_elevation_deg=-20"), True, True),
        # 41 to 52 lux, where a tail lamp still gives more than a twentieth.
        (under("lighting.sun_elevation_deg=-3"), True, False),
        # 600 lux, of which the sun, one light of many, gives some.
        (under("lighting.sun_elevation_deg=1"), False, True),
        (under("lighting.sun_elevation_deg=40"), False, False),
        (under("lighting.sun_elevation_deg=1", "road.tunnel=true"), True, True),
    ],
    indirect=["built"],
)
def test_lamps_that_matter(built: Built, tails: bool, weighed: bool) -> None:
    assert ("tail lamp" in shining(built)) == tails
    assert built.weighs_lamps == weighed
