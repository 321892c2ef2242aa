"""Which signs fit which road: nobody may drive 100 km/h in a town, and nobody parks on a motorway."""

from __future__ import annotations

from collections.abc import Mapping

from longtail.scenes.assets.asset import Asset
from longtail.scenes.scenarios.street.site import Site

LIMITS_KM_H: Mapping[str, tuple[int, ...]] = {
    "town": (20, 30, 50),
    "wide town": (30, 50, 60),
    "rural": (70, 80, 100),
    "motorway": (100, 120, 130),
}
"""The speed limits that stand on signs, by kind of road (as on the European continent; StVO, section 3, has 50 in and
100 km/h outside of German towns, motorways 130 as the recommended speed). Town streets of four lanes
and more are wide."""

_WIDE_LANES = 4
# What only a town has, and what stands outside in its place.
_ONLY_IN_TOWNS = {
    "no-parking": "no-overtaking",
    "no-stopping": "limit-80",
    "parking": "limit-100",
    "pedestrian-crossing": "warning-bend",
    "one-way-left": "limit-70",
    "one-way-right": "priority",
    "direction-centre": "warning-danger",
    "direction-station": "no-overtaking",
    "no-entry": "limit-70",
    "keep-right": "priority",
    "roundabout": "warning-bend",
    "cycle-path": "limit-80",
    "no-vehicles": "limit-100",
    "straight-on": "priority",
    "turn-right": "no-overtaking",
    "stop": "limit-80",
    "yield": "limit-70",
    "warning-bump": "warning-danger",
}


def kind_of_town(lanes: int) -> str:
    """The kind of road, of `LIMITS_KM_H`, that a street of a town with so many lanes is."""
    return "wide town" if lanes >= _WIDE_LANES else "town"


def suited(site: Site, sign: Asset, kind: str) -> Asset:
    """The sign, or the one that stands in its place on a road of that kind; the sign where there is none."""
    limits, value, name = LIMITS_KM_H[kind], sign.attributes.get("value"), str(sign.attributes.get("sign", ""))
    if isinstance(value, int | float):
        if value in limits:
            return sign
        return _named(site, f"limit-{min(limits, key=lambda limit: abs(limit - value))}") or sign
    if kind in ("rural", "motorway") and name in _ONLY_IN_TOWNS:
        return _named(site, _ONLY_IN_TOWNS[name]) or sign
    return sign


def of_limit(site: Site, limit_km_h: int) -> Asset | None:
    """The sign with that limit and nothing else."""
    return _named(site, f"limit-{limit_km_h}")


def _named(site: Site, name: str) -> Asset | None:
    alone = (sign for sign in site.having("traffic sign", "sign") if sign.attributes.get("sign") == name)
    return min(alone, key=lambda sign: len(sign.attached), default=None)
