"""Clips of a tabletop: a wrist swings its camera about the table's middle, and touches nothing."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.scenes.assets.household import stuff_of
from longtail.scenes.assets.household.gripper import ASSETS, GRIPPER
from longtail.scenes.composing import scene_of
from longtail.scenes.moment import scene_at
from longtail.scenes.scenarios.tabletop.ground import Interior
from longtail.scenes.scenarios.tabletop.swinging import swinging
from longtail.scenes.scenarios.tabletop.things import shape
from longtail.scenes.scene import Carrier, Placed, Scene
from tests.scenes.tabletops import simple_assets, tabletop

GRIPPERS = {asset.name: asset for asset in ASSETS}
OFFERED = {**simple_assets(), **GRIPPERS}
FEW = {"objects__count": 4, "edge_case": "none", "camera__gripper": 1}
CASES = tuple((kind, seed) for kind in ("table", "bin", "shelf") for seed in range(3))
CLIP = {"frames": 4, "rate_hz": 0.1}


@cache
def clip(kind: str, seed: int, mount: str = "wrist") -> Scene:
    asked: dict[str, Any] = {**FEW, "support__kind": kind, "camera__mount": mount}
    return scene_of(tabletop(4, seed, clip=CLIP, **asked), 0, OFFERED)


@cache
def still(kind: str, seed: int, mount: str = "wrist") -> Scene:
    asked: dict[str, Any] = {**FEW, "support__kind": kind, "camera__mount": mount}
    return scene_of(tabletop(1, seed, **asked), 0, OFFERED)


def hands(scene: Scene) -> list[Placed]:
    return [item for item in scene.objects if OFFERED[item.asset].category == GRIPPER]


def carrier_of(scene: Scene) -> Carrier:
    assert scene.carrier is not None
    return scene.carrier


def eye_of(scene: Scene) -> NDArray[np.float64]:
    return scene.camera.world_from_camera.matrix[:3, 3]


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_camera_and_gripper_turn_about_the_middle_as_one(kind: str, seed: int) -> None:
    first, later = scene_at(clip(kind, seed), 0.0), scene_at(clip(kind, seed), 1.3)
    np.testing.assert_allclose(
        first.camera.world_from_camera.matrix, still(kind, seed).camera.world_from_camera.matrix, atol=1e-9
    )
    for one, other, bare in zip(first.objects, later.objects, still(kind, seed).objects, strict=True):
        np.testing.assert_allclose(one.world_from_object.matrix, bare.world_from_object.matrix, atol=1e-6)
        if OFFERED[one.asset].category != GRIPPER:
            assert one == other
    before, after = eye_of(first), eye_of(later)
    assert math.hypot(*after[:2]) == pytest.approx(math.hypot(*before[:2]))
    assert after[2] == pytest.approx(before[2])
    for one, other in zip(hands(first), hands(later), strict=True):
        seen, then = (
            (scene.camera.world_from_camera.inverse() @ item.world_from_object).matrix
            for scene, item in ((first, one), (later, other))
        )
        np.testing.assert_allclose(then, seen, atol=2e-6)
    assert scene_at(later, 0.0) == first


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_what_is_said_of_speeds_is_how_places_change(kind: str, seed: int) -> None:
    step = 1e-4
    before, now, after = (scene_at(clip(kind, seed), 0.4 + sign * step) for sign in (-1, 0, 1))
    np.testing.assert_allclose((eye_of(after) - eye_of(before)) / (2 * step), now.velocity_m_s, atol=1e-5)
    assert math.hypot(*now.velocity_m_s) <= 0.25 + 1e-9
    for one, middle, other in zip(hands(before), hands(now), hands(after), strict=True):
        moved = np.subtract((other.x_m, other.y_m), (one.x_m, one.y_m)) / (2 * step)
        np.testing.assert_allclose(moved, middle.velocity_m_s[:2], atol=1e-5)
        assert middle.yaw_rate_rad_s == pytest.approx(carrier_of(now).yaw_rate_rad_s)
    assert carrier_of(scene_at(clip(kind, seed), 60.0)).velocity_m_s == pytest.approx((0.0, 0.0, 0.0))


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_a_wrist_touches_nothing(kind: str, seed: int) -> None:
    """No vertex of a thing is in the gripper's box, or within 5 cm of the camera."""
    scene = clip(kind, seed)
    assert isinstance(scene.ground, Interior)
    solid = [item.world_from_object.points(shape(OFFERED[item.asset]).vertices_m)
             for item in scene.objects if stuff_of(OFFERED[item.asset]) is not None]  # fmt: skip
    solid += [part.shape.vertices_m for part in scene.ground.furniture.supports()]
    points = np.concatenate(solid)
    for time_s in np.linspace(0, 12, 25):
        now = scene_at(scene, float(time_s))
        assert np.sqrt(((points - eye_of(now)) ** 2).sum(axis=1)).min() > 0.03
        assert eye_of(now)[2] > scene.ground.furniture.top_m
        for hand in hands(now):
            length, width, height = OFFERED[hand.asset].size_m
            local = hand.world_from_object.inverse().points(points)
            inside = (np.abs(local[:, :2]) < (length / 2, width / 2)).all(axis=1) & (local[:, 2] > 0)
            assert not (inside & (local[:, 2] < height)).any()


def test_most_wrists_move_and_some_have_a_gripper() -> None:
    scenes = [clip(kind, seed) for kind, seed in CASES]
    assert sum(math.hypot(*carrier_of(scene).velocity_m_s) > 0.0 for scene in scenes) >= 6
    assert sum(bool(hands(scene)) for scene in scenes) >= 3


@pytest.mark.parametrize("mount", ["tripod", "overhead"])
def test_what_stands_beside_or_over_a_table_sees_the_same_at_each_moment(mount: str) -> None:
    scene = clip("table", 0, mount)
    later = scene_at(scene, 2.0)
    assert later.carrier is None
    assert later.cameras == still("table", 0, mount).cameras
    assert later.objects == still("table", 0, mount).objects


def test_of_a_rig_the_wrist_swings_as_without_the_tripod_which_stands() -> None:
    asked: dict[str, Any] = {**FEW, "support__kind": "table", "camera__mount": "wrist", "cameras": "wrist_and_tripod"}
    scene = scene_of(tabletop(8, 0, clip=CLIP, **asked), 0, OFFERED)
    later = scene_at(scene, 1.3)
    assert list(later.cameras) == ["wrist", "tripod"]
    assert later.cameras["tripod"] == scene.cameras["tripod"]
    np.testing.assert_allclose(eye_of(later), eye_of(scene_at(clip("table", 0), 1.3)), atol=1e-9)


def test_an_arc_ends_where_it_may() -> None:
    assert swinging(0.5, 0.05).travelled_m(9.0) == 0.0
    assert swinging(0.5, 0.8).travelled_m(9.0) == pytest.approx(0.8)
    assert swinging(0.5, 0.8).speed_m_s(0.0) == 0.5
