"""What is drawn of parking lots, and how a street comes to have one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from longtail.distributions import Choice
from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scenarios.street.groups import somebody_standing
from longtail.scenes.scenarios.street.houses import build_behind
from longtail.scenes.scenarios.street.lots.lot import LotStreet, with_lot
from longtail.scenes.scenarios.street.lots.surfaces import DRIVE_M, LOT_HEIGHT_M
from longtail.scenes.scenarios.street.road import Side
from longtail.scenes.scenarios.street.shared.drawing import CYCLE_LANE, TRAM
from longtail.scenes.scenarios.street.site import Rng, Site
from longtail.scenes.scenarios.street.traffic import vehicle_of
from longtail.scenes.space.parameters import Parameter, Rule

LOT = "road.parking_lot"
_SIDES: Mapping[str, Side] = {"left": 1, "right": -1}
PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        LOT,
        "none",
        "",
        None,
        None,
        "on which side a parking lot lies behind the pavement",
        choices=("none", *_SIDES),
        under_quota=Choice({"none": 1, "left": 1, "right": 1}),
    ),
)


def _asked(values: Mapping[str, Any]) -> bool:
    return bool(values[LOT] != "none")


RULES: tuple[Rule, ...] = (
    Rule("road.junction", when=_asked, choices=(False,), because="a parking lot lies where a road would cross"),
    Rule("road.roundabout", when=_asked, choices=("none",), because="a parking lot lies where a road would cross"),
    Rule("road.tunnel", when=_asked, choices=(False,), because="nobody sees what lies beside a tunnel"),
    Rule(CYCLE_LANE, when=_asked, choices=("none",), because="streets with a parking lot are drawn without them"),
    Rule(TRAM, when=_asked, choices=(False,), because="streets with a parking lot are drawn without them"),
)

_BEGINS_M, _LONG_M = (7.0, 20.0), (26.0, 46.0)
# Between the drive and a zebra crossing, from middle to middle.
_OFF_CROSSINGS_M = 8.5
_TRIES = 12
# A bay holds what is no longer and no wider.
_LONGEST_M, _WIDEST_M = 5.3, 2.15
_PEOPLE, _WALKABLE_M = 3.0, 1.2


def with_drawn_lot(street: Street, values: Mapping[str, Any], rng: Rng) -> Street:
    """`street` with the lot that the drawn `values` ask for; itself where they ask for none, or there is no room."""
    if not _asked(values) or type(street) is not Street or street.junction or street.tunnel:
        return street
    s0, length = float(rng.uniform(*_BEGINS_M)), float(rng.uniform(*_LONG_M))
    for _ in range(_TRIES):
        drive = float(rng.uniform(s0 + DRIVE_M, s0 + length - DRIVE_M))
        if all(abs(drive - crossing) > _OFF_CROSSINGS_M for crossing in street.crossings_m):
            return with_lot(street, _SIDES[values[LOT]], s0, s0 + length, drive)
    return street


def reserve_lot(site: Site, district: str) -> None:
    """Keep all off the lot until it is filled, and what stands on pavements off its drive; houses stand behind it."""
    lot = site.street
    if not isinstance(lot, LotStreet):
        return
    site.road_reserve.append(lot.area().buffer(1.0, join_style="mitre"))
    site.occupied.add(lot.area())
    site.occupied.add(lot.drive().buffer(0.3, join_style="mitre"))
    behind = lot.back_m + lot.lot_side * 1.5
    build_behind(site, lot.lot_s0_m - 4.0, lot.lot_s1_m + 4.0, behind, lot.lot_side, district)


def fill_lot(site: Site, share: float, mix: Mapping[str, float]) -> None:
    """Park in the share `share` of its bays, some the other way round, and put a few people between the cars."""
    lot, rng = site.street, site.stream(LOT)
    if not isinstance(lot, LotStreet):
        return
    site.occupied.clear(lot.area())
    for stall in lot.stalls():
        asset, taken, backwards = vehicle_of(site, rng, mix, "parked"), rng.random() < share, rng.random() < 0.3
        aside, deeper, turn = rng.normal(0, 0.1), rng.normal(0, 0.15), rng.normal(0, 0.02)
        if asset is None or not taken or asset.size_m[0] > _LONGEST_M or asset.size_m[1] > _WIDEST_M:
            continue
        s = (stall.s0_m + stall.s1_m) / 2 + float(np.clip(aside, -0.2, 0.2))
        t = (stall.mouth_m + stall.end_m) / 2 + float(np.clip(deeper, -0.25, 0.25))
        inwards = 1.0 if stall.end_m > stall.mouth_m else -1.0
        heading = float(lot.course.heading_at(s)) + inwards * np.pi / 2 + (np.pi if backwards else 0.0) + turn
        site.place(rng, asset, lot.course.at(s, t), heading, z_m=LOT_HEIGHT_M, attributes={"state": "parked"})
    _people(site, rng, lot)


def _people(site: Site, rng: Rng, lot: LotStreet) -> None:
    """A few who stand beside their cars, or in the aisle."""
    low, high = sorted(lot.aisle_m)
    for _ in range(int(rng.poisson(_PEOPLE * site.walkers))):
        s = float(rng.uniform(lot.lot_s0_m + 1.0, lot.lot_s1_m - 1.0))
        t = float(rng.uniform(low - _WALKABLE_M, high + _WALKABLE_M))
        heading, person = float(rng.uniform(-np.pi, np.pi)), somebody_standing(site, rng)
        if person is None:
            continue
        state = {"state": "standing"}
        site.place(rng, person, lot.course.at(s, t), heading, z_m=LOT_HEIGHT_M, attributes=state, clearance_m=0.1)
