"""The catalogue of procedural assets: one family per file, one line per family."""

from __future__ import annotations

from scenes.assets import street_furniture
from scenes.assets.asset import Asset

FAMILIES: tuple[tuple[Asset, ...], ...] = (street_furniture.ASSETS,)

ASSETS: dict[str, Asset] = {asset.name: asset for family in FAMILIES for asset in family}
