"""Buildings along a street, one style per file.

The street side faces +X. Terraced buildings are exactly as wide as declared, and their facades lie `body.REACH_M`
behind the front of their footprint.
"""

from __future__ import annotations

from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.buildings import (
    apartment,
    detached,
    flats,
    gables,
    infill,
    office,
    terrace,
    town_house,
    villa,
    warehouse,
)

ASSETS: tuple[Asset, ...] = (
    *town_house.ASSETS,
    *terrace.ASSETS,
    *apartment.ASSETS,
    *flats.ASSETS,
    *infill.ASSETS,
    *office.ASSETS,
    *detached.ASSETS,
    *villa.ASSETS,
    *warehouse.ASSETS,
    *gables.ASSETS,
)
