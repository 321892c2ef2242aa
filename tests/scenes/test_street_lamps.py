"""Street lamps at night: which of them burn when some or all have failed, and in a blackout."""

from __future__ import annotations

import pytest

from longtail.scenes.assets import catalogue
from longtail.scenes.composing import scene_of
from longtail.scenes.config.loading import load

ASSETS = catalogue(packs=False)
NIGHT = ("assets.packs=false", "lighting.sun_elevation_deg=-20", "road.tunnel=false", "weather=clear")


def burning(*changes: str, scenes: int = 12) -> list[bool]:
    config = load("street", [*NIGHT, *changes], seed=2)
    drawn = [scene_of(config, i, ASSETS) for i in range(scenes)]
    return [o.lamps_on for scene in drawn for o in scene.objects if ASSETS[o.asset].category == "street light"]


@pytest.mark.parametrize(("failed", "low", "high"), [(0, 1, 1), (0.5, 0.35, 0.65), (1, 0, 0)])
def test_share_of_lamps_that_burn(failed: float, low: float, high: float) -> None:
    lamps = burning(f"lighting.lamps_failed={failed}", "lighting.blackout=false")
    assert low <= sum(lamps) / len(lamps) <= high


def test_none_burns_in_a_blackout() -> None:
    assert not any(burning("lighting.lamps_failed=0", "lighting.blackout=true"))


def test_failures_move_nothing() -> None:
    places = []
    for failed in (0, 1):
        config = load("street", [*NIGHT, f"lighting.lamps_failed={failed}"], seed=2)
        scene = scene_of(config, 0, ASSETS)
        places.append([(o.asset, o.x_m, o.y_m, o.heading_rad) for o in scene.objects])
    assert places[0] == places[1]
