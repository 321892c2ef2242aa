"""A rig: named mounts beside the drawn camera, as an axis of the plan, and the geometry of what they see."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from longtail.annotate.camera import Camera, Pinhole
from longtail.annotate.errors import ConfigError
from longtail.annotate.labels.shown import Shown
from longtail.scenes.camera.looking import looking
from longtail.scenes.camera.mount import LIMITS, Mount
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from longtail.scenes.config.resolving import resolve
from longtail.scenes.drawing.plan import Axis, Plan, Variant

LENS = Pinhole.from_fov(320, 180, 70.0)
LEVEL = looking(LENS, (3.0, 4.0, 1.5), heading_rad=0.7)
TILTED = looking(LENS, (3.0, 4.0, 1.5), heading_rad=-2.0, pitch_deg=-8.0, roll_deg=3.0)
RIG = "cameras={left: {y_m: 0.25}, right: {y_m: -0.25}, rear: {x_m: -2, yaw_deg: 180}}"


def rig(*changes: str) -> Config:
    return load("street", [RIG, "assets.packs=false", *changes], seed=3)


@pytest.mark.parametrize("camera", [LEVEL, TILTED], ids=["level", "tilted"])
def test_a_baseline_shifts_points_by_focal_length_times_it_over_depth(camera: Camera) -> None:
    """0.5 m apart: u_left - u_right = f b / z, and the row stays."""
    left, right = (Mount("m", y_m=y).on(camera) for y in (0.25, -0.25))
    ahead = np.array([[-2.0, 0.4, 5.0], [0.0, 0.0, 10.0], [4.0, -1.0, 40.0]])
    world = camera.world_from_camera.points(ahead)
    shift = left.project(world) - right.project(world)
    np.testing.assert_allclose(shift[:, 0], LENS.fx_px * 0.5 / ahead[:, 2], rtol=1e-9)
    np.testing.assert_allclose(shift[:, 1], 0.0, atol=1e-9)


def test_a_mount_without_numbers_is_where_the_drawn_camera_is() -> None:
    same = Mount("same").on(TILTED).world_from_camera.matrix
    np.testing.assert_allclose(same, TILTED.world_from_camera.matrix, atol=1e-12)


@pytest.mark.parametrize(
    ("mount", "position", "axis"),
    [
        (Mount("m", x_m=2.0), (5.0, 4.0, 1.5), (1.0, 0.0, 0.0)),
        (Mount("m", y_m=1.0, yaw_deg=90), (3.0, 5.0, 1.5), (0.0, 1.0, 0.0)),
        (Mount("m", z_m=0.5, pitch_deg=90), (3.0, 4.0, 2.0), (0.0, 0.0, 1.0)),
        (Mount("m", yaw_deg=180, roll_deg=20), (3.0, 4.0, 1.5), (-1.0, 0.0, 0.0)),
    ],
)
def test_mounts_turn_left_and_up(mount: Mount, position: tuple[float, ...], axis: tuple[float, ...]) -> None:
    seen = mount.on(looking(LENS, (3.0, 4.0, 1.5))).world_from_camera
    np.testing.assert_allclose(seen.points([0.0, 0.0, 0.0]), position, atol=1e-12)
    np.testing.assert_allclose(seen.directions([0.0, 0.0, 1.0]), axis, atol=1e-12)


def test_a_camera_that_leans_right_turns_its_picture_to_the_left() -> None:
    leaning = Mount("m", roll_deg=30.0).on(looking(LENS, (0.0, 0.0, 0.0))).world_from_camera
    np.testing.assert_allclose(
        leaning.directions([1.0, 0.0, 0.0]), [0.0, -math.cos(math.pi / 6), -math.sin(math.pi / 6)], atol=1e-12
    )


def test_all_cameras_look_into_one_scene() -> None:
    config = rig()
    assets = catalogue_of(config)
    scenes = [scene_of(config, index, assets) for index in range(3)]
    alone = scene_of(load("street", ["assets.packs=false"], seed=3), 0, assets)
    for scene in scenes:
        assert list(scene.cameras) == ["left", "right", "rear"]
        assert (scene.objects, scene.ground, scene.light) == (alone.objects, alone.ground, alone.light)
    centre = (scenes[0].cameras["left"], scenes[0].cameras["right"])
    ends = [camera.world_from_camera.matrix[:3, 3] for camera in centre]
    np.testing.assert_allclose(np.mean(ends, axis=0), alone.camera.world_from_camera.matrix[:3, 3], atol=1e-12)
    assert np.linalg.norm(ends[0] - ends[1]) == pytest.approx(0.5)


# The plan.


def test_the_camera_varies_fastest_then_the_moment() -> None:
    plan = Plan((Variant("a", {}), Variant("b", {})), (Axis("x.y", (1, 2)),), (0.0, 0.1), ("left", "right"))
    assert plan.pictures_per_scene == 16
    pictures = [plan.picture(frame) for frame in range(16, 32)]
    assert {picture.scene for picture in pictures} == {1}
    assert [picture.camera for picture in pictures[:4]] == ["left", "right"] * 2
    assert [picture.time_s for picture in pictures[:4]] == [0.0, 0.0, 0.1, 0.1]
    assert [picture.point["x.y"] for picture in pictures[:8]] == [1] * 4 + [2] * 4
    assert [picture.variant for picture in pictures] == ["a"] * 8 + ["b"] * 8
    assert all(picture.siblings == range(16, 32) for picture in pictures)
    assert plan.pictures(1) == tuple(pictures)


def test_without_a_rig_nothing_is_said_of_cameras() -> None:
    plain = load("street")
    assert "cameras" not in plain.to_json()
    assert Shown(3).to_json() == {"scene": 3, "variant": "", "point": {}, "siblings": []}


def test_a_config_with_a_rig_survives_its_json() -> None:
    config = rig()
    again = resolve(config.to_json())
    assert again.mounts == config.mounts == (Mount("left", y_m=0.25), Mount("right", y_m=-0.25),
                                             Mount("rear", x_m=-2.0, yaw_deg=180.0))  # fmt: skip
    assert again.plan == config.plan
    assert again.digest == config.digest != load("street", ["assets.packs=false"], seed=3).digest
    turned = replace(config, mounts=config.mounts[::-1])
    assert turned.digest != config.digest


def test_what_is_shown_survives_its_json() -> None:
    shown = Shown(2, "fog", {"a.b": 1}, (4,), "left", 0.25)
    assert Shown.from_json(shown.to_json()) == shown
    assert Shown.from_json(Shown(2).to_json()) == Shown(2)


@pytest.mark.parametrize(
    ("spelled", "message"),
    [
        ("3", "expected names of mounts with their places"),
        ("{left: 3}", "left: expected a mapping of some of x_m, y_m"),
        ("{left: {x: 3}}", "left: expected some of x_m, y_m, z_m, yaw_deg, pitch_deg, roll_deg, frame, or of a lens"),
        ("{left: {height_m: 3}}", "left: expected some of x_m, .*got 'height_m'"),
        ("{left: {x_m: 51}}", r"left: x_m: expected a number in -50\.\.50, got 51"),
        ("{left: {x_m: {normal: [0, 200]}}}", "left: x_m: expected"),
        ("surrond", "expected the name of a ready rig, .* did you mean surround"),
        ("{left: {frame: roof}}", "left: frame: expected one of camera, carrier, world, got 'roof'"),
        ("{left: {model: pinhol}}", "left: model: expected one of pinhole, .*did you mean pinhole"),
        ("{left: {horizontal_fov_deg: 500}}", "left: horizontal_fov_deg: expected a number in"),
        ("{left: {k: [[500, 0, 300], [0, 500, 200], [0, 0, 1]]}}", "left: k: expected camera.size_px beside it"),
        (
            "{left: {size_px: [640, 480], k: [[500, 0, 9], [0, 500, 9], [0, 0, 1]], horizontal_fov_deg: 50}}",
            "left: horizontal_fov_deg: expected a matrix or a field of view, got both",
        ),
        (
            "{left: {size_px: [640, 480], k: [[500, 0, 320], [0, 500, 240], [0, 0, 1]], distortion: [-1, 0, 0, 0]}}",
            "left: expected a distortion that reaches all borders",
        ),
        ("{left: {intrinsics: {cx_px: 3}}}", "left: intrinsics.cx_px: expected intrinsics.fx_px beside it"),
        ("{left: {x_m: .nan}}", "left: x_m: expected a finite number"),
        ("{left: {x_m: true}}", "left: x_m: expected a number"),
        ("{a b: {}}", "expected names of letters, digits, - and _"),
        ("[{x_m: 1}]", "expected names of letters, digits, - and _, 32 at most, got nothing"),
        ("[left]", "expected mappings with a `name`, got 'left'"),
        ("[{name: a}, {name: a}]", "expected every camera once, got 'a' twice"),
        ("[" + ", ".join(f"{{name: c{i}}}" for i in range(65)) + "]", "expected at most 64 cameras, got 65"),
    ],
)
def test_what_is_no_rig_is_told(spelled: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load("street", [f"cameras={spelled}"])


def test_limits_are_of_the_fields() -> None:
    assert ["name", *LIMITS, "frame", "lens", "spread"] == list(Mount.__dataclass_fields__)
