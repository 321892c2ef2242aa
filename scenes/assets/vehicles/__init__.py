"""Procedural road vehicles: they serve where no model pack is installed, and add variety where one is."""

from __future__ import annotations

from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.vehicles import bicycles, buses, cars, motorcycles, riders, trams, trucks, vans

ASSETS: tuple[Asset, ...] = (
    *cars.ASSETS,
    *vans.ASSETS,
    *trucks.ASSETS,
    *buses.ASSETS,
    *motorcycles.ASSETS,
    *bicycles.ASSETS,
    *riders.ASSETS,
    *trams.ASSETS,
)
