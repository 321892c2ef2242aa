"""The vehicle that carries the camera: where its headlamps sit, how it moves, and what looks out of its windscreen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from longtail.annotate.camera import Camera, Lens
from longtail.annotate.camera.transform import Transform
from longtail.scenes.assets.asset import Lamp
from longtail.scenes.camera.looking import looking
from longtail.scenes.camera.sensor import SPEED
from longtail.scenes.lamps import kinds
from longtail.scenes.lamps.kinds import Headlights
from longtail.scenes.scenarios.street.road import Road
from longtail.scenes.scene import Carrier

CAMERA = "windscreen"
"""The name of the camera's mount."""
# Its headlamps from below the camera: ahead, to each side, over the road.
_AHEAD_M, _ASIDE_M, _HEIGHT_M = 1.9, 0.62, 0.66
_LAMPS = tuple(Lamp(kinds.HEAD, (_AHEAD_M, side * _ASIDE_M, _HEIGHT_M), (1.0, 0.0, 0.0)) for side in (-1, 1))


def windscreen_camera(lens: Lens, road: Road, t_m: float, values: Mapping[str, Any]) -> Camera:
    """The camera at the road's station 0, `t_m` to the left of its reference line."""
    x, y, heading = road.pose_m(t_m)
    return looking(
        lens,
        (x, y, values["camera.height_m"]),
        heading + math.radians(values["camera.yaw_deg"]),
        values["camera.pitch_deg"],
        values["camera.roll_deg"],
    )


def vehicle(road: Road, t_m: float, values: Mapping[str, Any], headlights: bool) -> Carrier:
    """The vehicle around that camera, which drives along the road."""
    x, y, heading = road.pose_m(t_m)
    speed = float(values[SPEED])
    beam: Headlights = "main" if values["lighting.high_beam"] else "dipped"
    return Carrier(
        Transform.upright("world", "carrier", (x, y, 0.0), heading),
        (math.cos(heading) * speed, math.sin(heading) * speed, 0.0),
        _LAMPS,
        beam if headlights else None,
    )
