"""Balconies: slabs with iron railings, glass or solid parapets, stuck to the facade x = 0."""

from __future__ import annotations

from typing import Literal

import numpy as np

from longtail.scenes.assets.buildings.planes import Array, boxes
from longtail.scenes.geometry.materials import Glass, Material, Principled, srgb
from longtail.scenes.geometry.mesh import Mesh, join

Railing = Literal["iron", "glass", "panel"]
IRON = Principled(srgb("#1d1e20"), roughness=0.5)
STEEL = Principled(srgb("#9a9da0"), roughness=0.35, metallic=0.8)


def balconies(
    spans: Array,
    reach_m: float,
    slab: Material,
    railing: Railing,
    *,
    panel: Material | None = None,
    slab_m: float = 0.16,
) -> Mesh:
    """Balconies on floors at `spans` (N, 3) of (y0, y1, floor height); the slab hangs below its floor."""
    y0, y1, z = spans.T
    zero, reach = np.zeros(len(spans)), np.full(len(spans), reach_m)
    parts = [boxes(np.stack([zero, y0, z - slab_m], 1), np.stack([reach, y1, z], 1), slab, skip=("back",))]
    parts.append(railings(spans, 0.0, reach_m, railing, panel=panel))
    return join(parts)


def railings(
    spans: Array,
    back_m: float,
    front_m: float,
    railing: Railing,
    *,
    panel: Material | None = None,
    height_m: float = 1.0,
) -> Mesh:
    """Railings along the front and, if `back_m` lies behind the front, along both ends of `spans` (N, 3)."""
    y0, y1, z = spans.T
    front = np.full(len(spans), front_m - 0.03)
    runs = [(front, y0 + 0.03, front, y1 - 0.03)]
    if front_m - back_m > 0.2:
        back = np.full(len(spans), back_m + 0.01)
        runs += [(back, y0 + 0.03, front, y0 + 0.03), (back, y1 - 0.03, front, y1 - 0.03)]
    parts: list[Mesh] = []
    for xa, ya, xb, yb in runs:
        low, high = np.stack([xa, ya, z], axis=1), np.stack([xb, yb, z], axis=1)
        parts += _run(low, high, railing, panel, height_m)
    return join(parts)


def _run(low: Array, high: Array, railing: Railing, panel: Material | None, height_m: float) -> list[Mesh]:
    """Railings over straight runs between points (N, 3), which run along X or Y."""
    metal = IRON if railing == "iron" else STEEL
    pad = np.array([0.02, 0.02, 0.0])
    rail = boxes(low - pad + [0, 0, height_m - 0.05], high + pad + [0, 0, height_m], metal)
    if railing == "iron":
        feet = []
        for a, b in zip(low, high, strict=True):
            count = max(2, int(np.linalg.norm(b - a) / 0.13))
            feet.append(a + (b - a) * ((np.arange(count) + 0.5) / count)[:, None])
        bars = np.concatenate(feet)
        thin = np.array([0.009, 0.009, 0.0])
        foot = boxes(low - pad * 0.6 + [0, 0, 0.08], high + pad * 0.6 + [0, 0, 0.11], metal)
        stakes = boxes(bars - thin + [0, 0, 0.11], bars + thin + [0, 0, height_m - 0.05], metal, skip=("top", "bottom"))
        return [rail, foot, stakes]
    fill = Glass() if railing == "glass" else panel or Principled(srgb("#d8d5cc"), roughness=0.7)
    thin = np.array([0.012, 0.012, 0.0])
    return [rail, boxes(low - thin + [0, 0, 0.07], high + thin + [0, 0, height_m - 0.05], fill)]
