"""Ivy on walls: leaves that hang over each other like shingles, up to a ragged edge."""

from __future__ import annotations

from functools import partial

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.vegetation.leaves import kites, shades
from longtail.scenes.assets.vegetation.skeleton import unit
from longtail.scenes.geometry.mesh import Mesh

_DEEP_M = 0.2
_RGB = (0.035, 0.085, 0.022)


def ivy(seed: int, wide_m: float, high_m: float) -> Mesh:
    """Leaves on a wall in the plane x = 0, the middle of `wide_m` at y = 0."""
    rng = np.random.default_rng([seed, 77])
    count = int(330 * wide_m * high_m)
    y, z = rng.uniform(-0.5, 0.5, count), rng.uniform(0.0, 1.0, count)
    edge = sum(rng.normal(0, 0.2 / k) * np.sin(k * 5.2 * y + rng.uniform(0, 6.3)) for k in range(1, 7))
    # Thinner to both sides and upwards, where shoots run on by themselves.
    kept = z < np.clip((1 - np.abs(2 * y) ** 3) * (0.8 + 1.6 * edge) + rng.normal(0, 0.05, count), 0.0, 1.0)
    y, z = y[kept] * wide_m, z[kept] * high_m
    number = len(y)
    base = np.column_stack([rng.uniform(0.01, 0.13, number), y, z])
    facing = unit(np.array([1.0, 0.0, 0.2]) + rng.normal(0, 0.3, (number, 3)))
    ahead = unit(np.array([0.15, 0.0, -1.0]) + rng.normal(0, 0.45, (number, 3)))
    slots = rng.choice(3, number, p=[0.35, 0.5, 0.15])
    mesh = kites(base, ahead, facing, rng.uniform(0.08, 0.15, number), 0.95, shades(_RGB), slots)
    low, high = mesh.bounds_m
    sizes = np.array([_DEEP_M, wide_m, high_m])
    mesh.vertices_m[:] = (mesh.vertices_m - low) / (high - low) * sizes - [_DEEP_M / 2, wide_m / 2, 0.0]
    return mesh


ASSETS: tuple[Asset, ...] = tuple(
    Procedural(
        f"plant/ivy-{number}",
        "vegetation",
        (_DEEP_M, wide, high),
        tags=frozenset({"ivy"}),
        recipe=partial(ivy, number, wide, high),
    )
    for number, (wide, high) in enumerate(((3.2, 3.6), (4.4, 5.4), (5.2, 4.4)), start=1)
)
