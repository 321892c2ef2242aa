"""Debris: pieces at true scale, made of what drifts or does not."""

from __future__ import annotations

import numpy as np
import pytest

from longtail.scenes.assets import debris
from longtail.scenes.assets.asset import Procedural


@pytest.mark.parametrize("asset", debris.ASSETS, ids=lambda asset: asset.name)
def test_a_piece_is_debris_that_stands_centred_on_the_ground(asset: Procedural) -> None:
    assert asset.category == "debris"
    assert "storm" in asset.tags
    low, high = asset.mesh().bounds_m
    assert low[2] == pytest.approx(0.0, abs=1e-4)
    assert np.abs((low + high)[:2]).max() < 0.01


def test_sizes_of_standard_goods() -> None:
    """A EUR pallet (EN 13698-1) and a drum of 200 litres, by the volume of its cylinder."""
    sizes = {asset.name: asset.size_m for asset in debris.ASSETS}
    assert sizes["debris/pallet"] == (1.2, 0.8, 0.144)
    length, width, height = sizes["debris/drum"]
    assert 0.2 < np.pi / 4 * width * height * length < 0.24


def test_rubber_and_metal_sink() -> None:
    floating = {asset.name for asset in debris.ASSETS if "floats" in asset.tags}
    assert "debris/plank" in floating
    assert floating.isdisjoint({"debris/tyre", "debris/sheet-curled", "debris/sheet-rusty", "debris/downpipe"})
