"""Vehicles are those of a European town, whoever has which packs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from longtail.annotate.errors import AssetError
from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.packs.locate import CURATED, name_of
from longtail.scenes.assets.vehicles import ASSETS
from longtail.scenes.assets.vehicles.fleet import CLASSES, TRUCKS, WEIGHTS
from longtail.scenes.scenarios.street.site import _shares

OURS = {asset.name: asset for asset in ASSETS}


def share_of(name: str) -> float:
    weights = {kind: sum(models.values()) for kind, models in CLASSES.items()}
    return weights[name] / sum(weights.values())


def test_every_weight_is_that_of_a_model() -> None:
    assert WEIGHTS.keys() <= OURS.keys() | {name_of(row) for row in CURATED}
    cars = {name for models in CLASSES.values() for name in models}
    assert cars == {a.name for a in ASSETS if a.category == "car"} | {
        name_of(r) for r in CURATED if r.category == "car"
    }


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [("compact", 0.24, 0.31), ("small", 0.17, 0.22), ("middle", 0.13, 0.22), ("sports", 0, 0.03)],
)
def test_shares_are_those_of_registrations(kind: str, low: float, high: float) -> None:
    """25.1, 18.7 and 13.2 % (Kraftfahrt-Bundesamt, 1 January 2020); sports cars some 2 % (from memory)."""
    assert low <= share_of(kind) <= high


def test_american_trucks_are_a_rarity() -> None:
    assert TRUCKS["sh3f/blend-swap-cc-0/peterbilt"] / sum(TRUCKS.values()) < 0.01


def test_models_weigh_what_the_table_says() -> None:
    city, bus = OURS["car/city"], next(asset for asset in ASSETS if asset.category == "bus")
    assert city.weight == WEIGHTS["car/city"]
    assert bus.weight == Asset.weight


def weighed(*weights: float) -> list[Asset]:
    return [replace(ASSETS[0], weight=weight) for weight in weights]


def test_who_is_chosen_is_who_numpy_would_choose() -> None:
    ends = _shares(weighed(0.5, 0.0, 3.0, 1.25))
    ours, numpys = np.random.default_rng(3), np.random.default_rng(3)
    for _ in range(300):
        assert ends.searchsorted(ours.random(), side="right") == numpys.choice(4, p=np.array([2, 0, 12, 5]) / 19)


@pytest.mark.parametrize("weights", [(1.0, -0.5), (0.0, 0.0), (1.0, float("nan")), (1.0, float("inf"))], ids=str)
def test_weights_that_nobody_can_be_chosen_by_are_refused(weights: tuple[float, ...]) -> None:
    with pytest.raises(AssetError, match=f"weights: expected 0 or more, some of them above 0, of {ASSETS[0].name}, "):
        _shares(weighed(*weights))
