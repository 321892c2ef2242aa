"""Procedural road vehicles: they serve where no model pack is installed, and add variety where one is."""

from __future__ import annotations

from scenes.assets.asset import Asset
from scenes.assets.vehicles import bicycles, buses, cars, motorcycles, riders, trucks, vans

ASSETS: tuple[Asset, ...] = (
    *cars.ASSETS,
    *vans.ASSETS,
    *trucks.ASSETS,
    *buses.ASSETS,
    *motorcycles.ASSETS,
    *bicycles.ASSETS,
    *riders.ASSETS,
)
