"""Calibrations of OpenCV's FileStorage and of ROS, which name the same things: a matrix, a distortion, a size.

OpenCV: `camera_matrix` and `distortion_coefficients` of its calibration programs, or `K` and `D`; a pair's are `M1`,
`D1`, `M2`, `D2`. A fisheye's say `fisheye_model: 1`. ROS: the YAML of camera_calibration (`camera_matrix`,
`distortion_model`, ...), or a message of sensor_msgs/CameraInfo (`k`, `d`, ...), whose models are those of
sensor_msgs/distortion_models.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from longtail.distributions.grammar import shown
from longtail.scenes.config.calibration.calibration import Calibration, numbers, size_of
from longtail.scenes.config.calibration.camera_matrix import coefficients, matrix_cells

_MATRICES = ("camera_matrix", "cameraMatrix", "Camera_Matrix", "intrinsic_matrix", "K", "k", "M")
_DISTORTIONS = (
    "distortion_coefficients", "distCoeffs", "dist_coeffs", "distortion_coeffs", "Distortion_Coefficients", "D", "d"
)  # fmt: skip
_WIDTHS = ("image_width", "image_Width", "width")
_HEIGHTS = ("image_height", "image_Height", "height")
_ROS = {
    "plumb_bob": ("brown_conrady", (4, 5)),
    "rational_polynomial": ("brown_conrady", (8, 12, 14)),
    "equidistant": ("kannala_brandt", (4,)),
}


def cameras_of(data: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The cameras by name, as far as the file is of this kind; None where it is not. Each is read by `calibration`."""
    found = dict(_cameras(data))
    return found or None


def _cameras(data: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for ending in ("", "1", "2", "3", "4"):
        matrix = _first(data, [f"{name}{ending}" for name in _MATRICES])
        if matrix is not None:
            distortion = _first(data, [f"{name}{ending}" for name in _DISTORTIONS])
            size = (_first(data, _WIDTHS), _first(data, _HEIGHTS))
            if isinstance(both := data.get("image_size"), list) and len(both) == 2:
                size = (both[0], both[1])
            name = str(data.get("camera_name") or "") if not ending else ""
            yield name or ending or "camera", {
                "matrix": matrix, "distortion": distortion, "size": size,
                "model": data.get("distortion_model"), "fisheye": data.get("fisheye_model"),
            }  # fmt: skip


def _first(data: Mapping[str, Any], names: tuple[str, ...] | list[str]) -> Any:
    return next((data[name] for name in names if data.get(name) is not None), None)


def calibration(camera: Mapping[str, Any]) -> Calibration:
    """What `cameras_of` found. ValueError: "expected ..., got ..."."""
    found = matrix_cells(numbers(_flat(camera["matrix"]), "the camera's matrix", 9))
    listed = [] if camera["distortion"] is None else numbers(_flat(camera["distortion"]), "the distortion")
    asked = _model(camera, len(listed))
    model, distortion = coefficients(asked, listed if listed or asked != "kannala_brandt" else [0.0] * 4)
    return Calibration(model, found, distortion, size_of(*camera["size"]))


def _model(camera: Mapping[str, Any], count: int) -> str | None:
    named = camera["model"]
    if named in (None, "", "none"):
        return "kannala_brandt" if camera["fisheye"] else None
    if named not in _ROS:
        raise ValueError(f"distortion_model: expected one of {', '.join(_ROS)}, got {shown(named)}")
    model, counts = _ROS[named]
    if count and count not in counts:
        many = " or ".join(map(str, counts))
        raise ValueError(f"distortion_model {named}: expected {many} coefficients, got {count}")
    return model if model == "kannala_brandt" else None


def _flat(node: Any) -> Any:
    """The numbers of a matrix: those of `data`, of nested rows, or of a plain list."""
    if isinstance(node, Mapping):
        node = node.get("data")
    if isinstance(node, list) and node and all(isinstance(row, list) for row in node):
        return [cell for row in node for cell in row]
    return node
