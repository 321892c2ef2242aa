"""Whole streets, without Blender. What is drawn for them is tested in `test_world`."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import shapely

from longtail.distributions.scalar import Scalar
from longtail.scenes.assets import catalogue
from longtail.scenes.composing import scene_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.street.areas import CROSS_REACH_M
from longtail.scenes.scenarios.street.road import KERB_HEIGHT_M, Course
from longtail.scenes.scenarios.street.scenario import STREET
from longtail.scenes.scenarios.street.signalling import with_signals
from longtail.scenes.scenarios.street.surfaces import surfaces
from longtail.scenes.scene import Placed, Scene
from tests.scenes.streets import LEVEL, street_of

STREETS = 100
ASSETS = catalogue(packs=False)
VEHICLES = {"car", "van", "truck", "bus"}


@pytest.fixture(scope="module")
def config() -> Config:
    return load("street", ["assets.packs=false", "road.kind=town", "road.roundabout=none", *LEVEL], seed=3)


@pytest.fixture(scope="module")
def streets(config: Config) -> list[Scene]:
    return [scene_of(config, i, ASSETS) for i in range(STREETS)]


def test_limits_on_signs_are_those_of_towns(streets: list[Scene]) -> None:
    """30 and 50 km/h, 60 on wide streets, and never 100."""
    seen = set()
    for scene in streets:
        wide = street_of(scene).lanes_forward + street_of(scene).lanes_oncoming >= 4
        signs = [ASSETS[item.asset] for item in scene.objects if item.asset.startswith("sign/limit-")]
        limits = {sign.attributes["value"] for sign in signs if "value" in sign.attributes}
        assert limits <= ({30, 50, 60} if wide else {20, 30, 50})
        seen |= limits
    assert len(seen) > 2


def test_all_that_streets_hold_is_of_their_taxonomy(streets: list[Scene]) -> None:
    """Things from 1 on, stuff after them; what came later stands behind what was there."""
    ids = STREET.taxonomy.ids
    shown = {ASSETS[item.asset].category for scene in streets for item in scene.objects}
    shown |= {surface.category for scene in streets for surface in scene.ground.pieces()} | {"water", "tornado"}
    assert shown <= ids.keys()
    assert [ids[name] for name in ("person", "car", "debris", "road", "sky", "tunnel")] == [1, 3, 20, 30, 41, 44]
    assert [category.is_thing for _, category in STREET.taxonomy] == [True] * 29 + [False] * 18


def test_no_hard_shadows_in_fog_rain_and_under_clouds(streets: list[Scene]) -> None:
    for scene in streets:
        if set(scene.weather.name.split("+")) & {"rain", "fog", "overcast", "snow", "hail"}:
            assert scene.light.sun_klx == 0


def test_headlights_and_lamps_are_on_in_the_dark(streets: list[Scene]) -> None:
    dark = [scene for scene in streets if scene.light.sun_elevation_deg < 0]
    assert dark
    for scene in dark:
        assert scene.light.street_lamps_on != scene.light.blackout
        driving = [item for item in scene.objects if item.attributes.get("state") == "driving"]
        assert all(item.lamps_on for item in driving)


def shape_of(item: Placed, shrink_m: float) -> shapely.Polygon:
    asset = ASSETS[item.asset]
    length, width = asset.footprint_m or asset.size_m[:2]
    return footprint(item.x_m, item.y_m, item.heading_rad, length, width, -shrink_m)


def test_nothing_stands_in_anything_else(streets: list[Scene]) -> None:
    for scene in streets[:40]:
        # A rider and its bike share a place on purpose, and so do who sits and the bench.
        items = [item for item in scene.objects if item.attributes.get("state") not in ("riding", "sitting")]
        shapes = [shape_of(item, 0.06) for item in items]
        first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        pairs = [(items[i].asset, items[j].asset) for i, j in zip(first, second, strict=True) if i < j]
        assert not pairs, scene.number


def station(course: Course, item: Placed) -> tuple[float, float]:
    """(s, t) of an object on a street of constant curvature through the origin."""
    k = course.curvature_1_m
    if k == 0:
        return item.x_m, item.y_m
    s = math.atan2(k * item.x_m, 1 - k * item.y_m) / k
    return s, 1 / k - math.copysign(math.hypot(item.x_m, 1 / k - item.y_m), k)


def test_driving_vehicles_keep_their_lane_and_direction(streets: list[Scene]) -> None:
    checked = 0
    for scene in streets:
        forward, oncoming = street_of(scene).lane_centres_m()
        for item in scene.objects:
            if ASSETS[item.asset].category not in VEHICLES or item.attributes.get("state") != "driving":
                continue
            if street_of(scene).junction is not None:
                continue  # the side road has lanes of its own
            s, t = station(street_of(scene).course, item)
            lanes = forward if t < 0 else oncoming
            assert min(abs(t - lane) for lane in lanes) < 0.6
            expected = float(street_of(scene).course.heading_at(s)) + (0.0 if t < 0 else math.pi)
            assert math.cos(item.heading_rad - expected) > 0.99
            assert item.z_m == 0.0
            checked += 1
    assert checked > 50


def test_people_stand_on_pavements_or_cross(streets: list[Scene]) -> None:
    for scene in streets:
        for item in scene.objects:
            # Who sits or lies is a rarity, and tested with them.
            if ASSETS[item.asset].category != "person" or item.attributes["state"] in ("sitting", "lying"):
                continue
            _, t = station(street_of(scene).course, item)
            if item.attributes["state"] == "crossing":
                assert street_of(scene).right_edge_m < t < street_of(scene).left_edge_m
            else:
                kerb = street_of(scene).kerb_m(1) if t > 0 else street_of(scene).kerb_m(-1)
                assert abs(t) > abs(kerb)
                assert item.z_m == KERB_HEIGHT_M


def test_the_camera_is_where_a_windscreen_is(streets: list[Scene]) -> None:
    for scene in streets:
        x, y, z = scene.camera.world_from_camera.matrix[:3, 3]
        assert 1.0 < z < 2.3
        assert street_of(scene).right_edge_m < y < 0
        assert abs(x) < 0.1


def test_the_ground_has_no_hole_under_the_street(streets: list[Scene]) -> None:
    """Road, bays, kerbs, pavements and lots together cover the street's surroundings."""
    for scene in streets[:12]:
        meshes = [piece.mesh for piece in surfaces(street_of(scene)) if piece.name != "land"]
        faces = np.concatenate([mesh.vertices_m[mesh.triangles][..., :2] for mesh in meshes])
        along, across = (faces[:, 1] - faces[:, 0]).T, (faces[:, 2] - faces[:, 1]).T
        level = np.abs(along[0] * across[1] - along[1] * across[0]) > 1e-4
        covered = shapely.union_all(shapely.buffer(shapely.polygons(faces[level]), 0.02))
        course = street_of(scene).course
        near = course.strip(-20, 100, street_of(scene).facade_m(-1) - 5, street_of(scene).facade_m(1) + 5)
        assert near.difference(covered.buffer(0.05)).area < 0.1, scene.number


def test_a_scene_is_a_pure_function_of_config_seed_and_index(config: Config, streets: list[Scene]) -> None:
    again = scene_of(config, 7, ASSETS)
    assert again.objects == streets[7].objects
    assert json.dumps(dict(again.parameters)) == json.dumps(dict(streets[7].parameters))


def test_another_parameter_leaves_object_draws_alone() -> None:
    """Pinning the number of walkers moves no vehicle and no house."""
    # Rarities stand where there is room when all else stands.
    alike = ["assets.packs=false", "objects.rarities=0", "road.kind=town"]
    usual, crowded = (load("street", [*alike, *more], seed=3) for more in ([], ["objects.pedestrian.count=30"]))
    for index in range(5):
        one = scene_of(usual, index, ASSETS)
        two = scene_of(crowded, index, ASSETS)
        keep = [o for o in one.objects if ASSETS[o.asset].category != "person"]
        assert keep == [o for o in two.objects if ASSETS[o.asset].category != "person"]


def test_who_waits_or_comes_near_brakes_and_what_is_parked_says_nothing(streets: list[Scene]) -> None:
    said: dict[str, list[bool]] = {}
    for scene in streets:
        for item in scene.objects:
            state = str(item.attributes.get("state"))
            if state in ("driving", "waiting", "ridden") and ASSETS[item.asset].category != "bicycle":
                assert item.signals is not None
                said.setdefault(state, []).append(item.signals.brake)
                assert not item.signals.lit or item.signals.indicates
            else:
                assert item.signals is None
    assert all(said["waiting"])
    assert 0.1 < np.mean(said["driving"]) < 0.6


def test_what_stands_close_behind_another_brakes() -> None:
    car = next(asset for asset in ASSETS.values() if asset.category == "car" and "driving" in asset.tags)
    there: dict[str, Scalar] = {"state": "driving", "speed_m_s": 10.0}
    first, near, far = (Placed(car.name, x, 0.0, 0.0, 0.0, attributes=there) for x in (60.0, 48.0, 10.0))
    oncoming = Placed(car.name, 20.0, 0.0, 0.0, math.pi, attributes=there)
    draws = [np.random.default_rng(seed) for seed in range(200)]
    said = [[item.signals for item in with_signals([first, near, far, oncoming], ASSETS, rng)] for rng in draws]
    brakes = np.array([[one is not None and one.brake for one in row] for row in said])
    assert brakes[:, 1].all()
    assert (brakes[:, [0, 2, 3]].mean(axis=0) < 0.25).all()


def test_houses_close_the_arms_of_crossing_roads(streets: list[Scene]) -> None:
    """Whoever looks along an arm sees buildings behind its end: one at least before its middle or beside that."""
    closed = []
    for scene in streets:
        street = street_of(scene)
        for arm in street.junction.arms if street.junction else ():
            cross, end = street.cross_course(), arm * CROSS_REACH_M
            near, far = sorted((end + arm * 8.0, end + arm * 26.0))
            behind = cross.strip(near, far, -9.0, 9.0)
            houses = (item for item in scene.objects if ASSETS[item.asset].category == "building")
            closed.append(any(behind.intersects(shapely.Point(item.x_m, item.y_m).buffer(7.0)) for item in houses))
    assert len(closed) > 50
    assert np.mean(closed) > 0.95
