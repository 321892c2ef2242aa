"""Raindrops on the glass: small wide-angle lenses, out of focus, that turn what lies behind them upside down."""

from __future__ import annotations

import cv2
import numpy as np

from longtail.render.soiling.drop_shapes import RUNNING_STRETCH, Points, draw_shapes
from longtail.render.soiling.glass import Array, Glass, Layer, Rng, ambient, fitted, times
from longtail.render.soiling.running import run_down, runs_of
from longtail.render.soiling.water import COARSE, FINE, Canvas, Track, caps, trail
from longtail.scenes.camera.soiling import Soiling

# Light that reaches the camera by reflections inside a drop: a share of what falls onto it.
_INSIDE = 0.08
_DISPLACED = 0.02
_MAP_PX = 1024


def drops(radiance: Array, soiling: Soiling, glass: Glass, rng: Rng) -> Layer:
    """`radiance` behind the drops of `soiling`."""
    shapes = draw_shapes(soiling, glass, rng)
    canvas = Canvas.blank(glass)
    tracks = {
        int(number): Track.drawn(shapes, int(number), rng)
        for number in np.flatnonzero(shapes.stretch > RUNNING_STRETCH)
    }
    runs = runs_of(tracks, shapes, glass, rng)
    shapes = run_down(shapes, runs, glass.time_s)
    for number, track in tracks.items():
        trail(canvas, glass, shapes, number, track)
    caps(canvas, glass, shapes)
    seen = glass.focused(_seen_through(radiance, canvas, glass))
    kept = np.clip(1 - glass.focused(canvas.cover), 0.0, 1.0)
    shift = np.hypot(canvas.shift_x, canvas.shift_y)
    strayed = glass.focused(np.where(shift > _DISPLACED * glass.size_px[0], canvas.cover, np.float32(0.0)))
    return Layer(times(radiance, kept) + seen, np.clip(1 - strayed, 0.0, 1.0))


def _seen_through(radiance: Array, canvas: Canvas, glass: Glass) -> Array:
    """(H, W, 3) light that comes through the water, times its cover.

    Drops see more than the picture holds: beyond its sides the picture goes on mirrored, above and below it as at its
    borders.
    """
    width, height = glass.size_px
    row, column = np.nonzero(canvas.cover)
    at_x = np.abs(column + np.float32(0.5) + canvas.shift_x[row, column])
    at_x = width - np.abs(width - np.minimum(at_x, 2 * width - 1))
    at_y = np.clip(row + np.float32(0.5) + canvas.shift_y[row, column], 0, height)
    fine, coarse = (_sampled(radiance, shrink, at_x, at_y) for shrink in (FINE, COARSE))
    seen = fine + (coarse - fine) * canvas.coarse[row, column, None]
    cover = canvas.cover[row, column, None]
    passed = canvas.passes[row, column, None] * cover
    result = np.zeros_like(radiance)
    result[row, column] = seen * passed + (cover - passed) * np.float32(_INSIDE) * ambient(radiance, glass.fx_px)
    return result


def _sampled(radiance: Array, shrink: int, at_x: Points, at_y: Points) -> Array:
    """`radiance` (H, W, 3) at `at_x`, `at_y` (N,) in pixels, averaged over squares of `shrink` pixels: (N, 3)."""
    height, width = radiance.shape[:2]
    small = fitted(radiance, (max(2, width // shrink), max(2, height // shrink)))
    # OpenCV's maps have two dimensions, and neither may be long.
    maps = np.zeros((2, -(-len(at_x) // _MAP_PX) * _MAP_PX), dtype=np.float32)
    maps[0, : len(at_x)] = at_x * (small.shape[1] / width) - 0.5
    maps[1, : len(at_x)] = at_y * (small.shape[0] / height) - 0.5
    if not maps.size:
        return np.zeros((0, 3), dtype=np.float32)
    x, y = maps.reshape(2, -1, _MAP_PX)
    seen = cv2.remap(small, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen.reshape(-1, 3)[: len(at_x)], dtype=np.float32)
