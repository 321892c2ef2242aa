"""Kalibr's camchain.yaml (https://github.com/ethz-asl/kalibr/wiki/yaml-formats): cameras cam0, cam1, ..."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longtail.distributions.grammar import shown
from longtail.scenes.config.calibration.calibration import Calibration, numbers, size_of
from longtail.scenes.config.calibration.camera_matrix import coefficients

_MODELS = {"none": None, "radtan": None, "equidistant": "kannala_brandt"}


def cameras_of(data: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The cameras by name, as far as the file is of this kind; None where it is not. Each is read by `calibration`."""
    found = {
        str(name): node for name, node in data.items() if isinstance(node, Mapping) and {"intrinsics"} <= node.keys()
    }
    if not found and "intrinsics" in data and "camera_model" in data:
        found = {"cam0": data}
    return found or None


def calibration(camera: Mapping[str, Any]) -> Calibration:
    """What `cameras_of` found. ValueError: "expected ..., got ..."."""
    if (projection := camera.get("camera_model", "pinhole")) != "pinhole":
        raise ValueError(f"camera_model: expected pinhole, with distortion_model {', '.join(_MODELS)}, "
                         f"got {shown(projection)}; calibrate with pinhole-equi for a fisheye")  # fmt: skip
    named = camera.get("distortion_model", "none")
    if not isinstance(named, str) or named not in _MODELS:
        raise ValueError(f"distortion_model: expected one of {', '.join(_MODELS)}, got {shown(named)}")
    fx, fy, cx, cy = numbers(camera["intrinsics"], "intrinsics", 4)
    listed = [] if named == "none" else numbers(camera.get("distortion_coeffs"), "distortion_coeffs", 4)
    model, distortion = coefficients(_MODELS[named], listed)
    width, height = numbers(camera["resolution"], "resolution", 2) if camera.get("resolution") else (None, None)
    return Calibration(model, (fx, fy, cx, cy), distortion, size_of(width, height))
