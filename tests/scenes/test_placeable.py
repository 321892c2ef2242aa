"""Every asset can be placed by some scenario."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from longtail.scenes.assets import catalogue
from longtail.scenes.assets.asset import Asset
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.scenarios.street.site import Rng, Site
from longtail.scenes.scenarios.street.whom import Whom
from longtail.scenes.scenarios.table import SCENARIOS

# Streets that differ in what they place: each district, bends to both sides, and what storms and floods leave.
STREETS = (
    ("road.district=suburb",),
    ("road.kind=town", "road.curvature_1_m=0.006", "road.lanes=4"),
    ("road.kind=town", "road.curvature_1_m=-0.006", "road.lanes=6"),
    ("road.district=industrial", "weather=tornado"),
    ("road.kind=town", "weather=flood", "objects.vehicle.count=40"),
    ("road.kind=rural",),
    ("road.kind=motorway",),
    ("road.tram=true",),
)
OFTEN = ("objects.rarities=20", "objects.furniture.density=1", "road.tunnel=false")
MOST = 40


@pytest.fixture
def evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what may be chosen, what was chosen least is: so a few dozen scenes show all that can be."""
    chosen: Counter[str] = Counter()

    def pick(_chooser: Site | Whom, _rng: Rng, assets: Sequence[Asset]) -> Asset:
        asset = min(assets, key=lambda asset: chosen[asset.name])
        chosen[asset.name] += 1
        return asset

    monkeypatch.setattr(Site, "pick", pick)
    monkeypatch.setattr(Whom, "pick", pick)


@pytest.mark.usefixtures("evenly")
def test_the_street_can_place_each_of_its_assets() -> None:
    configs = [load("street", [*street, *OFTEN], seed=1) for street in STREETS]
    assets = catalogue_of(configs[0])
    left = set(assets)
    for index in range(MOST):
        for config in configs:
            left -= {item.asset for item in scene_of(config, index, assets).objects}
        if not left:
            return
    assert sorted(left) == []


def test_every_family_belongs_to_a_scenario() -> None:
    drawn_from = {family for scenario in SCENARIOS.values() for family in scenario.families}
    assert set(catalogue()) == set(catalogue(drawn_from))
