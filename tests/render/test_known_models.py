"""What the check knows of assets: the catalogue that a dataset was made with, and no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from longtail.annotate import DatasetInfo
from longtail.render.commands.known_models import known_models
from longtail.render.workers.request import describe
from longtail.scenes.assets import families
from longtail.scenes.assets.asset import each_of
from longtail.scenes.composing import catalogue_of
from longtail.scenes.config.loading import load


@pytest.fixture(scope="module")
def info() -> DatasetInfo:
    config = load("street", ["assets.packs=false"])
    return describe(config, catalogue_of(config))


def test_models_are_those_of_the_scenario_with_their_credits(info: DatasetInfo) -> None:
    known = known_models(info)
    assert known.keys() == {
        asset.name for family in load("street").scenario.families for asset in each_of(families()[family])
    }
    estate = known["car/estate"]
    assert (estate.category, estate.licence) == ("car", "Apache-2.0")
    assert 4 < estate.size_m[0] < 5.5


@pytest.mark.parametrize(
    "changes",
    [{"versions": {"catalogue": "another"}}, {"versions": {}}, {"config": {"scenario": "yard"}}, {"config": {}}],
    ids=["another catalogue", "none", "scenario of a plug-in that is gone", "no scenario"],
)
def test_nothing_is_known_of_another_catalogue(info: DatasetInfo, changes: dict[str, dict[str, str]]) -> None:
    assert known_models(replace(info, **changes)) == {}  # type: ignore[arg-type]
