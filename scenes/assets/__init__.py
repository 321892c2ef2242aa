"""The catalogue of assets: procedural ones (one family per file, one line per family) and those of model packs."""

from __future__ import annotations

from longtail.scenes.assets import buildings, debris, furniture, people, vegetation, vehicles
from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.packs.locate import load_packs

FAMILIES: tuple[tuple[Asset, ...], ...] = (
    buildings.ASSETS,
    debris.ASSETS,
    furniture.ASSETS,
    people.ASSETS,
    vegetation.ASSETS,
    vehicles.ASSETS,
)

ASSETS: dict[str, Asset] = {asset.name: asset for family in FAMILIES for asset in family}


def catalogue(packs: bool = True, branded: bool = True) -> dict[str, Asset]:
    """Everything that a scene may place, by name; without `branded` no model of a recognisable make."""
    every = (*ASSETS.values(), *(load_packs() if packs else ()))
    return {asset.name: asset for asset in every if branded or not asset.branded}
