"""Plants: trees, conifers, hedges and shrubs, grown leaf by leaf."""

from __future__ import annotations

from scenes.assets.asset import Asset
from scenes.assets.vegetation import conifers, hedges, trees

ASSETS: tuple[Asset, ...] = (*trees.ASSETS, *conifers.ASSETS, *hedges.ASSETS)
