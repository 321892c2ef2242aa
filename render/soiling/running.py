"""Drops that run down the glass, and take along whatever they meet."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from longtail.render.soiling.drop_shapes import Points, Shapes
from longtail.render.soiling.glass import Glass, Rng
from longtail.render.soiling.water import Track

# Drops of some 5 mm creep and slip down upright glass; by how much their speed changes, and how often (our estimate).
_SPEED_MM_S, _SLIPS, _SLIPS_HZ = (6.0, 30.0), 0.9, (0.3, 1.1)
# How far beside the middle of a running drop, in its radii, what it takes along may have its own.
_TAKES = 0.8


@dataclass(frozen=True, eq=False)
class Run:
    """How one drop runs: `number` is its place among all, lengths are in widths of the picture.

    One that has left the view with all of its trail is followed by another from above, on the same track.
    """

    number: int
    track: Track
    radius: float
    bottom: float
    speed_1_s: float
    slips_hz: float
    phase: float

    @property
    def top(self) -> float:
        """Where a drop comes into view, and all before it."""
        return -3 * self.radius

    def reached(self, time_s: float) -> tuple[float, int]:
        """How far down it is at a time, and the how manieth drop on its track that is, from 0 on."""
        turns = math.tau * self.slips_hz
        slipped = _SLIPS / turns * (math.sin(turns * time_s + self.phase) - math.sin(self.phase))
        way = self.track.y + self.speed_1_s * (time_s + slipped)
        low = self.bottom + self.track.length + 3 * self.radius
        if way <= low:
            return way, 0
        laps, beyond = divmod(way - low, low - self.top)
        return self.top + beyond, 1 + int(laps)

    def takes(self, centres: Points, time_s: float) -> NDArray[np.bool_]:
        """Which of the drops that do not run, with these centres (N, 2), it has taken along by a time."""
        y, laps = self.reached(time_s)
        met = np.abs(self.track.beside(centres[:, 1]) - centres[:, 0]) < _TAKES * self.radius
        # The first drop meets what is below its place, the second one what is above that.
        below = centres[:, 1] > self.track.y
        passed = (centres[:, 1] < y) & (below | (laps > 0)) | (below & (laps > 0)) | (laps > 1)
        return np.asarray(met & passed)


def runs_of(tracks: Mapping[int, Track], shapes: Shapes, glass: Glass, rng: Rng) -> list[Run]:
    """How each drop runs that has a track, by its place among `shapes`."""
    mm = glass.px_per_mm / glass.size_px[0]
    found = []
    for number, track in tracks.items():
        speed, slips, phase = rng.uniform(*_SPEED_MM_S), rng.uniform(*_SLIPS_HZ), rng.uniform(0, math.tau)
        radius = float(shapes.radii[number])
        found.append(Run(number, track, radius, glass.aspect, float(speed) * mm, float(slips), float(phase)))
    return found


def run_down(shapes: Shapes, runs: Sequence[Run], time_s: float) -> Shapes:
    """`shapes` after so much time: who runs is farther down, who was met is gone."""
    if time_s == 0.0:
        return shapes
    centres = shapes.centres.copy()
    still = np.ones(len(centres), dtype=np.bool_)
    still[[run.number for run in runs]] = False
    gone = np.zeros(len(centres), dtype=np.bool_)
    for run in runs:
        y, _ = run.reached(time_s)
        gone |= still & run.takes(shapes.centres, time_s)
        centres[run.number] = float(run.track.beside(np.array([y]))[0]), y
    # What is gone lies far outside.
    centres[gone] = -9.0
    return replace(shapes, centres=centres)
