"""3D boxes and antennas: a box ends at the roof, and says how much higher the antenna reaches."""

from __future__ import annotations

from dataclasses import replace

from longtail.annotate.labels.frame import SceneObject

ANTENNA = "antenna_m"
"""The attribute of a vehicle with an antenna: how far that reaches above the 3D box."""

ANTENNA_ACROSS_M = 0.12
"""How wide across a vehicle (Y) all together may be that counts as its antenna, and not as its body."""


def without_antenna(whole: SceneObject) -> SceneObject:
    """An object in the box of its body, made of one in the box of all its mesh."""
    return _lowered(whole, _antenna_m(whole))


def with_antenna(item: SceneObject) -> SceneObject:
    """An object in the box of all its mesh, made of one in the box of its body."""
    return _lowered(item, -_antenna_m(item))


def _antenna_m(item: SceneObject) -> float:
    return float(item.attributes.get(ANTENNA, 0.0))


def _lowered(item: SceneObject, by_m: float) -> SceneObject:
    if by_m == 0.0:
        return item
    (x, y, z), (length, width, height) = item.box_centre_m, item.box_size_m
    return replace(item, box_centre_m=(x, y, z - by_m / 2), box_size_m=(length, width, height - by_m))
