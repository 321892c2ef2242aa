"""What warehouses hold: pallets, cartons, unit loads, trucks, robots, guards, signs, staff, and what goes wrong."""

from __future__ import annotations

from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.logistics import cartons, fixtures, lamps, loads, pallets, spills, staff, trucks

ASSETS: tuple[Asset, ...] = (
    *pallets.ASSETS,
    *cartons.ASSETS,
    *cartons.CRUSHED,
    *loads.ASSETS,
    *trucks.ASSETS,
    *lamps.ASSETS,
    *fixtures.ASSETS,
    *staff.ASSETS,
    *spills.ASSETS,
)
