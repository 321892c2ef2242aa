"""Randomised domains without Blender: who flies where, and what the light is worth."""

from __future__ import annotations

import itertools
import json
import math
from functools import cache

import numpy as np
import pytest

from longtail.scenes.assets.asset import Asset
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.scenarios.random.ground import Nowhere
from longtail.scenes.scenarios.random.parameters import FAMILIES
from longtail.scenes.scenarios.random.scenario import EYE_M
from longtail.scenes.scene import Placed, Scene


@cache
def assets() -> dict[str, Asset]:
    return dict(catalogue_of(load("random", ["assets.packs=false"])))


def composed(*changes: str, index: int = 0) -> Scene:
    return scene_of(load("random", ["assets.packs=false", *changes], seed=5), index, assets())


def balls(scene: Scene) -> list[tuple[Placed, np.ndarray, float]]:  # type: ignore[type-arg]
    """Each thing with its middle and half diagonal."""
    found = []
    for item in scene.objects:
        asset = assets()[item.asset]
        if asset.category != "backdrop":
            middle = item.world_from_object.points([[0.0, 0.0, asset.size_m[2] / 2]])[0]
            found.append((item, middle, math.hypot(*asset.size_m) / 2))
    return found


@pytest.mark.parametrize("index", range(6))
def test_nothing_meets_anything_and_all_is_before_the_camera(index: int) -> None:
    scene = composed("objects.count=12", "distractors.count=20", index=index)
    found = balls(scene)
    assert len(found) + sum(scene.departures.misfits.values()) == 32
    for (_, a, r), (_, b, s) in itertools.combinations(found, 2):
        assert math.dist(a, b) > (r + s) * (1 - 1e-6)
    pixels = scene.camera.project(np.array([middle for _, middle, _ in found]))
    width, height = scene.camera.size_px
    assert ((pixels > -0.01) & (pixels < (width + 0.01, height + 0.01))).all()
    assert all(math.dist(middle, EYE_M) > half for _, middle, half in found)


@pytest.mark.parametrize("family", FAMILIES)
def test_things_are_of_the_family_that_is_asked_for(family: str) -> None:
    own = {asset.name for asset in catalogue_family(family)}
    scene = composed(f"objects.family={family}", "objects.count=8", "distractors.count=0")
    assert {item.asset for item, *_ in balls(scene)} <= own
    assert len(balls(scene)) + scene.departures.misfits.get("objects", 0) == 8


def catalogue_family(family: str) -> tuple[Asset, ...]:
    from longtail.scenes.assets import families

    return families()[family]


def test_lamps_give_their_share_of_the_light() -> None:
    """Each points at the things from its own distance: the sum of I / d^2 is the share of the ambient light."""
    scene = composed("lighting.ambient_lux=400", "lighting.lamps.share=2", "lighting.lamps.count=5")
    assert isinstance(scene.ground, Nowhere)
    lamps = scene.ground.lamps()
    forward = scene.camera.world_from_camera.matrix[:3, 2]
    # All aims meet in one place ahead of the camera.
    first, second = lamps[0], lamps[1]
    spans = np.stack([np.array(first.aim), -np.array(second.aim)], axis=1)
    way = np.linalg.lstsq(spans, np.array(second.position_m) - np.array(first.position_m), rcond=None)[0]
    target = np.array(first.position_m) + way[0] * np.array(first.aim)
    assert np.cross(target - EYE_M, forward) == pytest.approx([0, 0, 0], abs=1e-3)
    total = sum(lamp.kind.kcd / math.dist(lamp.position_m, target) ** 2 for lamp in lamps)
    assert 1000 * total == pytest.approx(800, rel=1e-3)
    assert scene.light_level_lux == pytest.approx(1200)


def test_no_lamps_no_things_and_no_solids_leave_the_backdrop() -> None:
    scene = composed("lighting.lamps.count=0", "objects.count=0", "distractors.count=0")
    assert [assets()[item.asset].category for item in scene.objects] == ["backdrop"]
    assert scene.ground.lamps() == ()


def test_a_scene_is_read_back_from_json() -> None:
    scene = composed()
    text = json.dumps(scene.to_json())
    assert Scene.from_json(json.loads(text), {"nowhere": Nowhere}).to_json() == scene.to_json()
