"""What has nothing below it, by exact meshes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from longtail.scenes.physics.distances import Placed, clearance_m

_GAP_M, _STEPS = 0.002, 4


def floating(items: Mapping[int, Placed], fixed: Sequence[Placed]) -> set[int]:
    """The numbers of those that have nothing within 2 mm below them, and of what lay on these."""
    found: set[int] = set()
    while True:
        left = {number: item for number, item in items.items() if number not in found}
        more = set()
        for number, item in left.items():
            near = [other for k, other in left.items() if k != number and item.near(other, _GAP_M)]
            if clearance_m(item, [*fixed, *near], _GAP_M, _STEPS) >= _GAP_M:
                more.add(number)
        if not more:
            return found
        found |= more
