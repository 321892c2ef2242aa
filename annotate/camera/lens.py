"""What every camera model can do: a projection from the camera frame to pixels, and back to rays."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, ClassVar, Protocol, Self

from numpy.typing import ArrayLike

from longtail.annotate.camera.transform import Matrix


class Lens(Hashable, Protocol):
    """A projection: central, with all rays through the camera's origin, or a parallel one.

    `fx_px`, `fy_px` are pixels per radian at the optical axis, of a parallel projection pixels per metre, and `cx_px`,
    `cy_px` is where that axis meets the picture. OpenCV puts (0, 0) at the centre of the first pixel: its principal
    point is half a pixel less.
    """

    name: ClassVar[str]
    straight: ClassVar[bool]
    """Whether the picture of every straight line is straight."""

    central: ClassVar[bool]
    """Whether all rays pass through the camera's origin."""

    @property
    def kind(self) -> str:
        """Its name, or "oblong pinhole" for a pinhole whose pixels are not square: what engines may lack."""
        ...

    @property
    def width_px(self) -> int: ...
    @property
    def height_px(self) -> int: ...
    @property
    def fx_px(self) -> float: ...
    @property
    def fy_px(self) -> float: ...
    @property
    def cx_px(self) -> float: ...
    @property
    def cy_px(self) -> float: ...

    @property
    def horizontal_fov_deg(self) -> float:
        """The angle between the rays at the left and the right border, in the row of the principal point."""
        ...

    @property
    def limit_rad(self) -> float:
        """The angle from the optical axis, at most pi, beyond which no point projects."""
        ...

    def project(self, points_m: ArrayLike) -> Matrix:
        """Pixels (..., 2) of points (..., 3) in the camera frame; NaN where a point cannot be seen."""
        ...

    def rays(self, pixels: ArrayLike) -> Matrix:
        """Unit directions (..., 3) in the camera frame of pixels (..., 2); NaN where the lens shows nothing."""
        ...

    def origins(self, pixels: ArrayLike) -> Matrix:
        """Where the rays of pixels (..., 2) begin (..., 3) in the camera frame: in its origin, of central ones."""
        ...

    def to_json(self) -> dict[str, Any]:
        """The model's name and parameters."""
        ...

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """What `to_json` wrote; other keys are left alone."""
        ...
