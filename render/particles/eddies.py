"""Ragged fields in space, which the wind carries on: what of a clip's dust is at a place is known for any moment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longtail.render.particles.view import Array, Points

_OCTAVES, _SIDE = 4, 32


class Eddies:
    """Smooth noise of 0..1 around 0.5, of the looks of `turbulence.turbulence`, repeated after 32 of its cells.

    `cell_m` (3,) are the sizes of the coarsest eddies along the world's axes.
    """

    def __init__(self, cell_m: tuple[float, float, float], rng: np.random.Generator) -> None:
        self._cell_m = np.array(cell_m)
        self._lattices = rng.random((_OCTAVES, _SIDE, _SIDE, _SIDE), dtype=np.float32)

    def at(self, places_m: Points, drifted_m: Points) -> Array:
        """The field (...) at places (..., 3) of the world, after the air has drifted by (3,) metres."""
        places = (places_m - drifted_m) / self._cell_m
        found = np.zeros(places.shape[:-1], dtype=np.float64)
        for octave, lattice in enumerate(self._lattices):
            found += _smooth(lattice, places * 2**octave) / 2**octave
        return np.asarray(found / sum(2.0**-octave for octave in range(_OCTAVES)), dtype=np.float32)


def _smooth(lattice: NDArray[np.float32], places: Points) -> Points:
    """Values between the eight nearest points of a periodic lattice, without creases."""
    low = np.floor(places)
    share = places - low
    share = share * share * (3 - 2 * share)
    nodes = low.astype(np.int64) % _SIDE
    found = np.zeros(places.shape[:-1])
    for corner in np.ndindex(2, 2, 2):
        weight = np.prod(np.where(np.array(corner) == 1, share, 1 - share), axis=-1)
        x, y, z = np.moveaxis((nodes + corner) % _SIDE, -1, 0)
        found += weight * lattice[x, y, z]
    return found
