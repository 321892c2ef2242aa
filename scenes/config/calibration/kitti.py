"""KITTI's calibrations: calib/000000.txt of its benchmarks and calib_cam_to_cam.txt of its raw drives.

A benchmark's P0 to P3 are rectified cameras; a raw drive has `00` to `03` as they were (K, D, S) and `rect_00` to
`rect_03` rectified (P_rect, S_rect). The fourth column of a projection, where a camera stands in the rig, is none of
the lens's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longtail.distributions.grammar import shown
from longtail.scenes.config.calibration.calibration import Calibration, numbers, size_of
from longtail.scenes.config.calibration.camera_matrix import coefficients, matrix_cells


def parsed(text: str) -> Mapping[str, Any] | None:
    """The rows `name: numbers` of a text; None where it is another kind of file."""
    rows: dict[str, Any] = {}
    for line in text.splitlines():
        name, colon, rest = line.partition(":")
        if not line.strip():
            continue
        if not colon:
            return None
        try:
            rows[name.strip()] = [float(word) for word in rest.split()]
        except ValueError:
            rows[name.strip()] = rest.strip()
    return rows if any(name[:2] in ("P0", "P2", "P_", "K_") for name in rows) else None


def cameras_of(rows: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The cameras by name; None where there is none. Each is read by `calibration`."""
    found: dict[str, Any] = {}
    for name in rows:
        kind, _, number = name.rpartition("_")
        if len(name) == 2 and name[0] == "P":
            found[name] = {"projection": rows[name]}
        elif kind == "K":
            found[number] = {"matrix": rows[name], "distortion": rows.get(f"D_{number}", []),
                             "size": rows.get(f"S_{number}")}  # fmt: skip
        elif kind == "P_rect":
            found[f"rect_{number}"] = {"projection": rows[name], "size": rows.get(f"S_rect_{number}")}
    return found or None


def calibration(camera: Mapping[str, Any]) -> Calibration:
    """What `cameras_of` found. ValueError: "expected ..., got ..."."""
    size = numbers(camera["size"], "the size", 2) if camera.get("size") else [None, None]
    if "matrix" in camera:
        cells = matrix_cells(numbers(camera["matrix"], "K", 9))
        model, distortion = coefficients(None, numbers(camera["distortion"], "D"))
        return Calibration(model, cells, distortion, size_of(*size))
    p = numbers(camera["projection"], "the projection", 12)
    try:
        cells = matrix_cells([*p[0:3], *p[4:7], *p[8:11]])
    except ValueError as error:
        raise ValueError(f"the projection: expected [K | t] of a rectified camera, got {shown(p)}") from error
    return Calibration("pinhole", cells, {}, size_of(*size))
