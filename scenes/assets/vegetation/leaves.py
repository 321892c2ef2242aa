"""Leaves as real geometry: folded kites of two triangles, in sprays along shoots, in a few shades of one green."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.scenes.assets.vegetation.skeleton import Points, Rng, unit
from longtail.scenes.geometry.materials import Foliage, Material, Rgb
from longtail.scenes.geometry.mesh import Mesh


def shades(rgb: Rgb) -> tuple[Foliage, Foliage, Foliage]:
    """Leaves of the inner crown, of its body, and of the young tips."""
    red, green, blue = rgb
    return (
        Foliage((red * 0.72, green * 0.74, blue * 0.85)),
        Foliage(rgb),
        Foliage((red * 1.3, green * 1.16, blue * 1.02)),
    )


def kites(
    base_m: Points,
    ahead: Points,
    facing: Points,
    length_m: Points,
    width: float,
    materials: Sequence[Material],
    slots: NDArray[Any],
    *,
    fold: float = 0.25,
    curl: float = 0.25,
) -> Mesh:
    """Leaves from `base_m` along `ahead`, their upper side towards `facing`; all (N, 3), `length_m` and `slots` (N,).

    `width` is a share of the length. The blade folds up along its midrib by `fold` and its tip hangs by `curl`.
    """
    ahead = unit(ahead)
    across = unit(np.cross(facing, ahead))
    upper = np.cross(ahead, across)
    size = length_m[:, None]
    rib = base_m + 0.45 * size * ahead
    half = 0.5 * width * size
    left = rib + half * (across + fold * upper)
    right = rib + half * (-across + fold * upper)
    tip = base_m + size * (ahead - curl * upper * 0.5)
    corners = np.stack([base_m, right, tip, left], axis=1).reshape(-1, 3)
    first = 4 * np.arange(len(base_m))[:, None]
    faces = np.concatenate([first + [0, 1, 2], first + [0, 2, 3]], axis=1).reshape(-1, 3)
    return Mesh(
        corners.astype(np.float32),
        faces.astype(np.int32),
        np.repeat(slots, 2).astype(np.int32),
        tuple(materials),
        np.zeros(len(faces), dtype=np.bool_),
    )


def sprays(
    rng: Rng,
    start_m: Points,
    along: Points,
    shoot_m: float,
    per_shoot: int,
    length_m: float,
    width: float,
    rgb: Rgb,
    depth: Points,
    *,
    droop: float = 0.0,
    scatter: float = 0.1,
) -> Mesh:
    """Shoots from `start_m` (N, 3) along `along`, each with `per_shoot` leaves that spread to both sides.

    `depth` (N,) is 0 at the skin of the crown and 1 at its heart, where leaves are darker. `droop` is the share by
    which shoots bow to the ground.
    """
    count = len(start_m)
    place = (np.arange(per_shoot)[None] + rng.uniform(0.2, 1.0, (count, per_shoot))) / per_shoot
    reach = shoot_m * rng.uniform(0.6, 1.15, (count, 1)) * place
    axis = unit(along)[:, None]
    down = np.array([0.0, 0.0, -1.0])
    points = start_m[:, None] + reach[..., None] * axis + (droop * reach * place)[..., None] * down
    points += rng.normal(0, scatter, points.shape) * np.array([1, 1, 0.7])
    aside = unit(rng.normal(0, 1, points.shape))
    ahead = unit(0.55 * axis + 0.95 * aside + (0.25 + 1.6 * droop) * down)
    facing = unit(rng.normal(0, 0.55, points.shape) + 0.55 * axis + np.array([0, 0, 0.75]))
    sizes = length_m * rng.uniform(0.7, 1.2, (count, per_shoot))
    young = (rng.random((count, per_shoot)) < 0.28) & (place > 0.45)
    inner = rng.random((count, per_shoot)) < 0.15 + 0.75 * depth[:, None]
    slots = np.where(inner, 0, np.where(young, 2, 1))
    flat = (-1, 3)
    return kites(
        points.reshape(flat),
        ahead.reshape(flat),
        facing.reshape(flat),
        sizes.ravel(),
        width,
        shades(rgb),
        slots.ravel(),
    )


def fitted(mesh: Mesh, size_m: tuple[float, float, float]) -> Mesh:
    """Stretched about the origin, which stays on the ground below the trunk, to exactly `size_m`."""
    low, high = mesh.bounds_m
    return mesh.scaled(size_m[0] / (high[0] - low[0]), size_m[1] / (high[1] - low[1]), size_m[2] / high[2])
