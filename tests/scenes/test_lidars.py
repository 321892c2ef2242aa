"""LiDARs of a config: how they are spelled, refused, drawn, and where they stand."""

from __future__ import annotations

import math
import pickle
from functools import cache
from typing import Any

import numpy as np
import pytest

from longtail.annotate.camera import Beams, Pinhole
from longtail.annotate.camera.beams import LIDAR_FROM_CAMERA
from longtail.annotate.camera.transform import Transform
from longtail.annotate.errors import ConfigError
from longtail.render.machine.devices import require_lens_of_kind
from longtail.scenes.assets.asset import Asset
from longtail.scenes.camera.looking import looking
from longtail.scenes.composing import catalogue_of, scene_file, scene_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.resolving import resolve
from longtail.scenes.lidar.lidar import Lidar
from longtail.scenes.lidar.parameters import PARAMETERS
from longtail.scenes.lidar.presets import PRESETS
from longtail.scenes.scenarios.street.scenario import STREET
from longtail.scenes.scene import Scene
from tests.sensors import lidar


@cache
def catalogue() -> dict[str, Asset]:
    return catalogue_of(resolve({"scenario": "street", "assets": {"packs": False}}))


def asked(sensors: Any, **more: Any) -> Config:
    return resolve({"scenario": "street", "lidar": sensors, **more})


CARRIER, CAMERA = Transform("world", "carrier", np.eye(4)), looking(Pinhole.from_fov(64, 36, 60), (1.0, 2.0, 3.0), 0.4)


def drawn(config: Config, scene: int = 0, carrier: Transform | None = CARRIER) -> dict[str, Lidar]:
    """The sensors of a scene, without the scene."""
    camera = CAMERA.world_from_camera
    return {asked.name: asked.drawn(config.seed, scene, 0, carrier, camera) for asked in config.lidars}


def test_a_word_is_a_preset_and_implies_the_output() -> None:
    config = asked({"top": "spinning_64"})
    (sensor,) = config.lidars
    assert (sensor.name, sensor.preset, sensor.format) == ("top", "spinning_64", "npy")
    assert config.outputs[-1] == "lidar"
    assert config.point_formats == {"top": "npy"}


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_are_whole_and_survive_being_written(preset: str) -> None:
    config = asked({"top": preset}, frames=1)
    again = resolve(config.to_json())
    assert again == config
    assert again.digest == config.digest
    assert pickle.loads(pickle.dumps(config)) == config
    sensor = drawn(config)["top"]
    assert len(sensor.elevations_deg) == len(PRESETS[preset].elevations_deg)
    assert sensor.elevations_deg == tuple(sorted(sensor.elevations_deg))
    assert sensor.lens.height_px >= 4
    rays = sensor.lens.rays(sensor.camera.pixel_centres())
    np.testing.assert_allclose(np.linalg.norm(rays, axis=-1), 1, atol=1e-12)


def test_a_config_without_sensors_has_the_digest_that_it_had() -> None:
    assert "lidar" not in resolve({"scenario": "street"}).to_json()
    assert resolve({"scenario": "street", "lidar": {}}).digest == resolve({"scenario": "street"}).digest
    assert asked({"top": None}).digest != resolve({"scenario": "street"}).digest


def test_64_beams_by_1800_steps() -> None:
    lens = drawn(asked({"top": "spinning_64"}))["top"].lens
    assert (lens.height_px, lens.width_px) == (64, 1800)


def test_every_leaf_may_be_drawn_and_each_has_a_stream_of_its_own() -> None:
    """Sensors of several scenes differ, one more leaf moves none of the others, and names are keys."""
    spread = {"range_noise_m": {"uniform": [0.01, 0.05]}, "yaw_deg": {"normal": [0, 1]}, "beams": {"choice": [16, 32]}}
    one = asked({"top": spread}, frames=4)
    more = asked({"top": {**spread, "x_m": {"uniform": [0, 1]}}, "rear": "flat"}, frames=4)
    first = [drawn(one, index)["top"] for index in range(4)]
    assert len({sensor.range_noise_m for sensor in first}) == 4
    assert {len(sensor.elevations_deg) for sensor in first} <= {16, 32}
    for index, sensor in enumerate(first):
        other = drawn(more, index)["top"]
        assert other.range_noise_m == sensor.range_noise_m
        assert (other.world_from_lidar.matrix[:3, :3] == sensor.world_from_lidar.matrix[:3, :3]).all()
    assert drawn(asked({"roof": spread}))["roof"].range_noise_m != first[0].range_noise_m
    assert resolve(more.to_json()) == more


def test_it_stands_on_the_carrier() -> None:
    config = asked({"top": {"x_m": 1.0, "y_m": 0.5, "z_m": 2.0, "yaw_deg": 90.0}})
    scene = scene_of(config, 0, catalogue())
    assert scene.carrier is not None
    carrier_from_lidar = scene.carrier.world_from_carrier.inverse() @ scene.lidars["top"].world_from_lidar
    np.testing.assert_allclose(carrier_from_lidar.points([0, 0, 0]), [1, 0.5, 2], atol=1e-6)
    np.testing.assert_allclose(carrier_from_lidar.directions([1, 0, 0]), [0, 1, 0], atol=1e-6)
    up = asked({"top": {"pitch_deg": 10.0, "roll_deg": 5.0}})
    pose = scene_of(up, 0, catalogue()).lidars["top"].world_from_lidar.matrix
    assert pose[2, 0] == pytest.approx(math.sin(math.radians(10)))
    # Leaning right, what was to the left is up.
    assert pose[2, 1] > 0


def test_what_nothing_carries_is_where_the_camera_is() -> None:
    sensor = drawn(asked({"front": "solid_state"}), carrier=None)["front"]
    pose, camera = sensor.world_from_lidar.matrix, CAMERA.world_from_camera.matrix
    np.testing.assert_allclose(pose[:3, 3], camera[:3, 3], atol=1e-6)
    np.testing.assert_allclose(pose[:3, 0], camera[:3, 2], atol=1e-6)


def test_all_cameras_of_a_rig_have_the_same_sensor() -> None:
    config = asked({"top": {"yaw_deg": {"normal": [0, 1]}}}, cameras={"left": {"y_m": 0.2}, "right": {}})
    one, other = (scene_of(config, index, catalogue()).lidars["top"] for index in (0, 1))
    assert one == other


def test_a_rig_moves_no_sensor_that_nothing_carries() -> None:
    """It stands by the drawn camera, wherever the rig's first one is."""
    sensor = {"scenario": "tabletop", "seed": 1, "lidar": {"flash": {"preset": "solid_state"}}}
    alone = resolve({**sensor, "assets": {"packs": False}})
    rig = resolve({**alone.to_json(), "cameras": {"tripod": {"frame": "world", "y_m": -1, "z_m": 1}}})
    assets = catalogue_of(alone)
    assert scene_of(rig, 0, assets).lidars == scene_of(alone, 0, assets).lidars


def test_scenes_keep_their_sensors_in_json() -> None:
    config = asked({"top": {"preset": "flat", "yaw_deg": {"normal": [0, 1]}}}, frames=1)
    scene = scene_of(config, 0, catalogue())
    grounds = {ground.kind: ground for ground in STREET.grounds}
    assert Scene.from_json(scene.to_json(), grounds) == scene
    file = scene_file(config, 0, catalogue())
    again = resolve({**file["config"], "scene": file["scene"]})
    assert again.given is not None
    assert again.given.scene.lidars == scene.lidars
    del file["config"]["lidar"]
    with pytest.raises(ConfigError, match="lidar: expected the sensors of the scene that is given, top, got none"):
        resolve({**file["config"], "scene": file["scene"]})


@pytest.mark.parametrize(
    ("sensors", "said"),
    [
        ([1], "lidar: expected names of sensors"),
        ({"a b": "flat"}, "expected names of letters"),
        ({"top": "spining_64"}, "top: preset: expected one of .*did you mean spinning_64"),
        ({"top": 3}, "top: expected a preset .* or a mapping, got 3"),
        ({"top": {"range": 3}}, "top: expected some of .*range"),
        ({"top": {"format": "las"}}, "top: format: expected one of npy, bin, pcd, got 'las'"),
        ({"top": {"range_noise_m": 2}}, "top: range_noise_m: expected a number in 0..1 m, got 2"),
        ({"top": {"range_noise_m": {"uniform": [0, 2]}}}, "top: range_noise_m: expected .*reaches 0..2"),
        ({"top": {"returns": "last"}}, "top: returns: expected one of strongest, first"),
        ({"top": {"rays": 3}}, "top: rays: expected one of 1, 5"),
        ({"top": {"elevations_deg": []}}, "top: elevations_deg: expected a list of 1 to 256 numbers"),
        ({"top": {"elevations_deg": [0, "x"]}}, "top: elevations_deg: expected numbers"),
        ({"top": {"elevations_deg": [0, 91]}}, "top: elevations_deg: expected a number in -90..90"),
        ({"top": {"elevations_deg": [1, 1]}}, "expected every elevation once, got 1 twice"),
        ({"top": {"elevations_deg": [1], "beams": 2}}, "expected elevations_deg or beams, got both"),
        ({"top": {"azimuth_low_deg": 10, "azimuth_high_deg": 5}}, "top: expected azimuth_high_deg 3 steps"),
        ({"top": {"azimuth_step_deg": 0.02, "rays": 5}}, "top: expected at most 4,000,000 rays"),
        ({str(number): "flat" for number in range(17)}, "expected at most 16 sensors, got 17"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(sensors: Any, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        asked(sensors)
    assert len(str(caught.value).splitlines()) == 1


def test_the_output_without_sensors_is_refused() -> None:
    with pytest.raises(ConfigError, match="outputs: expected sensors for lidar, got none; add lidar:"):
        resolve({"scenario": "street", "outputs": ["coco", "lidar"]})


def test_a_device_without_shader_cameras_is_refused_before_anything_is_rendered() -> None:
    kind = asked({"top": "flat"}).lens_kind
    require_lens_of_kind(kind, "optix")
    with pytest.raises(ConfigError, match=r"lidar: expected no sensors on cuda, got some, .*try --device cpu"):
        require_lens_of_kind(kind, "cuda:1")


def test_rays_and_pixels_undo_each_other() -> None:
    lens = lidar(azimuth_low_deg=-180.0, azimuth_high_deg=180.0).lens
    assert isinstance(lens, Beams)
    columns, rows = np.meshgrid(np.arange(lens.width_px) + 0.5, np.arange(lens.height_px) + 0.5)
    pixels = np.stack([columns, rows], axis=-1)
    np.testing.assert_allclose(lens.project(lens.rays(pixels) * 7.0), pixels, atol=1e-6)
    assert np.isnan(lens.rays([-0.5, 1.0])).all()
    assert np.isnan(lens.project([0.0, 0.0, 0.0])).all()
    assert Beams.from_json(lens.to_json()) == lens
    with pytest.raises(ValueError, match="a turn for each"):
        Beams((0.0, 1.0), (0.0,), 0.0, 0.1, 10)


def test_five_rays_lie_within_a_beams_footprint() -> None:
    sensor = lidar(rays=5, divergence_mrad=4.0, elevations_deg=(-30.0, 0.0, 40.0))
    rays = sensor.lens.rays(sensor.camera.pixel_centres()).reshape(3, 5, -1, 3)
    apart = np.arccos(np.clip((rays * rays[:, :1]).sum(axis=-1), -1, 1))
    np.testing.assert_allclose(apart[:, 1:], 0.002 * math.sqrt(0.6), rtol=1e-3)
    middles = sensor.camera.pixel_centres()[:3]
    np.testing.assert_allclose(rays[:, 0], sensor.beams.rays(middles), atol=1e-12)


def test_its_axes_are_ahead_left_and_up() -> None:
    lens = lidar().beams
    ahead = LIDAR_FROM_CAMERA[:3, :3] @ lens.rays([lens.cx_px, 2.5])
    np.testing.assert_allclose(ahead, [1, 0, 0], atol=1e-9)
    left_up = LIDAR_FROM_CAMERA[:3, :3] @ lens.rays([0.5, 3.5])
    assert left_up[1] > 0.4
    assert left_up[2] == pytest.approx(math.sin(math.radians(5)))


def test_every_parameter_says_what_it_is() -> None:
    assert all(leaf.doc for leaf in PARAMETERS.values())
