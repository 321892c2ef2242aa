"""A parking lot as numbers: two rows of bays across from each other, an aisle between, and a drive to the street."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import ClassVar

import shapely

from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scenarios.street.lots.surfaces import DRIVE_M, lot_surfaces
from longtail.scenes.scenarios.street.road import KERB_WIDTH_M, Bay, Side

# Bays at right angles to a two-way aisle (EAR 05, table of car parks: 2.50 m, 5.00 m and 6.00 m, from memory).
BAY_WIDE_M, BAY_DEEP_M, AISLE_M = 2.5, 5.0, 6.0
# Between the pavement and the first row, and behind the second.
_BORDER_M = 0.6


@dataclass(frozen=True)
class Stall:
    """One bay: stations s0..s1, offsets from the aisle's side `mouth_m` to the other end `end_m`."""

    s0_m: float
    s1_m: float
    mouth_m: float
    end_m: float


@dataclass(frozen=True)
class LotStreet(Street):
    """A street of a town with a parking lot behind one of its pavements.

    Attributes:
        lot_side: on which side it lies
        lot_s0_m, lot_s1_m: the stations between which it lies
        drive_s_m: the station of the middle of the drive that leads to it
    """

    lot_side: Side = -1
    lot_s0_m: float = 0.0
    lot_s1_m: float = 0.0
    drive_s_m: float = 0.0

    kind: ClassVar[str] = "lot street"

    @property
    def front_m(self) -> float:
        """Where the lot begins behind the pavement, as t."""
        return self.kerb_m(self.lot_side) + self.lot_side * (KERB_WIDTH_M + self.pavement_m)

    @property
    def back_m(self) -> float:
        """Where it ends, as t."""
        return self.front_m + self.lot_side * (2 * BAY_DEEP_M + AISLE_M + 2 * _BORDER_M)

    @property
    def aisle_m(self) -> tuple[float, float]:
        """The borders of the aisle, as t: at the first row, and at the second."""
        first = self.front_m + self.lot_side * (_BORDER_M + BAY_DEEP_M)
        return first, first + self.lot_side * AISLE_M

    def area(self) -> shapely.Polygon:
        """The lot from above, without its drive."""
        low, high = sorted((self.front_m, self.back_m))
        return self.course.strip(self.lot_s0_m, self.lot_s1_m, low, high)

    def drive(self, from_m: float = 0.0) -> shapely.Polygon:
        """The drive from above, from `from_m` behind the kerb's front on to the lot."""
        kerb, half = self.edge_m(self.lot_side) + self.lot_side * from_m, DRIVE_M / 2
        low, high = sorted((kerb, self.front_m))
        return self.course.strip(self.drive_s_m - half, self.drive_s_m + half, low, high)

    def stalls(self) -> Iterator[Stall]:
        """The bays of the first row, which the drive parts, then of the second."""
        first, second = self.aisle_m
        rows = ((first, first - self.lot_side * BAY_DEEP_M), (second, second + self.lot_side * BAY_DEEP_M))
        for row, (mouth, end) in enumerate(rows):
            # On the inside of a bend the ends of bays close up.
            wide = BAY_WIDE_M / min(1 - self.course.curvature_1_m * t for t in (mouth, end))
            count = int((self.lot_s1_m - self.lot_s0_m - 0.4) / wide)
            for number in range(count):
                s0 = self.lot_s0_m + 0.2 + number * wide
                clear = abs(s0 + wide / 2 - self.drive_s_m) > DRIVE_M / 2 + wide / 2 + 0.3
                if row == 1 or clear:
                    yield Stall(s0, s0 + wide, mouth, end)

    def level_pieces(self) -> tuple[Surface, ...]:
        return (*super().level_pieces(), *lot_surfaces(self))


def with_lot(street: Street, side: Side, s0_m: float, s1_m: float, drive_s_m: float) -> LotStreet:
    """`street` with a lot; nobody parks along the kerb where its drive is."""
    cut, bays = (drive_s_m - DRIVE_M / 2 - 1.0, drive_s_m + DRIVE_M / 2 + 1.0), []
    for bay in street.bays:
        if bay.side != side or bay.s1_m < cut[0] or bay.s0_m > cut[1]:
            bays.append(bay)
            continue
        for low, high in ((bay.s0_m, cut[0]), (cut[1], bay.s1_m)):
            slots = int((high - low - 0.4) // 6)
            if slots > 0:
                bays.append(replace(bay, s0_m=low, s1_m=low + 6.0 * slots + 0.4))
    own = {field.name: getattr(street, field.name) for field in fields(street)}
    own["bays"] = _kept(street, tuple(bays), side)
    return LotStreet(**own, lot_side=side, lot_s0_m=s0_m, lot_s1_m=s1_m, drive_s_m=drive_s_m)


def _kept(street: Street, bays: tuple[Bay, ...], side: Side) -> tuple[Bay, ...]:
    """`bays`, or all but those of `side` where none is left there: the kerb's place follows from them."""
    return bays if any(bay.side == side for bay in bays) else tuple(bay for bay in street.bays if bay.side != side)
