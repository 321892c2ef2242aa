"""A camera's matrix and the sizes of pictures: where its middle is, and which pictures it can be for."""

from __future__ import annotations

from longtail.scenes.camera.lenses import INTRINSICS
from longtail.scenes.config.settings import CameraSettings

_STRETCH = 0.01
"""By how much more one side of the pixels may grow than the other, where pictures are larger or smaller than those that
a matrix is for: whole numbers of pixels have no exact ratio."""


def middles(camera: CameraSettings) -> dict[str, float]:
    """The principal point in the middle of the picture that a matrix is for, from the centre of its first pixel."""
    return {path: (side - 1) / 2 for path, side in zip(INTRINSICS[2:], matrix_size(camera), strict=True)}


def matrix_size(camera: CameraSettings) -> tuple[int, int]:
    """(width, height) of the pictures that a matrix is for."""
    return camera.k_size_px or camera.size_px


def unfit_size(camera: CameraSettings) -> str:
    """Why the pictures cannot be those of the matrix with other pixels; "" where they can."""
    size = matrix_size(camera)
    across, down = (side / meant for side, meant in zip(camera.size_px, size, strict=True))
    if abs(across / down - 1) <= _STRETCH:
        return ""
    return (
        f"expected a size that has the sides' ratio of {size[0]} x {size[1]}, which the camera's matrix is for, got "
        f"{camera.size_px[0]} x {camera.size_px[1]}"
    )
