"""Who stands where in the hall: what is placed so far, on floors that nothing else takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from longtail.distributions.scalar import Scalar
from longtail.scenes.assets.asset import Asset
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.scenarios.complexions import with_looks
from longtail.scenes.scenarios.occupancy import Occupancy, footprint
from longtail.scenes.scene import Placed

Rng = np.random.Generator


@dataclass
class Standing:
    """Objects as they come, and whose floor is taken."""

    assets: Mapping[str, Asset]
    objects: list[Placed] = field(default_factory=list)
    misfits: dict[str, int] = field(default_factory=dict)
    occupied: Occupancy = field(default_factory=Occupancy)

    def having(self, category: str, *tags: str) -> list[Asset]:
        """The assets of a category that have all of these tags."""
        return [a for a in self.assets.values() if a.category == category and a.tags.issuperset(tags)]

    def put(
        self, rng: Rng, asset: Asset, at_m: tuple[float, float, float], heading_rad: float, *,
        attributes: Mapping[str, Scalar] | None = None, lamps_on: bool = False,
    ) -> None:  # fmt: skip
        """Stand an asset there without asking: on a pallet, in a rack, on a wall."""
        x, y, z = (round(float(v), 5) for v in at_m)
        placed = Placed(
            asset.name, x, y, z, round(float(heading_rad), 6), tint_of(asset, rng), lamps_on, dict(attributes or {})
        )
        self.objects.append(with_looks(placed, asset, rng))

    def free(self, asset: Asset, x_m: float, y_m: float, heading_rad: float, clear_m: float = 0.08) -> bool:
        """Take the floor for an asset, where nothing stands; whether it was free. A misfit is counted."""
        length, width = asset.size_m[:2]
        if self.occupied.take(footprint(x_m, y_m, heading_rad, length, width, clear_m)):
            return True
        self.misfits["objects"] = self.misfits.get("objects", 0) + 1
        return False


def tint_of(asset: Asset, rng: Rng) -> Rgb:
    return asset.tints[int(rng.integers(len(asset.tints)))] if asset.tints else (1.0, 1.0, 1.0)


def one_of(rng: Rng, assets: Sequence[Asset]) -> Asset:
    """One of them, as often as its weight says."""
    weights = np.array([asset.weight for asset in assets])
    return assets[int(rng.choice(len(assets), p=weights / weights.sum()))]
