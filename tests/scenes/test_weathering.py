"""What wind, water and storms do to objects: leaning trees, floating cars, drifting debris."""

from __future__ import annotations

import math

import numpy as np
import pytest

from longtail.scenes.assets import catalogue
from longtail.scenes.composing import scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.scene import Placed, Scene
from tests.scenes.streets import LEVEL, street_of

ASSETS = catalogue(packs=False)
VEHICLES = {"car", "van"}


def scenes(*changes: str, count: int = 6) -> list[Scene]:
    config = load("street", ["assets.packs=false", "road.kind=town", "road.tunnel=false", *LEVEL, *changes], seed=8)
    return [scene_of(config, index, ASSETS) for index in range(count)]


def placed(found: list[Scene], category: str) -> list[tuple[Scene, Placed]]:
    return [(scene, item) for scene in found for item in scene.objects if ASSETS[item.asset].category == category]


def test_trees_lean_with_the_wind_and_hedges_stand() -> None:
    windy = scenes("weather=clouds+wind", "air.wind_speed_m_s=25", "air.wind_direction_deg=90")
    leaning = 0
    for scene, item in placed(windy, "vegetation"):
        asset = ASSETS[item.asset]
        if "hedge" in asset.tags or asset.size_m[2] < 2.5:
            assert item.tilt_rad == 0
            continue
        leaning += 1
        assert 0.02 < item.tilt_rad < 0.4
        top = item.world_from_object.points([0.0, 0.0, asset.size_m[2]]) - item.world_from_object.points([0, 0, 0])
        heading = float(street_of(scene).course.heading_at(0.0)) + math.pi / 2
        assert top[:2] @ [math.cos(heading), math.sin(heading)] == pytest.approx(np.hypot(*top[:2]))
    assert leaning > 10


def test_nothing_leans_or_floats_in_fair_weather() -> None:
    for scene in scenes("weather=clear"):
        assert not any(item.tilt_rad or item.attributes.get("floating") for item in scene.objects)
        assert not any(ASSETS[item.asset].category == "debris" for item in scene.objects)


def test_parked_cars_float_from_a_depth_on() -> None:
    common = ("weather=flood", "road.parking=both", "objects.parked.share=1", "weather.flood.turbidity_ntu=300")
    shallow, deep = scenes(*common, "weather.flood.depth_m=0.3"), scenes(*common, "weather.flood.depth_m=0.9")
    assert not any(item.attributes.get("floating") for scene in shallow for item in scene.objects)
    cars = [item for _, item in placed(deep, "car") if item.attributes.get("state") == "parked"]
    afloat = [item for item in cars if item.attributes.get("floating")]
    assert 0.25 < len(afloat) / len(cars) < 0.75
    for item in afloat:
        assert item.z_m == pytest.approx(0.9 - 0.42)
        nose = item.world_from_object.points([2.0, 0.0, 0.0])
        tail = item.world_from_object.points([-2.0, 0.0, 0.0])
        assert nose[2] < tail[2]


def test_debris_drifts_half_under_water() -> None:
    drifting = placed(scenes("weather=flood", "weather.flood.depth_m=0.8"), "debris")
    assert len(drifting) > 20
    for _, item in drifting:
        height = ASSETS[item.asset].size_m[2]
        assert "floats" in ASSETS[item.asset].tags
        if item.attributes["state"] == "floating":
            assert item.z_m == pytest.approx(0.8 - height / 2)
        else:
            assert item.z_m + height / 2 > 0.8 - height


def test_storms_leave_debris_on_the_ground() -> None:
    for change in ("weather=tornado", "air.wind_speed_m_s=25"):
        words = [change] if change.startswith("weather") else ["weather=overcast+wind", change]
        lying = placed(scenes(*words), "debris")
        assert len(lying) > 10
        assert all(item.attributes["state"] == "lying" and item.z_m in (0.0, 0.12) for _, item in lying)
