"""How the lights of a junction change: a program for two roads that cross, and for who walks over either."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Phase = Literal["red", "yellow", "green"]
Road = Literal["main", "cross"]

YELLOW_S, ALL_RED_S = 3.0, 2.0
"""Yellow lasts 3 s where one may drive 50 km/h (RiLSA, FGSV 2015, from memory); then all are held, for who is still in
the junction (our estimate)."""
# So long before vehicles get green the last walkers may step off, to be across by then at 1 m/s and a little more.
WALKERS_CLEAR_S = 8.0


@dataclass(frozen=True)
class Aspect:
    """What one mast shows: to vehicles, and to who would walk across before them."""

    vehicles: Phase
    walkers: Literal["red", "green"]


@dataclass(frozen=True)
class Program:
    """One road has green, then yellow, then all have red, and so has the other; over and over.

    `begins_s` is how far through the cycle, from the main road's green on, time 0 is.
    """

    main_green_s: float
    cross_green_s: float
    begins_s: float = 0.0

    @property
    def cycle_s(self) -> float:
        """How long it takes until all begins anew."""
        return self.main_green_s + self.cross_green_s + 2 * (YELLOW_S + ALL_RED_S)

    def at(self, road: Road, time_s: float) -> Aspect:
        """What a mast of a road shows at a time."""
        of_main = (time_s + self.begins_s) % self.cycle_s
        first = self.main_green_s + YELLOW_S + ALL_RED_S
        second = self.cycle_s - first
        if road == "main":
            return _aspect(of_main, self.main_green_s, first, second)
        return _aspect((of_main - first) % self.cycle_s, self.cross_green_s, second, first)


@dataclass(frozen=True)
class TrafficSignal:
    """A mast of one of the roads."""

    program: Program
    road: Road

    def at(self, time_s: float) -> Aspect:
        """What it shows at a time."""
        return self.program.at(self.road, time_s)


def _aspect(since_s: float, green_s: float, own_s: float, others_s: float) -> Aspect:
    """What is shown so long after a road's green has begun. Its turn takes `own_s`, that of the other `others_s`."""
    if since_s < green_s:
        return Aspect("green", "red")
    if since_s < green_s + YELLOW_S:
        return Aspect("yellow", "red")
    walk = own_s <= since_s < own_s + others_s - WALKERS_CLEAR_S
    return Aspect("red", "green" if walk else "red")


def beginning(phase: Phase, main_green_s: float, cross_green_s: float, share: float) -> Program:
    """A program whose main road has `phase` at time 0, `share` (0..1) through it: its red while the other has green.

    Who may walk then may do so at time 0.
    """
    walk = {"main": main_green_s, "cross": cross_green_s}
    step_off = {road: green + YELLOW_S + ALL_RED_S - WALKERS_CLEAR_S for road, green in walk.items()}
    begins = {
        "green": share * step_off["main"],
        "yellow": main_green_s + share * YELLOW_S,
        "red": main_green_s + YELLOW_S + ALL_RED_S + share * step_off["cross"],
    }
    return Program(main_green_s, cross_green_s, begins[phase])
