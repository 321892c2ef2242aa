"""Rays choose among lamps by what these give only where that brings something."""

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


def under(*changes: str) -> tuple[str, ...]:
    return changes


@pytest.mark.parametrize(
    ("built", "weighed"),
    [
        (under("lighting.sun_elevation_deg=-20"), True),
        # 41 to 52 lux, then 600, all but all from the sky.
        (under("lighting.sun_elevation_deg=-2.5"), False),
        (under("lighting.sun_elevation_deg=0.5"), False),
        # A sun that would be one light of many.
        (under("lighting.sun_elevation_deg=4"), True),
        (under("lighting.sun_elevation_deg=40"), False),
        (under("lighting.sun_elevation_deg=40", "weather=overcast"), False),
        (under("lighting.sun_elevation_deg=40", "weather=overcast", "road.tunnel=true"), True),
    ],
    indirect=["built"],
)
def test_rays_choose_among_lamps_where_it_brings_something(built: Built, weighed: bool) -> None:
    assert built.weighs_lamps == weighed
