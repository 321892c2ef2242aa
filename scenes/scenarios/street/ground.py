"""The street as what its scenes stand on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from longtail.annotate.labels.lanes import RoadLanes
from longtail.annotate.labels.relief import Relief
from longtail.scenes.assets.asset import Lamp
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scenarios.street.hills.ground import lifted, on_relief
from longtail.scenes.scenarios.street.lanes import road_lanes
from longtail.scenes.scenarios.street.road import Road
from longtail.scenes.scenarios.street.surfaces import surfaces
from longtail.scenes.scenarios.street.tunnel import tunnel_lamps
from longtail.scenes.scene import Ground

# A gentler bend counts as straight: single floats could not tell its circle's points apart.
_STRAIGHT_1_M = 2e-5


@dataclass(frozen=True)
class Street(Road, Ground):
    """A road with its meshes, its tunnel's lamps, and what shaders ask about its lanes."""

    kind: ClassVar[str] = "street"
    has_lanes: ClassVar[bool] = True

    def pieces(self) -> tuple[Surface, ...]:
        return on_relief(self)

    def level_pieces(self) -> tuple[Surface, ...]:
        """Everything that is no asset as it would be on level ground."""
        return surfaces(self)

    def lamps(self) -> tuple[Lamp, ...]:
        return tuple(lifted(lamp, self.relief) for lamp in tunnel_lamps(self))

    def rises(self) -> Relief:
        return self.relief

    def lanes(self, at_m: tuple[float, float]) -> RoadLanes:
        return road_lanes(self, at_m)

    def shading(self) -> Mapping[str, float]:
        bend = self.course.curvature_1_m
        return {
            "street_radius_m": 1 / math.copysign(max(abs(bend), _STRAIGHT_1_M), bend),
            "lane_width_m": self.lane_width_m,
            "road_left_m": self.left_edge_m,
            "road_right_m": self.right_edge_m,
        }
