"""Roundabouts: circles and arms that fit, who drives round them, and where the camera is."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import shapely

from longtail.annotate.errors import ConfigError
from longtail.annotate.labels.lanes import drivable
from longtail.scenes.assets import catalogue
from longtail.scenes.composing import scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.moment import scene_at
from longtail.scenes.moving.path import gaps_m
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.street.areas import areas
from longtail.scenes.scenarios.street.moving.following import paces
from longtail.scenes.scenarios.street.moving.mover import Mover
from longtail.scenes.scenarios.street.roundabouts.drawing import ROUNDABOUT
from longtail.scenes.scenarios.street.roundabouts.ring import ENTRY_M, Ring, islands, kerbed, outline, splitters
from longtail.scenes.scenarios.street.roundabouts.street import RoundaboutStreet
from longtail.scenes.scenarios.street.roundabouts.traffic import AXLE
from longtail.scenes.scenarios.street.roundabouts.ways import around, line_m, radius_for, rest_of, way, widest_m
from longtail.scenes.scenarios.street.scenario import STREET
from longtail.scenes.scenarios.street.traffic import EGO_AHEAD_M
from longtail.scenes.scene import Placed, Scene
from tests.scenes.streets import street_of

ASSETS = catalogue(packs=False)
BUSY = ("assets.packs=false", "weather=clear", "objects.vehicle.count=25", "road.crossing=true")
RINGS = [
    Ring(50.0, 0.0, outer, lane, apron, arms, half, 95.0)
    for outer, lane, apron, half, arms in (
        (13.0, 6.48, 2.52, 2.9, (math.pi, 0.0, math.pi / 2, -math.pi / 2)),
        (15.0, 8.0, 0.0, 3.6, (math.pi, 0.0, -math.pi / 2)),
        (19.0, 4.8, 1.9, 3.2, (math.pi, 0.0, math.pi / 2 + 0.1, -math.pi / 2 - 0.1)),
    )
]
OF_RINGS = pytest.mark.parametrize("ring", RINGS, ids=["small", "three arms", "large"])


def made(*changes: str, count: int, seed: int = 4) -> list[Scene]:
    config = load("street", [*changes], seed=seed)
    return [scene_of(config, index, ASSETS) for index in range(count)]


@pytest.fixture(scope="module")
def scenes() -> dict[str, list[Scene]]:
    return {seat: made(*BUSY, f"{ROUNDABOUT}={seat}", count=n) for seat, n in (("ahead", 2), ("line", 1), ("ring", 1))}


def road_of(scene: Scene) -> RoundaboutStreet:
    assert isinstance(scene.ground, RoundaboutStreet)
    return scene.ground


def shape_of(item: Placed) -> shapely.Polygon:
    asset = ASSETS[item.asset]
    return footprint(item.x_m, item.y_m, item.heading_rad, *(asset.footprint_m or asset.size_m[:2]))


@OF_RINGS
def test_circles_are_as_large_as_they_are_said_to_be(ring: Ring) -> None:
    middle = shapely.Point(ring.x_m, ring.y_m)
    assert ring.outer_m == pytest.approx(ring.lane_m + ring.apron_m + ring.island_m)
    # Between two arms the kerb is the circle's; polygons of circles lie within 1 cm of them.
    between = ring.arms_rad[0] + math.pi / 4
    rim = middle.x + 40 * math.cos(between), middle.y + 40 * math.sin(between)
    met = shapely.LineString([(middle.x, middle.y), rim]).intersection(outline(ring).boundary)
    assert met.distance(middle) == pytest.approx(ring.outer_m, abs=0.01)
    assert shapely.distance(kerbed(ring), middle) > ring.outer_m + 1.0
    assert islands(ring).intersection(ring.disc(ring.outer_m)).area == pytest.approx(
        math.pi * ring.apron_edge_m**2, rel=2e-3
    )


@OF_RINGS
def test_entries_and_exits_keep_their_width_beside_the_islands(ring: Ring) -> None:
    whole = outline(ring)
    for arm, island in zip(ring.arms, splitters(ring), strict=True):
        edge = shapely.get_coordinates(shapely.segmentize(island.exterior, 0.25))
        d, t = arm.beside(edge)
        flanks = (d > ring.outer_m + 3.0) & (d < ring.outer_m + 12.0)
        kerb = shapely.distance(shapely.points(edge[flanks]), whole.boundary)
        assert kerb.min() == pytest.approx(ENTRY_M, abs=0.01)
        assert kerb.max() < ENTRY_M + 0.2
        assert {True, False} == set((t[flanks] > 0).tolist())
        for away in (ring.outer_m + 1.0, ring.outer_m + 8.0, ring.reach_m + 5.0):
            assert whole.boundary.distance(shapely.Point(arm.at(away, ring.kerb_m(away)))) < 0.05


@OF_RINGS
def test_ways_have_no_kinks_and_touch_the_circle(ring: Ring) -> None:
    driven = outline(ring).difference(kerbed(ring)).difference(ring.disc(ring.island_m))
    radius, half = ring.middle_m, ring.half_m / 2
    for come in range(len(ring.arms)):
        for go in range(len(ring.arms)):
            path = way(ring, come, go, radius, half, half)
            assert gaps_m(path) < 1e-9
            begins, ends = around(path)
            for at in np.linspace(begins, ends, 7):
                x, y, heading, _ = path.at(float(at))
                dx, dy = x - ring.x_m, y - ring.y_m
                assert math.hypot(dx, dy) == pytest.approx(radius)
                # To the left of who drives is the middle: at right angles, counter-clockwise.
                assert dx * math.cos(heading) + dy * math.sin(heading) == pytest.approx(0, abs=1e-9)
                assert dx * math.sin(heading) - dy * math.cos(heading) == pytest.approx(radius)
            ways = np.arange(line_m(ring, path) - 18.0, ends + 25.0, 0.5)
            lane = shapely.LineString([path.at(float(at))[:2] for at in ways]).buffer(1.0)
            assert lane.difference(driven.buffer(0.01)).area < 0.01
            turned = (ends - begins) / radius
            apart = (ring.arms_rad[go] - ring.arms_rad[come]) % math.tau or math.tau
            assert apart - turned == pytest.approx(2 * _entry_rad(ring), abs=1e-9)


def _entry_rad(ring: Ring) -> float:
    """How far round from an arm its way comes to the circle."""
    path = way(ring, 0, 1, ring.middle_m, ring.half_m / 2, ring.half_m / 2)
    x, y, _, _ = path.at(around(path)[0])
    return (math.atan2(y - ring.y_m, x - ring.x_m) - ring.arms_rad[0]) % math.tau


def test_what_is_left_of_a_way_goes_on_where_it_was() -> None:
    ring = RINGS[0]
    path = way(ring, 0, 2, ring.middle_m, 1.4, 1.5)
    for at in (3.0, line_m(ring, path), around(path)[0] + 4.0, around(path)[1] + 30.0):
        assert rest_of(path, at).at(7.0) == pytest.approx(path.at(at + 7.0))
    assert gaps_m(way(ring, 0, 2, ring.middle_m, widest_m(ring) - 1e-6, 1.5)) < 1e-9


def test_long_vehicles_keep_off_the_outer_kerb() -> None:
    ring = RINGS[1]
    assert radius_for(ring, 3.5, 1.8) == ring.middle_m
    radius = radius_for(ring, 9.6, 2.55)
    assert ring.island_m < radius - 2.55 / 2
    assert math.hypot(radius + 2.55 / 2, 9.6) == pytest.approx(ring.outer_m - 0.5)


def test_pieces_of_ground_meet_and_do_not_overlap(scenes: dict[str, list[Scene]]) -> None:
    for scene in scenes["ahead"]:
        ground = areas(road_of(scene))
        parts = (ground.carriageway, ground.bays, ground.kerb, ground.pavement, ground.lots, ground.islands)
        assert sum(part.area for part in parts) == pytest.approx(ground.town.area, abs=0.05)
        assert shapely.union_all(parts).area == pytest.approx(ground.town.area, abs=0.05)


def test_what_is_painted_and_laid_is_labelled(scenes: dict[str, list[Scene]]) -> None:
    for scene in scenes["ahead"]:
        street = road_of(scene)
        pieces = {surface.name: surface for surface in street.pieces()}
        assert len(pieces) == len(street.pieces())
        wanted = {"island": "terrain", "arm islands": "sidewalk", "refuges": "sidewalk", "apron": "road"}
        wanted |= {"roundabout markings": "lane marking", "roundabout crosswalks": "crosswalk"}
        for name, category in wanted.items():
            if name != "apron" or street.ring_apron_m:
                assert pieces[name].category == category
        road = areas(street).carriageway
        for name in ("roundabout markings", "roundabout crosswalks", "lane markings"):
            mesh = pieces[name].mesh
            paint = shapely.union_all(shapely.polygons(mesh.vertices_m[mesh.triangles][:, :, :2].astype(float)))
            assert paint.difference(road.buffer(0.01)).area < 0.01


def test_vehicles_are_on_the_road_and_go_round_to_the_right_of_the_island(scenes: dict[str, list[Scene]]) -> None:
    round_, waiting = 0, 0
    for scene in (scene for some in scenes.values() for scene in some):
        street, ring = road_of(scene), road_of(scene).ring
        driven = outline(ring).difference(kerbed(ring)).difference(ring.disc(ring.island_m))
        for item in scene.objects:
            asset, state = ASSETS[item.asset], item.attributes.get("state")
            away = math.hypot(item.x_m - ring.x_m, item.y_m - ring.y_m)
            if state not in ("driving", "waiting") or asset.category == "person" or away > ring.reach_m - 4.0:
                continue
            assert shape_of(item).difference(driven).area < 0.02, (item.asset, state)
            waiting += state == "waiting"
            ahead = AXLE * asset.size_m[0]
            dx = item.x_m - ahead * math.cos(item.heading_rad) - ring.x_m
            dy = item.y_m - ahead * math.sin(item.heading_rad) - ring.y_m
            radius = radius_for(ring, ahead + asset.size_m[0] / 2, asset.size_m[1])
            if math.hypot(dx, dy) == pytest.approx(radius, abs=1e-6):
                tangent = math.atan2(dy, dx) + math.pi / 2
                assert math.remainder(item.heading_rad - tangent, math.tau) == pytest.approx(0, abs=1e-6)
                round_ += 1
        assert street.junction is None
    assert round_ > 8
    assert waiting > 6


def test_nothing_stands_in_anything_else_and_no_house_in_the_road(scenes: dict[str, list[Scene]]) -> None:
    for scene in (scene for some in scenes.values() for scene in some):
        items = [item for item in scene.objects if item.attributes.get("state") not in ("riding", "sitting")]
        shapes = [shape_of(item).buffer(-0.06, join_style="mitre") for item in items]
        first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        assert not [(items[i].asset, items[j].asset) for i, j in zip(first, second, strict=True) if i < j]
        paved = outline(road_of(scene).ring).buffer(1.0)
        assert not any(
            paved.intersects(shape)
            for item, shape in zip(items, shapes, strict=True)
            if ASSETS[item.asset].category == "building"
        )
        crossing = [item for item in items if item.attributes.get("state") == "crossing"]
        assert all(areas(road_of(scene)).town.contains(shape_of(item)) for item in crossing)


def test_the_camera_is_where_it_is_asked_for(scenes: dict[str, list[Scene]]) -> None:
    for seat, some in scenes.items():
        for scene in some:
            ring = road_of(scene).ring
            assert scene.carrier is not None
            pose = scene.carrier.world_from_carrier.matrix
            x, y = pose[:2, 3].tolist()
            heading, away = math.atan2(pose[1, 0], pose[0, 0]), math.hypot(x - ring.x_m, y - ring.y_m)
            speed = float(np.hypot(*scene.carrier.velocity_m_s[:2]))
            body = footprint(x + 0.25 * math.cos(heading), y + 0.25 * math.sin(heading), heading, 6.5, 2.0)
            others = [
                shape_of(item) for item in scene.objects if item.attributes.get("state") in ("driving", "waiting")
            ]
            assert not any(other.intersects(body) for other in others)
            if seat == "ahead":
                assert away > ring.reach_m
                assert heading == 0
            elif seat == "line":
                front = math.hypot(x + EGO_AHEAD_M * math.cos(heading) - ring.x_m, y + EGO_AHEAD_M * math.sin(heading))
                assert ring.outer_m + 0.6 < front < ring.outer_m + 2.0
                assert speed == 0
            else:
                assert ring.apron_edge_m + 0.9 < away < ring.outer_m - 0.9
                assert math.remainder(heading - math.atan2(y, x - ring.x_m), math.tau) == pytest.approx(math.pi / 2)
                assert speed <= 6.0


def test_the_lane_around_is_a_lane_of_the_record(scenes: dict[str, list[Scene]]) -> None:
    for seat, ways in (("ahead", ("own", "same")), ("ring", ("same", "own"))):
        street, ring = road_of(scenes[seat][0]), road_of(scenes[seat][0]).ring
        carrier = scenes[seat][0].carrier
        assert carrier is not None
        x, y = carrier.world_from_carrier.matrix[:2, 3].tolist()
        lanes = street.lanes((x, y))
        before, about = street.course.at(-20.0, -1.0), (ring.x_m, ring.middle_m)
        found = [
            [lane.way for lane in lanes.lanes if float(lane.inside_m(np.array(point))) > 0] for point in (before, about)
        ]
        assert found == [[ways[0]], [ways[1]]]
        assert ring.apron_m > 0.5
        # On the apron and before an island's nose no car drives.
        edge = ring.apron_edge_m - 0.3
        for point in ([[ring.x_m, ring.y_m + edge]], ring.arms[0].at([ring.outer_m + 14.9], [0.05])):
            assert drivable(lanes.lanes, np.array(point), np.array([True]), np.array([False])).tolist() == [0]
        # Beside the island of its own arm: who enters is on the right, who leaves comes the other way.
        for away, side, code in ((12.0, 1, 1), (2.0, 1, 1), (12.0, -1, 0), (2.0, -1, 0), (17.0, 1, 1), (17.0, -1, 0)):
            d = ring.outer_m + away
            for t in (max(ring.split_half_m(d), 0.0) + 0.1, ring.half_at_m(d) - 0.1):
                point, road = ring.arms[0].at([d], [side * t]), np.array([True])
                expected = 2 if code == 1 and seat == "ring" else code
                assert drivable(lanes.lanes, point, road, ~road).tolist() == [expected], (away, side, t)
        for line in lanes.lines:
            if line.kind == "border":
                edge = areas(street).carriageway.boundary
                points = shapely.points(line.points_m()[:, :2])
                assert (shapely.distance(points, edge) < 0.02).mean() > 0.9


def test_a_scene_with_a_roundabout_is_read_back_from_json(scenes: dict[str, list[Scene]]) -> None:
    scene = scenes["ring"][0]
    again = Scene.from_json(json.loads(json.dumps(scene.to_json())), {ground.kind: ground for ground in STREET.grounds})
    assert again.ground == scene.ground
    assert again.objects == scene.objects


def test_what_is_pinned_against_roundabouts_keeps_them_out() -> None:
    for pinned in ("road.lanes=4", "road.junction=false", "road.tram=true", "road.kind=rural", "road.parking_lot=left"):
        asked = load("street", [pinned], seed=1).asked.parameters[ROUNDABOUT]
        assert getattr(asked, "options", (asked,)) == ("none",)
    assert load("street", ["road.junction=true"], seed=1).asked.parameters[ROUNDABOUT].options != ("none",)  # type: ignore[union-attr]
    (scene,) = made("assets.packs=false", f"{ROUNDABOUT}=ahead", "road.junction=false", count=1)
    assert street_of(scene).ring is None
    assert "road.junction" in scene.departures.overridden
    for pinned in ("road.lanes=4", "road.curvature_1_m=0.004"):
        with pytest.raises(ConfigError, match="expected a straight street of two lanes"):
            load("street", [f"{ROUNDABOUT}=ahead", pinned], seed=1)


def test_streets_with_roundabouts_follow_their_rules(scenes: dict[str, list[Scene]]) -> None:
    for scene in (scene for some in scenes.values() for scene in some):
        values = scene.parameters
        assert (values["road.junction"], values["road.lanes"], values["road.curvature_1_m"]) == (True, 2, 0.0)
        assert not scene.departures.overridden
        assert "camera.speed_m_s" not in scene.departures.clamped


def test_in_clips_drivers_go_round_on_the_road_and_give_way_to_who_is_on_the_ring() -> None:
    clip = ("clip={frames: 51, rate_hz: 10}", "objects.vehicle.count=16", "objects.pedestrian.count=4")
    (scene,) = made("assets.packs=false", "weather=clear", f"{ROUNDABOUT}=ring", *clip, count=1, seed=6)
    ring = road_of(scene).ring
    driven = outline(ring).difference(kerbed(ring)).difference(ring.disc(ring.island_m))
    turned: dict[int, float] = {}
    for time in np.arange(0.0, 5.01, 0.5):
        shapes = []
        for number, item in enumerate(scene_at(scene, float(time)).objects):
            if item.motion is None or item.motion.stride is not None or item.attributes.get("state") == "riding":
                continue
            away = math.hypot(item.x_m - ring.x_m, item.y_m - ring.y_m)
            if away < ring.reach_m:
                shapes.append(shape_of(item))
                assert shapes[-1].difference(driven).area < 0.05
            if away < ring.outer_m:
                bearing = math.atan2(item.y_m - ring.y_m, item.x_m - ring.x_m)
                # Counter-clockwise, all of them.
                assert math.remainder(bearing - turned.get(number, bearing), math.tau) > -1e-9
                turned[number] = bearing
        first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        assert not (first < second).any()
    assert len(turned) > 2


def test_who_comes_stands_at_the_line_while_somebody_comes_round() -> None:
    ring = RINGS[1]
    radius, half = ring.middle_m, ring.half_m / 2
    own, other = (way(ring, come, 2, radius, half, half) for come in (0, 1))
    line, (begins, ends) = line_m(ring, own), around(other)

    def seconds_until_in(before_m: float) -> float:
        """When the first one's front is over its line; the other is `before_m` before the first one's entry."""
        passes = float(other.beside(np.array([own.at(around(own)[0])[:2]]))[0][0])
        comes = rest_of(other, passes - before_m)
        mine = rest_of(own, line - 3.5 - 1.0)
        movers = [
            Mover((0,), mine, 7.0, 3.5, 1.0, 1.8, from_rest=True, enters_m=(4.5, 16.0), bends=True),
            Mover((1,), comes, 6.0, 3.5, 1.0, 1.8, bends=True),
        ]
        pace = paces(movers, [], 12.0)[0]
        return next(float(t) for t in np.arange(0.0, 12.0, 0.1) if pace.travelled_m(float(t)) > 1.3)

    assert begins < ends
    near, past = seconds_until_in(14.0), seconds_until_in(-12.0)
    assert past < 2.5
    assert near > past + 1.0
