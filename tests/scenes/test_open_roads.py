"""Roads outside towns: what lies where, who drives there, and what labels say of them."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from longtail.annotate.errors import ConfigError
from longtail.annotate.labels.lanes import drivable
from longtail.distributions import Choice
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.moment import scene_at
from longtail.scenes.scenarios.street.limits import LIMITS_KM_H
from longtail.scenes.scenarios.street.outside.ground import OpenRoad
from longtail.scenes.scenarios.street.outside.land import Land
from longtail.scenes.scenarios.street.scenario import STREET
from longtail.scenes.scene import Scene
from tests.scenes.streets import LEVEL

KINDS = ("rural", "motorway")
EACH = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="module")
def scenes() -> dict[str, list[Scene]]:
    """Six of each kind, everything rare often."""
    found = {}
    for kind in KINDS:
        config = load("street", [f"road.kind={kind}", "objects.rarities=8", "weather=clear", *LEVEL], seed=5)
        assets = catalogue_of(config)
        found[kind] = [scene_of(config, index, assets) for index in range(6)]
    return found


def road_of(scene: Scene) -> OpenRoad:
    assert isinstance(scene.ground, OpenRoad)
    return scene.ground


def offsets_of(scene: Scene, name: str) -> list[float]:
    """The offsets of the things whose assets begin so."""
    course, items = road_of(scene).course, [item for item in scene.objects if item.asset.startswith(name)]
    return [float(course.beside((item.x_m, item.y_m))[1]) for item in items]


@EACH
def test_vehicles_keep_to_their_lanes_and_drive_fast(scenes: dict[str, list[Scene]], kind: str) -> None:
    driving = 0
    for scene in scenes[kind]:
        road = road_of(scene)
        forward, oncoming = road.lane_centres_m()
        for item in scene.objects:
            if item.attributes.get("state") != "driving":
                continue
            s, t = (float(v) for v in road.course.beside((item.x_m, item.y_m)))
            along = np.cos(item.heading_rad - float(road.course.heading_at(s))) > 0
            assert min(abs(t - lane) for lane in (forward if along else oncoming)) < 0.6
            assert 17.0 <= float(item.attributes["speed_m_s"]) <= 37.0
            driving += 1
        assert np.hypot(*scene.velocity_m_s[:2]) >= 17.9
    assert driving > 12


def test_a_motorway_has_two_carriageways_with_a_median_between(scenes: dict[str, list[Scene]]) -> None:
    for scene in scenes["motorway"][:2]:
        road = road_of(scene)
        (right, inner), (outer, left) = road.carriageways()
        assert outer - inner == pytest.approx(road.median_m)
        assert road.median_m > 4.0
        assert inner - right == pytest.approx(road.inner_m + road.lanes_forward * road.lane_width_m + 2.5)
        assert left == pytest.approx(-right) or road.lanes_forward != road.lanes_oncoming
        mesh = next(piece for piece in road.pieces() if piece.name == "road").mesh
        area = shapely.area(shapely.polygons(mesh.vertices_m[mesh.triangles][:, :, :2].astype(float))).sum()
        assert area == pytest.approx(road.areas().carriageway.area, rel=1e-4)


@EACH
def test_one_may_drive_on_lanes_of_ones_own_way_and_on_no_shoulder(scenes: dict[str, list[Scene]], kind: str) -> None:
    scene = scenes[kind][0]
    road = road_of(scene)
    forward, oncoming = road.lane_centres_m()
    at = road.course.at(0.0, forward[0])
    lanes = road.lanes((float(at[0]), float(at[1])))
    shoulders = (road.right_edge_m + 0.2, road.left_edge_m - 0.2)
    offsets = [*forward, *oncoming, *shoulders]
    points = road.course.at(np.full(len(offsets), 40.0), offsets)
    paved = np.ones(len(offsets), dtype=bool)
    codes = drivable(lanes.lanes, points, paved, ~paved).tolist()
    assert codes == [1] + [2] * (len(forward) - 1) + [0] * (len(oncoming) + 2)


@EACH
def test_lines_run_along_paint(scenes: dict[str, list[Scene]], kind: str) -> None:
    for scene in scenes[kind][:2]:
        road = road_of(scene)
        paint = next(piece for piece in road.pieces() if piece.name == "lane markings").mesh
        shapes = shapely.union_all(shapely.polygons(paint.vertices_m[paint.triangles][:, :, :2].astype(float)))
        for line in road.lanes((0.0, 0.0)).lines:
            on_paint = shapely.dwithin(shapely.points(line.points_m()[:, :2]), shapes, 0.05).mean()
            if line.colour:
                assert on_paint == pytest.approx(1.0 if line.style == "solid" else 1 / 3, abs=0.12), line
            else:
                assert on_paint < 0.05


@EACH
def test_nothing_floats_beside_the_road(scenes: dict[str, list[Scene]], kind: str) -> None:
    for scene in scenes[kind]:
        road = road_of(scene)
        land = Land(road)
        for item in scene.objects:
            s, t = (float(v) for v in road.course.beside((item.x_m, item.y_m)))
            inside = road.start_m - 30 < s < road.end_m + 30 and land.corridor.contains(
                shapely.Point(item.x_m, item.y_m)
            )
            ground = float(road.heights_m(t)) if inside else float(land.heights_m([(item.x_m, item.y_m)])[0])
            assert abs(item.z_m - ground) < 0.06, item


@EACH
def test_the_land_meets_the_verge_at_its_height(scenes: dict[str, list[Scene]], kind: str) -> None:
    for scene in scenes[kind][:2]:
        road = road_of(scene)
        land = Land(road)
        edge = abs(road.left_edge_m) + road.profile_m[-1][0]
        points = road.course.at(np.linspace(road.start_m, road.end_m, 40), np.full(40, edge))
        np.testing.assert_allclose(land.heights_m(points), road.profile_m[-1][1], atol=1e-9)
        assert land.heights_m(points + (0.0, 900.0)).max() < 130


def test_what_grows_at_a_place_follows_from_the_place(scenes: dict[str, list[Scene]]) -> None:
    """Fields are of one crop or woods, whoever else is asked for: their streams are begun once for all of a field."""
    land = Land(road_of(scenes["rural"][0]))
    rng = np.random.default_rng(3)
    places = rng.uniform(-700, 700, (8, 1, 2)) + rng.uniform(0, 30, (8, 40, 2))
    every = land._crops(places.reshape(-1, 2))
    alone = [land._crops(place[None])[0] for place in places.reshape(-1, 2)]
    assert every == alone
    kinds = {repr(crop) for crop in every}
    assert 4 <= len(kinds) <= 8


def test_nobody_walks_or_cycles_on_a_motorway_but_who_has_broken_down(scenes: dict[str, list[Scene]]) -> None:
    stranded = 0
    for scene in scenes["motorway"]:
        assert not offsets_of(scene, "bicycle/")
        edge = road_of(scene).right_edge_m
        for t in offsets_of(scene, "person/"):
            assert t < edge
        parked = [item for item in scene.objects if item.attributes.get("state") == "parked"]
        stranded += len(parked)
        for item in parked:
            _, t = (float(v) for v in road_of(scene).course.beside((item.x_m, item.y_m)))
            assert edge + 0.9 < t < edge + 1.6
    assert stranded >= 3


@EACH
def test_a_clip_keeps_everybody_on_lanes(kind: str) -> None:
    config = load("street", [f"road.kind={kind}", "clip={frames: 4, rate_hz: 2}"], seed=5)
    scene = scene_of(config, 0, catalogue_of(config))
    later, road = scene_at(scene, 1.5), road_of(scene)
    centres = [t for offsets in road.lane_centres_m() for t in offsets]
    moved = 0
    for before, after in zip(scene.objects, later.objects, strict=True):
        if before.motion is None or before.attributes.get("state") not in ("driving", "waiting"):
            continue
        _, t = (float(v) for v in road.course.beside((after.x_m, after.y_m)))
        way = before.motion.pace.travelled_m(1.5)
        # Who changes lanes is between two of its direction meanwhile.
        if any(change.begins_m - 3.0 < way < change.ends_m for change in before.motion.path.changes):
            _, first = (float(v) for v in road.course.beside((before.x_m, before.y_m)))
            assert min(abs(t - centre) for centre in centres if centre * first > 0) <= road.lane_width_m / 2 + 0.01
        else:
            assert min(abs(t - centre) for centre in centres) < 0.6
        moved += np.hypot(after.x_m - before.x_m, after.y_m - before.y_m) > 15
    assert moved >= 2


def test_a_scene_of_it_can_be_written_and_read_back(scenes: dict[str, list[Scene]]) -> None:
    grounds = {ground.kind: ground for ground in STREET.grounds}
    scene = scenes["motorway"][1]
    assert Scene.from_json(scene.to_json(), grounds) == scene


def drawn(*changes: str) -> dict[str, float]:
    """The shares of kinds of road that a config leads to."""
    kinds = load("street", list(changes)).parameters["road.kind"]
    if not isinstance(kinds, Choice):
        return {str(kinds): 1.0}
    return {str(kind): weight for kind, weight in zip(kinds.options, kinds.weights, strict=True)}


MIXED = {"town": 0.86, "rural": 0.08, "motorway": 0.06}
WITHOUT_RURAL = {kind: share for kind, share in MIXED.items() if kind != "rural"}


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ((), MIXED),
        (("road.junction=false", "objects.pedestrian.count={poisson: 9}", "road.lanes={choice: [2, 4]}"), MIXED),
        (("road.lanes=6",), WITHOUT_RURAL),
        (("road.curvature_1_m=0.002",), WITHOUT_RURAL | {"rural": 0.08} | {"motorway": 0.0}),
        (("road.junction=true",), {"town": 1.0}),
        (("road.pavement_m=3",), {"town": 1.0}),
        (("objects.pedestrian.count=20",), {"town": 1.0}),
        (("variants=[{name: a, road.crossing: true}]",), {"town": 1.0}),
        (("sweep={road.parking: {values: [none, both]}}",), {"town": 1.0}),
        (("quotas={road.tram: 0.2}",), {"town": 1.0}),
        (("quotas={objects.pedestrian.count: [{from: 20, to: 80, share: 0.2}]}",), {"town": 1.0}),
        (("road.lanes=6", "road.kind=rural"), {"rural": 1.0}),
        (("road.junction=true", "quotas={road.kind: {rural: 0.5}}"), {"town": 1.0, "rural": 1.0, "motorway": 1.0}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_kinds_of_road_that_cannot_be_as_asked_are_left_out(changes: tuple[str, ...], kinds: dict[str, float]) -> None:
    assert drawn(*changes) == {kind: share for kind, share in kinds.items() if share}


@pytest.mark.parametrize(
    ("path", "value", "wanted"),
    [
        ("road.junction", "true", "false"),
        ("road.tram", "true", "false"),
        ("road.crossing", "true", "false"),
    ],
)
def test_pins_that_a_road_outside_cannot_show_are_refused(path: str, value: str, wanted: str) -> None:
    said = rf"{path}: expected {wanted} beside road.kind: 'rural', got '?{value}'?, which"
    with pytest.raises(ConfigError, match=said):
        load("street", [f"{path}={value}", "road.kind=rural"])
    # What is only drawn is left out instead, and a mix that is asked for keeps its rural roads, which say so.
    assert load("street", [f"{path}={value}"]).parameters["road.kind"] == Choice({"town": 0.86})
    load("street", [f"{path}={value}", "road.kind={choice: [town, rural]}"])


def test_a_street_of_a_town_is_the_same_whether_it_was_pinned_or_drawn() -> None:
    mixed, pinned = load("street", [], seed=5), load("street", ["road.kind=town"], seed=5)
    seen = [draw(mixed.asked, index).values for index in range(60)]
    for index, values in enumerate(seen):
        if values["road.kind"] == "town":
            assert values == draw(pinned.asked, index).values
    assert {values["road.kind"] for values in seen} == {"town", "rural", "motorway"}


@EACH
def test_signs_fit_the_road(scenes: dict[str, list[Scene]], kind: str) -> None:
    """Limits of fast roads, and nothing that only a town has."""
    said = [item.asset for scene in scenes[kind] for item in scene.objects if item.asset.startswith("sign/")]
    plates = [name.split("/")[1] for name in said if "/back" not in name and "/post" not in name]
    limits = {int(name.removeprefix("limit-").split("-")[0]) for name in plates if name.startswith("limit-")}
    assert limits
    assert limits <= set(LIMITS_KM_H[kind])
    assert not {"parking", "pedestrian-crossing", "no-parking", "one-way-left", "cycle-path"} & set(plates)
