"""Procedural road vehicles: they serve where no model pack is installed, and add variety where one is."""

from __future__ import annotations

from dataclasses import replace

from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.vehicles import bicycles, buses, cars, motorcycles, riders, trams, trucks, vans
from longtail.scenes.assets.vehicles.fleet import WEIGHTS

_MADE: tuple[Asset, ...] = (
    *cars.ASSETS,
    *vans.ASSETS,
    *trucks.ASSETS,
    *buses.ASSETS,
    *motorcycles.ASSETS,
    *bicycles.ASSETS,
    *riders.ASSETS,
    *trams.ASSETS,
)
ASSETS: tuple[Asset, ...] = tuple(replace(made, weight=WEIGHTS.get(made.name, made.weight)) for made in _MADE)
