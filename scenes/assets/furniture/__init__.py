"""Street furniture: what stands on pavements, kerbs and in front gardens, one family per file."""

from __future__ import annotations

from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.furniture import (
    barriers,
    benches,
    bins,
    boxes,
    cones,
    fences,
    guide_signs,
    poles,
    road_posts,
    street_lights,
    traffic_lights,
    traffic_signs,
)

ASSETS: tuple[Asset, ...] = (
    *street_lights.ASSETS,
    *traffic_lights.ASSETS,
    *traffic_signs.ASSETS,
    *poles.ASSETS,
    *bins.ASSETS,
    *benches.ASSETS,
    *barriers.ASSETS,
    *cones.ASSETS,
    *boxes.ASSETS,
    *fences.ASSETS,
    *road_posts.ASSETS,
    *guide_signs.ASSETS,
)
