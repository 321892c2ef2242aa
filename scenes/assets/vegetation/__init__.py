"""Plants: trees, conifers, hedges and shrubs, grown leaf by leaf."""

from __future__ import annotations

from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.vegetation import conifers, hedges, ivy, trees, verges

ASSETS: tuple[Asset, ...] = (*trees.ASSETS, *conifers.ASSETS, *hedges.ASSETS, *ivy.ASSETS, *verges.ASSETS)
