"""Lateral chromatic aberration: a lens magnifies red and blue a little differently from green."""

from __future__ import annotations

import cv2
import numpy as np

from longtail.render.sensor.shot import Array, Shot


def chromatic_aberration(linear: Array, shot: Shot) -> Array:
    """`linear` (H, W, 3) with red larger and blue smaller about the principal point by the share
    `sensor.chromatic_aberration`; green, which carries most of what is seen, and with it the labels, stay in place.

    What a magnification that differs by a share moves grows with the distance from the axis, which is the lowest order
    of the aberration (E. Hecht, "Optics", section 6.3).
    """
    share = shot.sensor.chromatic_aberration
    if not share:
        return linear
    lens = shot.view.camera.lens
    height, width = linear.shape[:2]
    channels = [np.ascontiguousarray(linear[..., index]) for index in range(3)]
    for index, scale in ((0, 1 + share), (2, 1 - share)):
        # OpenCV counts from the centre of the first pixel.
        cx, cy = lens.cx_px - 0.5, lens.cy_px - 0.5
        matrix = np.array([[1 / scale, 0, cx - cx / scale], [0, 1 / scale, cy - cy / scale]])
        channels[index] = cv2.warpAffine(
            channels[index],
            matrix,
            (width, height),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
    return np.asarray(cv2.merge(channels), dtype=np.float32)
