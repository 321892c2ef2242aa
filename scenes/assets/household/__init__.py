"""Household things that stand, lie and roll on tables: tableware, packages, fruit, tools, toys, and distractors.

Every row says what a thing is made of, which is what it weighs and how it slides.
"""

from __future__ import annotations

from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.household import distractors, food, gripper, packages, pendant, tableware, tools, toys
from longtail.scenes.assets.library.model import LibraryAsset
from longtail.scenes.assets.packs.household import HOUSEHOLD, PLASTIC, Household, Stuff
from longtail.scenes.assets.packs.locate import name_of

_MADE: dict[Asset, Stuff] = {
    thing: stuff
    for rows in (tableware.ROWS, packages.ROWS, food.ROWS, tools.ROWS, toys.ROWS, distractors.ROWS)
    for thing, stuff in rows
}
ASSETS: tuple[Asset, ...] = (*_MADE, pendant.PENDANT, *gripper.ASSETS)

_STUFF: dict[str, Stuff] = {
    **{asset.name: stuff for asset, stuff in _MADE.items()},
    **{name_of(row.model): row.stuff for row in HOUSEHOLD},
}

__all__ = ["ASSETS", "Household", "Stuff", "mass_kg_of", "stuff_of"]


def stuff_of(asset: Asset) -> Stuff | None:
    """What a thing is made of; None for what is not to be moved: a lamp that hangs, a gripper."""
    if gripper.GRIPPER in (asset.category, asset.serves):
        return None
    if isinstance(asset, LibraryAsset):
        # What nobody has weighed is as light as a hollow thing of plastic.
        return Stuff(PLASTIC.density_kg_m3, asset.friction, PLASTIC.filled)
    return _STUFF.get(asset.name)


def mass_kg_of(asset: Asset, volume_m3: float) -> float | None:
    """What a thing weighs whose convex parts have this volume together; None for what is not to be moved."""
    if isinstance(asset, LibraryAsset) and asset.mass_kg is not None:
        return asset.mass_kg
    stuff = stuff_of(asset)
    return None if stuff is None else max(volume_m3 * stuff.density_kg_m3 * stuff.filled, 1e-3)
