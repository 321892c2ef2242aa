"""Street furniture: what stands on pavements, kerbs and in front gardens, one family per file."""

from __future__ import annotations

from scenes.assets.asset import Asset
from scenes.assets.furniture import traffic_signs

ASSETS: tuple[Asset, ...] = (*traffic_signs.ASSETS,)
