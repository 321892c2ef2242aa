"""A hall seen on the way: what carries the camera drives on, and stops before whatever stands there.

All else stands still: no forklift and nobody moves but who carries the camera.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import shapely

from longtail.annotate.rounding import product
from longtail.scenes.assets.asset import Asset
from longtail.scenes.drawing.sampling import Draw
from longtail.scenes.moment import moving
from longtail.scenes.moving.motion import Motion
from longtail.scenes.moving.pace import Pace
from longtail.scenes.moving.path import joined
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.warehouse.ground import Warehouse
from longtail.scenes.scenarios.warehouse.racks import DEPTH_M
from longtail.scenes.scene import Carrier, Scene

SLOWER = "camera.speed_m_s"
"""Under which misfits count a carrier that could not begin as fast as drawn: what is before it is too near."""

_HALF_M = 0.45
"""Half the width of what is kept free: a mobile robot's, and a little (our estimate)."""
_FRONT_M = 0.8
"""How far its front is before the camera's place, and the gap that it keeps, together (our estimate)."""
_HIGH_M = 2.2
"""What hangs higher is passed under."""
_LOW_M = 0.03
"""What is lower, as a spill, is driven over."""
_BRAKE_M_S2 = 1.1
"""How hard it brakes (our estimate)."""
_COLUMN_M, _FAR_M = 0.36, 500.0


def set_in_motion(scene: Scene, _draw: Draw, assets: Mapping[str, Asset], _seconds: float) -> Scene:
    """`scene`, a warehouse, whose carrier drives straight on at the speed it has until something is before it."""
    hall, carrier = scene.ground, scene.carrier
    assert isinstance(hall, Warehouse)
    assert carrier is not None
    speed = math.hypot(*carrier.velocity_m_s)
    free_m = room_ahead_m(scene, hall, carrier, assets)
    # It stands within what is free, and where it is too fast for that already, it begins slower.
    begins = min(speed, math.sqrt(2 * _BRAKE_M_S2 * free_m))
    x, y = carrier.world_from_carrier.matrix[:2, 3].tolist()
    path = joined([(max(free_m, 0.1), 0.0)], x, y, heading_of(carrier))
    if begins < speed - 1e-9:
        misfits = {**scene.departures.misfits, SLOWER: 1}
        scene = replace(scene, departures=replace(scene.departures, misfits=misfits))
    return moving(scene, [None] * len(scene.objects), Motion(path, braking(begins, free_m)))


def braking(speed_m_s: float, free_m: float) -> Pace:
    """At a speed as long as it can, then to a stand at the end of what is free.

    Examples:
        At 1.1 m/s a stop takes 0.55 m, so that of 2.75 m the first 2.2 are made at full speed:

        >>> braking(1.1, 2.75).times_s, round(braking(1.1, 2.75).travelled_m(60.0), 9)
        ((0.0, 2.0, 3.0), 2.75)
    """
    if speed_m_s <= 0:
        return Pace.steady(0.0)
    stop_m = speed_m_s**2 / (2 * _BRAKE_M_S2)
    until, stopping = round((free_m - stop_m) / speed_m_s, 9), speed_m_s / _BRAKE_M_S2
    if until <= 0:
        return Pace((0.0, stopping), (speed_m_s, 0.0))
    return Pace((0.0, until, until + stopping), (speed_m_s, speed_m_s, 0.0))


def room_ahead_m(scene: Scene, hall: Warehouse, carrier: Carrier, assets: Mapping[str, Asset]) -> float:
    """How far the carrier can go straight on: up to what stands on its way, a rack, a column or the hall's wall."""
    x, y = carrier.world_from_carrier.matrix[:2, 3].tolist()
    heading = heading_of(carrier)
    cos, sin = math.cos(heading), math.sin(heading)
    (x0, y0), (x1, y1) = hall.hall.low_m, hall.hall.high_m
    walls = [(end - at) / step for at, low, high, step in ((x, x0, x1, cos), (y, y0, y1, sin))
             for end in [high if step > 0 else low] if abs(step) > 1e-9]  # fmt: skip
    shapes = [
        footprint(item.x_m, item.y_m, item.heading_rad, *assets[item.asset].size_m[:2])
        for item in scene.objects
        if item.z_m < _HIGH_M and item.z_m + assets[item.asset].size_m[2] > _LOW_M
    ]
    shapes += [footprint(rack.x_m + rack.length_m / 2, rack.y_m, 0.0, rack.length_m, DEPTH_M) for rack in hall.racks]
    shapes += [footprint(*column, 0.0, _COLUMN_M, _COLUMN_M) for column in hall.hall.columns_m]
    way = shapely.Polygon([(0.0, -_HALF_M), (_FAR_M, -_HALF_M), (_FAR_M, _HALF_M), (0.0, _HALF_M)])
    free = float(min(walls))
    for shape in shapes:
        corners = np.asarray(shape.exterior.coords) - (x, y)
        met = shapely.Polygon(product(corners, [[cos, -sin], [sin, cos]])).intersection(way)
        if not met.is_empty:
            free = min(free, float(met.bounds[0]))
    return max(free - _FRONT_M, 0.0)


def heading_of(carrier: Carrier) -> float:
    """The way that it drives, in radians from X."""
    ahead = carrier.world_from_carrier.matrix[:2, 0]
    return math.atan2(float(ahead[1]), float(ahead[0]))
