"""Parking lots beside streets: who stands in them, what keeps off them, and what they are made of."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
import shapely

from longtail.scenes.assets import catalogue
from longtail.scenes.composing import scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scenarios.occupancy import Occupancy, footprint
from longtail.scenes.scenarios.street.lots.lot import AISLE_M, BAY_DEEP_M, BAY_WIDE_M, LotStreet
from longtail.scenes.scenarios.street.lots.surfaces import LOT_HEIGHT_M
from longtail.scenes.scenarios.street.road import KERB_HEIGHT_M, MARKING_HEIGHT_M, PARKING_BAY_M
from longtail.scenes.scenarios.street.scenario import STREET
from longtail.scenes.scene import Placed, Scene
from tests.scenes.streets import LEVEL, street_of

ASSETS = catalogue(packs=False)
LOT = ("assets.packs=false", "road.parking_lot={choice: [left, right]}", "weather=clear", "road.parking=both")


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    return made(*LOT, count=8)


def made(*changes: str, count: int) -> list[Scene]:
    config = load("street", [*LEVEL, *changes], seed=4)
    return [scene_of(config, index, ASSETS) for index in range(count)]


def lot_of(scene: Scene) -> LotStreet:
    assert isinstance(scene.ground, LotStreet)
    return scene.ground


def shape_of(item: Placed) -> shapely.Polygon:
    asset = ASSETS[item.asset]
    return footprint(item.x_m, item.y_m, item.heading_rad, *(asset.footprint_m or asset.size_m[:2]))


def inside(scene: Scene) -> list[Placed]:
    area = lot_of(scene).area()
    return [item for item in scene.objects if area.intersects(shape_of(item))]


def piece(street: LotStreet, name: str) -> Surface:
    return next(surface for surface in street.pieces() if surface.name == name)


def test_only_parked_cars_and_people_are_on_a_lot(scenes: list[Scene]) -> None:
    for scene in scenes:
        for item in inside(scene):
            assert (ASSETS[item.asset].category, item.attributes.get("state")) in {
                ("car", "parked"), ("van", "parked"), ("motorcycle", "parked"), ("person", "standing"),
            }  # fmt: skip
            assert item.z_m == LOT_HEIGHT_M
    assert sum(ASSETS[item.asset].category == "car" for scene in scenes for item in inside(scene)) > 40
    assert any(ASSETS[item.asset].category == "person" for scene in scenes for item in inside(scene))


def test_cars_stand_in_bays_and_square_to_the_aisle(scenes: list[Scene]) -> None:
    for scene in scenes:
        lot = lot_of(scene)
        bays = [lot.course.strip(b.s0_m, b.s1_m, *sorted((b.mouth_m, b.end_m))) for b in lot.stalls()]
        for item in inside(scene):
            if item.attributes["state"] == "parked":
                assert max(bay.intersection(shape_of(item)).area for bay in bays) > 0.85 * shape_of(item).area
                s, _ = lot.course.beside((item.x_m, item.y_m))
                assert abs(math.cos(item.heading_rad - float(lot.course.heading_at(s)))) < 0.1


def test_bays_are_as_wide_and_deep_as_they_are_said_to_be(scenes: list[Scene]) -> None:
    for scene in scenes:
        lot = lot_of(scene)
        for bay in lot.stalls():
            assert abs(bay.end_m - bay.mouth_m) == pytest.approx(BAY_DEEP_M)
            ends = [
                np.linalg.norm(np.subtract(*lot.course.at([bay.s0_m, bay.s1_m], t))) for t in (bay.mouth_m, bay.end_m)
            ]
            assert BAY_WIDE_M - 0.01 < min(ends) < BAY_WIDE_M + 0.01
            assert lot.drive().distance(lot.course.strip(bay.s0_m, bay.s1_m, *sorted((bay.mouth_m, bay.end_m)))) > 0.2
        assert abs(lot.aisle_m[1] - lot.aisle_m[0]) == pytest.approx(AISLE_M)


def test_nothing_bars_the_drive(scenes: list[Scene]) -> None:
    for scene in scenes:
        lot = lot_of(scene)
        # Where the kerb is, and the bays along it.
        entry = lot.drive().union(lot.course.strip(lot.drive_s_m - 2.75, lot.drive_s_m + 2.75, *_gutter(lot)))
        for item in scene.objects:
            if ASSETS[item.asset].category not in ("building", "person") and item.z_m >= 0:
                assert not entry.buffer(-0.1).intersects(shape_of(item)) or item.attributes.get("state") == "driving"
        assert all(abs(crossing - lot.drive_s_m) > 5.0 for crossing in lot.crossings_m)


def _gutter(lot: LotStreet) -> list[float]:
    edge = lot.edge_m(lot.lot_side)
    return sorted((edge, edge + lot.lot_side * PARKING_BAY_M))


def test_the_lot_is_labelled_and_lies_on_the_ground(scenes: list[Scene]) -> None:
    for scene in scenes:
        lot = lot_of(scene)
        names = [surface.name for surface in lot.pieces()]
        assert len(names) == len(set(names))
        assert {surface.category for surface in lot.pieces()} <= set(STREET.taxonomy.ids)
        ground, paint, ramp = (piece(lot, f"lot{name}") for name in ("", " markings", " ramp"))
        assert (ground.category, paint.category, paint.painted_on) == ("parking", "lane marking", "lot")
        covered = shapely.union_all(
            shapely.polygons(ground.mesh.vertices_m[ground.mesh.triangles][:, :, :2].astype(float))
        )
        assert covered.symmetric_difference(lot.area().union(lot.drive())).area < 0.1
        drawn = shapely.polygons(paint.mesh.vertices_m[paint.mesh.triangles][:, :, :2].astype(float))
        assert shapely.union_all(drawn).difference(covered.buffer(0.01)).area < 0.01
        assert ground.mesh.bounds_m[0][2] == pytest.approx(LOT_HEIGHT_M)
        assert LOT_HEIGHT_M - KERB_HEIGHT_M >= 0.004 <= MARKING_HEIGHT_M
        low, high = (float(bound[2]) for bound in ramp.mesh.bounds_m)
        assert low == pytest.approx(0.0)
        assert high == pytest.approx(LOT_HEIGHT_M)


def test_a_scene_with_a_lot_is_read_back_from_json(scenes: list[Scene]) -> None:
    again = Scene.from_json(
        json.loads(json.dumps(scenes[0].to_json())), {ground.kind: ground for ground in STREET.grounds}
    )
    assert again.ground == scenes[0].ground
    assert again.objects == scenes[0].objects


def test_streets_have_lots_where_these_are_asked_for_alone() -> None:
    assert not any(isinstance(scene.ground, LotStreet) for scene in made("assets.packs=false", count=4))
    for kind in ("rural", "motorway"):
        (scene,) = made(*LOT, f"road.kind={kind}", count=1)
        assert not isinstance(scene.ground, LotStreet)
    (scene,) = made(*LOT, "road.junction=true", count=1)
    assert street_of(scene).junction is not None
    assert "road.junction" in scene.departures.overridden
    drawn: dict[str, Any] = dict(made(*LOT, "road.tram={choice: [true, false]}", count=1)[0].parameters)
    assert drawn["road.tram"] is False


def test_what_kept_a_place_can_leave_it() -> None:
    occupied, shape = Occupancy(), footprint(3.0, 4.0, 0.3, 5.0, 2.0)
    occupied.add(footprint(30.0, 4.0, 0.3, 5.0, 2.0))
    occupied.add(shape)
    assert not occupied.free(shape)
    occupied.clear(footprint(3.0, 4.0, 0.3, 5.0, 2.0))
    assert occupied.free(shape)
    assert not occupied.free(footprint(30.0, 4.0, 0.0, 1.0, 1.0))
    with pytest.raises(ValueError, match=r".+"):
        occupied.clear(shape)
