"""Who meets whom within a clip: footprints over time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import shapely

from longtail.scenes.moving.path import Array

EVERY_S = 0.1
Corners = Callable[[float], Array]
"""The corners (4, 2) of a footprint at a time."""


def meetings(moving: Sequence[Corners], standing: Sequence[Array], seconds: float) -> list[tuple[int, int | None]]:
    """Pairs of `moving`, by their places in it, that share ground at any time, and what of it meets what stands (None).

    Those that share ground at time 0 already belong together: a dog beside its master, somebody on a bench.
    """
    times = np.arange(0.0, seconds + EVERY_S, EVERY_S)
    if not moving:
        return []
    shapes = np.array([shapely.polygons([at(float(t)) for t in times]) for at in moving])
    found: set[tuple[int, int | None]] = set()
    if standing:
        still = shapely.STRtree(shapely.polygons(np.array(standing)))
        start = {tuple(pair) for pair in still.query(shapes[:, 0], predicate="intersects").T.tolist()}
        hits = still.query(shapes.ravel(), predicate="intersects")
        for place, stood in {(int(i) // len(times), int(j)) for i, j in hits.T}:
            if (place, stood) not in start:
                found.add((place, None))
    together: set[tuple[int, int]] = set()
    for number in range(len(times)):
        tree = shapely.STRtree(shapes[:, number])
        pairs = {(int(i), int(j)) for i, j in tree.query(shapes[:, number], predicate="intersects").T if i < j}
        if number == 0:
            together = pairs
        found |= pairs - together
    return sorted(found, key=lambda pair: (pair[0], -1 if pair[1] is None else pair[1]))
