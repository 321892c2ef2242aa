"""Guard rails and noise barriers along a road, as meshes that bend with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longtail.scenes.geometry.materials import GALVANISED, Material, Principled, Stone, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, loft
from longtail.scenes.scenarios.street.road import Course, Side

# The W-beam (metres towards the traffic, height), 31 cm high with its upper edge at 75 cm (EN 1317 practice).
_BEAM_M = ((0.0, 0.75), (0.06, 0.72), (0.08, 0.68), (0.0, 0.61), (0.0, 0.56), (0.08, 0.49), (0.06, 0.45), (0.0, 0.42))
_POSTS_M, _FAR_POSTS_M, _FAR_M = 2.0, 4.0, 130.0
_BAY_M = 4.0
_WALL_M = 0.14
_PANELS = (
    Principled(srgb("#6f7f72"), roughness=0.6, mottle=0.4),
    Principled(srgb("#8f8d80"), roughness=0.7, mottle=0.5),
    Principled(srgb("#5d6b78"), roughness=0.5, mottle=0.4),
    Stone(srgb("#8d877b")),
)


def guard_rail(course: Course, s0_m: float, s1_m: float, t_m: float, towards: Side, ground_m: float = 0.0) -> Mesh:
    """A W-beam on posts whose front is at the offset `t_m`, towards traffic at its left (1) or right (-1)."""
    stations = np.linspace(s0_m, s1_m, int((s1_m - s0_m) / 4) + 2)
    front = np.array([(t_m - towards * (0.08 - x), z + ground_m) for x, z in _BEAM_M])
    back = front - (towards * 0.004, 0.0)
    # Seen from the traffic's side its front is wound one way, its back the other.
    first, second = (front, back[::-1]) if towards == -1 else (front[::-1], back)
    parts = [_along(course, stations, line, GALVANISED) for line in (first, second)]
    for s in _post_stations(s0_m, s1_m):
        x, y = (float(v) for v in course.at(s, t_m - towards * 0.16))
        turn = float(course.heading_at(s))
        parts.append(box((0.06, 0.1, 0.72 + 0.3), GALVANISED, (0.0, 0.0, 0.21 + ground_m)).rotated(2, turn).moved(x, y))
    return join(parts)


def noise_barrier(course: Course, s0_m: float, s1_m: float, t_m: float, height_m: float, sort: int) -> Mesh:
    """Panels between posts 4 m apart, whose middle is at the offset `t_m`; `sort` chooses what they are made of."""
    panel, post = _PANELS[sort % len(_PANELS)], GALVANISED
    count = int((s1_m - s0_m) / _BAY_M)
    stations = s0_m + _BAY_M * np.arange(count + 1)
    half = _WALL_M / 2
    section = np.array([(t_m - half, -0.3), (t_m + half, -0.3), (t_m + half, height_m), (t_m - half, height_m)])
    rings = np.stack([_placed(course, float(s), section) for s in stations])
    plinth = section.copy()
    plinth[:, 0] = t_m + np.sign(section[:, 0] - t_m) * (half + 0.03)
    plinth[2:, 1] = 0.45
    low = np.stack([_placed(course, float(s), plinth) for s in stations])
    parts = [loft(rings, panel, smooth=False), loft(low, Stone(), smooth=False)]
    # Grooves between the panels' boards.
    for number, s in enumerate(stations):
        x, y = (float(v) for v in course.at(s, t_m))
        turn = float(course.heading_at(s))
        tall = height_m + 0.35 + (0.02 if number % 2 else 0.0)
        parts.append(box((0.16, 0.24, tall), post, (0.0, 0.0, tall / 2 - 0.3)).rotated(2, turn).moved(x, y))
    for level in np.arange(1.0, height_m - 0.2, 0.5):
        groove = np.array([(t_m - half - 0.012, level), (t_m + half + 0.012, level)])
        groove = np.concatenate([groove, groove[::-1] + (0.0, 0.05)])
        parts.append(loft(np.stack([_placed(course, float(s), groove) for s in stations]), panel, smooth=False))
    return join(parts)


def _post_stations(s0_m: float, s1_m: float) -> list[float]:
    every = np.arange(s0_m + 1.0, s1_m - 0.5, _POSTS_M)
    return [float(s) for n, s in enumerate(every) if abs(s) < _FAR_M or n % int(_FAR_POSTS_M / _POSTS_M) == 0]


def _placed(course: Course, s_m: float, section_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (N, 3) in the world of a cross-section (N, 2) of (t, z) at the station `s_m`."""
    return np.column_stack([course.at(np.full(len(section_m), s_m), section_m[:, 0]), section_m[:, 1]])


def _along(course: Course, stations: NDArray[np.float64], section_m: NDArray[np.float64], material: Material) -> Mesh:
    rings = np.stack([_placed(course, float(s), section_m) for s in stations])
    return loft(rings, material, closed=False, smooth=True)
