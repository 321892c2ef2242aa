"""Speeds over time, and the way that they add up to."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Pace:
    """Speed in m/s at each of `times_s` (rising, the first 0), straight lines in between, the last one kept for ever.

    Examples:
        Braking from 10 m/s to a stand within 2 s takes 10 m:

        >>> Pace((0.0, 2.0), (10.0, 0.0)).travelled_m(5.0)
        10.0
    """

    times_s: tuple[float, ...]
    speeds_m_s: tuple[float, ...]

    def __post_init__(self) -> None:
        times, count = self.times_s, len(self.speeds_m_s)
        if not times or len(times) != count or times[0] != 0.0 or any(b <= a for a, b in zip(times, times[1:])):  # noqa: B905, RUF007
            raise ValueError(f"expected rising times from 0 on, with a speed for each, got {len(times)} and {count}")

    @classmethod
    def steady(cls, speed_m_s: float) -> Pace:
        """One speed."""
        return cls((0.0,), (speed_m_s,))

    @cached_property
    def _reached_m(self) -> tuple[float, ...]:
        """The way made by each of the times."""
        at, reached = 0.0, [0.0]
        for number in range(1, len(self.times_s)):
            step = self.times_s[number] - self.times_s[number - 1]
            at += step * (self.speeds_m_s[number] + self.speeds_m_s[number - 1]) / 2
            reached.append(at)
        return tuple(reached)

    def speed_m_s(self, time_s: float) -> float:
        """Metres per second at a time."""
        number, since, slope = self._within(time_s)
        return self.speeds_m_s[number] + slope * since

    def acceleration_m_s2(self, time_s: float) -> float:
        """By how much the speed grows a second from that time on."""
        return self._within(time_s)[2]

    def travelled_m(self, time_s: float) -> float:
        """The way made since time 0."""
        number, since, slope = self._within(time_s)
        return self._reached_m[number] + since * (self.speeds_m_s[number] + slope * since / 2)

    def _within(self, time_s: float) -> tuple[int, float, float]:
        """The stretch of time, how long that has lasted, and the acceleration in it."""
        number = max(bisect_right(self.times_s, time_s) - 1, 0)
        since = time_s - self.times_s[number]
        if number + 1 == len(self.times_s) or since < 0:
            return number, since, 0.0
        lasting = self.times_s[number + 1] - self.times_s[number]
        return number, since, (self.speeds_m_s[number + 1] - self.speeds_m_s[number]) / lasting
