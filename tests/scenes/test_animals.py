"""Animals: of the size that their kind has, on their feet or on the ground, and now and then on the road."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from longtail.annotate.labels.taxonomy import BY_NAME
from longtail.scenes.assets import ASSETS, FAMILIES
from longtail.scenes.assets.asset import Procedural
from longtail.scenes.composing import scene_of
from longtail.scenes.config.loading import load
from tests.scenes.streets import LEVEL

KINDS = {"dog": 18, "deer": 0, "horse": 19, "wild boar": 0}
NAMES = [asset.name for asset in FAMILIES["animals"]]
# Of backs over the ground: https://en.wikipedia.org/wiki/Withers, and the kinds' own pages.
WITHERS_M = {"dog": (0.25, 0.7), "deer": (0.6, 1.3), "horse": (1.4, 1.8), "wild boar": (0.6, 1.1)}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_stands_walks_and_lies_and_is_called_as_in_coco(kind: str) -> None:
    doings = Counter(tag for asset in FAMILIES["animals"] if asset.category == kind for tag in asset.tags)
    assert set(doings) == {"standing", "walking", "lying"}
    assert (BY_NAME[kind].is_thing, BY_NAME[kind].supercategory, BY_NAME[kind].coco_id) == (True, "animal", KINDS[kind])


@pytest.mark.parametrize("name", NAMES)
def test_feet_are_on_the_ground_and_backs_as_high_as_they_should_be(name: str) -> None:
    asset = ASSETS[name]
    assert isinstance(asset, Procedural)
    points = asset.mesh().vertices_m
    # A slice through the trunk behind the shoulders.
    behind = points[np.abs(points[:, 0] + 0.05 * asset.size_m[0]) < 0.1 * asset.size_m[0]]
    low, high = WITHERS_M[asset.category]
    if "lying" in asset.tags:
        assert behind[:, 2].min() < 0.06
        assert behind[:, 2].max() < 0.75 * high
        return
    assert low < behind[:, 2].max() < high
    touching = points[points[:, 2] < 0.05 * high]
    quarters = {(x > 0, y > 0) for x, y in touching[:, :2].tolist()}
    assert len(quarters) == (4 if "standing" in asset.tags else 3)  # one leg swings


def test_they_come_upon_the_road() -> None:
    config = load("street", ["assets.packs=false", "objects.rarities=8", "weather=clear", *LEVEL], seed=2)
    found: Counter[str] = Counter()
    for index in range(24):
        for item in scene_of(config, index, ASSETS).objects:
            if ASSETS[item.asset].category in KINDS and item.z_m < 0.05:
                found[ASSETS[item.asset].category] += 1
                assert item.attributes["state"] in ASSETS[item.asset].tags
    assert set(found) == set(KINDS)
