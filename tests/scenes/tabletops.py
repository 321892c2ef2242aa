"""Tabletops of things that are cut into convex parts in no time, and independent ways to look at them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.scenes.assets import FAMILIES
from longtail.scenes.assets.asset import Asset
from longtail.scenes.composing import scene_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.resolving import resolve
from longtail.scenes.scene import Scene

_SIMPLE = ("block", "box", "parcel", "book", "paperback", "nut", "pebble", "wedge", "ball", "pendant", "stopper")


@cache
def simple_assets() -> dict[str, Asset]:
    """Household things of few convex parts."""
    household = FAMILIES["household"]
    return {asset.name: asset for asset in household if asset.name.partition("/")[2].startswith(_SIMPLE)}


def tabletop(frames: int = 8, seed: int = 0, **settings: Any) -> Config:
    """A config of the scenario; `camera__mount` stands for camera.mount."""
    asked = {path.replace("__", "."): value for path, value in settings.items()}
    return resolve({"scenario": "tabletop", "seed": seed, "frames": frames, "assets.packs": False, **asked})


def composed(index: int = 0, seed: int = 0, **settings: Any) -> Scene:
    return scene_of(tabletop(index + 1, seed, **settings), index, simple_assets())


def rasterised(camera: Camera, corners_m: NDArray[np.float64], triangles: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Pixels (H, W) whose centres lie within the picture of a triangle, by edge functions (Pineda, "A parallel
    algorithm for polygon rasterization", 1988), of world corners (V, 3) before a pinhole camera."""
    width, height = camera.size_px
    local = camera.world_from_camera.inverse().points(corners_m)
    focal, centre = (camera.lens.fx_px, camera.lens.fy_px), (camera.lens.cx_px, camera.lens.cy_px)
    uv = local[:, :2] / local[:, 2:] * focal + centre
    mask = np.zeros((height, width), dtype=np.bool_)
    for a, b, c in uv[triangles]:
        low = np.floor(np.min([a, b, c], axis=0)).astype(int).clip(0, (width, height))
        high = np.ceil(np.max([a, b, c], axis=0)).astype(int).clip(0, (width, height))
        if (low >= high).any():
            continue
        x, y = np.meshgrid(np.arange(low[0], high[0]) + 0.5, np.arange(low[1], high[1]) + 0.5)
        sides = [(q[0] - p[0]) * (y - p[1]) - (q[1] - p[1]) * (x - p[0]) for p, q in ((a, b), (b, c), (c, a))]
        inside = np.all([s >= 0 for s in sides], axis=0) | np.all([s <= 0 for s in sides], axis=0)
        mask[low[1] : high[1], low[0] : high[0]] |= inside
    return mask
