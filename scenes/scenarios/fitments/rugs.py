"""A rug on the floor."""

from __future__ import annotations

import numpy as np
import shapely

from longtail.scenes.geometry.interior_materials import Woven
from longtail.scenes.geometry.materials import srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import prism

_FIELDS = tuple(srgb(code) for code in ("#8f3b34", "#3d4f66", "#b9ab90", "#5d6b58", "#c9c4b8", "#3b3a3c"))
_BANDS = tuple(srgb(code) for code in ("#e2d7bf", "#c49a4a", "#20262f", "#7a2f2a"))


def rug(size_m: tuple[float, float, float], rng: np.random.Generator) -> Mesh:
    """A field with a band about it, or woven in one pattern all over."""
    width, depth, height = size_m
    outline = shapely.box(-width / 2, -depth, width / 2, 0)
    field, band = _FIELDS[int(rng.integers(len(_FIELDS)))], _BANDS[int(rng.integers(len(_BANDS)))]
    pattern = ("plain", "plain", "stripes", "check")[int(rng.integers(4))]
    if pattern != "plain":
        woven = Woven("stripes" if pattern == "stripes" else "check", field, band, tinted=False)
        return prism(outline, 0.0, height, woven, floor=False)
    inner = outline.buffer(-0.16, join_style="mitre")
    edge = outline.difference(outline.buffer(-0.1, join_style="mitre"))
    cloth, stripe = Woven("plain", field, tinted=False), Woven("plain", band, tinted=False)
    between = outline.difference(edge).difference(inner)
    return join(
        [prism(edge, 0.0, height, cloth, floor=False)]
        + [prism(between, 0.0, height, stripe, floor=False), prism(inner, 0.0, height, cloth, floor=False)]
    )
