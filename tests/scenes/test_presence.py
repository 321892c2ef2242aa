"""Kinds of things by quota and by weight: a truck in every third scene, and in no other."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping

import pytest

from longtail.annotate.errors import ConfigError
from longtail.scenes.assets import catalogue
from longtail.scenes.assets.asset import Asset
from longtail.scenes.composing import scene_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from longtail.scenes.config.resolving import resolve
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.scenarios.street.presence import CATEGORIES

DRY = ("assets.packs=false", "weather=clear")


@pytest.fixture(scope="module")
def assets() -> Mapping[str, Asset]:
    return catalogue(load("street", DRY).scenario.families, packs=False, branded=False)


def shown(config: Config, index: int, assets: Mapping[str, Asset]) -> Counter[str]:
    """How many of each category frame `index` places."""
    return Counter(assets[item.asset].category for item in scene_of(config, index, assets).objects)


def test_a_quota_by_category_is_met_exactly_by_what_is_placed(assets: Mapping[str, Asset]) -> None:
    config = load("street", [*DRY, "quotas={objects.presence: {truck: 0.5, bus: 0.25}}"], seed=3)
    placed = [shown(config, index, assets) for index in range(8)]
    drawn = [draw(config.asked, index).values for index in range(8)]
    for category, share in (("truck", 0.5), ("bus", 0.25)):
        there = [found[category] > 0 for found in placed]
        assert there == [values[f"objects.presence.{category}"] == "some" for values in drawn]
        assert all(abs(sum(there[:n]) - share * n) < 1 for n in range(1, 9))
    assert any(found["car"] > 1 for found in placed)


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("word", ["some", "none"])
def test_a_kind_is_there_or_not_as_it_is_asked_for(category: str, word: str, assets: Mapping[str, Asset]) -> None:
    config = load("street", [*DRY, f"objects.presence.{category}={word}"], seed=1)
    known = any(asset.category == category for asset in assets.values())  # dogs come with the packs
    for index in range(2):
        scene = scene_of(config, index, assets)
        there = any(assets[item.asset].category == category for item in scene.objects)
        assert there is (word == "some" and known)
        assert (f"objects.presence.{category}" in scene.departures.misfits) is (word == "some" and not known)


def test_what_the_weather_forbids_is_told(assets: Mapping[str, Asset]) -> None:
    config = load("street", [DRY[0], "weather=flood", "weather.flood.depth_m=0.6", "objects.presence.dog=some"], seed=1)
    scene = scene_of(config, 0, assets)
    assert not any(assets[item.asset].category == "dog" for item in scene.objects)
    assert scene.departures.misfits["objects.presence.dog"] == 1


def test_a_scene_of_which_nothing_is_asked_is_what_it_was(assets: Mapping[str, Asset]) -> None:
    plain, weighed = load("street", DRY, seed=5), load("street", [*DRY, "objects.vehicle.weight.car=1"], seed=5)
    assert scene_of(plain, 0, assets).objects == scene_of(weighed, 0, assets).objects


def test_weights_multiply_the_shares_of_kinds(assets: Mapping[str, Asset]) -> None:
    trucks = load("street", [*DRY, "objects.vehicle.weight={car: 0, van: 0, bus: 0, motorcycle: 0}"], seed=2)
    more = load("street", [*DRY, "objects.vehicle.weight.truck=10", "objects.vehicle.count=12"], seed=2)
    plain = load("street", [*DRY, "objects.vehicle.count=12"], seed=2)

    def driving(config: Config) -> Counter[str]:
        return sum(
            (
                Counter(
                    assets[item.asset].category
                    for item in scene_of(config, index, assets).objects
                    if item.attributes.get("state") in ("driving", "waiting")
                )
                for index in range(4)
            ),
            Counter(),
        )

    assert driving(trucks).keys() == {"truck"}
    # 6 % of what drives by itself, 39 % with ten times the weight.
    assert driving(more)["truck"] > 3 * driving(plain)["truck"]
    none = load("street", [*DRY, "objects.vehicle.weight={car: 0, van: 0, truck: 0, bus: 0, motorcycle: 0}"], seed=2)
    assert not driving(none)


def test_a_quota_of_what_is_pinned_does_nothing_and_one_without_pin_is_spelled_out() -> None:
    quota = "quotas={objects.presence: {truck: 0.3333}}"
    config = load("street", [quota])
    assert config.parameters["objects.presence.truck"].to_json() == {"choice": {"some": 1.0, "none": 1.0}}  # type: ignore[union-attr]
    again = resolve(json.loads(json.dumps(config.to_json())))
    assert again.digest == config.digest
    pinned = load("street", [quota, "objects.presence.truck=any"])
    assert pinned.parameters["objects.presence.truck"] == "any"


def test_a_share_alone_is_of_yes() -> None:
    assert (
        load("street", ["quotas={road.junction: 0.25}"]).quotas
        == load("street", ["quotas={road.junction: {true: 0.25}}"]).quotas
    )
    with pytest.raises(ConfigError, match="expected a mapping of options to shares"):
        load("street", ["quotas={road.district: 0.25}"])
    with pytest.raises(ConfigError, match=r"expected a share in 0\.\.1, got 3"):
        load("street", ["quotas={objects.presence: {truck: 3}}"])
    with pytest.raises(ConfigError, match=r"did you mean objects\.presence\.truck"):
        load("street", ["quotas={objects.presence: {truk: 0.3}}"])
