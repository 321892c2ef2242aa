"""Broken branches, leafy and bare."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from longtail.scenes.assets.asset import Asset, Procedural, Vector
from longtail.scenes.assets.debris.settled import settled
from longtail.scenes.geometry.materials import Bark, Foliage
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import tube

Points = NDArray[np.float64]

_BARK = Bark()
_LEAVES = Foliage(tinted=True)
_GREENS = ((0.75, 1.0, 0.6), (1.0, 1.1, 0.7), (1.3, 1.15, 0.55))


def _limb(rng: np.random.Generator, start: Points, heading: Points, length_m: float) -> Points:
    """Points (6, 3) of a crooked limb."""
    steps = heading + rng.normal(0, 0.16, (5, 3)) * (1.0, 1.0, 0.4)
    steps *= length_m / 5 / np.linalg.norm(steps, axis=1, keepdims=True)
    return np.concatenate([start[None], start + np.cumsum(steps, axis=0)])


def _branch(length_m: float, radius_m: float, twigs: int, leaves: int, seed: int) -> Mesh:
    """A branch along X with `twigs` side shoots and `leaves` leaves a shoot; it rests on what it has below."""
    rng = np.random.default_rng(seed)
    stem = _limb(rng, np.zeros(3), np.array([1.0, 0.0, 0.0]), length_m)
    radii = radius_m * np.linspace(1.0, 0.35, 6)
    parts = [tube(stem, radii, _BARK, sides=7)]
    tips = []
    for number in range(twigs):
        at = 0.2 + 0.78 * (number + rng.random()) / twigs
        start = np.array([np.interp(at * 5, np.arange(6), stem[:, k]) for k in range(3)])
        side = np.array([0.75, rng.choice([-1, 1]) * rng.uniform(0.4, 0.9), rng.uniform(-0.05, 0.45)])
        reach = length_m * rng.uniform(0.25, 0.5) * (1.15 - at)
        limb = _limb(rng, start, side / np.linalg.norm(side), reach + 0.12)
        limb[:, 2] = np.maximum(limb[:, 2], -radius_m * 0.6)
        parts.append(tube(limb, radius_m * (1 - 0.6 * at) * np.linspace(0.5, 0.15, 6), _BARK, sides=5))
        tips.append(limb)
    if leaves:
        parts.append(_foliage(rng, np.array(tips), leaves))
    return settled(join(parts))


def _foliage(rng: np.random.Generator, limbs: Points, count: int) -> Mesh:
    """Leaves as bent pairs of triangles along limbs (L, 6, 3)."""
    number = len(limbs) * count
    limb, at = np.repeat(np.arange(len(limbs)), count), rng.uniform(1.0, 5.0, number)
    low = np.minimum(at.astype(int), 4)
    share = (at - low)[:, None]
    base = (1 - share) * limbs[limb, low] + share * limbs[limb, low + 1]
    along = rng.normal(size=(number, 3)) * (1.0, 1.0, 0.5)
    along *= rng.uniform(0.06, 0.11, (number, 1)) / np.linalg.norm(along, axis=1, keepdims=True)
    across = np.cross(along, rng.normal(size=(number, 3)))
    across *= 0.028 / np.linalg.norm(across, axis=1, keepdims=True)
    points = np.stack([base, base + 0.5 * along + across, base + along, base + 0.5 * along - across], axis=1)
    points[..., 2] = np.maximum(points[..., 2], -0.02)
    first = 4 * np.arange(number)[:, None]
    faces = np.concatenate([first + [0, 1, 2], first + [0, 2, 3]])
    return Mesh.of(points.reshape(-1, 3), faces, _LEAVES)


def _asset(name: str, size_m: Vector, length_m: float, radius_m: float, twigs: int, leaves: int, seed: int) -> Asset:
    return Procedural(
        f"debris/{name}",
        "debris",
        size_m,
        tags=frozenset({"storm", "floats"}),
        tints=_GREENS if leaves else (),
        recipe=partial(_branch, length_m, radius_m, twigs, leaves, seed),
    )


ASSETS: tuple[Asset, ...] = (
    _asset("branch-leafy", (1.987, 1.275, 0.385), 1.9, 0.032, 9, 46, 7),
    _asset("branch-bare", (2.339, 1.092, 0.341), 2.4, 0.045, 7, 0, 8),
    _asset("twig-leafy", (0.913, 0.589, 0.179), 0.75, 0.012, 5, 26, 9),
)
