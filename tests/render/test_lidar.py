"""What a LiDAR makes of what its rays meet: laws of light, thresholds and returns known on paper."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.points import Points
from longtail.annotate.labels.surfaces import SeenMaterial, Surfaces
from longtail.render.lidar.air import Air
from longtail.render.lidar.clouds import BRIGHTEST, cloud
from longtail.render.lidar.reflectance import KINDS, matt_and_retro
from longtail.render.view.exposing import Scanned
from longtail.scenes.atmosphere.air import AirLayer
from longtail.scenes.drawing.chance import Chance
from longtail.scenes.drawing.plan import Picture
from longtail.scenes.lidar.lidar import Lidar
from longtail.scenes.scenarios.street.scenario import STREET
from longtail.scenes.scene import Scene
from longtail.scenes.weather import Dust, Fog, Hail, Rain, Smoke, Snow, Weather, WeatherKind
from tests.render.skies import scene as bare_scene
from tests.sensors import lidar

CAR, WALL = 1, 2
OBJECTS = tuple(
    SceneObject(number, category, category, Transform("world", "object", np.eye(4)), (0, 0, 0), (1, 1, 1))
    for number, category in ((CAR, "car"), (WALL, "building"))
)
MATT = SeenMaterial(1, "Principled 1", "principled")
WIDE = {"azimuth_low_deg": -90.0, "azimuth_high_deg": 90.0, "azimuth_step_deg": 0.1}


def facing(sensor: Lidar, distance_m: Any, owner: Any = WALL, albedo: float = 0.5) -> Scanned:
    """All that its rays meet faces it: at a distance, or at as many as there are rays, and of one owner, or as many."""
    rays = sensor.lens.rays(sensor.camera.pixel_centres())
    shape = rays.shape[:2]
    reach = np.broadcast_to(np.asarray(distance_m, np.float32), shape)
    there = np.isfinite(reach)
    ids = np.where(there, owner, 0).astype(np.int32)
    normals = -sensor.camera.world_from_camera.directions(rays)
    surfaces = Surfaces(np.full((*shape, 3), albedo, np.float32), there.astype(np.uint16), (MATT,))
    return Scanned(ids, reach, np.where(there[..., None], normals, 0).astype(np.float32), surfaces, OBJECTS)


def seen(sensor: Lidar, scanned: Scanned, *weather: WeatherKind, camera: str = "", moment: float = 0.0) -> Points:
    scene: Scene = replace(bare_scene(), weather=Weather(weather), lidars={"top": sensor})
    picture = Picture(0, 0, "", {}, {}, range(1), camera, moment)
    return cloud("top", scanned, scene, STREET.taxonomy, Chance(7, picture))


def test_ten_percent_are_found_nine_times_in_ten_at_the_stated_range() -> None:
    sensor = lidar(range_10_m=60.0, range_m=200.0, **WIDE)
    for distance_m, low, high in ((60.0, 0.88, 0.92), (40.0, 0.999, 1.0), (60 * math.sqrt(1.256), 0.47, 0.53)):
        points = seen(sensor, facing(sensor, distance_m, albedo=0.1))
        assert low <= len(points) / (4 * sensor.columns) <= high


def test_without_noise_points_are_where_the_rays_end() -> None:
    """With the ring of their beam, the category of their owner and the brightness of their albedo."""
    sensor = lidar()
    points = seen(sensor, facing(sensor, 30.0))
    assert len(points) == 4 * 61
    np.testing.assert_allclose(np.linalg.norm(points.xyz_m, axis=-1), 30.0, atol=1e-4)
    elevation = np.degrees(np.arctan2(points.xyz_m[:, 2], np.hypot(*points.xyz_m[:, :2].T)))
    np.testing.assert_allclose(elevation, np.array(sensor.elevations_deg)[points.ring], atol=1e-4)
    azimuth = np.degrees(np.arctan2(points.xyz_m[:, 1], points.xyz_m[:, 0])).reshape(4, 61)
    np.testing.assert_allclose(azimuth, np.broadcast_to(np.arange(30.0, -31.0, -1.0), (4, 61)), atol=1e-4)
    assert set(points.category.tolist()) == {STREET.taxonomy.ids["building"]}
    assert not points.instance.any()
    np.testing.assert_allclose(points.intensity, 0.5, rtol=1e-4)


def test_noise_has_the_stated_deviation_and_belongs_to_scene_and_moment() -> None:
    sensor = lidar(range_noise_m=0.05, intensity_noise=0.1, drop_out=0.2, **WIDE)
    scanned = facing(sensor, 30.0, owner=CAR)
    points = seen(sensor, scanned)
    distance_m = np.linalg.norm(points.xyz_m, axis=-1)
    assert abs(distance_m.mean() - 30) < 0.003
    assert 0.047 < distance_m.std() < 0.053
    assert 0.045 < points.intensity.std() < 0.055
    assert 0.77 < len(points) / (4 * sensor.columns) < 0.83
    assert (points.instance == CAR).all()
    assert (points.array == seen(sensor, scanned, camera="left").array).all()
    assert len(seen(sensor, scanned, moment=0.1)) != len(points)
    rough = seen(replace(sensor, range_step_m=0.25, range_noise_m=0.0), scanned)
    np.testing.assert_allclose(np.linalg.norm(rough.xyz_m, axis=-1), 30.0, atol=1e-4)
    stepped = np.linalg.norm(seen(replace(sensor, range_step_m=0.04), scanned).xyz_m, axis=-1) / 0.04
    np.testing.assert_allclose(stepped, np.rint(stepped), atol=1e-3)


@pytest.mark.parametrize("visibility_m", [60.0, 200.0])
def test_fog_attenuates_by_its_law(visibility_m: float) -> None:
    """exp(-2 a d) with a = ln 20 / V, within 5 %: droplets take 905 nm as they take green light."""
    sensor = lidar(range_10_m=400.0, near_gain_m=40.0)
    for distance_m in (5.0, 15.0, 30.0):
        points = seen(sensor, facing(sensor, distance_m), Fog(visibility_m))
        hard = points.category > 0
        assert hard.any()
        kept = points.intensity[hard].mean() / 0.5
        assert kept == pytest.approx(math.exp(-2 * math.log(20) / visibility_m * distance_m), rel=0.05)


def test_smoke_takes_less_infrared_than_green_light_and_rain_as_much() -> None:
    ahead = np.array([[1.0, 0.0, 0.0]], np.float32)
    far = np.array([100.0], np.float32)
    green = math.exp(-2 * math.log(20) / 500 * 100)
    smoke, rain = Smoke(500.0, 1.0).air, (AirLayer(math.log(20) / 500, 300.0, fine=False),)
    assert Air.of(smoke, 2.0).there_and_back(ahead, far)[0] == pytest.approx(green ** ((905 / 550) ** -1.7), rel=1e-4)
    assert Air.of(rain, 2.0).there_and_back(ahead, far)[0] == pytest.approx(green, rel=1e-4)
    assert Air.of((), 2.0).there_and_back(ahead, far)[0] == 1


@pytest.mark.parametrize("weather", [Fog(50.0), Snow(3.0, 5.0), Rain(90.0, 0.5), Hail(60.0, 12.0), Dust(20.0, 0.5)])
def test_what_is_in_the_air_returns_before_what_is_behind(weather: WeatherKind) -> None:
    """Points of category 0, nearer than the wall and near the sensor as a rule; none of them in clear air."""
    sensor = lidar(range_10_m=60.0, returns="first", **WIDE)
    scanned = facing(sensor, 40.0)
    points = seen(sensor, scanned, weather)
    air = points.category == 0
    distance_m = np.linalg.norm(points.xyz_m, axis=-1)
    assert 0.0003 < air.sum() / (4 * sensor.columns) < 0.9
    assert (distance_m[air] < 40).all()
    assert not points.instance[air].any()
    assert not (seen(sensor, scanned).category == 0).any()


def test_spray_returns_behind_who_drives_through_the_wet() -> None:
    """In a box behind the truck, of no category; none of a slow one, and none on a dry road."""
    sensor = lidar(range_10_m=60.0, returns="first", **WIDE)
    pose = Transform.upright("world", "object", (14.0, 0.0, 0.0), 0.0)

    def sprayed(speed_m_s: float, *weather: WeatherKind) -> Points:
        attributes = {"speed_m_s": speed_m_s}
        truck = SceneObject(CAR, "truck", "truck", pose, (0, 0, 1.5), (8, 2.4, 3), attributes=attributes)
        return seen(sensor, replace(facing(sensor, 40.0), objects=(truck, OBJECTS[1])), *weather)

    drizzle = Rain(1.0, 0.5)
    air = sprayed(20.0, drizzle)
    behind = air.world_m[(air.category == 0) & (air.world_m[:, 0] > 4)]
    assert len(behind) > 20
    assert (behind[:, 0] < 10.5).all()
    assert (np.abs(behind[:, 1]) < 2.5).all()
    assert (behind[:, 2] < 1.3).all()
    assert (sprayed(2.0, drizzle).category == 0).sum() < 5
    assert (sprayed(20.0).category > 0).all()


def test_more_snow_returns_more() -> None:
    sensor = lidar(**WIDE)
    scanned = facing(sensor, 40.0)
    counts = [int((seen(sensor, scanned, Snow(rate, 4.0)).category == 0).sum()) for rate in (0.3, 1.0, 4.0)]
    assert counts[0] * 2 < counts[1] < counts[2] / 2


def test_a_beam_on_an_edge_has_two_returns_of_which_one_is_told() -> None:
    """Two of five rays meet a dark car at 10 m, three a wall behind: the first is the car, the strongest the wall."""
    sensor = lidar(rays=5, near_gain_m=50.0)
    on_car = np.isin(np.arange(sensor.lens.height_px) % 5, [1, 2])[:, None]
    scanned = facing(sensor, np.where(on_car, 10.0, 20.0), np.where(on_car, CAR, WALL))
    albedo = np.broadcast_to(np.where(on_car[..., None], 0.1, 0.8), (*scanned.reach_m.shape, 3)).astype(np.float32)
    scanned = replace(scanned, surfaces=replace(scanned.surfaces, albedo=albedo))
    strongest, first = seen(sensor, scanned), seen(replace(sensor, returns="first"), scanned)
    np.testing.assert_allclose(np.linalg.norm(strongest.xyz_m, axis=-1), 20.0, atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(first.xyz_m, axis=-1), 10.0, atol=1e-4)
    assert (first.instance == CAR).all()
    # Three and two fifths of the light are on them.
    np.testing.assert_allclose(strongest.intensity, 0.8 * 3 / 5, rtol=1e-4)
    np.testing.assert_allclose(first.intensity, 0.1 * 2 / 5, rtol=1e-4)


def test_what_is_within_a_pulse_is_one_return_between_them() -> None:
    sensor = lidar(rays=5)
    on_car = (np.arange(sensor.lens.height_px) % 5 == 0)[:, None]
    points = seen(sensor, facing(sensor, np.where(on_car, 10.0, 10.5), np.where(on_car, CAR, WALL)))
    np.testing.assert_allclose(np.linalg.norm(points.xyz_m, axis=-1), 10.4, atol=1e-4)
    assert len(points) == 4 * 61


def test_rays_that_meet_nothing_return_nothing() -> None:
    sensor = lidar(rays=5)
    assert len(seen(sensor, facing(sensor, np.inf))) == 0
    rain = seen(lidar(), facing(lidar(), np.inf), Rain(50.0, 0.5))
    assert 0 < len(rain) < 4 * 61
    assert not rain.category.any()


def test_surfaces_return_by_incidence_and_matter() -> None:
    """Lambert's cosine; leaves are brighter than asphalt of their green; signs throw back hundreds of times white."""
    kinds = ("principled", "foliage", "asphalt", "sign face", "road paint", "glass")
    rows = [SeenMaterial(number, kind, kind) for number, kind in enumerate(kinds, start=1)]
    material = np.arange(1, len(kinds) + 1, dtype=np.uint16)
    white, green = (np.tile(np.array(rgb, np.float32), (len(kinds), 1)) for rgb in ((0.8, 0.8, 0.8), (0.05, 0.1, 0.03)))
    nobody = np.zeros(len(kinds), dtype=np.bool_)

    def returned(albedo: np.ndarray[Any, np.dtype[np.float32]], cosine: float, people: Any = nobody) -> Any:
        return matt_and_retro(material, rows, albedo, people, np.full(len(kinds), cosine, np.float32))

    assert returned(white, 1.0)[0] == pytest.approx(0.8)
    assert returned(white, 0.3)[0] == pytest.approx(0.24)
    assert returned(green, 1.0)[1] > 2 * returned(green, 1.0)[2]
    assert returned(white, 1.0)[3] == pytest.approx(math.pi * 250, rel=0.01)
    plates = [replace(row, part="license plate") for row in rows]
    one = np.ones(len(kinds), np.float32)
    assert matt_and_retro(material, plates, white, nobody, one)[0] == pytest.approx(math.pi * 50, rel=0.02)
    steel = matt_and_retro(material, rows, 0 * white, nobody, one, {"principled": 0.2})
    assert steel[0] == pytest.approx(0.2)
    # Along a road beads return what its paint does not.
    assert returned(white, 0.02)[4] > 10 * returned(white, 0.02)[2]
    assert returned(white, 1.0)[5] < 0.05
    assert returned(green, 1.0, people=~nobody)[0] > returned(green, 1.0)[0] + 0.2
    assert set(KINDS) >= set(kinds[1:])


def test_signs_are_as_bright_as_a_receiver_can_tell() -> None:
    sensor = lidar()
    scanned = facing(sensor, 50.0)
    sign = replace(scanned.surfaces, materials=(replace(MATT, kind="sign face"),))
    assert seen(sensor, replace(scanned, surfaces=sign)).intensity.max() == pytest.approx(BRIGHTEST)
