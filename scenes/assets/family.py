"""Families: assets that a scenario asks for together; other packages add whole ones, or assets to ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from longtail.annotate.labels.taxonomy import BY_NAME
from longtail.plug_ins import with_plug_ins
from longtail.scenes.assets.asset import Asset, each_of

GROUP = "longtail.assets"
"""The group of entry points under which other packages offer a `Family`, or an `Asset` for one of ours."""
# What may stand in a dataset's files, in a shell and in a dotted path.
_NAME = re.compile(r"[a-z0-9][\w.-]*(/[\w.-]+)*", re.ASCII)


@dataclass(frozen=True)
class Family:
    """Assets under one name. One of another package that is called like one of ours adds its assets to it."""

    name: str
    assets: tuple[Asset, ...]


def with_offers(ours: Mapping[str, tuple[Asset, ...]], reserved: Iterable[str] = ()) -> dict[str, tuple[Asset, ...]]:
    """`ours` by the families' names, and after them what installed packages offer.

    An offered asset without a family joins the first of ours that has its category. PlugInError where an offer is
    neither, holds a name that is malformed, taken or `reserved`, or a category that no label has.
    """
    taken = {asset.name for assets in ours.values() for asset in each_of(assets)} | set(reserved)

    def checked(_entry: str, offered: object) -> Family:
        family = _family(offered, ours)
        take_names(family.assets, taken)
        return family

    table = dict(ours)
    for family in with_plug_ins(GROUP, {}, checked).values():
        table[family.name] = (*table.get(family.name, ()), *family.assets)
    return table


def _family(offered: object, ours: Mapping[str, tuple[Asset, ...]]) -> Family:
    if isinstance(offered, Family):
        if not isinstance(offered.name, str) or not _NAME.fullmatch(offered.name):
            raise ValueError(f"expected a family's name in small letters, digits, '-' and '_', got {offered.name!r}")
        return Family(offered.name, tuple(offered.assets))
    if not isinstance(offered, Asset):
        raise TypeError(f"expected a Family or an Asset, got {type(offered).__name__}")
    homes = [name for name, assets in ours.items() if offered.category in _categories(assets)]
    if not homes:
        raise ValueError(f"expected an asset of a category that a family of ours has, or a Family that holds it, got "
                         f"{offered.name!r} of category {offered.category!r}")  # fmt: skip
    return Family(homes[0], (offered,))


def take_names(offered: Iterable[object], taken: set[str]) -> None:
    """Add to `taken` the names of what somebody offers as assets, and of what is attached to them.

    TypeError or ValueError, "expected ..., got ...", for what cannot stand in the catalogue.
    """
    for asset in offered:
        for each in each_of([asset]) if isinstance(asset, Asset) else [asset]:
            taken.add(_placeable(each, taken))


def _categories(assets: Iterable[Asset]) -> set[str]:
    return {asset.category for asset in assets}


def _placeable(asset: object, taken: set[str]) -> str:
    """The asset's name. TypeError or ValueError for what cannot stand in the catalogue."""
    if not isinstance(asset, Asset):
        raise TypeError(f"expected a family of Assets, got {type(asset).__name__} in it")
    if not isinstance(asset.name, str) or not _NAME.fullmatch(asset.name):
        raise ValueError(f"expected an asset's name like cup/blue, got {asset.name!r}")
    if asset.name in taken:
        raise ValueError(f"expected an asset's name that is not taken, got {asset.name}")
    if asset.category not in BY_NAME:
        raise ValueError(f"{asset.name}: expected a category of `longtail list categories`, got {asset.category!r}")
    return asset.name
