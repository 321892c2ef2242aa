"""All that stands, lies, walks and drives on a road outside towns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from longtail.scenes.scenarios.street import presence
from longtail.scenes.scenarios.street.areas import Areas
from longtail.scenes.scenarios.street.debris import strew
from longtail.scenes.scenarios.street.outside.cross_section import Open
from longtail.scenes.scenarios.street.outside.ground import OpenRoad
from longtail.scenes.scenarios.street.outside.traffic import (
    break_down,
    cycle_outside,
    drive_outside,
    mix_of,
    walk_outside,
)
from longtail.scenes.scenarios.street.outside.verges import stand_beside
from longtail.scenes.scenarios.street.rarities import add_rarities
from longtail.scenes.scenarios.street.site import Site
from longtail.scenes.scenarios.street.traffic import DRIVING_WEIGHTS
from longtail.scenes.weather import Weather

# Animals cross roads outside towns more often than streets; what else is rare stands on pavements.
_RARITIES, _OFTENER = ("animals",), 2.0


@dataclass(eq=False)
class OpenSite(Site):
    """A site on a road outside towns."""

    @cached_property
    def areas(self) -> Areas:
        assert isinstance(self.street, Open)
        return self.street.areas()


def populate_outside(site: Site, road: OpenRoad, placing: Mapping[str, Any], weather: Weather) -> None:
    """Fill a site on `road`, of the values that decide where things stand."""
    mix = mix_of(road, placing, DRIVING_WEIGHTS)
    presence.ensure(site, placing)
    break_down(site, road, placing["objects.rarities"], mix)
    drive_outside(site, road, int(placing["objects.vehicle.count"]), mix)
    cycle_outside(site, road, int(placing["objects.cyclist.count"]))
    walk_outside(site, road, int(placing["objects.pedestrian.count"]))
    stand_beside(site, road, placing["objects.furniture.density"])
    strew(site, weather)
    often = placing["objects.rarities"] * _OFTENER
    add_rarities(site, often, weather.water_level_m or 0.0, _RARITIES)
