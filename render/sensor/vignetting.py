"""Natural vignetting: oblique light fills less of the pupil and spreads over more of the chip."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Equirectangular, Lens
from longtail.render.sensor.shot import Array, Shot
from longtail.render.sensor.smooth_field import smooth_field


def vignetting(linear: Array, shot: Shot) -> Array:
    """`linear` (H, W, 3) times the lens's natural fall-off to the power of `sensor.vignetting`.

    Lens designers fight the law; retrofocus lenses, whose pupil grows with the angle, keep a third to a half of it in
    the exponent.
    """
    share = shot.sensor.vignetting
    if not share:
        return linear
    return np.asarray(linear * (natural_falloff(shot.view.camera.lens) ** np.float32(share))[..., None])


@lru_cache(maxsize=2)
def natural_falloff(lens: Lens) -> Array:
    """Illuminance (H, W) of the chip under an even sky, 1 on the axis: solid angle of a pixel times obliquity of the
    pupil.

    That is cos^4 for a pinhole. A fisheye, which sees half a turn or more, turns its pupil towards the light (pupil
    coma), so that the solid angle alone is left. A panorama is joined from several pictures, with their fall-off taken
    out, and has none; a telecentric lens sees all of its picture straight on.
    """
    if isinstance(lens, Equirectangular) or not lens.central:
        return np.ones((lens.height_px, lens.width_px), dtype=np.float32)
    turning = lens.limit_rad > math.pi / 2
    step = 0.5

    def received(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        across = lens.rays(pixels + [step, 0.0]) - lens.rays(pixels - [step, 0.0])
        down = lens.rays(pixels + [0.0, step]) - lens.rays(pixels - [0.0, step])
        solid = np.linalg.norm(np.cross(across, down), axis=-1) / (2 * step) ** 2
        oblique = 1.0 if turning else np.maximum(lens.rays(pixels)[:, 2], 0.0)
        return np.asarray(solid * oblique * lens.fx_px * lens.fy_px)

    return smooth_field(lens, received)
