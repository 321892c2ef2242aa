"""How large things of a category are: what a unit, a scale and an axis are judged by.

The longest side is meant where one range stands. Vehicles: the largest that may drive on European roads (Directive
96/53/EC: 2.55 m wide without mirrors, 4 m high, 12 m long, 18.75 m as a train of two); the smallest are ours. People:
from newborns to the tallest who was ever measured (0.45 to 2.72 m); lying people are as long. All else is ours: half
the smallest to twice the largest of Longtail's own things of the category.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from longtail.scenes.assets import families
from longtail.scenes.assets.asset import Vector
from longtail.scenes.assets.packs.locate import MODELS

Range = tuple[float, float]


@dataclass(frozen=True)
class Plausible:
    """Ranges in metres of length, width and height, and the length that is most usual."""

    length: Range
    width: Range
    height: Range
    usual_m: float

    def fits(self, size_m: Vector) -> bool:
        """Whether a size (length, width, height) is in range."""
        ranges = (self.length, self.width, self.height)
        return all(low <= side <= high for side, (low, high) in zip(size_m, ranges, strict=True))


_STATED: dict[str, Plausible] = {
    "car": Plausible((2.2, 6.2), (1.2, 2.4), (0.95, 2.3), 4.4),
    "van": Plausible((3.0, 7.6), (1.4, 2.6), (1.5, 3.2), 5.4),
    "truck": Plausible((4.0, 18.8), (1.6, 3.2), (1.8, 4.3), 8.0),
    "bus": Plausible((5.0, 18.8), (1.9, 3.2), (2.2, 4.5), 12.0),
    "motorcycle": Plausible((1.4, 2.9), (0.3, 1.3), (0.8, 1.8), 2.1),
    "bicycle": Plausible((0.9, 2.6), (0.2, 0.9), (0.5, 1.6), 1.75),
    "person": Plausible((0.1, 2.75), (0.1, 2.75), (0.15, 2.75), 1.7),
    "dog": Plausible((0.2, 1.6), (0.08, 0.8), (0.12, 1.15), 0.9),
}


@cache
def plausible(category: str) -> Plausible | None:
    """The sizes of a category; None where Longtail knows no thing of it."""
    if category in _STATED:
        return _STATED[category]
    own = [max(asset.size_m) for assets in families().values() for asset in assets if asset.category == category]
    if not own:
        return None
    low, high = 0.5 * min(own), 2 * max(own)
    every = (0.0, high)
    return _Longest(every, every, every, 0.5 * (min(own) + max(own)), low)


@dataclass(frozen=True)
class _Longest(Plausible):
    """Of which only the longest side is known, from `least_m` on."""

    least_m: float = 0.0

    def fits(self, size_m: Vector) -> bool:
        return self.least_m <= max(size_m) <= self.length[1]


@cache
def home_of(category: str) -> str | None:
    """The first family that has assets of a category, its packs' among them; None for a category of no asset."""
    for name, assets in families().items():
        rows = MODELS.get(name, ())
        if any(asset.category == category for asset in assets) or any(row.category == category for row in rows):
            return name
    return None
