"""A road outside towns as what its scenes stand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from longtail.annotate.labels.lanes import RoadLanes
from longtail.scenes.assets.asset import Lamp
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scenarios.street.outside.cross_section import Open
from longtail.scenes.scenarios.street.outside.surfaces import surfaces


@dataclass(frozen=True)
class OpenRoad(Open, Street):
    """A road outside towns with its meshes."""

    kind: ClassVar[str] = "open road"

    def level_pieces(self) -> tuple[Surface, ...]:
        return surfaces(self)

    def lamps(self) -> tuple[Lamp, ...]:
        return ()

    def lanes(self, at_m: tuple[float, float]) -> RoadLanes:
        lines = (*self.paint(), *self.borders(), *self.middles())
        return RoadLanes(lines, tuple(self.all_lanes(float(self.course.beside(at_m)[1]))), self.relief)

    def shading(self) -> Mapping[str, float]:
        """Wheel tracks in snow are where lanes are, and not on a hard shoulder."""
        given = dict(super().shading())
        if self.sort == "motorway":
            given["road_left_m"] -= self.shoulder_m
            given["road_right_m"] += self.shoulder_m
        return given
