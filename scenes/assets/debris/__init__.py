"""What storms and floods leave on a street or carry along, one family per file. Tag "floats": it drifts on water."""

from __future__ import annotations

from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.debris import branches, packaging, scrap, timber

ASSETS: tuple[Asset, ...] = (*timber.ASSETS, *scrap.ASSETS, *branches.ASSETS, *packaging.ASSETS)
