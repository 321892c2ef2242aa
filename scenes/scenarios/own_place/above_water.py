"""Cameras of a place stay above a flood, whose depth counts from the world's height 0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longtail.occurrence import occurs
from longtail.scenes.scenarios.own_place.place import Place
from longtail.scenes.scenarios.own_place.words import ANYWHERE, viewpoint_regions
from longtail.scenes.space.impossible import Impossible
from longtail.scenes.space.parameters import Rule
from longtail.scenes.weather import Flood

DEPTH, SHIFT, VIEWPOINT, HEIGHT = (
    "weather.flood.depth_m", "camera.shift_m", "camera.viewpoint", "camera.height_m"
)  # fmt: skip
_CLEARANCE_M = 0.1
"""Ripples and the lens's own size."""
_SHALLOWEST_M = next(parameter.low for parameter in Flood.PARAMETERS if parameter.path == DEPTH) or 0.0


def rules_of(place: Place) -> tuple[Rule, ...]:
    """What floods are bound by in a place that has them."""
    return (
        Rule(
            DEPTH,
            when=lambda values: occurs(DEPTH, values),
            high=lambda values: _room_m(place, values),
            because="the camera is not under water",
        ),
    )


def under_water(place: Place) -> Impossible:
    """A scene of the place whose camera would be under water."""

    def why(_asked: object, values: Mapping[str, Any]) -> str:
        depth_m, room_m = float(values[DEPTH]), _room_m(place, values)
        if not occurs(DEPTH, values) or depth_m <= room_m + 1e-9:
            return ""
        return (
            f"expected the camera at least {_CLEARANCE_M:g} m above the water, got {values[VIEWPOINT]!r} with room for "
            f"{room_m:.4g} m of it and a flood of {depth_m:.4g} m; try a lower {DEPTH}, or another {VIEWPOINT}"
        )

    return Impossible(lambda _: (VIEWPOINT, SHIFT, DEPTH), lambda _asked, _ends: True, why)


def too_low(place: Place) -> str:
    """Which camera of a place that has floods would be under the shallowest; "" for none."""
    for view in place.viewpoints if place.floods and place.sky else ():
        height = view.world_from_camera[11]
        if height < _SHALLOWEST_M + 2 * _CLEARANCE_M:
            return (
                f"camera {view.name!r}: expected it at least {_SHALLOWEST_M + 2 * _CLEARANCE_M:g} m above the height "
                f"that floods are measured from, got {height:.3g} m; state another height as the scene's property "
                "'floods', or raise the camera"
            )
    return ""


def _room_m(place: Place, values: Mapping[str, Any]) -> float:
    """How high water may stand under the camera of these values."""
    name = str(values[VIEWPOINT])
    heights = [view.world_from_camera[11] for view in place.viewpoints if view.name == name]
    if name == ANYWHERE or not heights:
        ground = min(float(region.triangles_m[..., 2].min()) for region in viewpoint_regions(place))
        heights = [ground + float(values[HEIGHT])]
    return heights[0] - float(values[SHIFT]) - _CLEARANCE_M
