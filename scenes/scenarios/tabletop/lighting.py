"""Light indoors: a window, a ceiling light, a pendant lamp, scaled until the table has the illuminance that was drawn.

Illuminance of the table's middle is the direct light of all sources, unobstructed, and the light that the room throws
back: by the split-flux method (Hopkinson, Longmore and Petherbridge, "An empirical formula for the computation of the
indirect component of daylight factor", 1954) that is the same everywhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from longtail.scenes.assets.asset import Lamp, Vector
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.lamps.black_body import planckian_rgb

Source = Literal["window", "ceiling", "lamp", "mixed"]

BOUNCES = 2
"""How often the renderer follows light from one matt surface to the next."""
_GRID = 12


@dataclass(frozen=True)
class Emitter:
    """A source of light: its lamp for an intensity of 1 kcd, and the luminance of what one sees of it, per kcd."""

    name: str
    lamp: Lamp
    glass_kcd_m2: float

    @property
    def flux_klm(self) -> float:
        """Of 1 kcd."""
        if self.lamp.kind.panel_m:
            return math.pi
        # Fading smoothly over the cone, it gives half of what it would if it were even.
        return math.pi * (1 - math.cos(math.radians(self.lamp.kind.cone_deg) / 2))

    def klx_at(self, point_m: Vector) -> float:
        """Direct illuminance of a level surface that faces up, for 1 kcd."""
        kind, aim = self.lamp.kind, np.array(self.lamp.aim, dtype=np.float64)
        aim /= math.sqrt(float((aim**2).sum()))
        if kind.panel_m is None:
            away = np.array(point_m) - np.array(self.lamp.position_m)
            squared = float((away**2).sum())
            length = math.sqrt(squared)
            edge = math.cos(math.radians(kind.cone_deg) / 2)
            share = min(max((float((away * aim).sum()) / length - edge) / (1 - edge), 0.0), 1.0)
            return share * share * (3 - 2 * share) * max(-float(away[2]) / length, 0.0) / squared
        points, cell = _panel_points(self.lamp, kind.panel_m)
        away = np.array(point_m) - points
        squared = (away**2).sum(axis=1)
        cos = np.maximum((away * aim).sum(axis=1), 0) * np.maximum(-away[:, 2], 0) / squared
        return float((cos / squared).sum()) * cell / (kind.panel_m[0] * kind.panel_m[1])


def _panel_points(lamp: Lamp, size_m: tuple[float, float]) -> tuple[NDArray[np.float64], float]:
    """Points (N, 3) of a panel and the area of each. A panel that looks sideways has its height upright."""
    aim = np.array(lamp.aim, dtype=np.float64)
    up = np.array([0.0, 0.0, 1.0]) if abs(aim[2]) < 0.9 else np.array([0.0, 1.0, 0.0])
    side = np.cross(up, aim)
    side /= math.sqrt(float((side**2).sum()))
    other = np.cross(aim, side)
    steps = (np.arange(_GRID) + 0.5) / _GRID - 0.5
    u, v = np.meshgrid(steps * size_m[0], steps * size_m[1])
    points = np.array(lamp.position_m) + u.reshape(-1, 1) * side + v.reshape(-1, 1) * other
    return points, size_m[0] * size_m[1] / _GRID**2


@dataclass(frozen=True)
class Lit:
    """A source as it burns: its lamp, and the luminance of what one sees of it, linear RGB in kcd/m2."""

    name: str
    lamp: Lamp
    glass_rgb: Rgb


def balanced(
    emitters: dict[str, Emitter],
    shares: dict[str, float],
    rgbs: dict[str, Rgb],
    lux: float,
    table_m: Vector,
    area_m2: float,
    reflectance: float,
) -> tuple[Lit, ...]:
    """The sources scaled so that each gives its share of `lux` on the table.

    `area_m2` and `reflectance` are the area of all of the room's surfaces, and the mean of what they reflect.
    """
    bounced = sum(reflectance**k for k in range(1, BOUNCES + 1)) / area_m2
    found = []
    for name, emitter in emitters.items():
        klx = emitter.klx_at(table_m) + emitter.flux_klm * bounced
        kcd = shares[name] * lux / 1000 / klx
        kind = replace(emitter.lamp.kind, rgb=rgbs[name], kcd=kcd)
        red, green, blue = (channel * kcd * emitter.glass_kcd_m2 for channel in rgbs[name])
        found.append(Lit(name, Lamp(kind, emitter.lamp.position_m, emitter.lamp.aim), (red, green, blue)))
    return tuple(found)


def colour_of(kelvin: float) -> Rgb:
    """Linear RGB of luminance 1."""
    red, green, blue = (round(float(channel), 6) for channel in planckian_rgb(kelvin))
    return red, green, blue
