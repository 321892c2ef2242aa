"""What the lamps of drivers say in a street that stands still: who brakes, and who is about to turn."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from longtail.scenes.assets.asset import Asset
from longtail.scenes.moving.signals import Side, Signals
from longtail.scenes.scenarios.street.site import Rng
from longtail.scenes.scene import Placed

SPEAKS = ("driving", "waiting", "ridden")
"""The states of vehicles that somebody drives or rides."""

# Who is nearer than so many seconds to the next one, or than so many metres, brakes; of the others so many do, and so
# many indicate (all our estimates).
_NEAR_S, _NEAR_M = 1.2, 6.0
_BRAKES, _INDICATES = 0.12, 0.08
_SAME_LANE_M, _ALIKE_RAD = 1.2, math.radians(30)
# An indicator is lit for half of its time.
_LIT = 0.5


def with_signals(objects: Iterable[Placed], assets: Mapping[str, Asset], rng: Rng) -> list[Placed]:
    """The objects of a street, those that somebody drives with what their lamps say.

    Who waits stands on the brake. Bicycles have no lamps that say anything.
    """
    objects = list(objects)
    driven = [item for item in objects if item.attributes.get("state") in SPEAKS]
    found = []
    for item in objects:
        brakes, indicates, side, lit = (float(value) for value in rng.random(4))
        if item.attributes.get("state") in SPEAKS and assets[item.asset].category != "bicycle":
            waits = item.attributes["state"] == "waiting"
            says: Side = "left" if side < 0.5 else "right"
            signals = Signals(
                brake=waits or brakes < _BRAKES or _is_near(item, driven, assets),
                indicates=says if indicates < _INDICATES else "",
                lit=indicates < _INDICATES and lit < _LIT,
            )
            found.append(replace(item, signals=signals))
        else:
            found.append(item)
    return found


def _is_near(item: Placed, driven: Iterable[Placed], assets: Mapping[str, Asset]) -> bool:
    """Whether somebody drives so closely before `item` that it brakes."""
    near_m = max(_NEAR_M, _NEAR_S * float(item.attributes.get("speed_m_s", 0.0)))
    cos, sin = math.cos(item.heading_rad), math.sin(item.heading_rad)
    for other in driven:
        x, y = other.x_m - item.x_m, other.y_m - item.y_m
        ahead, beside = x * cos + y * sin, y * cos - x * sin
        gap_m = ahead - (assets[item.asset].size_m[0] + assets[other.asset].size_m[0]) / 2
        alike = abs(math.remainder(other.heading_rad - item.heading_rad, math.tau)) < _ALIKE_RAD
        if alike and ahead > 0 and gap_m < near_m and abs(beside) < _SAME_LANE_M:
            return True
    return False
