"""What a renderer leaves in a picture: fireflies, blotches of its denoiser, the colour of a missing texture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.flags.look import Look
from longtail.annotate.pixels.measure import LINEAR

_RING = np.ones((5, 5), dtype=np.uint8)
_RING[1:4, 1:4] = 0
_ABOVE = 0.3
"""By how much of white a firefly is brighter than all pixels two beside it."""
_GLINTS = frozenset({"night", "dusk"})
"""Lights under which far lamps are points."""


def fireflies(look: Look) -> tuple[float, str] | None:
    """Points of one to three pixels, brighter than all around them by `_ABOVE`, in a million pixels.

    Not at night, when far lamps are such points, nor while something falls or lies on the glass.
    """
    if look.light in _GLINTS or _specked(look):
        return None
    around = cv2.dilate(look.luma, _RING)
    peaks = (look.luma - around > _ABOVE) & (look.luma >= cv2.dilate(look.luma, np.ones((3, 3), dtype=np.uint8)))
    count = int(np.count_nonzero(peaks & look.circle))
    return count / look.luma.size * 1e6, f"{count} bright points stand alone"


def _specked(look: Look) -> bool:
    record = look.record
    falling = any(value for name, value in record["conditions"].items() if name.endswith("_rate_mm_h"))
    return falling or bool(record["parameters"].get("lens.drops.count"))


_EVEN = ("road", "sidewalk", "parking", "wall", "floor", "ceiling")
"""Stuff whose colour changes little within some pixels; house fronts have awnings and balconies."""


def blotches(look: Look) -> tuple[float, str] | None:
    """How much the colour of streets, walls and floors varies over 3 to 12 pixels, in units of CIELAB.

    Denoisers leave smooth patches of wrong colour; what streets are made of varies in brightness, hardly in colour.
    """
    even = _even(look)
    if even is None or np.count_nonzero(even) < _LEAST_PX:
        return None
    bands = [cv2.boxFilter(look.chroma, cv2.CV_32F, (side, side)) for side in _SIDES_PX]
    apart = (bands[0] - bands[1])[even].astype(np.float64)
    score = float(np.sqrt((apart**2).sum(axis=1).mean()))
    return score, f"the colour of even surfaces varies by {score:.1f} in patches"


_SIDES_PX = (5, 21)
"""Means over squares whose pixels spread by 1.4 and 6 pixels."""
_LEAST_PX = 400
_EDGE_PX = 7


def _even(look: Look) -> NDArray[np.bool_] | None:
    """(H, W), within even stuff, away from its borders."""
    semantic = look.semantic
    if semantic is None:
        return None
    small = semantic.astype(np.uint8)
    wanted = np.zeros(256, dtype=np.uint8)
    wanted[look.ids_of(_EVEN)] = 1
    kernel = np.ones((2 * _EDGE_PX + 1, 2 * _EDGE_PX + 1), dtype=np.uint8)
    same = cv2.dilate(small, kernel) == cv2.erode(small, kernel)
    return np.asarray((cv2.LUT(small, wanted) > 0) & same & (look.instance == 0))


_DIM = 38
"""The code value of a fiftieth of white. What is darker has no sure colour."""


def missing_texture(look: Look) -> tuple[float, str]:
    """The share of the picture in patches of the magenta that Blender shows in the place of a texture it has not.

    Linear red and blue within a factor of two, green at most a tenth of either: (1, 0, 1) under any daylight.
    """
    planes = cv2.split(look.rgb)
    low = np.asarray(cv2.min(planes[0], planes[2]), dtype=np.uint8)
    # A tenth of the light is less than half of the code value: few pixels are left to be looked at closely.
    magenta = (planes[1] < low >> 1) & (low > _DIM)
    if not magenta.any():
        return 0.0, "none of the picture is the magenta of a missing texture"
    red, green, blue = LINEAR[look.rgb[magenta]].T
    magenta[magenta] = (np.maximum(red, blue) < 2 * np.minimum(red, blue)) & (green * 10 < np.minimum(red, blue))
    patch = cv2.morphologyEx(magenta.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), dtype=np.uint8))
    share = float(np.count_nonzero(patch)) / patch.size
    return share, f"{share:.1%} of the picture is the magenta of a missing texture"
