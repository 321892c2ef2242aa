"""Side walls of houses that stand free are dressed, and others are not."""

from __future__ import annotations

import math

import pytest
import shapely

from longtail.scenes.assets import catalogue
from longtail.scenes.assets.buildings import gables
from longtail.scenes.composing import scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scene import Scene
from tests.scenes.streets import LEVEL

ASSETS = catalogue(packs=False)


@pytest.fixture(scope="module")
def corners() -> list[Scene]:
    """Streets with a junction, which have corner houses."""
    asked = ["assets.packs=false", "road.kind=town", "road.district=city", "road.junction=true", *LEVEL]
    config = load("street", asked, seed=2)
    return [scene_of(config, index, ASSETS) for index in range(3)]


def test_what_is_on_a_wall_is_beside_its_house_and_before_no_other(corners: list[Scene]) -> None:
    seen = 0
    for scene in corners:
        houses = [item for item in scene.objects if "terraced" in ASSETS[item.asset].tags]
        shapes = [footprint(h.x_m, h.y_m, h.heading_rad, *ASSETS[h.asset].size_m[:2]) for h in houses]
        built = shapely.union_all([shape.buffer(-0.1) for shape in shapes])
        for item in scene.objects:
            if not item.asset.startswith("gable/"):
                continue
            seen += 1
            place, ahead = shapely.Point(item.x_m, item.y_m), (math.cos(item.heading_rad), math.sin(item.heading_rad))
            assert min(shape.distance(place) for shape in shapes) < gables.REACH_M
            free = shapely.LineString([(item.x_m + r * ahead[0], item.y_m + r * ahead[1]) for r in (0.1, 2.0)])
            assert not free.intersects(built)
            house = houses[min(range(len(shapes)), key=lambda k: shapes[k].distance(place))]
            assert ASSETS[item.asset].size_m[2] < ASSETS[house.asset].size_m[2]
            assert item.z_m == house.z_m
    assert seen > 3


def test_nothing_else_moves(corners: list[Scene], monkeypatch: pytest.MonkeyPatch) -> None:
    from longtail.scenes.scenarios.street import scenario

    monkeypatch.setattr(scenario, "dress_gables", lambda _site: None)
    config = load(
        "street", ["assets.packs=false", "road.kind=town", "road.district=city", "road.junction=true", *LEVEL], seed=2
    )
    bare = [item.asset for item in scene_of(config, 0, ASSETS).objects]
    assert bare == [i.asset for i in corners[0].objects if not i.asset.startswith(("gable/", "plant/ivy"))]
