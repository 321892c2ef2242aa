"""How much of a road lying snow covers, place by place: drawn as shader nodes for pictures, worked out for labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

Value = Any
"""A socket of a shader's graph, or numbers: whatever the pen puts out and takes."""
Asked = Callable[[str], Value]
"""Gives the value of a field of `ShaderInputs`."""

# Half the distance between a car's wheels, and half the width of the track that they wear.
_HALF_TRACK_M, _HALF_WIDTH_M = 0.74, 0.3


class Pen(Protocol):
    """What `nodes.Graph` does with sockets; see there."""

    def math(self, operation: str, a: Value, b: Value = 0.0, *, clamp: bool = False) -> Value: ...

    def vector(self, operation: str, a: Value, b: Value | None = None) -> Value: ...

    def split(self, vector: Value) -> tuple[Value, Value, Value]: ...

    def step(self, value: Value, low: float, high: float, to_low: float = 0.0, to_high: float = 1.0) -> Value: ...

    def noise(
        self, vector: Value, scale: float, *, detail: float = 2.0, roughness: float = 0.5, flat: bool = False
    ) -> Value: ...

    def world_position(self) -> Value: ...

    def world_normal(self) -> Value: ...


@dataclass(frozen=True, eq=False)
class RoadSnow:
    """At each place 0..1: how much of the road snow covers, if it lies at all; its `relief`; how far it is slush."""

    amount: Value
    relief: Value
    slush: Value


def road_snow(pen: Pen, asked: Asked) -> RoadSnow:
    """The snow on a road or on its paint."""
    position = pen.world_position()
    relief = pen.noise(position, 0.9, detail=4.0, roughness=0.6, flat=True)
    trodden, slush = _tracks(pen, asked, position)
    return RoadSnow(snow_amount(pen, asked, relief, pen.math("SUBTRACT", 1.0, trodden)), relief, slush)


def snow_amount(pen: Pen, asked: Asked, relief: Value, held: Value) -> Value:
    """How much of a surface snow covers here, 0..1, if it lies at all; `held` 0..1 is what the surface keeps of it."""
    coverage = asked("snow")
    up = pen.split(pen.world_normal())[2]
    lies = pen.math("MULTIPLY", pen.step(up, 0.42, 0.72), held)
    patchy = pen.step(pen.math("ADD", relief, pen.math("MULTIPLY", coverage, lies)), 0.72, 0.9)
    return pen.math("MULTIPLY", pen.math("MULTIPLY", patchy, lies), pen.math("GREATER_THAN", coverage, 0.0))


def _street_offset(pen: Pen, asked: Asked, position: Value) -> Value:
    """How far left of the street's reference line a point lies, in metres (compare `Course`)."""
    x, y, _ = pen.split(position)
    radius = asked("street_radius_m")
    # The line is a circle of this (signed) radius through the origin, with its centre on the Y axis.
    aside = pen.math("SUBTRACT", radius, y)
    distance = pen.math("SQRT", pen.math("ADD", pen.math("MULTIPLY", x, x), pen.math("MULTIPLY", aside, aside)))
    return pen.math("SUBTRACT", radius, pen.math("MULTIPLY", pen.math("SIGN", radius), distance))


def _from_ring(pen: Pen, asked: Asked, position: Value) -> Value:
    """How far a point is from the middle of the street's roundabout, in metres."""
    x, y, _ = pen.split(position)
    ahead = pen.math("SUBTRACT", x, asked("ring_x_m"))
    return pen.math("SQRT", pen.math("ADD", pen.math("MULTIPLY", ahead, ahead), pen.math("MULTIPLY", y, y)))


def _tracks(pen: Pen, asked: Asked, position: Value) -> tuple[Value, Value]:
    """(how far wheels have cleared the snow 0..1, how far what is left is slush 0..1) at a point of the carriageway."""
    width = asked("lane_width_m")
    along, away = _street_offset(pen, asked, position), _from_ring(pen, asked, position)
    on_ring = pen.math("LESS_THAN", away, asked("ring_outer_m"))
    # Round the ring as in the middle of a lane; without one it is as along the street to the last bit.
    beside = pen.math("SUBTRACT", away, asked("ring_middle_m"))
    round_it = pen.math("ADD", beside, pen.math("MULTIPLY", width, 0.5))
    offset = pen.math("ADD", along, pen.math("MULTIPLY", on_ring, pen.math("SUBTRACT", round_it, along)))
    # Drivers follow each other with a sway of a few decimetres; the track's edge crumbles.
    sway = pen.noise(pen.vector("MULTIPLY", position, (0.05, 0.05, 0.0)), 1.0, detail=1.0, flat=True)
    swayed = pen.math("ADD", offset, pen.math("MULTIPLY", pen.math("SUBTRACT", sway, 0.5), 1.1))
    lane = pen.math("FRACT", pen.math("DIVIDE", swayed, width))
    from_middle = pen.math("MULTIPLY", pen.math("ABSOLUTE", pen.math("SUBTRACT", lane, 0.5)), width)
    from_track = pen.math("ABSOLUTE", pen.math("SUBTRACT", from_middle, _HALF_TRACK_M))
    crumbs = pen.noise(position, 3.0, detail=4.0, roughness=0.65, flat=True)
    ragged = pen.math("ADD", from_track, pen.math("MULTIPLY", pen.math("SUBTRACT", crumbs, 0.5), 0.35))
    near = pen.step(ragged, 0.08, _HALF_WIDTH_M, 1.0, 0.0)
    inside = pen.math(
        "MULTIPLY",
        pen.math("LESS_THAN", offset, asked("road_left_m")),
        pen.math("GREATER_THAN", offset, asked("road_right_m")),
    )
    # One lane leads round, and the street has two.
    lane_round = pen.math("LESS_THAN", pen.math("ABSOLUTE", beside), pen.math("MULTIPLY", width, 0.5))
    elsewhere = pen.math("SUBTRACT", 1.0, on_ring)
    inside = pen.math("MULTIPLY", inside, pen.math("MAXIMUM", elsewhere, lane_round))
    wear = asked("snow_tracks")
    worn = pen.math("MULTIPLY", pen.math("MULTIPLY", near, inside), wear)
    between = pen.math("MULTIPLY", pen.math("MULTIPLY", inside, wear), 0.45)
    return worn, pen.math("MAXIMUM", pen.math("MULTIPLY", worn, 1.3, clamp=True), between)
