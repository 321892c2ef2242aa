"""How many pixels an angle is, to what is scattered by it."""

from __future__ import annotations

import math

from longtail.annotate.camera import Lens

_TELECENTRIC_DEG = 50.0


def px_per_rad(lens: Lens) -> float:
    """Pixels per radian at the optical axis. A telecentric lens, which has none, scatters like one of 50 degrees."""
    if lens.central:
        return lens.fx_px
    return lens.width_px / 2 / math.tan(math.radians(_TELECENTRIC_DEG) / 2)
