"""Which textures of the user's own a scene's ground wears, where a config asks for some."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np

from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.library.model import LibraryAsset
from longtail.scenes.space.parameters import Parameter

PREFIX = "surfaces."


def parameters(*places: str) -> tuple[Parameter, ...]:
    """One for each place: how often a texture of the user's own lies there. Each has the default 0."""
    return tuple(
        Parameter(
            f"{PREFIX}{place}", 0.0, "", 0, 1, f"chance of a texture of your own on the {place}, of those with that tag"
        )
        for place in places
    )


def textures(
    assets: Mapping[str, Asset],
    values: Mapping[str, Any],
    named: Callable[[str], np.random.Generator],
    without: Collection[str] = (),
) -> dict[str, str]:
    """The texture of each place, by their names, that the chances of `values` give one; none for those in `without`.

    Textures are drawn by their weights.
    """
    found = {}
    for path in sorted(path for path in values if path.startswith(PREFIX)):
        place, rng = path.removeprefix(PREFIX), named(path)
        roll, pick = (float(value) for value in rng.random(2))
        fit = [a for a in assets.values() if isinstance(a, LibraryAsset) and a.surface and place in a.tags]
        if roll >= float(values[path]) or place in without or not fit:
            continue
        weights = np.cumsum([asset.weight for asset in fit])
        found[place] = fit[min(int(np.searchsorted(weights, pick * weights[-1], side="right")), len(fit) - 1)].name
    return found


def reflected(assets: Mapping[str, Asset], name: str | None) -> tuple[float, float, float] | None:
    """The mean linear reflectance of a texture; None where there is none."""
    asset = assets.get(name or "")
    return asset.surface.rgb if isinstance(asset, LibraryAsset) and asset.surface else None
