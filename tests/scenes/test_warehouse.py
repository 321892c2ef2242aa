"""The warehouse without Blender: what stands where, what is lit, what edge cases promise."""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter
from functools import cache

import numpy as np
import pytest
import shapely

from longtail.annotate.errors import ConfigError
from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.logistics import loads
from longtail.scenes.atmosphere.airlight import airlight
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.physics import distances
from longtail.scenes.physics.body import box
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.warehouse.ground import Warehouse
from longtail.scenes.scenarios.warehouse.lighting import Aisle, levels_of
from longtail.scenes.scenarios.warehouse.loads import _places
from longtail.scenes.scenarios.warehouse.racks import BEAM_M, DEPTH_M, PLACES, Rack
from longtail.scenes.scene import Placed, Scene

FEW = ("hall.bays=4", "hall.aisles=2", "hall.levels=2")


@cache
def assets() -> dict[str, Asset]:
    return dict(catalogue_of(load("warehouse", ["assets.packs=false"])))


@cache
def composed(*changes: str, index: int = 0, seed: int = 1) -> Scene:
    return scene_of(load("warehouse", ["assets.packs=false", *FEW, *changes], seed=seed), index, assets())


def hall(scene: Scene) -> Warehouse:
    assert isinstance(scene.ground, Warehouse)
    return scene.ground


def of(scene: Scene, *categories: str) -> list[Placed]:
    return [item for item in scene.objects if assets()[item.asset].category in categories]


def test_a_rack_offers_places_that_a_euro_pallet_fits_into() -> None:
    rack = Rack(0.0, 2.0, -1, 3, (1.7, 3.4))
    places = list(rack.places())
    assert len(places) == 3 * 3 * PLACES
    assert {place.z_m for place in places} == {0.0, 1.7, 3.4}
    gaps = np.diff(sorted({place.x_m for place in places}))
    assert gaps.min() >= 0.8 + 0.075  # EN 15620's clearance between pallets, and their width
    assert max(place.height_m for place in places if place.z_m == 0.0) == pytest.approx(1.7 - BEAM_M - 0.1)
    low, high = rack.mesh().bounds_m
    assert (high - low)[0] == pytest.approx(rack.length_m, abs=0.05)
    assert (high - low)[1] == pytest.approx(DEPTH_M, abs=0.15)


def test_every_load_stands_on_a_pallet_and_every_pallet_on_a_beam_a_pallet_or_the_floor() -> None:
    scene = composed("objects.load.share=0.8", "objects.vehicle.count=0", "edge_case=none")
    beams = {0.0, *hall(scene).racks[0].levels_m}
    pallets = of(scene, "pallet")
    decks = [(p.x_m, p.y_m, p.z_m + assets()[p.asset].size_m[2]) for p in pallets]
    for item in of(scene, "unit load"):
        assert any(math.dist((item.x_m, item.y_m, item.z_m), deck) < 0.05 for deck in decks), item
    for item in pallets:
        near = [z for x, y, z in decks if math.hypot(x - item.x_m, y - item.y_m) < 0.1]
        assert min(abs(item.z_m - z) for z in [*beams, *near]) < 1e-4, item


def test_what_stands_in_a_rack_ends_below_the_beam_above() -> None:
    scene = composed("objects.load.share=0.95", "edge_case=none", seed=4)
    levels = hall(scene).racks[0].levels_m
    for item in of(scene, "unit load", "box", "pallet"):
        rack = next((r for r in hall(scene).racks if abs(item.y_m - r.y_m) < 0.5 and 0 < item.x_m < r.length_m), None)
        if rack is not None and item.tilt_rad == 0 and item.z_m < levels[-1]:
            above = next(z for z in levels if z > item.z_m + 1e-6)
            assert item.z_m + assets()[item.asset].size_m[2] < above - BEAM_M, item


def test_nothing_on_the_floor_stands_in_anything_else() -> None:
    """But for who drives and what is carried or stacked: by footprints without their clearance."""
    scene = composed("objects.person.count=8", "objects.vehicle.count=4", "objects.clutter=1", "edge_case=none", seed=2)
    kinds = ("person", "forklift", "pallet truck", "mobile robot", "trash can", "ladder", "roll container", "barrel")
    standing = [item for item in of(scene, *kinds) if item.z_m == 0.0]
    assert len(standing) > 8
    floors = [footprint(item.x_m, item.y_m, item.heading_rad, *assets()[item.asset].size_m[:2]) for item in standing]
    racks = [footprint(r.length_m / 2, r.y_m, 0.0, r.length_m, DEPTH_M) for r in hall(scene).racks]
    for one, other in (*itertools.combinations(floors, 2), *itertools.product(floors, racks)):
        assert not one.intersects(other)
    (x0, y0), (x1, y1) = hall(scene).hall.low_m, hall(scene).hall.high_m
    assert all(shapely.box(x0, y0, x1, y1).contains(floor) for floor in floors)


def test_cartons_of_a_layer_do_not_meet_and_reach_a_finger_over_their_pallet_at_most() -> None:
    for carton in (asset for asset in assets().values() if "carton" in asset.tags):
        length, width = carton.size_m[:2]
        spots = [
            footprint(x, y, math.pi / 2 if turned else 0.0, length, width) for x, y, turned in _places(carton.size_m)
        ]
        assert spots
        assert not any(a.intersects(b) for a, b in itertools.combinations(spots, 2)), carton.name
        assert all(shapely.box(-0.62, -0.42, 0.62, 0.42).contains(spot) for spot in spots), carton.name


@cache
def with_open_docks() -> Scene:
    """The first of a seed's halls in which at least two docks are open and some of their trailers are loaded."""
    scenes = (composed("objects.clutter=1", "hall.aisles=3", index=index, seed=77) for index in itertools.count())
    return next(scene for scene in scenes if sum(one.is_open for one in hall(scene).hall.openings) >= 2)


def test_fitments_are_at_their_walls_and_before_no_door_nor_in_each_other_or_in_what_stands_there() -> None:
    kinds = set()
    for index in range(4):
        scene = composed("objects.clutter=1", "objects.person.count=8", index=index, seed=78)
        built = hall(scene).hall
        boxes = [(one.kind, one.box_m) for one in built.fitments]
        kinds |= {kind for kind, _ in boxes}
        floors = [
            footprint(item.x_m, item.y_m, item.heading_rad, *assets()[item.asset].size_m[:2])
            for item in scene.objects
            if item.z_m < 0.4 and "wall" not in assets()[item.asset].tags and item.x_m < built.high_m[0]
        ]
        for (_, one), (_, other) in itertools.combinations(boxes, 2):
            assert (one[0] > other[1] - 1e-6).any() or (one[1] < other[0] + 1e-6).any()
        ends = {1: built.high_m[0], -1: built.low_m[0]}
        for kind, (low, high) in boxes:
            assert (low > (*np.array(built.low_m) - 0.03, -1e-9)).all(), kind
            assert (high < (*np.array(built.high_m) + 0.03, built.height_m)).all(), kind
            doors = [one.y_m for one in built.openings if low[0] - 0.1 < ends[one.wall] < high[0] + 0.1]
            assert kind == "cable tray" or all(y + 0.5 < low[1] or high[1] < y - 0.5 for y in doors), kind
            area = shapely.box(*low[:2], *high[:2])
            assert kind in ("post", "cable tray") or not any(area.intersects(floor) for floor in floors), kind
    assert kinds >= {"post", "pipe", "sockets", "pin board", "hose cabinet", "switch cabinet", "lockers"}


def test_one_looks_through_an_open_dock_into_a_trailer() -> None:
    """Rays along X through the openings, of which some end at loads: nothing else is nearer than the trailer's end."""
    scene = with_open_docks()
    built = hall(scene).hall
    meshes = [piece.mesh for piece in hall(scene).pieces() if piece.category in ("wall", "door", "floor", "cabinet")]
    for dock in (one for one in built.openings if one.dock and one.wall > 0):
        for height in (0.4, 1.1, 2.3):
            eye = np.array([built.high_m[0] - 0.5, dock.y_m + 0.2, height])
            nearest = min(_ray_along_x(mesh.vertices_m.astype(float)[mesh.triangles], eye) for mesh in meshes)
            assert nearest == pytest.approx(14.5, abs=0.1) if dock.is_open else nearest < 0.5


def _ray_along_x(corners_m: np.ndarray, eye_m: np.ndarray) -> float:  # type: ignore[type-arg]
    """How far triangles (N, 3, 3) are along +X from a place: where the ray's (Y, Z) lies in one of them."""
    flat = corners_m[:, :, 1:] - eye_m[1:]
    a, b, c = flat[:, 0], flat[:, 1], flat[:, 2]
    shares = np.stack([b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0], c[:, 0] * a[:, 1] - c[:, 1] * a[:, 0],
                       a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]], axis=1)  # fmt: skip
    area = shares.sum(axis=1)
    hit = (abs(area) > 1e-12) & ((shares * np.sign(area)[:, None]) >= 0).all(axis=1)
    along = (shares[hit] / area[hit, None] * corners_m[hit, :, 0]).sum(axis=1) - eye_m[0]
    return float(along[along > 0].min(initial=np.inf))


def test_what_is_in_a_trailer_stands_within_its_walls() -> None:
    scene = with_open_docks()
    built = hall(scene).hall
    inside = [item for item in scene.objects if item.x_m > built.high_m[0] + 0.4]
    assert inside
    for item in inside:
        length, width, tall = assets()[item.asset].size_m
        low_x, low_y, high_x, high_y = footprint(item.x_m, item.y_m, item.heading_rad, length, width).bounds
        dock = min((one for one in built.openings if one.is_open), key=lambda one: abs(one.y_m - item.y_m))
        assert max(abs(low_y - dock.y_m), abs(high_y - dock.y_m)) < 1.24
        assert built.high_m[0] + 0.42 < low_x < high_x < built.high_m[0] + 14.02
        assert item.z_m + tall < 2.65


def test_a_driver_sits_in_a_forklift() -> None:
    seated = 0
    for index in range(12):
        scene = composed("objects.vehicle.count=4", index=index)
        for driver in (item for item in of(scene, "person") if "driver" in assets()[item.asset].tags):
            trucks = [item for item in of(scene, "forklift") if item.attributes["state"] == "driven"]
            assert any(math.hypot(t.x_m - driver.x_m, t.y_m - driver.y_m) < 0.7 for t in trucks)
            seated += 1
    assert seated


@pytest.mark.parametrize("index", range(3))
def test_edge_cases_keep_their_promises(index: int) -> None:
    spilt = composed("edge_case=spill", index=index)
    assert of(spilt, "spill") or spilt.departures.misfits
    assert composed("edge_case=dark", index=index).light_level_lux <= 12
    levels = {lamp.kind.kcd for lamp in hall(composed("edge_case=strobe", "hall.roof_windows=false", index=index)).lit}
    assert len(levels) > 2


@pytest.mark.parametrize("index", range(2))
def test_cartons_that_fell_lie_on_the_floor_or_on_each_other_and_cut_nothing(index: int) -> None:
    """By their boxes: within 2 mm or 1 % of the size."""
    scene = composed("edge_case=fallen_load", "objects.fallen.count=12", index=index)
    fallen = [item for item in scene.objects if item.attributes.get("state") == "fallen"]
    assert len(fallen) >= 8
    sizes = [assets()[item.asset].size_m for item in fallen]
    bodies = [
        distances.Placed(box(size, (0, 0, size[2] / 2)), item.world_from_object)
        for size, item in zip(sizes, fallen, strict=True)
    ]
    floor = distances.Placed(box((90, 90, 1), (0, 0, -0.5)))
    for one, other in (*itertools.combinations(bodies, 2), *((body, floor) for body in bodies)):
        assert distances.parting_m(one, other, max(0.002, 0.01 * one.shape.size_m)) is not None
    for one in bodies:
        others = [floor, *(other for other in bodies if other is not one)]
        assert distances.clearance_m(one, others, 0.004) < max(0.002, 0.01 * one.shape.size_m)
        assert abs(one.position_m[1]) < hall(scene).racks[-1].y_m


def test_variants_of_light_and_lens_move_nothing() -> None:
    config = load(
        "warehouse",
        [
            "assets.packs=false",
            *FEW,
            "variants=[{name: a, lighting.floor_lux: 300}, {name: b, lighting.floor_lux: 20}]",
        ],
        seed=1,
    )
    lamps = {"lamp"}
    one, other = (
        [item for item in scene_of(config, k, assets()).objects if assets()[item.asset].category not in lamps]
        for k in (0, 1)
    )
    assert one == other


def test_lamps_give_the_floor_what_is_asked_for() -> None:
    """One lamp over one place, in a black hall: E = I / h^2 below it."""
    aisle = Aisle(np.array([[0.0, 0.0, 0.0]]), 2.0, 1000.0, 0.0)
    assert aisle.kcd_for(200.0, np.array([[0.0, 0.0, 5.0]]), np.ones(1)) == pytest.approx(0.2 * 25)
    beside = np.array([[0.0, 0.0, 5.0], [0.0, 9.0, 5.0]])
    assert aisle.kcd_for(200.0, beside, np.ones(2)) == pytest.approx(0.2 * 25)  # racks hide the other aisle's


def test_shares_of_lamps_that_fail_and_strobe_are_those_asked_for() -> None:
    found = Counter(levels_of(20_000, 0.25, 0.4, np.random.default_rng(1)))
    assert found[1.0] / 20_000 == pytest.approx(0.75 * 0.6, abs=0.01)
    # What is caught strobing may be caught dark.
    assert found[0.0] / 20_000 == pytest.approx(0.25 + 0.75 * 0.4 / 8, abs=0.01)


def test_a_scene_is_read_back_from_json() -> None:
    scene = composed()
    text = json.dumps(scene.to_json())
    assert Scene.from_json(json.loads(text), {"warehouse": Warehouse}).to_json() == scene.to_json()


def test_a_wound_load_is_wider_than_what_is_in_it_and_closed_on_top() -> None:
    unit = next(asset for asset in loads.ASSETS if "wrapped" in asset.tags)
    assert unit.size_m[0] > 1.2
    assert unit.size_m[1] > 0.8


def test_dust_in_the_air_is_lit_by_the_lamps() -> None:
    scene = composed("weather=dust", "weather.dust.visibility_m=50", "lighting.floor_lux=200")
    assert scene.condition == "dust, indoors"
    assert scene.weather.visibility_m == pytest.approx(50, rel=0.01)
    _, green, _ = airlight(scene.light)
    assert 1000 * math.pi * green == pytest.approx(100)  # half of what the floor has: lamps are above
    assert composed("weather=clear").weather.air == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("weather=rain", "weather: expected one of clear, dust, smoke, got 'rain'"),
        ("weather={choice: {clear: 1, flood: 1}}", "weather: expected one of clear, dust, smoke, got 'flood'"),
        ("variants=[night]", "expected no part of the day in a scenario without a sun.*lighting.floor_lux"),
    ],
)
def test_weather_and_light_of_the_open_sky_are_refused(change: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load("warehouse", [change])
