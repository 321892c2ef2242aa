"""Kinds of lamps: how much light of which colour, where to, how bright their glass is, and what switches them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

Beam = Literal["dipped", "main", "bicycle"]
"""The tables of intensities of headlamps, see `scenes.lamps.headlamps`."""

Headlights = Literal["dipped", "main"]
"""The beams of a vehicle that carries cameras."""

Circuit = Literal["always", "mains", "dusk", "tunnel"]
"""What a lamp hangs on: nothing that switches it, the mains, the mains when it gets dark, the lighting of a tunnel."""

ALL_SIDES_DEG = 360.0
"""The cone of a lamp that has none."""


@dataclass(frozen=True)
class LampKind:
    """One kind of lamp, as a value that every lamp of the kind carries.

    Attributes:
        name: for people
        rgb: colour of its light, linear
        kcd: luminous intensity along its aim, in kilocandelas; 0 where its glass is seen and lights nothing
        cone_deg: full angle of the cone that it shines into, fading towards its border; 360 to all sides alike
        radius_m: of the source: the larger, the softer its shadows
        panel_m: (width, height) of a glowing rectangle, a window or a light panel, in the place of cone and radius: it
            shines to all sides of its front as a matt surface does
        round: whether that is the ellipse within the rectangle, such as the disc of a round luminaire
        glass_kcd_m2: luminance of its glass
        circuit: what the scene says how far it burns, see `Scene.circuits`
        switched: whether its glass is dark on objects whose own lamps are off
        beam: the table of intensities of a headlamp, in the place of kcd and cone
        mirrored: whether glossy surfaces show the source of its light itself, at `clear_m` before the glass, which is
            then for the camera alone
    """

    name: str
    rgb: tuple[float, float, float] = (1.0, 1.0, 1.0)
    kcd: float = 0.0
    cone_deg: float = 180.0
    radius_m: float = 0.05
    panel_m: tuple[float, float] | None = None
    glass_kcd_m2: float = 0.0
    circuit: Circuit = "always"
    switched: bool = False
    beam: Beam | None = None
    mirrored: bool = False
    round: bool = False

    @property
    def clear_m(self) -> float:
        """How far before the lamp its light begins: clear of its own housing, which would swallow it, or glass."""
        if self.panel_m:
            return 0.002
        return 0.0 if self.bare else 0.12

    @property
    def bare(self) -> bool:
        """Whether it shines to all sides alike, as a bulb without a housing does."""
        return self.cone_deg >= ALL_SIDES_DEG and self.panel_m is None

    @property
    def lights(self) -> bool:
        """Whether it lights anything but itself."""
        return self.kcd > 0


def panel(
    name: str, rgb: tuple[float, float, float], kcd: float, size_m: tuple[float, float], *, is_round: bool = False
) -> LampKind:
    """A glowing rectangle of `size_m`, (width, height), or the ellipse within it, as bright as its light asks for.

    On level ground at a distance of d metres along its normal it gives 1000 kcd / d^2 lux, if it is small for that.
    """
    area_m2 = size_m[0] * size_m[1] * (math.pi / 4 if is_round else 1.0)
    return LampKind(name, rgb, kcd, panel_m=size_m, glass_kcd_m2=kcd / area_m2, mirrored=True, round=is_round)


HEAD = LampKind("head", (1.0, 0.94, 0.86), 1.0, 150.0, 0.05, glass_kcd_m2=1.0, switched=True, beam="dipped")
BICYCLE = replace(HEAD, name="bicycle", beam="bicycle")
TAIL = LampKind("tail", (1.0, 0.03, 0.02), 0.004, 110.0, 0.05, glass_kcd_m2=0.9, switched=True)
BRAKE = LampKind("brake", (1.0, 0.04, 0.02), glass_kcd_m2=2.5, switched=True)
INDICATOR = LampKind("indicator", (1.0, 0.42, 0.02), glass_kcd_m2=2.0, switched=True)
# A 7,000 lm LED luminaire that spreads over about 2.5 sr.
STREET = LampKind("street", (1.0, 0.78, 0.52), 2.8, 140.0, 0.12, glass_kcd_m2=12.0, circuit="dusk", switched=True)
SIGN = LampKind("sign", glass_kcd_m2=0.35, circuit="dusk")
SIGNAL = LampKind("signal", glass_kcd_m2=3.0, circuit="mains")
# On barriers of road works, which have batteries.
WARNING = replace(SIGNAL, name="warning", circuit="always")
# Two rows of these give a road some 200 lx, as tunnels have by day.
TUNNEL = LampKind("tunnel", (1.0, 0.88, 0.7), 1.6, 150.0, 0.25, glass_kcd_m2=6.0, circuit="tunnel")
# The lit signs on its walls, which have no light sources: what they light, they light by their faces.
EMERGENCY = replace(TUNNEL, name="emergency sign", kcd=0.0)
