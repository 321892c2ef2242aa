"""Fruit."""

from __future__ import annotations

from functools import partial

import numpy as np

from longtail.scenes.assets.household.turned import Row, rounded, thing
from longtail.scenes.assets.packs.household import FOOD
from longtail.scenes.geometry.materials import Principled, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import lathe, loft, tube

_PEEL = Principled((1.0, 1.0, 1.0), roughness=0.32, subsurface=0.08, tinted=True)
_RIND = Principled((1.0, 1.0, 1.0), roughness=0.45, subsurface=0.1, tinted=True)
_STEM = Principled((0.1, 0.06, 0.03), roughness=0.8)
_TIP = Principled((0.06, 0.045, 0.02), roughness=0.8)


def _apple(radius_m: float) -> Mesh:
    r = radius_m
    outline = [
        (0.0, 0.12 * r), (0.22 * r, 0.02 * r), (0.45 * r, 0.04 * r), (0.78 * r, 0.4 * r), (0.98 * r, 0.95 * r),
        (0.92 * r, 1.4 * r), (0.66 * r, 1.72 * r), (0.36 * r, 1.76 * r), (0.12 * r, 1.6 * r), (0.0, 1.5 * r),
    ]  # fmt: skip
    stem = tube([(0, 0, 1.45 * r), (0.03 * r, 0, 1.75 * r), (0.12 * r, 0, 2.0 * r)], 0.0016, _STEM, sides=8)
    return join([lathe(rounded(rounded(outline, 0.02), 0.004), _PEEL, sides=40), stem])


def _citrus(radius_m: float, stretch: float, tip: float) -> Mesh:
    angle = np.linspace(-np.pi / 2, np.pi / 2, 25)
    radii = radius_m * np.cos(angle)
    heights = radius_m * stretch * (np.sin(angle) + tip * np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** 16)
    body = lathe(np.column_stack([radii, heights]), _RIND, sides=40)
    if stretch > 1.1:
        body = body.rotated(1, np.pi / 2)
    return body.moved(z_m=-float(body.vertices_m[:, 2].min()))


def _pear(radius_m: float) -> Mesh:
    r = radius_m
    outline = [
        (0.0, 0.06 * r), (0.3 * r, 0.0), (0.75 * r, 0.25 * r), (1.0 * r, 0.85 * r), (0.88 * r, 1.45 * r),
        (0.5 * r, 2.05 * r), (0.36 * r, 2.5 * r), (0.22 * r, 2.68 * r), (0.0, 2.66 * r),
    ]  # fmt: skip
    stem = tube([(0, 0, 2.6 * r), (0.04 * r, 0, 2.9 * r), (0.16 * r, 0, 3.2 * r)], 0.0016, _STEM, sides=8)
    return join([lathe(rounded(rounded(outline, 0.02), 0.004), _PEEL, sides=40), stem])


def _banana() -> Mesh:
    angle = np.linspace(-0.75, 0.75, 25)
    bend = 0.115
    path = np.column_stack([bend * np.sin(angle), bend * (np.cos(angle) - 0.9), np.zeros(25)])
    share = np.abs(angle) / 0.75
    radius = 0.0185 * np.clip(1.02 - 0.25 * share**2 - 0.62 * share**9, 0.12, 1)
    around = 2 * np.pi * (np.arange(20) + 0.5) / 20
    ridged = 1 + 0.035 * np.cos(5 * around)
    rings = []
    for k, at in enumerate(angle):
        out = np.array([np.sin(at), np.cos(at), 0.0])
        ring = radius[k] * ridged
        rings.append(
            path[k] + (ring * np.cos(around))[:, None] * out + (ring * np.sin(around))[:, None] * np.array([0, 0, 1.0])
        )
    body = loft(np.array(rings), _PEEL)
    ends = [
        tube([path[k], path[k] + 0.012 * sign * np.array([np.cos(angle[k]), -np.sin(angle[k]), 0])], 0.0035, _TIP,
             sides=10)
        for k, sign in ((0, -1), (-1, 1))
    ]  # fmt: skip
    whole = join([body, *ends])
    return whole.moved(z_m=-float(whole.vertices_m[:, 2].min()))


ROWS: tuple[Row, ...] = (
    thing("apple", "apple", (0.071, 0.071, 0.0735), partial(_apple, 0.037), FOOD,
          tints=tuple(srgb(code) for code in ("#a32018", "#b8392a", "#8fae3a", "#c9b04a", "#7d1616"))),
    thing("orange", "orange", (0.076, 0.076, 0.0737), partial(_citrus, 0.038, 0.97, 0.0), FOOD,
          tints=(srgb("#e07a12"), srgb("#d96a10"))),
    thing("lemon", "lemon", (0.0763, 0.054, 0.054), partial(_citrus, 0.027, 1.25, 0.13), FOOD,
          tints=(srgb("#e6c52b"), srgb("#d8bf3a"))),
    thing("pear", "pear", (0.0654, 0.0654, 0.1087), partial(_pear, 0.034), FOOD,
          tints=(srgb("#a9a83c"), srgb("#c2ad4a"), srgb("#8b9a3a"))),
    thing("banana", "banana", (0.1791, 0.0603, 0.0374), _banana, FOOD,
          tints=(srgb("#e2b92c"), srgb("#d9a927"), srgb("#c5b13a"))),
)  # fmt: skip
