"""What wind and water do to what stands in a street: trees lean, vehicles float, people keep out of deep water."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from longtail.annotate.labels.relief import LEVEL, Relief
from longtail.scenes.assets.asset import Asset
from longtail.scenes.scenarios.street.site import Rng
from longtail.scenes.scene import Placed
from longtail.scenes.weather import Weather

_WEIGHED_DOWN = {"driving", "waiting", "ridden", "riding"}
# A car floats when it displaces its mass: 1,400 kg over 4.2 x 1.7 m are 0.2 m above its floor, which is 0.2 m over the
# ground; vans are heavier and stand higher. (The US National Weather Service warns from 0.3 m of moving water on.)
_FLOATS_FROM_M = {"car": 0.42, "van": 0.58}
# Leaking cars stay down: about half of those that water lifts still float when the picture is taken (our estimate).
_AFLOAT = 0.5
# The engine makes the front of a floating car the heavier end.
_NOSE_DOWN_DEG = (2.0, 9.0)


def weathered(
    objects: Sequence[Placed], assets: Mapping[str, Asset], weather: Weather, rng: Rng, relief: Relief = LEVEL
) -> list[Placed]:
    """`objects` as `weather` leaves them; their order and number stay. Water is shallower where `relief` is higher."""
    done = list(objects)
    lean_rad, towards_deg = weather.trees_lean
    if lean_rad:
        towards_rad = math.radians(towards_deg)
        done = [_leaning(item, assets[item.asset], lean_rad, towards_rad, rng) for item in done]
    if (level_m := weather.water_level_m) is not None:
        done = [_floating(item, assets[item.asset], level_m - float(relief.height_m(item.x_m)), rng) for item in done]
    return done


def _leaning(item: Placed, asset: Asset, lean_rad: float, towards_rad: float, rng: Rng) -> Placed:
    """A tree bends with the wind, each a little differently, tall ones more than shrubs."""
    if asset.category != "vegetation" or asset.size_m[2] < 2.5 or "hedge" in asset.tags:
        return item
    lean = lean_rad * float(rng.uniform(0.6, 1.3)) * min(asset.size_m[2] / 8.0, 1.0)
    return replace(item, tilt_rad=lean, tilt_towards_rad=towards_rad)


def _floating(item: Placed, asset: Asset, level_m: float, rng: Rng) -> Placed:
    floats_from = _FLOATS_FROM_M.get(asset.category)
    # Drawn for every vehicle, so that one that floats moves no other's draw.
    chance, nose, turn = rng.random(), rng.uniform(*_NOSE_DOWN_DEG), rng.normal(0.0, 0.05)
    state = item.attributes.get("state")
    if floats_from is None or state in _WEIGHED_DOWN or level_m < floats_from or chance > _AFLOAT:
        return item
    return replace(
        item,
        z_m=item.z_m + level_m - floats_from,
        heading_rad=item.heading_rad + float(turn),
        tilt_rad=math.radians(float(nose)),
        tilt_towards_rad=item.heading_rad,
        attributes={**item.attributes, "floating": True},
    )
