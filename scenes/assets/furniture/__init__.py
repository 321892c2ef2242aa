"""Street furniture: what stands on pavements, kerbs and in front gardens, one family per file."""

from __future__ import annotations

from scenes.assets.asset import Asset
from scenes.assets.furniture import bins, street_lights, traffic_lights, traffic_signs

ASSETS: tuple[Asset, ...] = (
    *street_lights.ASSETS,
    *traffic_lights.ASSETS,
    *traffic_signs.ASSETS,
    *bins.ASSETS,
)
