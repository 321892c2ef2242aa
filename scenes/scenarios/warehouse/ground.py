"""The hall with its racks as what its scenes stand on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from longtail.scenes.assets.asset import Lamp
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scenarios.warehouse.hall import Hall
from longtail.scenes.scenarios.warehouse.racks import Rack
from longtail.scenes.scene import Ground


@dataclass(frozen=True)
class Warehouse(Ground):
    """A hall, its racks, and the lamps that burn in it; `post_rgb` is the paint of the racks' posts."""

    kind: ClassVar[str] = "warehouse"

    hall: Hall
    racks: tuple[Rack, ...]
    post_rgb: Rgb
    lit: tuple[Lamp, ...]
    sky_rgb: Rgb

    def pieces(self) -> tuple[Surface, ...]:
        racks = (Surface(f"rack {k}", "rack", rack.mesh(), self.post_rgb) for k, rack in enumerate(self.racks))
        return (*self.hall.surfaces(self.sky_rgb), *racks)

    def lamps(self) -> tuple[Lamp, ...]:
        return self.lit
