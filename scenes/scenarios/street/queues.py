"""Who stands before a red light: from the line on, one behind the other."""

from __future__ import annotations

from collections.abc import Mapping

from longtail.distributions import Uniform
from longtail.scenes.scenarios.street.moving.drivers import line_station_m, road_of
from longtail.scenes.scenarios.street.site import Rng, Site
from longtail.scenes.scenarios.street.traffic import Lane, lanes, on_lane, vehicle_of
from longtail.scenes.space.parameters import Parameter

QUEUED = "objects.vehicle.queued"
PARAMETERS: tuple[Parameter, ...] = (
    Parameter(QUEUED, Uniform(0.2, 0.9), "", 0, 1, "share of the vehicles that wait before a red light ahead"),
)

# Between the line and the first, and between two, in metres (our estimate of what drivers leave).
_TO_LINE_M, _BETWEEN_M = (0.2, 1.2), (1.3, 3.2)
# From the ends of the street.
_END_M = 8.0


def queue(site: Site, count: int, mix: Mapping[str, float]) -> int:
    """Line up to `count` vehicles up on the lanes of the main street, if its light is red; how many stand there."""
    rng = site.stream(QUEUED)
    if not _red(site):
        return 0
    tails = {
        lane: line_station_m(site.street, lane.direction) - lane.direction * float(rng.uniform(*_TO_LINE_M))
        for lane in lanes(site)
    }
    placed = 0
    while tails and placed < count:
        lane = list(tails)[int(rng.integers(len(tails)))]
        tail = _join(site, rng, mix, lane, tails[lane])
        if tail is None:
            # Somebody is in the way, or the street ends: this queue gets no longer.
            del tails[lane]
        else:
            tails[lane] = tail
            placed += 1
    return placed


def _join(site: Site, rng: Rng, mix: Mapping[str, float], lane: Lane, front_m: float) -> float | None:
    """Put one at a queue's end, its front at the station `front_m`; the next one's front, if there was room."""
    asset = vehicle_of(site, rng, mix, "driving")
    gap = float(rng.uniform(*_BETWEEN_M))
    if asset is None:
        return None
    middle, back = (front_m - lane.direction * asset.size_m[0] * share for share in (0.5, 1.0))
    if not site.street.start_m + _END_M < back < site.street.end_m - _END_M:
        return None
    if not on_lane(site, rng, asset, lane, middle, moving=False):
        return None
    return back - lane.direction * gap


def _red(site: Site) -> bool:
    """Whether the lights of the main street are red."""
    if site.street.junction is None:
        return False
    lights = [(item, site.assets[item.asset].phase) for item in site.objects if site.assets[item.asset].phase]
    return any(phase == "red" and road_of(item, site.street) == "main" for item, phase in lights)
