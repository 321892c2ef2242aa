"""Who is held, by whom they give way to and by traffic lights: before red ones everybody, before yellow ones who can
still stop."""

from __future__ import annotations

import math
from collections.abc import Sequence

from longtail.scenes.moving.path import Array
from longtail.scenes.scenarios.street.moving.mover import Mover
from longtail.scenes.scenarios.street.moving.yielding import Yielding

# Whoever would have to brake harder for a light that has changed drives on (our estimate of what drivers find usual);
# before red ones who can stop at all does.
_FOR_YELLOW_M_S2, _FOR_RED_M_S2 = 3.5, 7.0
# Whose front is so far beyond the line has passed it.
_PASSED_M = 0.3


class Held:
    """Which of `movers` must stand before their lines. What somebody decides as a light changes holds until green."""

    def __init__(self, movers: Sequence[Mover]) -> None:
        self._movers = movers
        self._stops: dict[int, bool] = {}
        self._yielding = Yielding(movers)

    def look(self, time_s: float, way_m: Array, speed_m_s: Array) -> None:
        """Have all look at their lights, where they are after the ways (N,) at speeds (N,)."""
        for number, mover in enumerate(self._movers):
            if mover.signal is None:
                continue
            phase, room = mover.signal(time_s), mover.line_m - float(way_m[number]) - mover.front_m
            if phase == "green" or room < -_PASSED_M:
                self._stops.pop(number, None)
            elif number not in self._stops:
                hardest = _FOR_RED_M_S2 if phase == "red" else _FOR_YELLOW_M_S2
                self._stops[number] = float(speed_m_s[number]) ** 2 <= 2 * hardest * max(room, 0.0)

        self._yielding.look(way_m, speed_m_s, frozenset(number for number, stops in self._stops.items() if stops))

    def line_m(self, number: int) -> float:
        """The way after which the front of one must stand for now; infinite where nothing holds it."""
        line = self._movers[number].line_m if number in self else math.inf
        return min(line, self._yielding.line_m(number))

    def __contains__(self, number: int) -> bool:
        return self._stops.get(number, False)
