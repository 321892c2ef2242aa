"""Who somebody is: the words of age, build, height and clothing, and the body that goes with them.

Statures are our choice: about the mean of adults in Europe and a standard deviation to either side (NCD-RisC, "A
century of trends in adult human height", 2016), 4 cm less of the old, and the medians at 5, 7 and 10 years of children
(WHO growth reference, 2007).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from longtail.distributions.scalar import Scalar
from longtail.scenes.assets.people.body import Build

AGE_GROUPS = ("child", "adult", "elderly")
BUILDS = ("slim", "average", "heavy")
HEIGHTS = ("short", "average", "tall")
CLOTHING = ("light", "casual", "smart", "warm")
"""With short sleeves or legs; hoods and jeans; shirts, skirts and jackets; coats."""

_STATURES_M = {
    ("adult", False): (1.68, 1.76, 1.84),
    ("adult", True): (1.56, 1.63, 1.70),
    ("elderly", False): (1.64, 1.72, 1.80),
    ("elderly", True): (1.52, 1.59, 1.66),
    ("child", False): (1.10, 1.22, 1.38),
    ("child", True): (1.09, 1.21, 1.38),
}
_GIRTHS = {"slim": 0.89, "average": 0.99, "heavy": 1.14}


Facts = Mapping[str, Scalar]


@dataclass(frozen=True)
class Who:
    """One kind of person; `female` says which proportions and clothes, and is no label."""

    age_group: str
    female: bool
    build: str
    height: str
    clothing: str

    @property
    def stature_m(self) -> float:
        return _STATURES_M[self.age_group, self.female][HEIGHTS.index(self.height)]

    @property
    def facts(self) -> Facts:
        """What labels say of such a person."""
        return facts(self.age_group, self.build, self.height, self.clothing, self.stature_m)

    @property
    def body(self) -> Build:
        """Children have larger heads for their stature, 1/6 of it at 5 years against 1/7.7, and shorter legs."""
        size, girth, heavy = self.stature_m, _GIRTHS[self.build], self.build == "heavy"
        if self.age_group == "child":
            leg, head = (
                float(np.interp(size, [1.1, 1.22, 1.38], row)) for row in ((0.487, 0.5, 0.512), (0.178, 0.166, 0.152))
            )
            return Build(size, girth * 1.02, 0.89, 0.94, 1.0, 0.03 * heavy, leg=float(leg), head=float(head))
        waist, old = (1.1 if heavy else 1.0), self.age_group == "elderly"
        if self.female:
            return Build(size, girth * 0.95, 0.93, 1.06, waist * 0.91, 0.05 * heavy + 0.01 * old, 0.028)
        return Build(size, girth, 1.04, 1.0, waist * (1.03 if old else 1.0), 0.085 * heavy + 0.025 * old)


def facts(age_group: str, build: str, height: str, clothing: str, stature_m: float) -> Facts:
    """What labels say of somebody, in the words above."""
    return {
        "age_group": age_group,
        "build": build,
        "height": height,
        "clothing": clothing,
        "stature_m": stature_m,
    }
