"""Rigs whose cameras have lenses, sizes and places of their own, ready ones, and which of them are pairs."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from longtail.annotate.camera import BrownConrady, KannalaBrandt, Pinhole
from longtail.annotate.camera.overlap import overlap
from longtail.annotate.camera.stereo import stereo_of
from longtail.annotate.camera.transform import Transform
from longtail.annotate.errors import ConfigError
from longtail.render.blender.standing import content
from longtail.scenes.camera.looking import looking
from longtail.scenes.camera.mount import Mount
from longtail.scenes.camera.rigs import RIGS
from longtail.scenes.composing import catalogue_of, scene_file, scene_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from longtail.scenes.config.resolving import resolve
from longtail.scenes.scenarios.table import SCENARIOS
from longtail.scenes.scene import Scene

K = "[[500, 0, 300], [0, 510, 200], [0, 0, 1]]"


def rig(*changes: str, scenario: str = "street") -> Config:
    return load(scenario, [*changes, "assets.packs=false"], seed=3)


def scenes(config: Config, count: int) -> list[Scene]:
    assets = catalogue_of(config)
    return [scene_of(config, index, assets) for index in range(count)]


def test_each_camera_has_the_lens_that_it_asks_for() -> None:
    mounts = (
        f"{{a: {{k: {K}, size_px: [640, 480], distortion: [-0.3, 0.1, 0, 0]}},"
        " b: {model: kannala_brandt, yaw_deg: 180, kannala_brandt: {horizontal_fov_deg: 150}}, c: {y_m: 1}}"
    )
    config = rig(f"cameras={mounts}", "camera.size_px=[320, 180]")
    scene = scenes(config, 1)[0]
    a, b, c = (camera.lens for camera in scene.cameras.values())
    assert a == BrownConrady(640, 480, 500.0, 510.0, 300.5, 200.5, k1=-0.3, k2=0.1)
    assert isinstance(b, KannalaBrandt)
    assert b.width_px == 320
    assert b.horizontal_fov_deg == pytest.approx(150)
    assert isinstance(c, Pinhole)
    assert c.horizontal_fov_deg == pytest.approx(scene.parameters["camera.horizontal_fov_deg"])
    assert config.sizes_px == ((640, 480), (320, 180), (320, 180))
    assert config.largest_px == (640, 480)
    assert config.lens_kind in ("brown_conrady", "kannala_brandt")


def test_what_a_mount_does_not_say_is_as_camera_has_it() -> None:
    """A matrix for all has other pixels where a mount has another size; a field of its own is in its place."""
    config = rig(
        f"camera.k={K}", "camera.size_px=[640, 480]", "cameras={a: {}, b: {size_px: [320, 240]}, "
        "c: {horizontal_fov_deg: 90}}",
    )  # fmt: skip
    a, b, c = (camera.lens for camera in scenes(config, 1)[0].cameras.values())
    points = np.array([[0.3, -0.2, 1.0], [-0.1, 0.4, 2.0]])
    np.testing.assert_allclose(b.project(points) * 2, a.project(points), atol=1e-9)
    assert c.fx_px == pytest.approx(320)
    assert (c.cx_px, c.cy_px) == (320, 240)


def test_calibrations_have_errors_of_their_own_and_records_say_them() -> None:
    config = rig(
        "cameras={a: {intrinsics: {fx_px: {normal: [500, 5]}}, y_m: {normal: [0.5, 0.01]}},"
        " b: {intrinsics: {fx_px: {normal: [500, 5]}}}}", "camera.size_px=[640, 480]",
    )  # fmt: skip
    seen = scenes(config, 8)
    for scene, name in zip(seen, ["a", "b"] * 4, strict=True):
        told = {path: value for path, value in scene.parameters.items() if path.startswith("cameras.")}
        assert all(path.startswith(f"cameras.{name}.") for path in told)
        assert told[f"cameras.{name}.intrinsics.fx_px"] == pytest.approx(scene.cameras[name].lens.fx_px, abs=1e-8)
    assert len({scene.cameras[name].lens.fx_px for scene in seen for name in "ab"}) == 8
    # Pictures of one scene have one rig.
    assert seen[0].cameras == seen[1].cameras
    apart = [stereo_of("a", scene.cameras) for scene in seen[::2]]
    assert len({pair.baseline_m for pair in apart if pair}) == 4


def test_a_rig_with_lenses_survives_its_json() -> None:
    for cameras in (
        "surround",
        f"{{a: {{k: {K}, size_px: [64, 48], y_m: {{uniform: [0, 1]}}}}, b: {{frame: world, z_m: 2}}}}",
    ):
        config = rig(f"cameras={cameras}")
        again = resolve(config.to_json())
        assert again.digest == config.digest
        assert again.mounts == config.mounts
        assert [mount.to_json() for mount in again.mounts] == [mount.to_json() for mount in config.mounts]


def test_a_scene_file_has_the_rig_that_was_drawn() -> None:
    config = rig(f"cameras={{a: {{k: {K}, size_px: [64, 48], y_m: {{uniform: [0, 1]}}}}, b: {{yaw_deg: 90}}}}")
    assets = catalogue_of(config)
    file = json.loads(json.dumps(scene_file(config, 1, assets)))
    again = resolve({**file["config"], "scene": file["scene"]})
    assert scene_of(again, 0, assets).cameras == scene_of(config, 1, assets).cameras
    assert again.drawn_for(0).camera == "b"


def test_mounts_are_on_the_carrier_or_in_the_world() -> None:
    drawn = looking(Pinhole.from_fov(64, 48, 60), (5.0, 1.0, 1.4), 0.3, pitch_deg=-4.0, roll_deg=2.0)
    carrier = Transform.upright("world", "carrier", (5.0, 1.0, 0.0), math.pi / 2)
    seat = Mount("m", x_m=1.0, y_m=0.5, z_m=1.6, yaw_deg=90.0, frame="carrier")
    on = seat.on(drawn, carrier).world_from_camera
    np.testing.assert_allclose(on.points([0, 0, 0]), [4.5, 2.0, 1.6], atol=1e-12)
    np.testing.assert_allclose(on.directions([0, 0, 1]), [-1.0, 0.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(seat.pose.points([2.0, 0.0, 0.0]), [1.0, 2.5, 1.6], atol=1e-12)
    still = Mount("m", x_m=1.0, frame="world").on(drawn).world_from_camera
    np.testing.assert_allclose(still.points([0, 0, 0]), [1.0, 0.0, 0.0], atol=1e-12)
    with pytest.raises(ValueError, match="expected a scene with a carrier"):
        seat.on(drawn)
    with pytest.raises(ConfigError, match="nothing carries the camera, got carrier"):
        rig("cameras={a: {frame: carrier}}", scenario="tabletop")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_mounts_are_on_a_carrier_wherever_there_is_one(scenario: str) -> None:
    scene = scenes(rig("camera.size_px=[64, 48]", scenario=scenario), 1)[0]
    assert SCENARIOS[scenario].has_carrier == (scene.carrier is not None)


def test_a_field_of_another_lens_is_refused() -> None:
    said = "horizontal_fov_deg: expected kannala_brandt.horizontal_fov_deg of a mount whose model is kannala_brandt"
    with pytest.raises(ConfigError, match=said):
        rig("cameras={a: {model: kannala_brandt, horizontal_fov_deg: 100}}")


def test_six_cameras_see_all_around_without_a_gap() -> None:
    """Every direction on the horizon is in the picture of one, and neighbours share a strip."""
    cameras = scenes(rig("cameras=surround", "camera.size_px=[160, 90]"), 1)[0].cameras
    assert list(cameras) == list(RIGS["surround"].mounts)
    around = np.radians(np.arange(0, 360, 0.5))
    far = 1e6 * np.column_stack([np.cos(around), np.sin(around), np.zeros_like(around)])
    seen = [
        ((pixels >= 0) & (pixels <= (160, 90))).all(axis=1) for pixels in (c.project(far) for c in cameras.values())
    ]
    counts = np.sum(seen, axis=0)
    assert counts.min() == 1
    assert counts.max() == 2
    assert overlap(cameras["front"], cameras["front_left"]) > 0.05
    assert overlap(cameras["front"], cameras["back"]) == 0.0
    assert all(stereo_of(name, cameras) is None for name in cameras)


def test_a_tripod_stands_in_the_room_and_sees_the_table() -> None:
    for index in range(0, 8, 2):
        config = rig("cameras=wrist_and_tripod", "camera.mount=wrist", "frames=24", scenario="tabletop")
        scene = scene_of(config, index, catalogue_of(config))
        eye = scene.cameras["tripod"].world_from_camera.matrix[:3, 3]
        room = scene.ground.room  # type: ignore[attr-defined]
        assert (np.array([*room.low_m, 0.0]) + 0.1 < eye).all()
        assert (eye < np.array([*room.high_m, room.height_m]) - 0.1).all()
        pixels = scene.cameras["tripod"].project([0.0, 0.0, scene.ground.furniture.top_m])  # type: ignore[attr-defined]
        assert ((pixels > 0) & (pixels < scene.cameras["tripod"].size_px)).all()


def test_six_cameras_look_into_what_is_built_once() -> None:
    """All that builders read is the same for the six pictures of a scene: none reads what was drawn for a camera."""
    six = scenes(rig("cameras=surround"), 7)
    read = [name for name in Scene.__dataclass_fields__ if name != "parameters"]
    for name in read:
        assert len({content(getattr(scene, name)) for scene in six[:6]}) == 1, name
    assert content(six[6].objects) != content(six[0].objects)


@pytest.mark.parametrize(
    ("cameras", "pair"),
    [
        ("stereo", True),
        ("stereo_near", True),
        ("surround", False),
        ("{a: {x_m: 1}, b: {}}", False),
        ("{a: {y_m: 1}, b: {yaw_deg: 1}}", False),
        ("{a: {y_m: {uniform: [0.4, 0.5]}}, b: {}}", False),
        ("{a: {y_m: 1}, b: {frame: carrier}}", False),
        ("{a: {y_m: 1}, b: {horizontal_fov_deg: 60}}", False),
        ("{a: {y_m: 1, horizontal_fov_deg: 60}, b: {horizontal_fov_deg: 60}}", True),
        ("{a: {y_m: 1, horizontal_fov_deg: {uniform: [60, 70]}}, b: {horizontal_fov_deg: {uniform: [60, 70]}}}", False),
        ("{a: {x_m: 1, yaw_deg: 90}, b: {yaw_deg: 90}}", True),
        ("{a: {y_m: 1, model: brown_conrady}, b: {model: brown_conrady}}", False),
    ],
)
def test_disparity_wants_a_rectified_pair(cameras: str, pair: bool) -> None:
    changes = [f"cameras={cameras}", "outputs=[disparity]"]
    if pair:
        config = rig(*changes)
        scene = scenes(config, 1)[0]
        found = [stereo_of(name, scene.cameras) for name in scene.cameras]
        assert all(one and one.rectified for one in found)
    else:
        with pytest.raises(ConfigError, match="expected two cameras that are a rectified pair for disparity"):
            rig(*changes)


def test_a_mount_under_water_is_refused() -> None:
    flood = ["weather=rain+flood", "weather.flood.depth_m=0.8", "camera.height_m=1.4", "frames=4"]
    for low in ("{a: {frame: carrier, z_m: 0.85}}", "{a: {}, b: {z_m: -0.6}}"):
        with pytest.raises(
            ConfigError, match=r"cameras: [ab]: expected a camera at least 0.1 m above the water, got one"
        ):
            rig(*flood, f"cameras={low}")
    assert rig(*flood, "cameras={a: {frame: carrier, z_m: 0.95}, b: {z_m: -0.4}}").mounts


def test_a_calibration_that_may_fold_is_looked_for() -> None:
    bent = (
        "distortion: [{uniform: [-1, 0]}, 0, 0, 0], k: [[500, 0, 320], [0, 500, 240], [0, 0, 1]], size_px: [640, 480]"
    )
    with pytest.raises(
        ConfigError, match=r"cameras: a: expected a distortion that reaches all borders .*\(so scene \d+"
    ):
        rig(f"cameras={{a: {{{bent}}}}}")


def test_a_field_beside_a_matrix_is_told() -> None:
    matrix = [f"camera.k={K}", "camera.size_px=[640, 480]"]
    for field in ("camera.horizontal_fov_deg=50", "sweep={camera.horizontal_fov_deg: [50, 60]}"):
        with pytest.raises(ConfigError, match=r"camera.horizontal_fov_deg: expected no field of view beside"):
            rig(*matrix, field)
    assert rig(*matrix).parameters["camera.intrinsics.fx_px"] == 500
