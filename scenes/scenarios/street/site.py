"""A street under construction: what stands already, what may be chosen, and the random streams to choose with."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from longtail.annotate.errors import AssetError
from longtail.distributions.scalar import Scalar
from longtail.scenes.assets.asset import Asset
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.scenarios.occupancy import Occupancy, footprint
from longtail.scenes.scenarios.street.areas import Areas, areas
from longtail.scenes.scenarios.street.road import KERB_HEIGHT_M, Course, Road
from longtail.scenes.scenarios.street.whom import Whom
from longtail.scenes.scene import Placed

Rng = np.random.Generator


@dataclass(eq=False)
class Site:
    """Collects the objects of one scene. `stream(path)` gives the named random stream of an object-level draw."""

    street: Road
    assets: Mapping[str, Asset]
    stream: Callable[[str], Rng]
    lamps_on: bool
    headlights_on: bool
    walkers: float
    umbrellas: float
    lamps_failed: float
    whom: Whom
    occupied: Occupancy = field(default_factory=Occupancy)
    road_reserve: list[shapely.Polygon] = field(default_factory=list)
    objects: list[Placed] = field(default_factory=list)
    misfits: dict[str, int] = field(default_factory=dict)
    _choices: dict[tuple[frozenset[str], frozenset[str]], tuple[Asset, ...]] = field(default_factory=dict)
    _kept_shares: dict[int, tuple[Sequence[Asset], NDArray[np.float64]]] = field(default_factory=dict)

    @cached_property
    def areas(self) -> Areas:
        """Where carriageway, bays, kerb, pavement and lots lie."""
        return areas(self.street)

    def having(self, category: str, *tags: str) -> tuple[Asset, ...]:
        """The assets of a category, or that serve in its place, that carry all of `tags`, in catalogue order."""
        return self.among((category,), *tags)

    def among(self, categories: Sequence[str], *tags: str) -> tuple[Asset, ...]:
        """As `having`, of any of the categories."""
        asked = frozenset(categories), frozenset(tags)
        if asked not in self._choices:
            wanted = [pair for category in asked[0] for pair in self._serving.get(category, ())]
            wanted.sort(key=lambda pair: pair[0])
            self._choices[asked] = tuple(asset for _, asset in wanted if asked[1] <= asset.tags)
        return self._choices[asked]

    @cached_property
    def _serving(self) -> dict[str, list[tuple[int, Asset]]]:
        """By category, the assets that are of it or serve in its place, with their places in the catalogue."""
        found: dict[str, list[tuple[int, Asset]]] = {}
        for number, asset in enumerate(self.assets.values()):
            found.setdefault(asset.serves or asset.category, []).append((number, asset))
        return found

    def pick(self, rng: Rng, assets: Sequence[Asset]) -> Asset:
        """One of `assets`, each as often as its weight has it."""
        return assets[int(self._ends(assets).searchsorted(rng.random(), side="right"))]

    def _ends(self, assets: Sequence[Asset]) -> NDArray[np.float64]:
        """As `_shares`, kept for choices that are made again and again, by who they are, as they are kept along."""
        if not isinstance(assets, tuple):
            return _shares(assets)
        if id(assets) not in self._kept_shares:
            self._kept_shares[id(assets)] = assets, _shares(assets)
        return self._kept_shares[id(assets)][1]

    def fits(
        self,
        asset: Asset,
        xy_m: tuple[float, float],
        heading_rad: float,
        clearance_m: float,
        within: shapely.Geometry | None = None,
    ) -> bool:
        """Whether the footprint of `asset` at `xy_m` is free and, where it is said, lies `within`."""
        if within is not None and not within.contains(_footprint(asset, xy_m, heading_rad, 0.0)):
            return False
        return self.occupied.free(_footprint(asset, xy_m, heading_rad, clearance_m))

    def place(
        self,
        rng: Rng,
        asset: Asset,
        xy_m: Iterable[float],
        heading_rad: float,
        *,
        z_m: float = KERB_HEIGHT_M,
        clearance_m: float = 0.05,
        within: shapely.Geometry | None = None,
        lamps_on: bool = False,
        tint: Rgb | None = None,
        attributes: Mapping[str, Scalar] | None = None,
    ) -> bool:
        """Stand `asset` at `xy_m` if it `fits` there; whether it did."""
        x, y = (float(v) for v in xy_m)
        if not self.fits(asset, (x, y), heading_rad, clearance_m, within):
            return False
        self.occupied.add(_footprint(asset, (x, y), heading_rad, clearance_m))
        self.stand(rng, asset, (x, y), heading_rad, z_m=z_m, lamps_on=lamps_on, tint=tint, attributes=attributes)
        return True

    def stand(
        self,
        rng: Rng,
        asset: Asset,
        xy_m: Iterable[float],
        heading_rad: float,
        *,
        z_m: float,
        lamps_on: bool = False,
        tint: Rgb | None = None,
        attributes: Mapping[str, Scalar] | None = None,
    ) -> None:
        """Add `asset` without asking whether the place is free: a rider on a bike, a sitter on a bench."""
        x, y = (float(v) for v in xy_m)
        if tint is None:
            tint = asset.tints[int(rng.integers(len(asset.tints)))] if asset.tints else (1.0, 1.0, 1.0)
        heading = math.atan2(math.sin(heading_rad), math.cos(heading_rad))
        placed = Placed(asset.name, x, y, z_m, heading, tint, lamps_on, attributes=dict(attributes or {}))
        self.objects.append(self._with_looks(rng, asset, placed))

    def _with_looks(self, rng: Rng, asset: Asset, placed: Placed) -> Placed:
        """Somebody with skin and hair; anything else as it is."""
        looks = self.whom.looks(rng, asset) if asset.category in ("person", "rider") else None
        if looks is None:
            return placed
        skin, hair, said = looks
        return replace(placed, skin=skin, hair=hair, attributes={**placed.attributes, **said})

    def attempt(self, path: str, tries: int, propose: Callable[[], bool]) -> bool:
        """Call `propose` until it succeeds, at most `tries` times; failures are counted under `path`."""
        for _ in range(tries):
            if propose():
                return True
            self.misfits[path] = self.misfits.get(path, 0) + 1
        return False

    def facing_road(self, course: Course, s_m: float, side: int) -> float:
        """Heading of an object on `side` whose X looks at the carriageway."""
        return float(course.heading_at(s_m)) - side * np.pi / 2


def _shares(assets: Sequence[Asset]) -> NDArray[np.float64]:
    """Up to where in 0..1 each of the assets is chosen: as numpy's `Generator.choice` sums weights up, to the bit."""
    weights = np.array([asset.weight for asset in assets], dtype=np.float64)
    if not (weights >= 0).all() or not 0 < weights.sum() < np.inf:
        raise AssetError(f"weights: expected 0 or more, some of them above 0, of {', '.join(a.name for a in assets)}; "
                         f"got {', '.join(f'{weight:g}' for weight in weights)}")  # fmt: skip
    ends: NDArray[np.float64] = (weights / weights.sum()).cumsum()
    return np.asarray(ends / ends[-1])


def _footprint(asset: Asset, xy_m: tuple[float, float], heading_rad: float, clearance_m: float) -> shapely.Polygon:
    length, width = asset.footprint_m or asset.size_m[:2]
    return footprint(*xy_m, heading_rad, length, width, clearance_m)
