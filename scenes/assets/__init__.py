"""The catalogue of assets: procedural ones (one family per folder, one line here) and those of model packs."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from longtail.scenes.assets import (
    animals,
    buildings,
    debris,
    furniture,
    household,
    logistics,
    people,
    shapes,
    vegetation,
    vehicles,
)
from longtail.scenes.assets.asset import Asset, each_of
from longtail.scenes.assets.family import with_offers
from longtail.scenes.assets.packs.locate import CURATED, MODELS, load_packs, name_of

FAMILIES: dict[str, tuple[Asset, ...]] = {
    "animals": animals.ASSETS,
    "buildings": buildings.ASSETS,
    "debris": debris.ASSETS,
    "furniture": furniture.ASSETS,
    "household": household.ASSETS,
    "logistics": logistics.ASSETS,
    "people": people.ASSETS,
    "shapes": shapes.ASSETS,
    "vegetation": vegetation.ASSETS,
    "vehicles": vehicles.ASSETS,
}
"""Our families and their procedural assets; `MODELS` holds those of packs."""

ASSETS: dict[str, Asset] = {asset.name: asset for family in FAMILIES.values() for asset in family}
"""All procedural assets of ours that can be placed."""

WITH_ATTACHED: dict[str, Asset] = {asset.name: asset for asset in each_of(ASSETS.values())}
"""The same, and what is attached to them."""


@cache
def families() -> dict[str, tuple[Asset, ...]]:
    """Every family, ours first, with its assets that need no pack: ours, then those of other packages.

    PlugInError where another package offers what cannot stand here. Read at its first use: what is offered may import
    any module of ours.
    """
    ours = FAMILIES | {name: () for name in MODELS if name not in FAMILIES}
    return with_offers(ours, {name_of(row) for row in CURATED})


def catalogue(asked: Collection[str] | None = None, *, packs: bool = True, branded: bool = True) -> dict[str, Asset]:
    """What a scene may place, by name: the assets of the families that are `asked` for, else of all.

    Their order is that of the tables, whatever the order of `asked`. Without `branded` no model of a recognisable make.
    """
    every = families()
    wanted = every if asked is None else asked
    own = (asset for name, assets in every.items() if name in wanted for asset in assets)
    found = (*own, *(load_packs(wanted) if packs else ()))
    return {asset.name: asset for asset in found if branded or not asset.branded}


def categories_of(asked: Collection[str]) -> set[str]:
    """Every category that assets of these families have, with those of packs, whether they are installed or not."""
    every = families()
    own = {asset.category for name in asked for asset in each_of(every[name])}
    return own | {row.category for name in asked for row in MODELS.get(name, ())}
