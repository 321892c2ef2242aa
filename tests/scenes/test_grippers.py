"""Grippers in the view of a wrist's camera."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from longtail.annotate.camera.transform import Transform
from longtail.scenes.assets.household import stuff_of
from longtail.scenes.assets.household.gripper import ASSETS
from longtail.scenes.assets.library.description import Description
from longtail.scenes.assets.library.store import Library
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.ready import Ready
from longtail.scenes.geometry.solids import box
from longtail.scenes.scenarios.tabletop.gripping import clear_of_boxes
from longtail.scenes.scene import Placed


def test_a_wrists_gripper_is_below_the_middle_of_the_picture_and_in_nothing() -> None:
    """In the camera's frame its fingers end 0.12 to 0.145 m ahead, and every corner is below the axis."""
    config = load(
        "tabletop",
        ["assets.packs=false", "assets.models=false", "camera.gripper=1", "camera.mount=wrist", "objects.count=4"],
        seed=2,
    )
    assets = catalogue_of(config)
    held = 0
    for index in range(6):
        scene = scene_of(config, index, assets)
        hands = [item for item in scene.objects if item.asset.startswith("household/gripper")]
        assert len(hands) == 1 - scene.departures.misfits.get("gripper", 0)
        held += len(hands)
        for hand in hands:
            length, width, height = assets[hand.asset].size_m
            corners = [(x * length / 2, y * width / 2, z * height) for x in (-1, 1) for y in (-1, 1) for z in (0, 1)]
            seen = scene.camera.world_from_camera.inverse().points(hand.world_from_object.points(np.array(corners)))
            assert 0.1199 < seen[:, 2].max() < 0.1451
            assert seen[:, 1].min() > 0.01
            assert seen[:, 0] == pytest.approx(np.array([y for _, y, _ in corners]) * -1)
    assert held >= 3


def test_a_gripper_of_ones_own_takes_the_place_of_ours_and_lies_on_no_table(tmp_path: Path) -> None:
    library = Library(tmp_path)
    plate = box((0.2, 0.1, 0.05), Principled(), (0.0, 0.0, 0.025))
    known = Description(
        name="own/hand", category="gripper", family="household", size_m=(0.2, 0.1, 0.05), triangles=1, bytes=1,
        arrays="0" * 64,
    )  # fmt: skip
    library.add(known, Ready(plate))
    pins = ["assets.packs=false", f"assets.library={tmp_path}", "camera.gripper=1", "camera.mount=wrist"]
    config = load("tabletop", [*pins, "objects.count=2"], seed=2)
    assets = catalogue_of(config)
    assert stuff_of(assets["own/hand"]) is None
    named = {item.asset for index in range(4) for item in scene_of(config, index, assets).objects}
    assert "own/hand" in named
    assert not any("gripper" in name for name in named)


def test_boxes_are_told_apart_by_their_axes() -> None:
    """A gripper of 0.29 x 0.2 x 0.063 m that stands on its wrist's end, turned by 45 degrees about the vertical: its
    edge reaches sqrt(0.1^2 / 2) + sqrt(0.0315^2 / 2) = 0.093 m along X."""
    hand = ASSETS[0]
    turn = math.sqrt(0.5)
    axes = np.array([[0.0, turn, turn], [0.0, turn, -turn], [-1.0, 0.0, 0.0]])
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = axes, axes @ (0.0, 0.0, -0.0315)
    placed = Placed.posed(hand.name, Transform("world", "object", pose))
    for gap, clear in ((0.006, True), (0.002, False), (-0.002, False)):
        side = 0.09298 + gap
        assert clear_of_boxes(placed, hand, np.array([[[side, -1.0, -1.0], [side + 1, 1.0, 1.0]]])) is clear
