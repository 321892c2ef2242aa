"""The gusts of the wind, which bodies beside each other share: how the air moves around its mean, place by place.

A sum of waves whose directions and phases are drawn (kinematic simulation: Fung, Hunt, Malik & Perkins, J. Fluid
Mechanics 236, 1992, cited from memory). Each wave blows across its own direction, so that air gathers nowhere, and
waves are the weaker the shorter they are, as in Kolmogorov's range: speed goes with the cube root of the length.
"""

from __future__ import annotations

import math

import numpy as np

from longtail.render.particles.view import Points

# From as long as a house is wide to as short as a hand. So long that speeds r = 0.5 m apart differ as they do at a
# driver's eye, z = 1.5 m above the ground: the square of that is 2 (e r)^(2/3), with the dissipation e = u^3 / (0.4 z)
# and a friction velocity u of spread / 2.4 (surface layer and its constants from memory).
_LONGEST_M, _OCTAVES, _WAVES = 16.0, 7, 8
# Waves go by this many times as fast as eddies of their size turn: bodies that stayed in one would be thrown together.
_HASTE = 3.0


class Gusts:
    """Air whose speed differs from its mean by `spread_m_s` along each axis (standard deviation)."""

    def __init__(self, spread_m_s: float, rng: np.random.Generator) -> None:
        lengths = np.repeat(_LONGEST_M / 2.0 ** np.arange(_OCTAVES), _WAVES)
        ahead = rng.normal(size=(len(lengths), 3))
        ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
        self._waves_1_m = ahead * (2 * math.pi / lengths)[:, None]
        speeds = lengths ** (1 / 3)
        # Along each axis a wave has a third of its square, and half of that on the mean over its length.
        speeds *= spread_m_s * math.sqrt(3 / float((speeds**2).sum()))
        across = np.cross(ahead, rng.normal(size=(len(lengths), 3)))
        across /= np.linalg.norm(across, axis=1, keepdims=True)
        self._speeds_m_s = across * math.sqrt(2) * speeds[:, None]
        self._phases = rng.uniform(0, 2 * math.pi, len(lengths))
        turning_m_s = spread_m_s * (lengths / _LONGEST_M) ** (1 / 3)
        self._rates_1_s = _HASTE * turning_m_s * 2 * math.pi / lengths

    def speed_m_s(self, places_m: Points, time_s: float = 0.0) -> Points:
        """How the air at `places_m` (N, 3), which go along with the mean wind, moves around it, (N, 3)."""
        return _sum(np.cos(self._angles(places_m, time_s)), self._speeds_m_s)

    def way_m(self, places_m: Points, time_s: float) -> Points:
        """How far (N, 3) bodies are from `places_m` by it: `speed_m_s` is what this changes by in a second."""
        if not self._rates_1_s.all():
            return np.zeros(places_m.shape)
        return _sum(np.sin(self._angles(places_m, time_s)), self._speeds_m_s / self._rates_1_s[:, None])

    def _angles(self, places_m: Points, time_s: float) -> Points:
        return np.asarray(_sum(places_m, self._waves_1_m.T) + self._rates_1_s * time_s + self._phases)


def _sum(rows: Points, columns: Points) -> Points:
    """The matrix product, of which BLAS gives other last digits with other numbers of threads."""
    return np.asarray(np.einsum("ij,jk->ik", rows, columns, optimize=False))


STILL = Gusts(0.0, np.random.default_rng(0))
"""Air without a gust."""
