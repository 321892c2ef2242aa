"""The moon: how much light it sends at a phase, what phase it has where, and the outline of its lit part."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from longtail.distributions import Uniform
from longtail.scenes.atmosphere.direction import towards
from longtail.scenes.space.parameters import Parameter, Rule

# Mean apparent diameter.
DIAMETER_DEG = 0.52
_LUX_PER_FOOT_CANDLE = 10.7639


@dataclass(frozen=True)
class Moon:
    """Where the moon stands (azimuth as the sun's) and how much of its disc is lit: 0 new, 0.5 half, 1 full."""

    elevation_deg: float = -90.0
    azimuth_deg: float = 0.0
    phase: float = 0.0

    @property
    def lux(self) -> float:
        """Illuminance outside the atmosphere, 0 where the moon has set.

        V = -12.73 + 0.026 a + 4e-9 a^4 with the phase angle a in degrees, and 10^(-0.4 (V + 16.57)) foot-candles
        (Krisciunas & Schaefer, PASP 103, 1991, equations 8 and 20, after Allen, "Astrophysical Quantities"): 0.31 lx
        when full, a tenth of that at the quarters.
        """
        return moonlight_lux(self.phase) if self.elevation_deg > 0 else 0.0

    @classmethod
    def drawn(cls, values: Mapping[str, Any]) -> Self:
        """The moon of one draw; none where the space declares none."""
        if "lighting.moon_phase" not in values:
            return cls()
        return cls(*(values[f"lighting.moon_{name}"] for name in ("elevation_deg", "azimuth_deg", "phase")))


MOONLESS = Moon()


def moonlight_lux(phase: float) -> float:
    """Illuminance outside the atmosphere of a moon with this share of its disc lit (see `Moon.lux`)."""
    angle_deg = math.degrees(math.acos(2 * min(max(phase, 0.0), 1.0) - 1))
    magnitude = -12.73 + 0.026 * angle_deg + 4e-9 * angle_deg**4
    return float(10 ** (-0.4 * (magnitude + 16.57))) * _LUX_PER_FOOT_CANDLE


def phase_of(values: Mapping[str, Any]) -> float:
    """The lit share (1 - cos e) / 2 of a moon at the angle e from the sun, which is far behind it."""
    sun, moon = (
        towards(values[f"lighting.{body}_elevation_deg"], values[f"lighting.{body}_azimuth_deg"])
        for body in ("sun", "moon")
    )
    return min(max((1 - math.fsum(map(operator.mul, sun, moon))) / 2, 0.0), 1.0)


def lit_outline(phase: float, points: int = 24) -> NDArray[np.float64]:
    """The lit part of a disc of radius 1 as points (2 * points, 2), counter-clockwise; the sun is towards +X."""
    angle = np.linspace(-np.pi / 2, np.pi / 2, points)
    limb = np.column_stack([np.cos(angle), np.sin(angle)])
    # Half an ellipse: a circle of latitude on a sphere seen from its equator.
    terminator = np.column_stack([(1 - 2 * phase) * np.cos(angle[::-1]), np.sin(angle[::-1])])
    return np.concatenate([limb, terminator])


PARAMETERS: tuple[Parameter, ...] = (
    Parameter("lighting.moon_elevation_deg", Uniform(-60, 60), "deg", -90, 90, "below 0 the moon has set"),
    Parameter("lighting.moon_azimuth_deg", Uniform(-180, 180), "deg", -360, 360, "left of the street's heading"),
    Parameter("lighting.moon_phase", Uniform(0, 1), "", 0, 1, "lit share of the moon's disc: 0 new, 1 full"),
)
RULES: tuple[Rule, ...] = (
    Rule(
        "lighting.moon_phase",
        when=lambda _: True,
        low=phase_of,
        high=phase_of,
        because="the angle between sun and moon decides how much of the disc is lit",
    ),
)
