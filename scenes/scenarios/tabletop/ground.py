"""The room with the table as what its scenes stand on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from longtail.scenes.assets.asset import Lamp
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scenarios.fitments.fitment import Fitment
from longtail.scenes.scenarios.tabletop.fittings import ceiling_light
from longtail.scenes.scenarios.tabletop.lighting import Lit
from longtail.scenes.scenarios.tabletop.room import Room
from longtail.scenes.scenarios.tabletop.support import Furniture
from longtail.scenes.scene import Ground


@dataclass(frozen=True)
class Interior(Ground):
    """A room with a piece of furniture in its middle, what stands and hangs about it, and the lights that burn."""

    kind: ClassVar[str] = "interior"

    room: Room
    furniture: Furniture
    lit: tuple[Lit, ...]
    fitments: tuple[Fitment, ...] = ()

    def pieces(self) -> tuple[Surface, ...]:
        glass = {source.name: source.glass_rgb for source in self.lit}
        return (
            *self.furniture.surfaces(),
            *self.room.surfaces(glass["window"]),
            *ceiling_light(self.room, glass["ceiling"]),
            *(piece for number, one in enumerate(self.fitments, 1) for piece in one.surfaces(number)),
        )

    def lamps(self) -> tuple[Lamp, ...]:
        return tuple(source.lamp for source in self.lit)
