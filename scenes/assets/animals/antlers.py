"""Antlers in a head's own frame: the short ones of a roe buck, and those of a stag of six to a side."""

from __future__ import annotations

import numpy as np

from longtail.scenes.geometry.materials import Principled, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import tube

_BONE = Principled(srgb("#6b5640"), roughness=0.7)

# Points (back, out, up) along the beam, and tines: where they leave it and where they end. Shares of the withers.
_BUCK = ((0.0, 0.035, 0.08), (0.0, 0.06, 0.18), (-0.02, 0.075, 0.3)), (((0.0, 0.06, 0.18), (0.06, 0.075, 0.24)),)
_STAG = (
    ((0.02, 0.035, 0.07), (-0.06, 0.11, 0.2), (-0.13, 0.22, 0.36), (-0.1, 0.28, 0.52), (-0.06, 0.27, 0.66)),
    (
        ((0.01, 0.04, 0.09), (0.13, 0.07, 0.15)),
        ((-0.02, 0.08, 0.14), (0.1, 0.13, 0.22)),
        ((-0.12, 0.2, 0.33), (0.02, 0.25, 0.42)),
        ((-0.1, 0.28, 0.52), (-0.16, 0.34, 0.63)),
        ((-0.09, 0.275, 0.56), (-0.02, 0.22, 0.66)),
    ),
)


def antlers(stag: bool) -> Mesh:
    """Both of them, in shares of the height at the withers, which the head's matrix turns into metres."""
    beam, tines = _STAG if stag else _BUCK
    thick = 0.016 if stag else 0.013
    parts = [tube(np.array(beam), np.linspace(thick, 0.4 * thick, len(beam)), _BONE, sides=7)]
    parts += [tube(np.array(tine), np.array([0.75 * thick, 0.2 * thick]), _BONE, sides=6) for tine in tines]
    one = join(parts)
    # Heads point down, antlers do not.
    upright = 0.3 if stag else 0.25
    return join([one, one.scaled(1, -1, 1)]).rotated(1, -upright).moved(0.03, 0, 0.0)
