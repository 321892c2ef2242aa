"""Strips of grass and wild flowers beside roads outside towns: short where it is mown, tall in the ditch and beyond."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.vegetation.leaves import kites
from longtail.scenes.assets.vegetation.skeleton import Rng
from longtail.scenes.geometry.materials import Foliage, Principled, Rgb, srgb
from longtail.scenes.geometry.mesh import Mesh, join

LONG_M = 4.0
"""How far a strip reaches along the road."""
_WIDE_M = 1.0
_BLADES_M2 = 420
_GREENS = (Foliage((0.075, 0.13, 0.035)), Foliage((0.115, 0.165, 0.045)), Foliage((0.26, 0.22, 0.09)))
# Yarrow, buttercup, poppy, cornflower, mallow.
_PETALS = tuple(srgb(code) for code in ("#e9e6da", "#e8c21e", "#c8281e", "#4a63b8", "#b06aa8"))


def _clumped(rng: Rng, count: int) -> NDArray[np.float64]:
    """Places (count, 2) that are denser in some spots than in others."""
    middles = rng.uniform(-0.5, 0.5, (26, 2)) * [LONG_M, _WIDE_M]
    found = middles[rng.integers(0, 26, count)] + rng.normal(0, 0.22, (count, 2))
    loose = rng.random(count) < 0.45
    found[loose] = rng.uniform(-0.5, 0.5, (int(loose.sum()), 2)) * [LONG_M, _WIDE_M]
    return np.asarray(np.clip(found, [-LONG_M / 2, -_WIDE_M / 2], [LONG_M / 2, _WIDE_M / 2]))


def strip(seed: int, high_m: float, flowers: Sequence[Rgb]) -> Mesh:
    """Blades up to about `high_m` and flower heads over them, as large as `size_m` says."""
    rng = np.random.default_rng([seed, 4021])
    count = int(_BLADES_M2 * LONG_M * _WIDE_M * (0.7 if high_m > 0.4 else 1.0))
    foot = np.column_stack([_clumped(rng, count), np.zeros(count)])
    turn, lean = rng.uniform(0, 2 * np.pi, count), rng.gamma(2.0, 0.16, count)
    out = np.column_stack([np.cos(turn), np.sin(turn), np.zeros(count)])
    lengths = high_m * rng.beta(2.5, 2.2, count) * 1.25
    slots = rng.choice(3, count, p=[0.4, 0.38, 0.22])
    width = 0.03 if high_m > 0.4 else 0.055
    parts = [
        kites(foot, out * lean[:, None] + (0, 0, 1.0), (0, 0, 0.6) - out, lengths, width, _GREENS, slots, curl=0.45)
    ]
    for rgb in flowers:
        # Of one kind together, in two or three spots.
        number = int(rng.integers(12, 30))
        spot = rng.uniform(-0.42, 0.42, (3, 2)) * [LONG_M, _WIDE_M]
        place = spot[rng.integers(0, 3, number)] + rng.normal(0, 0.14, (number, 2))
        place = np.clip(place, [-LONG_M / 2 + 0.06, -_WIDE_M / 2 + 0.06], [LONG_M / 2 - 0.06, _WIDE_M / 2 - 0.06])
        head = np.column_stack([place, high_m * rng.uniform(0.6, 0.95, number)])
        stem = head * (1.0, 1.0, 0.0)
        up = np.tile([0.02, 0.0, 1.0], (number, 1))
        parts.append(
            kites(
                stem, up, np.tile([1.0, 0.3, 0.0], (number, 1)), head[:, 2], 0.015, _GREENS, np.zeros(number), curl=0.0
            )
        )
        petals = (Principled(rgb, roughness=0.7),)
        for k in range(4):
            angle = k * np.pi / 2 + rng.uniform(0, 1.5, number)
            ahead = np.column_stack([np.cos(angle), np.sin(angle), rng.uniform(-0.1, 0.5, number)])
            facing = np.tile([0.0, 0.0, 1.0], (number, 1))
            parts.append(
                kites(head, ahead, facing, rng.uniform(0.025, 0.045, number), 0.95, petals, np.zeros(number), fold=0.1)
            )
    mesh = join(parts)
    low, high = mesh.bounds_m
    sizes = np.array(_size_m(high_m))
    mesh.vertices_m[:] = (mesh.vertices_m - low) / (high - low) * sizes - sizes * [0.5, 0.5, 0.0]
    return mesh


def _size_m(high_m: float) -> tuple[float, float, float]:
    return LONG_M + 0.3, _WIDE_M + 0.3, high_m * 1.1


_STRIPS = (
    ("mown", 0.24, (_PETALS[1],)),
    ("mown", 0.28, (_PETALS[0], _PETALS[1])),
    ("mown", 0.22, ()),
    ("tall", 0.62, (_PETALS[0],)),
    ("tall", 0.75, (_PETALS[2], _PETALS[3])),
    ("tall", 0.7, (_PETALS[0], _PETALS[4])),
    ("tall", 0.85, ()),
)

ASSETS: tuple[Asset, ...] = tuple(
    Procedural(
        f"grass/{kind}-{number}",
        "vegetation",
        _size_m(high),
        tags=frozenset({"verge", kind}),
        recipe=partial(strip, number, high, flowers),
    )
    for number, (kind, high, flowers) in enumerate(_STRIPS, start=1)
)
