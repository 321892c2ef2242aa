"""Things turned on a wheel or a lathe, and the rows that say what they are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from longtail.scenes.assets.asset import Procedural, Vector
from longtail.scenes.assets.packs.household import Stuff
from longtail.scenes.geometry.materials import Material
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.solids import lathe

Row = tuple[Procedural, Stuff]
Outline = Sequence[tuple[float, float]]

SIDES = 40
_ROUND = 5


def thing(
    name: str,
    category: str,
    size_m: Vector,
    recipe: Callable[[], Mesh],
    stuff: Stuff,
    *tags: str,
    tints: tuple[Vector, ...] = (),
) -> Row:
    """A row: the asset `household/<name>`, of the size that its mesh has, to a tenth of a millimetre, and its stuff.

    It is stated, for to compute all meshes takes every process that knows of them a tenth of a second.
    """
    asset = Procedural(f"household/{name}", category, size_m, tags=frozenset(tags), tints=tints, recipe=recipe)
    return asset, stuff


def rounded(outline: Outline, radius_m: float) -> list[tuple[float, float]]:
    """The outline with its corners between the ends rounded by `radius_m`, or by less where sides are short."""
    points = np.array(outline, dtype=np.float64)
    found = [outline[0]]
    for before, corner, after in zip(points[:-2], points[1:-1], points[2:], strict=True):
        back, on = before - corner, after - corner
        lengths = float(np.hypot(*back)), float(np.hypot(*on))
        reach = min(radius_m, 0.45 * lengths[0], 0.45 * lengths[1])
        start, end = corner + back / lengths[0] * reach, corner + on / lengths[1] * reach
        for share in np.linspace(0, 1, _ROUND):
            point = (1 - share) ** 2 * start + 2 * share * (1 - share) * corner + share**2 * end
            found.append((float(point[0]), float(point[1])))
    found.append(outline[-1])
    return found


def vessel(
    outline: Outline, wall_m: float, base_m: float, material: Material, *, round_m: float = 0.004, sides: int = SIDES
) -> Mesh:
    """A hollow thing from its outer outline (radius, height), foot to lip: walls of `wall_m`, a bottom of `base_m`."""
    outer = [(0.0, outline[0][1]), *outline]
    inner = [(max(r - wall_m, 0.002), max(z, outline[0][1] + base_m)) for r, z in reversed(outline)]
    inner = [point for k, point in enumerate(inner) if k == 0 or point[1] < inner[k - 1][1] - 1e-6 or k == 1]
    floor = outline[0][1] + base_m
    inner = [point for point in inner if point[1] > floor + 1e-4]
    last = min(inner[-1][0], float(np.interp(floor, *_by_height(outline))) - wall_m) if inner else 0.01
    inner += [(max(last, 0.004), floor), (0.0, floor)]
    return lathe(rounded([*outer, *inner], round_m), material, sides=sides)


def _by_height(outline: Outline) -> tuple[list[float], list[float]]:
    return [z for _, z in outline], [r for r, _ in outline]
