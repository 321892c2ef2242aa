"""What is seldom seen along a street: where it stands, and that it moves nothing else. Without Blender."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
import shapely

from longtail.scenes.assets.asset import Asset
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.street.areas import Areas, areas
from longtail.scenes.scenarios.street.rarities import RARITIES
from longtail.scenes.scenarios.street.road import KERB_HEIGHT_M
from longtail.scenes.scene import Placed, Scene
from tests.scenes.streets import LEVEL, street_of

# Bends and bays that begin and end, where a footprint could reach over the kerb.
STREETS = (
    ("road.district=suburb", "road.parking=both"),
    ("road.curvature_1_m=0.006", "road.parking=both", "road.lanes=4"),
    ("road.curvature_1_m=-0.006", "road.parking=right", "road.crossing=true"),
)
EACH = 5


@dataclass(frozen=True)
class Street:
    """A street with and without its rarities, which `seldom` are."""

    without: Scene
    with_all: Scene
    assets: dict[str, Asset]

    @property
    def seldom(self) -> tuple[Placed, ...]:
        return self.with_all.objects[len(self.without.objects) :]

    @property
    def areas(self) -> Areas:
        return areas(street_of(self.with_all))

    def covers(self, item: Placed) -> shapely.Polygon:
        asset = self.assets[item.asset]
        length, width = asset.footprint_m or asset.size_m[:2]
        return footprint(item.x_m, item.y_m, item.heading_rad, length, width)


@pytest.fixture(scope="module")
def streets() -> list[Street]:
    pairs = [
        [load("street", [*street, *LEVEL, f"objects.rarities={n}"], seed=3) for n in (0, 20)] for street in STREETS
    ]
    assets = catalogue_of(pairs[0][0])
    return [
        Street(scene_of(none, index, assets), scene_of(many, index, assets), assets)
        for none, many in pairs
        for index in range(EACH)
    ]


def test_they_stand_behind_all_else_and_move_nothing(streets: list[Street]) -> None:
    for street in streets:
        assert street.with_all.objects[: len(street.without.objects)] == street.without.objects
    assert sum(len(street.seldom) for street in streets) > 100


def test_footprints_lie_wholly_on_the_ground_that_they_belong_to(streets: list[Street]) -> None:
    """Motorcycles in bays, concrete walls and one lier in three on the carriageway, trees rooted in lots, and all else
    on the pavement: nothing stands half over a kerb."""
    checked = 0
    for street in streets:
        ground = street.areas
        for item in street.seldom:
            category = street.assets[item.asset].category
            if category == "vegetation":
                assert ground.lots.contains(shapely.Point(item.x_m, item.y_m)), item
                continue
            if item.z_m >= KERB_HEIGHT_M:
                area = ground.pavement
            else:
                area = ground.bays if category == "motorcycle" else ground.carriageway
            assert area.contains(street.covers(item)), (street.with_all.number, item)
            checked += 1
    assert checked > 100


def test_guard_rails_are_joined(streets: list[Street]) -> None:
    found = 0
    for street in streets:
        rails = [item for item in street.seldom if item.asset == "barrier/guard_rail"]
        for rail in rails:
            gaps = [street.covers(rail).distance(street.covers(other)) for other in rails if other is not rail]
            assert min(gaps) < 0.03, rail
        found += len(rails)
    assert found


def test_none_lies_or_sits_under_water() -> None:
    for depth_m, expected in ((0.08, True), (0.6, False)):
        config = load("street", ["weather=flood", f"weather.flood.depth_m={depth_m}", "objects.rarities=20"], seed=3)
        assets = catalogue_of(config)
        placed = [item for index in range(3) for item in scene_of(config, index, assets).objects]
        low = [i for i in placed if assets[i.asset].category == "dog" or i.attributes.get("state") in LOW]
        assert bool(low) == expected


LOW = ("lying", "sitting")


def test_each_rarity_has_a_stream_of_its_own_and_a_chance() -> None:
    assert len({rarity.name for rarity in RARITIES}) == len(RARITIES)
    assert all(0 < rarity.chance < 1 for rarity in RARITIES)


def test_wire_fences_close_the_gaps_between_halls_and_stand_before_none() -> None:
    config = load("street", ["road.district=industrial", "objects.rarities=0"], seed=3)
    assets, fences = catalogue_of(config), 0
    for index in range(3):
        scene = scene_of(config, index, assets)
        street, items = Street(scene, scene, assets), scene.objects
        halls = shapely.union_all([street.covers(i) for i in items if assets[i.asset].category == "building"])
        for fence in (item for item in items if assets[item.asset].category == "fence"):
            # Behind it, away from the road, which its left side looks at.
            x, y = fence.x_m + 2.4 * math.sin(fence.heading_rad), fence.y_m - 2.4 * math.cos(fence.heading_rad)
            assert footprint(x, y, fence.heading_rad, 1.9, 4.2).disjoint(halls)
            fences += 1
    assert fences > 20
