"""Streets that climb: the ground, what stands on it, and what labels say of it."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate.labels.arc import Arc
from longtail.annotate.labels.lanes import Line, RoadLanes
from longtail.annotate.labels.relief import LEVEL, Relief
from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.people import ASSETS as PEOPLE
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.geometry.draped import draped
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.moment import scene_at
from longtail.scenes.scenarios.street.hills.drawing import CHANGE, GRADE
from longtail.scenes.scenarios.street.hills.standing import on_slope, under
from longtail.scenes.scenarios.street.road import KERB_HEIGHT_M
from longtail.scenes.scene import Placed, Scene
from tests.scenes.streets import LEVEL as LEVEL_PINS
from tests.scenes.streets import street_of

Plan = NDArray[np.float64]
CREST = Relief(((-100.0, 0.05), (0.0, 0.05), (40.0, -0.03), (200.0, -0.03)))
LEVEL_TOWN = (*LEVEL_PINS, "road.kind=town", "road.tunnel=false")
SLOPES = ("road.grade_percent=-6", "road.grade_change_percent=10", "road.kind=town", "road.tunnel=false")


def assets_of(*changes: str) -> dict[str, Asset]:
    return catalogue_of(load("street", ["assets.packs=false", *changes]))


@pytest.fixture(scope="module")
def assets() -> dict[str, Asset]:
    return assets_of()


def scenes(assets: dict[str, Asset], *changes: str, seed: int = 3, count: int = 2) -> list[Scene]:
    config = load("street", ["assets.packs=false", "weather=clear", *changes], seed=seed)
    return [scene_of(config, index, assets) for index in range(count)]


def test_a_vertical_curve_is_a_parabola_between_straight_grades() -> None:
    x = CREST.knots_m
    lowest = CREST.height_m([-100.0])[0]
    assert CREST.height_m([-60.0, -20.0]) - lowest == pytest.approx([2.0, 4.0])
    curve = x[(x >= 0) & (x <= 40)]
    expected = 5.0 + 0.05 * curve - 0.08 / 40 * curve**2 / 2
    assert CREST.height_m(curve) - lowest == pytest.approx(expected)
    assert CREST.height_m([140.0]) - CREST.height_m([40.0]) == pytest.approx([-3.0])
    assert CREST.height_m(x).min() == 0.0
    assert LEVEL.height_m([3.0, 4.0]).tolist() == [0.0, 0.0]
    assert Relief.from_json(CREST.to_json()) == CREST
    assert Relief.from_json(None) == LEVEL


def test_beyond_its_ends_a_relief_goes_on_as_steep() -> None:
    assert CREST.height_m([-110.0]) - CREST.height_m([-100.0]) == pytest.approx([-0.5])
    assert CREST.height_m([210.0]) - CREST.height_m([200.0]) == pytest.approx([-0.3])


def test_what_is_draped_lies_on_the_relief_and_keeps_its_plan() -> None:
    corners = [[-50, 0, 0.2], [90, -30, 0.2], [70, 40, 0.2], [-50, 10, 0.2]]
    flat = Mesh.of(corners, [[0, 1, 2], [0, 2, 3]], Principled(), uv=np.array(corners)[:, :2])
    laid = draped(flat, CREST)
    points = laid.vertices_m.astype(float)
    assert points[:, 2] - CREST.height_m(points[:, 0]) == pytest.approx(0.2, abs=1e-5)
    faces = points[laid.triangles]
    # The middles of sides and faces lie on it, too, and so does all in between.
    middles = np.concatenate([faces.mean(axis=1), *((faces[:, i] + faces[:, i - 1]) / 2 for i in range(3))])
    assert middles[:, 2] - CREST.height_m(middles[:, 0]) == pytest.approx(0.2, abs=1e-4)
    one: Plan = faces[:, 1, :2] - faces[:, 0, :2]
    other: Plan = faces[:, 2, :2] - faces[:, 0, :2]
    areas = np.cross(one, other) / 2
    assert (areas > 0).all()
    before: Plan = np.array(corners)[flat.triangles][:, :, :2]
    one, other = before[:, 1] - before[:, 0], before[:, 2] - before[:, 0]
    whole = np.cross(one, other).sum() / 2
    assert areas.sum() == pytest.approx(whole, rel=1e-6)
    assert laid.uv is not None
    assert laid.uv == pytest.approx(faces[:, :, :2], abs=1e-4)


def test_walls_stay_upright_under_draping() -> None:
    wall = Mesh.of([[-5, 1, 0], [30, 1, 0], [30, 1, 3], [-5, 1, 3]], [[0, 1, 2], [0, 2, 3]], Principled())
    points = draped(wall, CREST).vertices_m.astype(float)
    assert set(points[:, 1].tolist()) == {1.0}
    over = points[:, 2] - CREST.height_m(points[:, 0])
    assert over.min() == pytest.approx(0.0, abs=1e-5)
    assert over.max() == pytest.approx(3.0, abs=1e-5)


def test_most_streets_are_level_or_nearly_so_and_none_is_steeper_than_its_kind() -> None:
    config = load("street", ["frames=1"], seed=9)
    drawn = [draw(config.asked, index).values for index in range(512)]
    grades = np.array([[values[GRADE], values[GRADE] + values[CHANGE]] for values in drawn])
    level, gentle = (np.abs(grades) <= 0).all(axis=1).mean(), (np.abs(grades) <= 1.5).all(axis=1).mean()
    assert 0.3 < level < 0.5
    assert gentle > 0.55
    # Between what flat and what hilly cities have: 27 % of Lisbon's streets are steeper, and 18 % of Sao Paulo's.
    assert 0.02 < (np.abs(grades[:, 0]) >= 5.0).mean() < 0.1
    limits = {"town": 15.0, "rural": 7.0, "motorway": 4.0}
    assert all((np.abs(g) <= limits[values["road.kind"]]).all() for g, values in zip(grades, drawn, strict=True))
    assert {values["road.kind"] for values, g in zip(drawn, grades, strict=True) if g.any()} == set(limits)
    floods = [g for g, values in zip(grades, drawn, strict=True) if "flood" in values["weather"]]
    assert any(g.any() for g in floods)
    assert all(before <= 0 <= after for before, after in floods)


@pytest.mark.parametrize("asked", ["variants=[clear, rain+flood]", "sweep={weather: [rain, flood]}"])
def test_streets_on_which_a_flood_is_laid_are_level(asked: str) -> None:
    config = load("street", [asked, "weather=clear"])
    assert (config.parameters[GRADE], config.parameters[CHANGE]) == (0.0, 0.0)
    steep = load("street", [asked, "weather=clear", f"{GRADE}=4"])
    assert (steep.parameters[GRADE], steep.parameters[CHANGE]) == (4.0, 0.0)
    assert load("street", ["variants=[clear, rain]", "weather=clear"]).parameters[GRADE] != 0.0


def test_prams_stand_on_all_their_wheels_on_a_slope() -> None:
    steep = Relief(((-50.0, 0.12), (50.0, 0.12)))
    pushing = next(asset for asset in PEOPLE if "pram" in asset.tags)
    item = on_slope([Placed(pushing.name, 3.0, 1.0, 0.0, 2.6)], {pushing.name: pushing}, steep)[0]
    ends = item.world_from_object.points([[x * pushing.size_m[0] / 2, 0.0, 0.0] for x in (-1, 1)])
    assert ends[:, 2] == pytest.approx(steep.height_m(ends[:, 0]), abs=0.01)


def test_level_streets_are_as_they_were(assets: dict[str, Asset]) -> None:
    scene = scenes(assets, *LEVEL_TOWN, count=1)[0]
    assert street_of(scene).relief.is_level
    assert not street_of(scene).plinths
    assert {item.z_m for item in scene.objects if item.attributes.get("state") == "driving"} == {0.0}


def heights_over(
    scene: Scene, item: Placed, points_m: list[list[float]]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    world = item.world_from_object.points(points_m)
    return np.asarray(world[:, 2] - street_of(scene).relief.height_m(world[:, 0]))


def test_wheels_touch_the_road_and_people_stand_upright(assets: dict[str, Asset]) -> None:
    leaning = 0
    for scene in scenes(assets, *SLOPES):
        for item in scene.objects:
            asset, state = assets[item.asset], item.attributes.get("state")
            if state in ("driving", "parked", "waiting") and asset.category in ("car", "van", "truck", "bus"):
                half = 0.3 * asset.size_m[0]
                wheels = [[end, side, 0.0] for end in (-half, half) for side in (-0.7, 0.7)]
                assert np.abs(heights_over(scene, item, wheels)).max() < 0.02, item
                leaning += item.tilt_rad > 0.01
            elif asset.category == "person" and state in ("walking", "standing"):
                assert item.tilt_rad == 0.0
                assert -0.02 < heights_over(scene, item, [[0.0, 0.0, 0.0]])[0] - KERB_HEIGHT_M <= 0.0 or state
    assert leaning > 5


def test_houses_have_level_floors_on_closed_bases(assets: dict[str, Asset]) -> None:
    scene = scenes(assets, *SLOPES, count=1)[0]
    street = street_of(scene)
    built = [item for item in scene.objects if assets[item.asset].category == "building"]
    assert all(item.tilt_rad == 0.0 for item in built)
    # What hangs on their walls has no floor.
    houses = [item for item in built if "gable" not in assets[item.asset].tags]
    bases = {(round(p.x_m, 3), round(p.y_m, 3)): p for p in street.plinths}
    for item in houses:
        depth, width = assets[item.asset].size_m[:2]
        corners = [[x * depth / 2, y * width / 2, 0.0] for x in (-1, 1) for y in (-1, 1)]
        lowest = (item.z_m - heights_over(scene, item, corners)).min()
        if lowest < item.z_m - KERB_HEIGHT_M - 0.05:
            base = bases[round(item.x_m, 3), round(item.y_m, 3)]
            assert base.bottom_m < lowest
            assert 0.0 < item.z_m - base.top_m < 0.005  # not in the plane of ground that is level with the floor
    assert bases
    assert "plinths" in {piece.name for piece in street.pieces()}


def test_the_camera_leans_with_its_vehicle(assets: dict[str, Asset]) -> None:
    level = scenes(assets, *LEVEL_TOWN, count=1)[0]
    steep = scenes(assets, *LEVEL_TOWN[1:], "road.grade_percent=8", count=1)[0]
    assert level.carrier
    assert steep.carrier
    seats = [
        (s.carrier.world_from_carrier.inverse() @ s.camera.world_from_camera).matrix
        for s in (level, steep)
        if s.carrier
    ]
    assert seats[1] == pytest.approx(seats[0], abs=1e-9)
    pose = steep.carrier.world_from_carrier.matrix
    assert math.degrees(math.asin(pose[2, 0])) == pytest.approx(math.degrees(math.atan(0.08)), abs=1e-6)
    # The road's own lanes lie on it, and what stands in the world counts from the road beside the camera.
    assert street_of(steep).lanes((0.0, 0.0)).relief == street_of(steep).relief
    mast = "cameras={mast: {frame: world, x_m: 20, z_m: 6}, front: {frame: camera}}"
    seen = scenes(assets, *LEVEL_TOWN[1:], "road.grade_percent=8", mast, count=1)[0].cameras
    assert seen["mast"].world_from_camera.matrix[2, 3] - 6.0 == pytest.approx(pose[2, 3], abs=1e-3)
    assert seen["front"] == steep.camera
    assert steep.velocity_m_s[2] == pytest.approx(0.08 * steep.velocity_m_s[0])


def test_a_flood_stands_level_in_a_dip_and_things_float_where_it_is_deep(assets: dict[str, Asset]) -> None:
    flood = ("weather=flood", "weather.flood.depth_m=0.8", "road.grade_percent={uniform: [-5, 5]}",
             "road.grade_change_percent={uniform: [0, 10]}", "road.kind=town", "objects.parked.share=1")  # fmt: skip
    config = load("street", ["assets.packs=false", *flood], seed=2)
    floating = 0
    for index in range(4):
        scene = scene_of(config, index, assets)
        relief = street_of(scene).relief
        x = np.linspace(0.0, 180.0, 181)
        heights = relief.height_m(x)
        # The water's level is the depth over the lowest place, which lies ahead: there all of it is.
        assert scene.weather.water_level_m == 0.8
        assert heights.min() == pytest.approx(0.0, abs=0.02)
        assert float(scene.camera.world_from_camera.matrix[2, 3]) > 0.8
        for item in scene.objects:
            if item.attributes.get("floating"):
                floating += 1
                assert 0.8 - float(relief.height_m(item.x_m)) > 0.4
                assert item.z_m == pytest.approx(
                    0.8 - {"car": 0.42, "van": 0.58}[assets[item.asset].category], abs=1e-6
                )
            elif item.attributes.get("state") in ("floating", "stranded"):
                assert item.z_m < 0.8 + 0.3
    assert floating


def test_clips_keep_to_the_ground(assets: dict[str, Asset]) -> None:
    config = load("street", ["assets.packs=false", "weather=clear", *SLOPES, "clip={frames: 3, rate_hz: 1}"], seed=4)
    scene = scene_of(config, 0, assets)
    later = scene_at(scene, 2.0)
    assert later.carrier
    rises = street_of(scene).relief
    pose = later.carrier.world_from_carrier
    assert np.abs([z - float(rises.height_m(x)) for x, _, z in pose.points([[1.35, 0, 0], [-1.35, 0, 0]])]).max() < 0.02
    moved = 0
    for before, item in zip(scene.objects, later.objects, strict=True):
        if item.motion is None:
            assert item == before
            continue
        rest = under(item, assets[item.asset], rises)
        assert item.z_m - rest.height_m == pytest.approx(item.motion.at(2.0).z_m, abs=1e-9)
        # Who rides leans to the left of the way, beside what the ground tilts.
        left = item.heading_rad + math.pi / 2
        tilts = [
            rest.tilt_rad * turned(rest.towards_rad) + item.banks_rad * turned(left) for turned in (math.cos, math.sin)
        ]
        assert item.tilt_rad == pytest.approx(math.hypot(*tilts), abs=1e-12)
        assert -0.03 < item.motion.at(2.0).z_m < 0.2
        moved += math.hypot(item.x_m - before.x_m, item.y_m - before.y_m) > 1.0
    assert moved > 3
    assert scene_at(later, 0.0) == scene
    grounds = {ground.kind: ground for ground in config.scenario.grounds}
    assert Scene.from_json(json.loads(json.dumps(scene.to_json())), grounds) == scene


def test_lines_of_paint_climb_with_the_road() -> None:
    line = Line("lane line", Arc(curvature_1_m=0.004), 0.0, 60.0, -3.0, "solid", "white", height_m=0.004)
    points = line.points_m(CREST)
    assert points[:, 2] == pytest.approx(CREST.height_m(points[:, 0]) + 0.004)
    lanes = RoadLanes((line,), (), CREST)
    assert RoadLanes.from_json(lanes.to_json()) == lanes
    assert "relief" not in RoadLanes((line,), ()).to_json()


@pytest.mark.parametrize("kind", ["rural"])
def test_roads_outside_towns_climb_too(assets: dict[str, Asset], kind: str) -> None:
    scene = scenes(assets, f"road.kind={kind}", "road.grade_percent=4", LEVEL_TOWN[1], count=1)[0]
    road = next(piece for piece in street_of(scene).pieces() if piece.name == "road").mesh
    points = road.vertices_m.astype(float)
    assert points[:, 2] == pytest.approx(street_of(scene).relief.height_m(points[:, 0]), abs=2e-3)
    assert float(np.ptp(points[:, 2])) > 10.0
