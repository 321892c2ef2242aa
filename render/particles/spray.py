"""Spray that tyres throw up from a wet road: plumes behind the wheels of what drives."""

from __future__ import annotations

import numpy as np

from longtail.annotate.labels.frame import SceneObject
from longtail.render.particles.strokes import Strokes, joined, moving, paint
from longtail.render.particles.surroundings import Surroundings
from longtail.render.particles.turbulence import turbulence
from longtail.render.particles.view import Array, Points
from longtail.scenes.scene import Scene

_SLOWEST_M_S, _USUAL_M_S = 4.0, 14.0
# Puffs per wheel track, how long a plume hangs before it has fallen or thinned out, and its opacity at 14 m/s in a
# downpour; trucks, with more and wider tyres, throw more (our estimates, by dash-camera pictures).
_PUFFS, HANGS_S, _OPACITY = 14, 0.45, 0.13
MORE = {"truck": 2.0, "bus": 1.6, "van": 1.2, "motorcycle": 0.4, "bicycle": 0.0}
_FAR_M = 90.0
_WETTEST_MM_H = 15.0


def spray(picture: Array, place: Surroundings, rng: np.random.Generator) -> Array:
    """`picture` with the spray of all that drives through the wet."""
    wet = wet_of(place.scene)
    if not wet:
        return picture
    plumes = [_plume(item, wet, place, rng) for item in place.view.objects if throws(item)]
    plumes = [plume for plume in plumes if len(plume)]
    if not plumes:
        return picture
    height, width = place.view.depth_m.shape
    ragged = 2 * turbulence(width, height, width / 12, rng)
    return paint(picture, place.view.depth_m, joined(plumes), np.minimum(ragged * ragged, np.float32(1.6)))


def wet_of(scene: Scene) -> float:
    """0..1, how much water there is on the road to be lifted; 0 where it is merely damp."""
    weather = scene.weather
    rain_mm_h = weather.rates_mm_h.get("rain", 0.0)
    wet = weather.wetness * (0.3 + 0.7 * min(rain_mm_h / _WETTEST_MM_H, 1.0) if rain_mm_h else 0.2)
    return wet if weather.wetness >= 0.6 else 0.0


def strength(speed_m_s: float, wet: float) -> float:
    """0..1: what a tyre lifts grows with the square of its speed, and with the water on the road (`wet` 0..1)."""
    return wet * min((max(speed_m_s - _SLOWEST_M_S, 0.0) / (_USUAL_M_S - _SLOWEST_M_S)) ** 2, 1.5)


def throws(item: SceneObject) -> bool:
    """Whether it drives fast enough on wheels that lift water."""
    speed = item.attributes.get("speed_m_s", 0.0)
    vehicle = item.kind.supercategory == "vehicle" and MORE.get(item.category, 1.0) > 0
    return vehicle and isinstance(speed, float | int) and float(speed) > _SLOWEST_M_S


def _plume(item: SceneObject, wet: float, place: Surroundings, rng: np.random.Generator) -> Strokes:
    view = place.view
    speed = float(item.attributes["speed_m_s"])
    power = strength(speed, wet) * MORE.get(item.category, 1.0)
    length, width = item.box_size_m[0], item.box_size_m[1]
    tracks = np.repeat([-1.0, 1.0], _PUFFS) * max(width / 2 - 0.15, 0.0)
    behind = rng.exponential(HANGS_S * speed / 2, 2 * _PUFFS)
    # Front wheels throw to the side, rear ones behind: every third puff comes from the front.
    axle = np.where(np.arange(2 * _PUFFS) % 3 == 0, 0.3 * length, -0.33 * length)
    size = 0.22 + 0.13 * behind
    spots = np.column_stack(
        [
            axle - behind,
            tracks * (1 + 0.04 * behind) + rng.normal(0.0, 0.08 + 0.05 * behind),
            np.abs(rng.normal(0.1 + 0.05 * behind, 0.1 + 0.06 * behind)),
        ]
    )
    middle: Points = view.to_camera(item.world_from_object.points(spots))
    middle, size, behind = _near(middle, size, behind)
    along = item.world_from_object.directions([0.35 * speed, 0.0, 0.0]) @ view.camera_from_world.T
    fading = np.exp(-behind / (HANGS_S * speed))
    colour = 0.55 * place.sky + 0.45 * place.around(middle) + place.headlights_klx(middle) / (8 * np.pi)
    opacity = np.minimum(_OPACITY * power * fading, 0.4) * place.kept(middle[:, 2])
    return moving(view, middle, np.broadcast_to(along, middle.shape), size, colour, opacity, 0.8 * size, softness=1.0)


def _near(middle: Points, size: Points, behind: Points) -> tuple[Points, Points, Points]:
    kept = (middle[:, 2] > 1.0) & (middle[:, 2] < _FAR_M)
    return middle[kept], size[kept], behind[kept]
