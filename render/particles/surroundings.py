"""What lights a body in the air: the sky, the street around it, lamps, and the headlights of the car it meets."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from longtail.annotate.camera import in_image_circle
from longtail.colour import REC_709
from longtail.render.particles.gusts import STILL, Gusts
from longtail.render.particles.view import Array, Points, View
from longtail.scenes.atmosphere.air import extinction
from longtail.scenes.lamps.headlamps import dipped_cd, main_cd
from longtail.scenes.scene import Scene

_BEAMS_CD = {"dipped": dipped_cd, "main": main_cd}
_HEAD_RGB = np.array([1.0, 0.94, 0.86])
# What a drop sends back per steradian of the light that hits its disc: twice (extinction counts what is bent around it)
# over the lidar ratio of water drops, 18.8 sr (O'Connor et al., J. Atmospheric and Oceanic Technology 21, 2004).
_BACK_1_SR = 2 / 18.8
# The share of the picture's width over which a body in the air sees its surroundings, and a bound for lamps in it.
_BLUR = 0.03
_BRIGHTEST = 40.0


@dataclass(frozen=True, eq=False)
class Surroundings:
    """The finished picture without particles, its view, and its scene.

    `air` gives a clip's stream of what drifts on from moment to moment, by its name; None in a picture by itself. All
    that flies shares the `gusts`.
    """

    radiance: Array
    view: View
    scene: Scene
    air: Callable[[str], np.random.Generator] | None = None
    gusts: Gusts = STILL

    @cached_property
    def sky(self) -> Points:
        """Mean radiance (3,) of the sky over the street, E / pi, coloured as the sky in the picture if it shows."""
        level = self.scene.light.horizontal_lux / 1000 / math.pi
        seen = np.isinf(self.view.depth_m) & in_image_circle(self.view.camera.lens)
        if seen.mean() < 0.005:
            return np.full(3, level)
        colour = np.minimum(self.radiance[seen], 50 * max(level, 1e-6)).mean(axis=0, dtype=np.float64)
        mean = float(colour @ REC_709)
        return np.asarray(level * (0.5 + 0.5 * colour / max(mean, 1e-9)))

    @cached_property
    def _around(self) -> Array:
        """The picture blurred as widely as a body in the air sees it, (h, w, 3) at an eighth of the size."""
        height, width = self.radiance.shape[:2]
        small = cv2.resize(self.radiance, (max(width // 8, 8), max(height // 8, 6)), interpolation=cv2.INTER_AREA)
        bound = _BRIGHTEST * max(float(np.mean(np.minimum(small, np.percentile(small, 95)))), 1e-6)
        small = np.minimum(small, np.float32(bound))
        sigma = _BLUR * small.shape[1]
        near = cv2.GaussianBlur(small, (0, 0), sigma)
        wide = cv2.GaussianBlur(small, (0, 0), 4 * sigma)
        return np.asarray(0.5 * near + 0.5 * wide, dtype=np.float32)

    @property
    def mean(self) -> Points:
        """Radiance (3,) that the picture has on average, lamps bounded."""
        return np.asarray(self._around.mean(axis=(0, 1), dtype=np.float64))

    def around(self, places_m: Points) -> Points:
        """Radiance (N, 3) of the street around bodies at `places_m` (N, 3) in the camera frame."""
        if not len(places_m):
            return np.zeros((0, 3))
        return self._looked_up(self._around, places_m)

    def lit_ground(self, places_m: Points, times: float) -> Points:
        """What bounds bodies on the ground at `places_m`: `times` the radiance (N, 3) of the ground there.

        It keeps bodies dark that lie in the shadow under a car.
        """
        return times * self._looked_up(np.asarray(cv2.blur(self.radiance, (3, 3)), dtype=np.float32), places_m)

    def _looked_up(self, field: Array, places_m: Points) -> Points:
        pixels = np.nan_to_num(self.view.camera.lens.project(places_m), nan=0.0)
        width, height = self.view.camera.size_px
        column = np.clip(pixels[:, 0] / width * field.shape[1], 0, field.shape[1] - 1).astype(int)
        row = np.clip(pixels[:, 1] / height * field.shape[0], 0, field.shape[0] - 1).astype(int)
        return np.asarray(field[row, column], dtype=np.float64)

    def headlights_klx(self, places_m: Points) -> Points:
        """Illuminance (N, 3) by the carrier's headlights at `places_m` (N, 3) in the camera frame, by colour."""
        total, carrier = np.zeros(len(places_m)), self.scene.carrier
        if carrier is None or carrier.beam is None:
            return np.zeros((len(places_m), 3))
        places = carrier.world_from_carrier.inverse().points(self.view.to_world(places_m))
        beam = _BEAMS_CD[carrier.beam]
        for lamp in carrier.lamps:
            ahead, left, rise = (places - lamp.position_m).T
            flat = np.hypot(ahead, left)
            right_deg, up_deg = np.degrees(np.arctan2(-left, ahead)), np.degrees(np.arctan2(rise, flat))
            total += beam(right_deg, up_deg) / np.maximum(flat**2 + rise**2, 0.25) / 1000
        return np.asarray(total[:, None] * _HEAD_RGB)

    def kept(self, depth_m: Points) -> Points:
        """Share (N,) of a body's contrast that the haze before it leaves (Koschmieder)."""
        return np.asarray(np.exp(-extinction(self.scene.weather.visibility_m) * depth_m))

    def white(self, places_m: Points, albedo: float = 0.9) -> Points:
        """Radiance (N, 3) of white diffusing bodies, as flakes and stones are: lit by sky, street and beams.

        A small sphere's mean illuminance in diffuse light is that of its two halves; between houses each half sees sky
        and street.
        """
        diffuse = 0.45 * self.sky + 0.55 * self.around(places_m)
        return np.asarray(albedo * (diffuse + self.headlights_klx(places_m) / (2 * math.pi)))

    def water(self, places_m: Points) -> Points:
        """Radiance (N, 3) of drops: they show the sky and the street of a field of 165 degrees (Garg & Nayar, "Vision
        and Rain", IJCV 75, 2007), and send a little of the beams back."""
        return np.asarray(0.5 * self.sky + 0.5 * self.around(places_m) + _BACK_1_SR * self.headlights_klx(places_m))
