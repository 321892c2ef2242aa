"""What a tornado carries: planks, metal, branches and leaves in the street, and a swarm around the funnel's foot."""

from __future__ import annotations

import numpy as np

from longtail.render.particles.shapes import bag, branch, leaf, metal, paper, plank
from longtail.render.particles.sprites import tumble
from longtail.render.particles.strokes import moving, paint
from longtail.render.particles.surroundings import Surroundings
from longtail.render.particles.view import Array, Points
from longtail.render.particles.volume import Shell
from longtail.render.particles.wind import density_1_m3
from longtail.scenes.weather.tornado import Tornado

_NEAR_M, _FAR_M, _HEIGHT_M = 6.0, 90.0, 14.0
_MOST, _SWARM = 240, 900
_SHARES = {leaf: 0.56, branch: 0.14, paper: 0.12, plank: 0.1, metal: 0.05, bag: 0.03}
_HEAVY, _LIFTS_M_S = (branch, plank, metal), 18.0
_SPIN_RAD_S = 9.0
# Heavier things are fewer than the leaves of the same wind (our estimate).
_LOOSE = 0.5
# Wind at the funnel's edge, in the middle of EF2 (Enhanced Fujita scale, 50 to 60 m/s); outside it falls off as 1/r
# (Rankine's vortex), and inflow makes up about a third of it.
_EDGE_M_S, _INFLOW = 55.0, 0.35


def debris(picture: Array, place: Surroundings, tornado: Tornado, rng: np.random.Generator) -> Array:
    """`picture` with what the scene's tornado carries."""
    eye = place.view.position_m
    foot = np.array([*tornado.foot_m((float(eye[0]), float(eye[1]))), 0.0])
    return _street(_swarm(picture, place, tornado, foot, rng), place, tornado, foot, rng)


def velocity_m_s(places_m: Points, foot_m: Points, width_m: float) -> Points:
    """The wind (N, 3) at world places (N, 3) around a cyclonic vortex that stands at `foot_m`."""
    outward = places_m - foot_m
    outward[:, 2] = 0.0
    radius = np.maximum(np.linalg.norm(outward, axis=1), 1e-3)[:, None]
    edge = width_m / 2
    speed = _EDGE_M_S * np.minimum(radius / edge, edge / radius)
    outward = outward / radius
    around = np.column_stack([-outward[:, 1], outward[:, 0], np.zeros(len(outward))])
    rising = np.array([0.0, 0.0, 0.25]) * np.exp(-((radius / edge - 1) ** 2))
    return np.asarray(speed * (around - _INFLOW * outward + rising))


def _swarm(picture: Array, place: Surroundings, tornado: Tornado, foot: Points, rng: np.random.Generator) -> Array:
    """Pieces of a few decimetres to metres around the foot, most of them low."""
    view = place.view
    count = int(rng.poisson(_SWARM * (0.3 + 0.7 * tornado.dust)))
    angle = rng.uniform(0, 2 * np.pi, count)
    height = rng.exponential(0.5 * tornado.width_m, count)
    # The swarm widens upwards, as what is thrown out of the vortex rises.
    radius = tornado.width_m * (0.35 + 0.25 * np.abs(rng.normal(size=count))) + 0.35 * height
    spots = foot + np.column_stack([radius * np.cos(angle), radius * np.sin(angle), height])
    size_m = np.minimum(rng.lognormal(np.log(0.4), 0.6, count), 2.5)
    wind = velocity_m_s(spots, foot, tornado.width_m) - np.array(place.scene.velocity_m_s)
    middle = view.to_camera(spots)
    ahead = middle[:, 2] > _FAR_M
    middle, wind, size_m = middle[ahead], wind[ahead], size_m[ahead]
    shade = 0.25 * place.sky * rng.uniform(0.3, 1.2, (len(middle), 1))
    pieces = moving(view, middle, wind @ view.camera_from_world.T, size_m, shade, 0.85 * place.kept(middle[:, 2]))
    return paint(picture, view.depth_m, pieces)


def _street(picture: Array, place: Surroundings, tornado: Tornado, foot: Points, rng: np.random.Generator) -> Array:
    """Single things between the houses, the more of them the nearer the funnel."""
    view = place.view
    shell = Shell(view, _NEAR_M, _FAR_M, 1.0)
    speed = float(np.linalg.norm(velocity_m_s(view.position_m[None], foot, tornado.width_m))) + 6.0
    spots = shell.places(int(rng.poisson(min(density_1_m3(speed) * _LOOSE * shell.volume_m3, 40_000))), rng)
    world = view.to_world(spots)
    low = (world[:, 2] > 0.05) & (rng.random(len(spots)) < np.exp(-np.maximum(world[:, 2], 0) / _HEIGHT_M))
    spots, world = spots[low][:_MOST], world[low][:_MOST]
    kinds = list(_SHARES)
    # It takes a gale to lift what is heavy, and twice that to keep it in the air.
    lifted = min(max((speed - _LIFTS_M_S) / _LIFTS_M_S, 0.0), 1.0)
    shares = np.array([share * (lifted if kind in _HEAVY else 1.0) for kind, share in _SHARES.items()])
    shapes = [kinds[int(kind)](rng) for kind in rng.choice(len(kinds), len(spots), p=shares / shares.sum())]
    wind = velocity_m_s(world, foot, tornado.width_m) * rng.uniform(0.4, 1.0, (len(spots), 1))
    wind += rng.normal(0.0, 3.0, wind.shape) - np.array(place.scene.velocity_m_s)
    return tumble(picture, place, shapes, spots, wind @ view.camera_from_world.T, _SPIN_RAD_S, rng)
