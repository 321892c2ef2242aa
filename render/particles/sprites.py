"""Flat things that tumble through the air: leaves, paper, bags, planks; drawn as polygons with motion blur.

They cast no shadow, and they are lit as a whole: by the sky on the side that faces up, by the street on the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from longtail.render.particles.surroundings import Surroundings
from longtail.render.particles.view import Array, Points
from longtail.scenes.geometry.materials import Rgb

# Moments of the exposure that are drawn; more where the path is long.
_FEWEST, _MOST = 4, 24
_SUBPIXEL_BITS = 4
_FINE = 2


@dataclass(frozen=True, eq=False)
class Shape:
    """A sheet of matter: its `outline_m` (K, 3) around its middle, its colour, and the share of light it keeps back."""

    outline_m: Points
    albedo_rgb: Rgb
    opacity: float = 1.0


def tumble(
    picture: Array,
    place: Surroundings,
    shapes: list[Shape],
    places_m: Points,
    velocity_m_s: Points,
    spin_rad_s: float,
    rng: np.random.Generator,
) -> Array:
    """`picture` with `shapes` at `places_m` (N, 3), half-way through the exposure, in the camera frame.

    Each is turned at random, spins about a random axis at about `spin_rad_s`, and moves by `velocity_m_s` (N, 3)
    relative to the camera. Farther ones are painted first.
    """
    turns, axes = rng.normal(size=(len(shapes), 4)), rng.normal(size=(len(shapes), 3))
    spins = spin_rad_s * rng.uniform(0.3, 1.5, len(shapes))
    if not shapes:
        return picture
    light = place.around(places_m)
    beams = place.headlights_klx(places_m) / (2 * np.pi)
    kept = place.kept(np.abs(places_m[:, 2]))
    result = picture.copy()
    for i in np.argsort(-places_m[:, 2]):
        turn = _rotation(turns[i])
        body = shapes[i].outline_m @ turn.T
        facing = abs(float(turn[:, 2] @ place.view.camera_from_world[:, 2]))
        # A sheet that lies level shows half of what falls from the sky, one on edge sees sky and street alike.
        lit = (0.25 + 0.3 * facing) * place.sky + (0.75 - 0.3 * facing) * light[i] + beams[i]
        spin = spins[i] * axes[i] / max(float(np.linalg.norm(axes[i])), 1e-6)
        opacity = shapes[i].opacity * float(kept[i])
        _draw(result, place, body, places_m[i], velocity_m_s[i], spin, lit * shapes[i].albedo_rgb, opacity)
    return result


def _draw(
    result: Array,
    place: Surroundings,
    body: Points,
    middle: Points,
    velocity: Points,
    spin: Points,
    colour: Points,
    opacity: float,
) -> None:
    view = place.view
    width, height = view.camera.size_px
    path_px = float(np.linalg.norm(velocity[:2])) * view.shutter_s * view.focal_px / max(float(middle[2]), 0.1)
    moments = int(np.clip(path_px / 2, _FEWEST, _MOST))
    times = ((np.arange(moments) + 0.5) / moments - 0.5) * view.shutter_s
    turned = body[None] + times[:, None, None] * np.cross(spin, body)[None]
    points = middle + times[:, None, None] * velocity + turned
    if points[..., 2].min() < 0.15:
        return
    pixels = view.camera.lens.project(points)
    if not np.isfinite(pixels).all():
        return
    low, high = np.floor(pixels.min(axis=(0, 1))) - 2, np.ceil(pixels.max(axis=(0, 1))) + 2
    left, top = (int(v) for v in np.clip(low, 0, [width, height]))
    right, bottom = (int(v) for v in np.clip(high, 0, [width, height]))
    if right <= left or bottom <= top:
        return
    shape = ((bottom - top) * _FINE, (right - left) * _FINE)
    summed = np.zeros(shape, dtype=np.float32)
    corners = np.rint((pixels - [left, top]) * _FINE * (1 << _SUBPIXEL_BITS)).astype(np.int32)
    # Twice as fine as the picture: OpenCV draws the rim of a polygon a pixel wide, which would fatten small ones.
    for moment in corners:
        mask = np.zeros(shape, dtype=np.uint8)
        cv2.fillPoly(mask, [moment - (_FINE << _SUBPIXEL_BITS) // 4], (255,), cv2.LINE_AA, _SUBPIXEL_BITS)
        summed += mask
    cover = cv2.resize(summed, (right - left, bottom - top), interpolation=cv2.INTER_AREA) * (opacity / (255 * moments))
    cover[view.depth_m[top:bottom, left:right] < middle[2]] = 0
    patch = result[top:bottom, left:right]
    patch += cover[..., None] * (colour.astype(np.float32) - patch)


def _rotation(quaternion: Points) -> Points:
    w, x, y, z = quaternion / np.linalg.norm(quaternion)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )
