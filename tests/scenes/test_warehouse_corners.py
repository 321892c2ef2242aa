"""Trucks turn round the corners of racks: the front axle follows the way, wheels behind are steered."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from longtail.scenes.assets.asset import Procedural
from longtail.scenes.assets.logistics import trucks
from longtail.scenes.moving.motion import Moved
from longtail.scenes.moving.wheels import rolled, wheels_of
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.warehouse.goers import Goer, Going, going
from longtail.scenes.scenarios.warehouse.racks import DEPTH_M, Rack
from longtail.scenes.scenarios.warehouse.turning import Corner, corner_of
from longtail.scenes.scene import Placed

AISLE_M = 3.6
RACKS = tuple(
    Rack(0.0, y + side * (AISLE_M + DEPTH_M) / 2, -side, 4, (1.5, 3.0)) for y in (0.0, 6.2) for side in (-1, 1)
)
END_M = RACKS[0].length_m
HALL = shapely.box(-6, -5, END_M + 12, 12)
FORKLIFT = next(asset for asset in trucks.ASSETS if asset.name == "forklift/lowered")


def _corner(item: Placed, seconds: float = 60.0) -> Corner:
    """That of who turns, whatever chance says."""
    found = (corner_of(item, "forklift", RACKS, np.random.default_rng(seed), seconds) for seed in range(9))
    return next(corner for corner in found if corner is not None)


def _gone(x_m: float, y_m: float, heading_rad: float, *stood: NDArray[np.float64]) -> Going:
    item = Placed("forklift/lowered", x_m, y_m, 0.0, heading_rad)
    length, width, _ = FORKLIFT.size_m
    goer = Goer((0,), item, 1.5, length / 2, length / 2, width, corner=_corner(item))
    (made,) = going([goer], [*_racks(), *stood], HALL, 60.0)
    return made


def _racks() -> list[NDArray[np.float64]]:
    shapes = (footprint(r.x_m + r.length_m / 2, r.y_m, 0.0, r.length_m, DEPTH_M) for r in RACKS)
    return [np.asarray(shape.exterior.coords)[:4] for shape in shapes]


@pytest.mark.parametrize(
    "start", [(END_M - 5, 0.1, 0.05), (4.0, 6.1, math.pi - 0.1), (END_M + 2.5, 2.4, math.pi / 2)],
    ids=["out of an aisle", "out at the other end", "into an aisle"],
)  # fmt: skip
def test_a_truck_turns_a_quarter_and_touches_no_rack(start: tuple[float, float, float]) -> None:
    made = _gone(*start)
    assert made.turns
    end = made.path.at(made.pace.travelled_m(1e3))
    assert abs(math.remainder(end[2] - start[2], math.tau)) == pytest.approx(math.pi / 2, abs=0.15)
    assert math.remainder(end[2], math.pi / 2) == pytest.approx(0.0, abs=1e-9)
    racks = shapely.union_all([shapely.Polygon(rack) for rack in _racks()])
    item = made.goer.item
    motion = made._turned(item)
    for time_s in np.arange(0.0, 40.0, 0.25):
        at = motion.at(float(time_s))
        shape = footprint(at.x_m, at.y_m, at.heading_rad, *FORKLIFT.size_m[:2])
        assert not shape.intersects(racks)
        assert HALL.contains(shape)


def test_it_begins_where_it_stands_and_says_how_fast_it_goes() -> None:
    made = _gone(END_M - 2.0, 0.1, 0.05)
    load = Placed("pallet/eur", END_M - 1.0, 0.3, 0.1, 0.1)
    for item in (made.goer.item, load):
        motion = made._turned(item)
        first = motion.at(0.0)
        assert (first.x_m, first.y_m, first.heading_rad) == pytest.approx((item.x_m, item.y_m, item.heading_rad))
        for time_s in (0.5, 2.5, 3.5, 5.0):
            before, at, after = (motion.at(time_s + step) for step in (-1e-4, 0.0, 1e-4))
            said = (*at.velocity_m_s[:2], at.yaw_rate_rad_s)
            assert said == pytest.approx(_change(before, after), abs=2e-3)


def _change(before: Moved, after: Moved) -> tuple[float, float, float]:
    turned = math.remainder(after.heading_rad - before.heading_rad, math.tau)
    return (after.x_m - before.x_m) / 2e-4, (after.y_m - before.y_m) / 2e-4, turned / 2e-4


def test_where_no_room_is_it_goes_straight_on() -> None:
    wall = np.array([(END_M + 2, -5), (END_M + 3, -5), (END_M + 3, 12), (END_M + 2, 12)], dtype=np.float64)
    made = _gone(END_M - 5, 0.1, 0.0, wall)
    assert not made.turns
    assert len(made.path.stretches) == 1


def test_who_comes_to_no_corner_in_time_does_not_turn() -> None:
    item = Placed("forklift/lowered", 1.0, 0.0, 0.0, 0.0)
    assert all(corner_of(item, "forklift", RACKS, np.random.default_rng(seed), 2.0) is None for seed in range(9))
    assert all(corner_of(item, "person", RACKS, np.random.default_rng(seed), 60.0) is None for seed in range(9))


def test_wheels_behind_are_steered_and_point_at_one_place() -> None:
    assert isinstance(FORKLIFT, Procedural)
    assert FORKLIFT.category in trucks.STEERED_BEHIND
    mesh = FORKLIFT.mesh()
    nothing = np.zeros(len(mesh.triangles), dtype=np.bool_)
    rear, front = wheels_of(mesh.vertices_m, mesh.triangles, nothing, behind=True)
    assert front.x_m == pytest.approx(trucks.FRONT_AXLE_M, abs=1e-3)
    assert rear.x_m < front.x_m
    assert len(rear.steered) == 2
    assert not front.steered
    curvature = 1 / 1.5
    for one in rear.steered:
        # To the left the wheels behind turn to the right; their axis leads to a place beside the front axle.
        angle = one.angle_rad(curvature)
        assert angle < 0
        away = (front.x_m - rear.x_m) / -math.sin(angle)
        assert one.y_m + away * math.cos(angle) == pytest.approx(1.5, abs=1e-9)
    turned = rolled(mesh.vertices_m, (rear, front), 0.0, curvature)
    moved = np.flatnonzero((turned != mesh.vertices_m).any(axis=1))
    assert set(moved) <= set(rear.vertices)
    assert len(moved)
