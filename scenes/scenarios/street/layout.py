"""Draws the street itself: how it bends, how wide it is, where it is crossed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longtail.scenes.scenarios.street.areas import CORNER_RADIUS_M
from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scenarios.street.road import Bay, Course, Junction, Side, Tunnel
from longtail.scenes.scenarios.street.site import Rng
from longtail.scenes.scenarios.street.tunnel import draw_tunnel

BEHIND_M = -45.0
AHEAD_M = 190.0


def draw_street(values: Mapping[str, Any], rng: Rng) -> Street:
    """A street whose main features come from the drawn `values` and whose details come from `rng`."""
    lanes = int(values["road.lanes"])
    oncoming = lanes // 2
    district = values["road.district"]
    junction = _junction(values, rng)
    crossings = _crossings(values, rng, junction)
    green = district == "suburb"
    tunnel = draw_tunnel(values, rng.spawn(1)[0], junction, crossings)
    return Street(
        course=Course(curvature_1_m=0.0 if abs(values["road.curvature_1_m"]) < 2e-4 else values["road.curvature_1_m"]),
        start_m=BEHIND_M,
        end_m=AHEAD_M,
        lanes_forward=lanes - oncoming,
        lanes_oncoming=oncoming,
        lane_width_m=values["road.lane_width_m"],
        pavement_m=values["road.pavement_m"] * (0.8 if green else 1.0),
        setback_m=float(rng.uniform(3.5, 6.5)) if green else float(rng.choice([0.0, 0.0, 0.0, 1.2])),
        verge="green" if green else "paved",
        paving=("slab", "brick", "cobble")[int(rng.choice(3, p=[0.55, 0.33, 0.12]))],
        bay_paving=("asphalt", "brick", "cobble")[int(rng.choice(3, p=[0.5, 0.3, 0.2]))],
        asphalt_age=round(float(rng.uniform(0.05, 1.0)), 1),
        marking_wear=round(float(rng.uniform(0.05, 0.75)), 1),
        edge_lines=bool(rng.random() < 0.35),
        bays=_bays(values, rng, junction, crossings, tunnel),
        junction=junction,
        crossings_m=crossings,
        tunnel=tunnel,
    )


def _junction(values: Mapping[str, Any], rng: Rng) -> Junction | None:
    arms_of: tuple[tuple[Side, ...], ...] = ((-1, 1), (-1,), (1,))
    station, lanes = float(rng.uniform(28, 75)), int(rng.choice([2, 2, 4]))
    arms, signals = arms_of[int(rng.choice(3, p=[0.6, 0.2, 0.2]))], bool(rng.random() < 0.65)
    return Junction(station, lanes, arms, signals) if values["road.junction"] else None


def _crossings(values: Mapping[str, Any], rng: Rng, junction: Junction | None) -> tuple[float, ...]:
    station = float(rng.uniform(9, 50))
    if not values["road.crossing"]:
        return ()
    if junction is None:
        return (station,)
    half = junction.lanes * values["road.lane_width_m"] / 2 + CORNER_RADIUS_M + 4.0
    # Before the junction, or on both sides of it.
    return (junction.s_m - half, junction.s_m + half) if rng.random() < 0.6 else (junction.s_m - half,)


def _bays(
    values: Mapping[str, Any], rng: Rng, junction: Junction | None, crossings: tuple[float, ...], tunnel: Tunnel | None
) -> tuple[Bay, ...]:
    """Bays on the drawn sides, interrupted at the junction and before crossings, where nobody may park."""
    cuts = [(c - 8.0, c + 6.0) for c in crossings]
    if junction is not None:
        half = junction.lanes * values["road.lane_width_m"] / 2 + CORNER_RADIUS_M + 7.0
        cuts.append((junction.s_m - half, junction.s_m + half))
    if tunnel is not None:
        cuts.append((tunnel.s0_m - 4.0, tunnel.s1_m + 4.0))
    wanted: Mapping[str, tuple[Side, ...]] = {"none": (), "right": (-1,), "left": (1,), "both": (-1, 1)}
    bays: list[Bay] = []
    for side in wanted[values["road.parking"]]:
        at = BEHIND_M + 6.0 + float(rng.uniform(0, 6))
        for low, high in [*sorted(cuts), (AHEAD_M - 6.0, AHEAD_M)]:
            if low - at >= 12.4:
                slots = int((low - at - 0.4) // 6)
                bays.append(Bay(side, at, at + 6.0 * slots + 0.4))
            at = max(at, high)
    return tuple(bays)
