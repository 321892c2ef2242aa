"""What the lenses share: the size of the picture, focal lengths, principal point, and how they are written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from longtail.annotate.camera.transform import Matrix

OBLONG = "oblong pinhole"
"""The kind of a pinhole with another focal length down the picture than across it."""


@dataclass(frozen=True)
class Intrinsics:
    """Focal lengths in pixels per unit of the picture's plane, and the pixel where the optical axis meets it.

    `DISTORTION` names a lens's further fields, its coefficients without a unit, in their order, and `SELDOM` those of
    them that are written down only where they are not 0.
    """

    width_px: int
    height_px: int
    fx_px: float
    fy_px: float
    cx_px: float
    cy_px: float
    name: ClassVar[str]
    straight: ClassVar[bool]
    central: ClassVar[bool] = True
    DISTORTION: ClassVar[tuple[str, ...]] = ()
    SELDOM: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def centred(cls, width_px: int, height_px: int, focal_px: float, **distortion: float) -> Self:
        """Square pixels, principal point in the middle of the picture.

        The focal length is rounded as records keep it: whoever reads one has this very lens.
        """
        focal_px = round(focal_px, 9)
        return cls(width_px, height_px, focal_px, focal_px, width_px / 2, height_px / 2, **distortion)

    @property
    def kind(self) -> str:
        """What engines may lack: a lens by its name, and a pinhole apart whose pixels are not square."""
        return OBLONG if self.name == "pinhole" and self.fx_px != self.fy_px else self.name

    def in_plane(self, pixels: ArrayLike) -> tuple[Matrix, Matrix]:
        """Where pixels (..., 2) lie in the picture's plane at focal length 1: x (...) to the right and y (...) down."""
        pixels = np.asarray(pixels, dtype=np.float64)
        return (pixels[..., 0] - self.cx_px) / self.fx_px, (pixels[..., 1] - self.cy_px) / self.fy_px

    def to_pixels(self, x: Matrix, y: Matrix) -> Matrix:
        """Pixels (..., 2) of places x (...), y (...) in the picture's plane at focal length 1."""
        return np.stack([self.fx_px * x + self.cx_px, self.fy_px * y + self.cy_px], axis=-1)

    def origins(self, pixels: ArrayLike) -> Matrix:
        """Where the rays of pixels (..., 2) begin (..., 3), in the camera frame: all of them in its origin."""
        return np.zeros((*np.shape(pixels)[:-1], 3))

    def to_json(self) -> dict[str, Any]:
        """The model's name and parameters."""
        values = {name: getattr(self, name) for name in self.DISTORTION}
        distortion = {name: value for name, value in values.items() if value or name not in self.SELDOM}
        return {
            "model": self.name,
            "size_px": [self.width_px, self.height_px],
            "focal_px": [self.fx_px, self.fy_px],
            "principal_point_px": [self.cx_px, self.cy_px],
            **({"distortion": distortion} if distortion else {}),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """What `to_json` wrote; other keys are left alone."""
        distortion = data["distortion"] if cls.DISTORTION else {}
        return cls(*data["size_px"], *data["focal_px"], *data["principal_point_px"], **distortion)
