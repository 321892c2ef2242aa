"""Streets with bicycle lanes and trams: where these run, who is on them, and what labels say of them."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from longtail.annotate.labels.lanes import drivable
from longtail.annotate.labels.taxonomy import BY_NAME
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.moment import scene_at
from longtail.scenes.scenarios.street.scenario import STREET
from longtail.scenes.scenarios.street.shared.street import SharedStreet
from longtail.scenes.scenarios.street.shared.surfaces import GAUGE_M
from longtail.scenes.scene import Scene
from tests.scenes.streets import LEVEL

BOTH = ("road.bicycle_lane=coloured", "road.tram=true", "weather=clear")


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    config = load("street", [*BOTH, *LEVEL, "objects.cyclist.count=6", "clip={frames: 2, rate_hz: 1}"], seed=36)
    assets = catalogue_of(config)
    return [scene_of(config, index, assets) for index in range(0, 10, 2)]


def street_of(scene: Scene) -> SharedStreet:
    assert isinstance(scene.ground, SharedStreet)
    return scene.ground


def piece(street: SharedStreet, name: str) -> Surface:
    return next(surface for surface in street.pieces() if surface.name == name)


def seen_from_above(surface: Surface) -> shapely.Geometry:
    mesh = surface.mesh
    return shapely.union_all(shapely.polygons(mesh.vertices_m[mesh.triangles][:, :, :2].astype(float)))


def test_streets_are_as_they_were_where_neither_is_asked_for() -> None:
    config = load("street", seed=36)
    assert not any(isinstance(scene_of(config, index, catalogue_of(config)).ground, SharedStreet) for index in range(3))


def test_bicycles_are_ridden_on_their_lanes(scenes: list[Scene]) -> None:
    ridden = 0
    for scene in scenes:
        street = street_of(scene)
        for item in scene.objects:
            if item.attributes.get("state") == "ridden":
                _, t = (float(v) for v in street.course.beside((item.x_m, item.y_m)))
                assert any(right < t < left for right, left in street.cycle_lanes_m())
                ridden += 1
    assert ridden > 8


def test_coloured_lanes_and_signs_cover_different_ground(scenes: list[Scene]) -> None:
    for scene in scenes[:2]:
        street = street_of(scene)
        red, white = piece(street, "bicycle lanes"), piece(street, "bicycle lane markings")
        assert (red.category, white.category, white.painted_on) == ("bike lane", "lane marking", "road")
        assert seen_from_above(red).intersection(seen_from_above(white)).area < 0.02
        road = seen_from_above(piece(street, "road"))
        assert seen_from_above(red).difference(road.buffer(0.01)).area < 0.01


def test_cars_may_not_drive_on_bicycle_lanes(scenes: list[Scene]) -> None:
    street = street_of(scenes[0])
    forward, _ = street.lane_centres_m()
    x, y = (float(v) for v in street.course.at(0.0, forward[0]))
    offsets = [forward[0], *((right + left) / 2 for right, left in street.cycle_lanes_m())]
    road = np.ones(len(offsets), dtype=bool)
    codes = drivable(street.lanes((x, y)).lanes, street.course.at(np.zeros(len(offsets)), offsets), road, ~road)
    assert codes.tolist() == [1, 0, 0]


def test_lines_part_bicycles_from_cars(scenes: list[Scene]) -> None:
    street = street_of(scenes[1])
    white = seen_from_above(piece(street, "bicycle lane markings"))
    for line in street.cycle_lines():
        assert shapely.dwithin(shapely.points(line.points_m()[:, :2]), white, 0.01).all()
        assert street.right_edge_m < line.offset_m < street.left_edge_m


def test_rails_are_a_gauge_apart_in_the_middle_of_lanes(scenes: list[Scene]) -> None:
    street = street_of(scenes[0])
    vertices = piece(street, "tram rails").mesh.vertices_m
    _, t = street.course.beside(vertices[vertices[:, 2] > 0.0088][:, :2])
    inner = sorted({round(float(value), 2) for value in t})
    for middle in street.rail_middles_m():
        beside = [value for value in inner if abs(value - middle) < 1.0]
        # The insides and outsides of both heads.
        half = GAUGE_M / 2
        expected = [middle - half - 0.056, middle - half, middle + half, middle + half + 0.056]
        assert min(beside) == pytest.approx(expected[0], abs=0.02)
        assert max(beside) == pytest.approx(expected[-1], abs=0.02)
        assert all(min(abs(value - want) for want in expected) < 0.02 for value in beside)


def test_a_tram_stays_on_its_rails(scenes: list[Scene]) -> None:
    moved = 0
    for scene in scenes:
        street, later = street_of(scene), scene_at(scene, 1.0)
        for before, after in zip(scene.objects, later.objects, strict=True):
            if before.asset.startswith("tram/"):
                for item in (before, after):
                    _, t = (float(v) for v in street.course.beside((item.x_m, item.y_m)))
                    assert min(abs(t - middle) for middle in street.rail_middles_m()) < 0.12
                moved += np.hypot(after.x_m - before.x_m, after.y_m - before.y_m) > 1.0
    assert moved >= 2


def test_nothing_stands_in_the_masts_of_the_wire(scenes: list[Scene]) -> None:
    street = street_of(scenes[0])
    masts = piece(street, "tram masts").mesh.vertices_m
    places = shapely.union_all(shapely.points(masts[:, :2])).buffer(0.02)
    assert not any(places.intersects(shapely.Point(item.x_m, item.y_m)) for item in scenes[0].objects)
    assert len(street.masts_m) >= 5


def test_what_is_new_is_called_as_others_call_it() -> None:
    assert (BY_NAME["tram"].cityscapes_id, BY_NAME["tram"].coco_id, BY_NAME["tram"].is_thing) == (31, 7, True)
    assert (BY_NAME["bike lane"].cityscapes_id, BY_NAME["bike lane"].is_thing) == (7, False)


def test_a_scene_of_it_can_be_written_and_read_back(scenes: list[Scene]) -> None:
    grounds = {ground.kind: ground for ground in STREET.grounds}
    assert Scene.from_json(scenes[0].to_json(), grounds) == scenes[0]


def test_neither_is_drawn_outside_towns() -> None:
    config = load("street", ["road.kind=rural", "road.bicycle_lane={choice: [none, marked]}"], seed=2)
    drawn = {str(scene_of(config, index, catalogue_of(config)).parameters["road.bicycle_lane"]) for index in range(4)}
    assert drawn == {"none"}
