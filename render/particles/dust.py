"""Wind-borne dust: drifting veils of denser dust near the ground, and grains of sand."""

from __future__ import annotations

import math
from itertools import pairwise

import cv2
import numpy as np

from longtail.render.particles.eddies import Eddies
from longtail.render.particles.ground import up
from longtail.render.particles.motion import falling
from longtail.render.particles.strokes import moving, paint
from longtail.render.particles.surroundings import Surroundings
from longtail.render.particles.turbulence import turbulence
from longtail.render.particles.view import Array
from longtail.render.particles.volume import Shell, Sizes
from longtail.scenes.atmosphere.air import extinction
from longtail.scenes.weather import Dust

# Curtains at these depths, each with eddies of about its own size, denser near the ground.
_VEILS_M = (5.0, 12.0, 28.0, 65.0, 150.0)
_EDDY_M, _HEIGHT_M, _STRETCH = 3.0, 2.2, 2.5
# Curtains have no fine detail: they are worked out at a quarter of the picture's size.
_COARSE = 4
# How far the density of a curtain swings around its mean (our estimate, by footage of haboobs).
_SWING = 1.1
# Sand leaps below a metre or so and is blown up by gusts: grains of 0.2 to 1 mm, few enough to be seen one by one.
_GRAINS = Sizes(900.0, 5.0, 0.3, 1.2)
_GRAINS_FAR_M = 4.0


def dust(picture: Array, place: Surroundings, weather: Dust, rng: np.random.Generator) -> Array:
    """`picture` behind the veils and grains of the scene's dust storm."""
    return _grains(_veils(picture, place, weather, rng), place, weather, rng)


def _veils(picture: Array, place: Surroundings, weather: Dust, rng: np.random.Generator) -> Array:
    view = place.view
    level = place.scene.light.horizontal_lux / 1000 / math.pi
    # By night the dust shows what lamps send into it.
    colour = (np.maximum(level, 0.5 * place.mean) * np.array(weather.colour_rgb)).astype(np.float32)
    height, width = view.depth_m.shape
    small = (max(width // _COARSE, 8), max(height // _COARSE, 8))
    focal_px = view.focal_px / _COARSE
    # How far the line of sight of each pixel of the coarse fields rises per metre of depth.
    column, row = np.meshgrid(
        (np.arange(small[0]) + 0.5) * width / small[0], (np.arange(small[1]) + 0.5) * height / small[1]
    )
    rays = view.camera.lens.rays(np.stack([column, row], axis=-1))
    rise = (rays @ up(view)) / np.maximum(rays[..., 2], 1e-3)
    eye = float(view.position_m[2])
    density = extinction(weather.visibility_m)
    through = np.ones((height, width), dtype=np.float32)
    air = None if place.air is None else place.air("particles.dust, veils")
    for near, far in pairwise((2.0, *_VEILS_M)):
        scale = (far / _VEILS_M[1]) ** 0.5
        if air is None:
            swing = 2 * turbulence(*small, max(_EDDY_M * scale * focal_px / far, 3.0), rng, _STRETCH) - 1
        else:
            # What drifts by where the curtain is: the wind carries it on from moment to moment.
            eddies = Eddies((_EDDY_M * scale * _STRETCH, _EDDY_M * scale * _STRETCH, _EDDY_M * scale), air)
            at = view.to_world((rays / np.maximum(rays[..., 2:], 1e-3) * far).reshape(-1, 3)).reshape(rays.shape)
            swing = 2 * eddies.at(at, np.array(place.scene.wind_m_s) * place.scene.time_s) - 1
        low = np.exp(-np.maximum(eye + rise * far, 0) / (_HEIGHT_M * scale))
        depth = density * (far - near) * math.exp(-density * near) * _SWING * np.clip(2.2 * swing + 0.15, 0, 1.5)
        veil = cv2.resize((depth * (0.25 + low)).astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
        # Only the part of the curtain before the surface counts.
        through *= np.exp(-veil * np.clip((view.depth_m - near) / (far - near), 0, 1))
    return np.asarray(picture + (colour - picture) * (1 - through[..., None]), dtype=np.float32)


def _grains(picture: Array, place: Surroundings, weather: Dust, rng: np.random.Generator) -> Array:
    view = place.view
    shell = Shell(view, 0.4, _GRAINS_FAR_M, 0.4)
    share = min(100.0 / weather.visibility_m, 2.0)
    count = int(rng.poisson(min(_GRAINS.density_1_m3() * shell.volume_m3 * share, 6000)))
    places = shell.places(count, rng)
    size_m = _GRAINS.draw(count, _GRAINS.least_mm, rng) / 1000
    velocity = falling(place, places, np.full(count, 1.0), 0.2, rng)
    colour = place.white(places, 0.5) * np.array(weather.colour_rgb)
    return paint(picture, view.depth_m, moving(view, places, velocity, size_m, colour))
