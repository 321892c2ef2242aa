"""What has nothing below it, by exact meshes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from longtail.scenes.physics.distances import Placed, sinks

_GAP_M, _STEPS = 0.002, 4


def floating(items: Mapping[int, Placed], fixed: Sequence[Placed]) -> set[int]:
    """The numbers of those that have nothing within 2 mm below them, and of what lay on these."""
    numbers = list(items)
    boxes_m = np.array([item.bounds_m for item in items.values()]).reshape(-1, 2, 3)
    # Who is close to whom by upright boxes, each with each.
    reached = (boxes_m[:, None, 0] <= boxes_m[None, :, 1] + _GAP_M).all(axis=2)
    close = reached & reached.T
    near = {number: [numbers[k] for k in np.flatnonzero(row)] for number, row in zip(numbers, close, strict=True)}
    found: set[int] = set()
    while True:
        more = set()
        for number in items.keys() - found:
            below = [*fixed, *(items[k] for k in near[number] if k != number and k not in found)]
            if sinks(items[number], below, _GAP_M, _STEPS):
                more.add(number)
        if not more:
            return found
        found |= more
