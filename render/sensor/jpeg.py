"""Compression in the camera."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.errors import RenderError
from longtail.render.sensor.shot import Shot


def jpeg(picture: NDArray[np.uint8], shot: Shot) -> NDArray[np.uint8]:
    """`picture` (H, W, 3) uint8 as it comes back from a JPEG of `sensor.jpeg_quality`, colours at half resolution."""
    quality = shot.sensor.jpeg_quality
    if not quality:
        return picture
    flags = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420]
    written, code = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), flags)
    decoded = cv2.imdecode(code, cv2.IMREAD_COLOR) if written else None
    if decoded is None:
        raise RenderError(f"the camera's JPEG of quality {quality} could not be made")
    return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), dtype=np.uint8)
