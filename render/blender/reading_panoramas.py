"""A panorama as the inside of a ball that shines, by Blender's own readers of pictures.

Its light is even enough for path tracing by chance: what is brighter than `_MOST` times the mean, mostly the sun, is
dimmed to that, and what it was is told.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import Any

import bpy
import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.dataset.exr import encode_exr
from longtail.colour import REC_709
from longtail.render.blender.reading_models import RefusedModelError, first_line
from longtail.render.machine.model_request import ARRAYS, Asked
from longtail.scenes.assets.shapes.backdrops import RADIUS_M, inside_of_a_ball
from longtail.scenes.atmosphere.panorama import sky_seen
from longtail.scenes.geometry.pattern_materials import Panorama
from longtail.scenes.geometry.ready import Ready, arrays_of

_WIDEST_PX = 4096
# Of the picture for what it only lights: matt surfaces cannot tell more.
_LIGHT_PX = 64
_MOST = 60.0
_SUN_SHARE = 0.02
# Each takes most of a sun out of the mean that the next one goes by.
_ROUNDS = 6

Pixels = NDArray[np.float32]


def read_panorama(asked: Asked) -> dict[str, Any]:
    """Write the arrays of a ball with the picture; what else is to be known of it, as `read_model` has it."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    pixels = _pixels(asked.file)
    notes = []
    mean = _mean(pixels)
    if not 0 < mean < math.inf:
        raise RefusedModelError("expected a picture that shines, got one that is black, or holds no numbers")
    normal = pixels / np.float32(mean)
    dimmed = _dimmed(normal @ np.array(REC_709, np.float32))
    if (told := _sun(normal, dimmed)) is not None:
        notes.append(told)
    even = normal * dimmed[..., None]
    even /= np.float32(_mean(even))
    data = encode_exr(even.astype(np.float16))
    name = f"{hashlib.sha256(data).hexdigest()[:32]}.exr"
    small = encode_exr(cv2.resize(even, (_LIGHT_PX, _LIGHT_PX // 2), interpolation=cv2.INTER_AREA).astype(np.float16))
    light = f"{hashlib.sha256(small).hexdigest()[:32]}.exr"
    mesh = inside_of_a_ball(Panorama(name, RADIUS_M, light=light))
    np.savez(Path(asked.desk) / ARRAYS, **arrays_of(Ready(mesh, {name: data, light: small})))  # type: ignore[arg-type, unused-ignore]
    count = len(mesh.triangles)
    kept = even.astype(np.float64) @ np.array(REC_709)
    # Below are houses and trees.
    high = even[: max(len(even) * 70 // 180, 1)].astype(np.float64).mean(axis=1)
    red, _, blue = (high * _solid(len(even))[: len(high), None]).sum(axis=0)
    sky = sky_seen(kept, kept * (1 / dimmed - 1), float(red / max(blue, 1e-9)))
    return {
        "before": count, "triangles": count, "names": ["panorama"], "missing": [], "notes": notes,
        "sky": None if sky is None else sky.model_dump(),
    }  # fmt: skip


def _pixels(file: str) -> Pixels:
    """The picture (H, W, 3), linear, its top first."""
    try:
        image = bpy.data.images.load(file)
        width, height = image.size
        if not width == 2 * height > 0:
            raise RefusedModelError("expected a picture that can be read, got a damaged one")
        rgba = np.empty(width * height * image.channels, dtype=np.float32)
        image.pixels.foreach_get(rgba)
    except RuntimeError as error:
        raise RefusedModelError(f"expected a picture that can be read, got: {first_line(error)}") from error
    channels = image.channels
    bpy.data.images.remove(image)
    grid = rgba.reshape(height, width, channels)[::-1]
    rgb = grid[..., :3] if channels >= 3 else np.repeat(grid[..., :1], 3, axis=2)
    if width > _WIDEST_PX:
        rgb = cv2.resize(np.ascontiguousarray(rgb), (_WIDEST_PX, _WIDEST_PX // 2), interpolation=cv2.INTER_AREA)
    return np.maximum(np.nan_to_num(rgb, nan=0.0, posinf=6e4, neginf=0.0), 0.0)


def _mean(pixels: Pixels) -> float:
    """The mean luminance over all directions: rows near the poles hold less of them."""
    rows = (pixels.astype(np.float64).mean(axis=1)) @ np.array(REC_709)
    return float((rows * _solid(len(rows))).sum())


def _solid(rows: int) -> NDArray[np.float64]:
    """The share of all directions that each row has."""
    edges = np.cos(np.linspace(0, np.pi, rows + 1))
    shares: NDArray[np.float64] = (edges[:-1] - edges[1:]) / 2
    return shares


def _dimmed(luminance: Pixels) -> Pixels:
    """What pixels are multiplied with (H, W) so that none is brighter than `_MOST` times the mean of what is left."""
    most = math.inf
    for _ in range(_ROUNDS):
        most = _MOST * float((np.minimum(luminance, most).mean(axis=1) * _solid(len(luminance))).sum())
    return np.minimum(1.0, most / np.maximum(luminance, 1e-9)).astype(np.float32)


def _sun(normal: Pixels, dimmed: Pixels) -> str | None:
    """What is to be said of light that is dimmed; None where that is hardly any."""
    luminance = normal.astype(np.float64) @ np.array(REC_709)
    lost = luminance * (1 - dimmed) * (_solid(len(normal))[:, None] / normal.shape[1])
    share = float(lost.sum())
    if share < _SUN_SHARE:
        return None
    row = int(np.argmax(lost)) // lost.shape[1]
    elevation = 90 - 180 * (row + 0.5) / normal.shape[0]
    return f"its sun, at {elevation:.0f} degrees, is dimmed: {share:.0%} of its light, which lamps have to give"
