"""Shoes that roll: toes up at heel strike, bent at the ball when the heel leaves the ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longtail.scenes.assets.people.body import Points
from longtail.scenes.geometry.materials import Material
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import loft

ANKLE_M = 0.088  # height of the ankle joint over the ground, shod, in a 1.75 m figure
BALL_M, HEEL_M = 0.125, -0.065
"""How far before the ankle a 1.75 m figure's foot stands when its heel is up, and when its toes are."""
TOES_OUT_RAD = np.radians(7)
"""How far feet point outwards."""
_TOES_BEND = np.radians(50)
# Along the foot from the ankle: half width and height of a shoe.
_SHOE = (
    (-0.072, 0.020, 0.040),
    (-0.062, 0.034, 0.085),
    (-0.030, 0.039, 0.112),
    (0.020, 0.040, 0.110),
    (0.055, 0.042, 0.084),
    (0.085, 0.045, 0.068),
    (0.110, 0.048, 0.060),
    (0.125, 0.049, 0.056),
    (0.140, 0.048, 0.053),
    (0.165, 0.044, 0.046),
    (0.188, 0.032, 0.038),
    (0.202, 0.014, 0.028),
)
_SECTION = ((-0.93, 0.0), (-0.3, 0.0), (0.3, 0.0), (0.93, 0.0), (1.0, 0.022), (0.98, 0.5), (0.78, 0.82), (0.3, 1.0))


@dataclass(frozen=True, eq=False)
class Foot:
    """A shoe with its sole on z = 0 and its ankle joint at x = y = 0, `ankle_m` above the ground."""

    mesh: Mesh
    ankle_m: float


def _rolled(points: Points, pitch: float, ball_m: float) -> Points:
    """Points of a flat foot, with the heel up by `pitch` (negative: toes up), the lowest again near z = 0."""
    x, z = points[:, 0] - ball_m, points[:, 2]
    angle = np.full(len(x), pitch)
    if pitch > 0:
        toes = np.clip(x / 0.03 + 0.5, 0, 1)
        angle = pitch - toes * min(pitch, _TOES_BEND)
    rolled = points.copy()
    rolled[:, 0] = ball_m + x * np.cos(angle) + z * np.sin(angle)
    rolled[:, 2] = -x * np.sin(angle) + z * np.cos(angle)
    return rolled


def shoe(scale: float, pitch: float, yaw: float, upper: Material, sole: Material, *, low: float = 1.0) -> Foot:
    """A shoe for a figure of `scale`; `low` below 1 cuts it down to a court shoe."""
    rings = []
    for x, half, high in _SHOE:
        section = np.array([*_SECTION, (-0.3, 1.0), (-0.78, 0.82), (-0.98, 0.5), (-1.0, 0.022)])
        ring = np.column_stack([np.full(len(section), x), half * section[:, 0], high * low * section[:, 1]])
        ring[[4, -1], 2] = 0.022
        rings.append(ring)
    skin = loft(np.array(rings) * scale, upper)
    centre = skin.vertices_m[skin.triangles].mean(axis=1)
    below = centre[:, 2] < 0.0215 * scale
    # The heel's and the toes' end caps are upper; only the welt's band and the tread are sole.
    whole = join([Mesh(skin.vertices_m, skin.triangles, below.astype(np.int32), (upper, sole), skin.smooth, None)])
    ankle = np.array([[0.0, 0.0, ANKLE_M * scale]])
    points = _rolled(whole.vertices_m.astype(np.float64), pitch, BALL_M * scale)
    ankle = _rolled(ankle, pitch, BALL_M * scale)
    lowest = points[:, 2].min()
    points -= (ankle[0, 0], 0, lowest)
    turned = Mesh(points.astype(np.float32), whole.triangles, whole.slots, whole.materials, whole.smooth, None)
    return Foot(turned.rotated(2, yaw), float(ankle[0, 2] - lowest))
