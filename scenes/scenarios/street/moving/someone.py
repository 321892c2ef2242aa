"""Who can walk in a clip, how fast, and how much room that takes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.moving.motion import Motion, Span, Stride
from longtail.scenes.moving.pace import Pace
from longtail.scenes.moving.path import Path, joined
from longtail.scenes.scenarios.street.hills.standing import half_base_m
from longtail.scenes.scenarios.street.moving.following import Walker
from longtail.scenes.scenarios.street.site import Rng
from longtail.scenes.scene import Placed, Scene

# Somebody who pushes something is so far before its back end.
_BEHIND_PRAM_M = 0.45
BRAKES_M = 0.45
"""Within so much way who walks comes to a stand, and is up to speed again (our estimate)."""


@dataclass(frozen=True)
class Pause:
    """Where somebody stands on a way, in metres of it, and until when, in seconds; for ever where that is infinite."""

    at_m: float
    until_s: float

    def pace(self, speed_m_s: float) -> Pace:
        """Of who walks at that speed before and after: it takes `BRAKES_M` to come to a stand, and to set off."""
        slows, times = (self.at_m - BRAKES_M) / speed_m_s, 2 * BRAKES_M / speed_m_s
        known = [(0.0, speed_m_s), (slows, speed_m_s), (slows + times, 0.0)]
        if self.until_s < math.inf:
            known += [(self.until_s, 0.0), (self.until_s + times, speed_m_s)]
        return Pace(tuple(time for time, _ in known), tuple(speed for _, speed in known))


@dataclass(frozen=True)
class Way:
    """Where somebody may go: a path, world Z by the way made as of `Motion`, and from where to where on the road.

    `pause` is where and how long somebody stands on the way.
    """

    path: Path
    heights_m: tuple[tuple[float, float], ...]
    on_road_m: Span | None = None
    pause: Pause | None = None


@dataclass(frozen=True, eq=False)
class Someone:
    """A person who can walk, how fast, and how much room that takes. `crosses` is who is on the road at first."""

    number: int
    item: Placed
    asset: Procedural
    speed_m_s: float
    phase: float

    @property
    def crosses(self) -> bool:
        return self.item.attributes.get("state") == "crossing"

    def stand_m(self, before_m: float) -> float | None:
        """The last way before `before_m` after which the person can stand with both feet on the ground; None of who
        cannot at all, or has not the way for it."""
        if self.asset.stand_phase is None:
            return None
        step = self.asset.stride_m / 2
        over = (2 * self.phase + before_m / step - 2 * self.asset.stand_phase) % 1.0
        found = before_m - over * step
        return found if found > BRAKES_M + 0.05 else None

    @property
    def standing(self) -> Motion | None:
        """The motion of who stays where they are, on both feet; None of who cannot come to a stand."""
        if self.asset.stand_phase is None:
            return None
        item = self.item
        path = joined([(1.0, 0.0)], item.x_m, item.y_m, item.heading_rad)
        stride = Stride(self.asset.stride_m, self.asset.stand_phase, 0.0)
        on_road = (0.0, 1.0) if self.crosses else (1.0, 1.0)
        heights = ((0.0, item.z_m),)
        return Motion(path, Pace.steady(0.0), 0.0, 0.0, heights, stride, on_road_m=on_road, rests_m=self._rests_m)

    @property
    def _rests_m(self) -> float | None:
        return half_base_m(self.item, self.asset)

    @property
    def room_m(self) -> tuple[float, float, float]:
        """How far it reaches to the front and to the back, and its width."""
        length, width = self.asset.size_m[:2]
        half = max(length / 2, 0.36 * self.asset.stride_m)
        if "pram" in self.asset.tags:
            return length - _BEHIND_PRAM_M, _BEHIND_PRAM_M, width
        return half, half, width

    def along(self, way: Way) -> Walker:
        """The person on that way."""
        pause = way.pause
        stride = Stride(self.asset.stride_m, self.phase, None if pause is None else pause.at_m)
        pace = Pace.steady(self.speed_m_s) if pause is None else pause.pace(self.speed_m_s)
        on = way.on_road_m
        motion = Motion(way.path, pace, 0.0, 0.0, way.heights_m, stride, on_road_m=on, rests_m=self._rests_m)
        return Walker(motion, *self.room_m)


def on_foot(scene: Scene, assets: Mapping[str, Asset], rng: Rng) -> Iterator[Someone]:
    """Everybody who could walk. Models whose limbs nobody knows cannot, and who walks abreast is equally fast."""
    before: Someone | None = None
    for number, item in enumerate(scene.objects):
        asset = assets[item.asset]
        speed, phase = float(rng.uniform(0.88, 1.12)), float(rng.random())
        if item.attributes.get("state") not in ("walking", "crossing") or not isinstance(asset, Procedural):
            continue
        if asset.gait is None:
            continue
        made = Someone(number, item, asset, speed * asset.stride_m * asset.strides_s, phase)
        if before is not None and abreast(before.item, item):
            made = Someone(number, item, asset, before.speed_m_s, phase)
        yield made
        before = made


def abreast(one: Placed, other: Placed) -> bool:
    """Whether two walk side by side."""
    near = math.hypot(one.x_m - other.x_m, one.y_m - other.y_m) < 1.0
    return near and abs(math.remainder(one.heading_rad - other.heading_rad, math.tau)) < 1e-6
