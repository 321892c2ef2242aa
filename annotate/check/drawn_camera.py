"""The camera against the values that it was drawn from: its field, its distortion, and where a street has it look."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from longtail.annotate.camera import (
    BrownConrady,
    Equirectangular,
    FTheta,
    KannalaBrandt,
    Lens,
    Orthographic,
    Pinhole,
)
from longtail.annotate.camera.transform import Matrix, inverses
from longtail.annotate.check.finding import Finding
from longtail.annotate.dataset.dataset import DatasetInfo
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.rounding import product

_ROUNDED = 2e-9
_ANGLE_DEG, _PLACE_M = 1e-5, 1e-6
_KNOWN = {"model", "size_px", "k_size_px"}
"""What configs of this version say of the camera for the whole run. Whatever else they may say is not known here."""

_MATRIX = ("fx", "fy", "cx", "cy")

_Lie = tuple[str, str, str]


def check_drawn_camera(info: DatasetInfo, stored: StoredFrame) -> Iterator[Finding]:
    """A finding for each number of the camera that does not follow from the record's parameters and the config."""
    asked, drawn = _of_mount(info, stored)
    lies = [*_asked(asked, drawn, stored), *_lens(drawn, stored)]
    if not stored.shown.camera:
        lies += _pose(stored)
    for name, expected, came in lies:
        yield Finding(record_path(stored.index), stored.index, f"camera {name} {expected}", came)


def _of_mount(info: DatasetInfo, stored: StoredFrame) -> tuple[Any, Mapping[str, Any]]:
    """What the config asks of the frame's camera, and what was drawn: a mount's own lies over that of all."""
    asked, name = info.config.get("camera"), stored.shown.camera
    mounts = info.config.get("cameras") if name else None
    mount = next((mount for mount in mounts or () if mount.get("name") == name), None)
    if not mount or "model" not in mount:
        return asked, stored.parameters
    own = f"cameras.{name}."
    drawn = {p.replace(own, "camera.", 1): value for p, value in stored.parameters.items() if p.startswith(own)}
    others = {path: value for path, value in stored.parameters.items() if not path.startswith("camera.")}
    return {key: mount[key] for key in _KNOWN if key in mount}, {**others, **drawn}


def _asked(asked: Any, drawn: Mapping[str, Any], stored: StoredFrame) -> Iterator[_Lie]:
    if not isinstance(asked, Mapping) or not asked.keys() <= _KNOWN:
        return
    lens = stored.camera.lens
    if "model" in asked and asked["model"] != lens.name:
        yield "model", f"{asked['model']}, as the config has it", lens.name
    if "size_px" in asked and list(asked["size_px"]) != list(stored.camera.size_px):
        yield "size_px", f"{list(asked['size_px'])}, as the config has it", f"{list(stored.camera.size_px)}"
    middle = [lens.width_px / 2, lens.height_px / 2]
    if drawn.get("camera.intrinsics.fx_px"):
        yield from _matrix(asked, drawn, stored)
    elif "model" in asked and [lens.cx_px, lens.cy_px] != middle:
        yield "principal_point_px", f"{middle}, the picture's middle", f"{[lens.cx_px, lens.cy_px]}"


def _matrix(asked: Mapping[str, Any], drawn: Mapping[str, Any], stored: StoredFrame) -> Iterator[_Lie]:
    """Of the drawn numbers of a matrix, whose pixels are whole at their centres and of the size that it is for."""
    lens = stored.camera.lens
    fx, fy, cx, cy = (float(drawn.get(f"camera.intrinsics.{name}_px", 0.0)) for name in _MATRIX)
    width, height = asked.get("k_size_px", stored.camera.size_px)
    scale = lens.width_px / width
    # Where the two sizes have not quite one ratio, the picture loses or gains as much above as below.
    more_px = (lens.height_px - height * scale) / 2
    expected = (fx * scale, (fy or fx) * scale, (cx + 0.5) * scale, (cy + 0.5) * scale + more_px)
    for name, number, came in zip(_MATRIX, expected, (lens.fx_px, lens.fy_px, lens.cx_px, lens.cy_px), strict=True):
        if abs(number - came) > _ROUNDED * max(abs(number), 1.0):
            yield f"{name}_px", f"{number:.6f}, as the drawn camera.intrinsics.{name}_px has it", f"{came:.6f}"


def _lens(parameters: Mapping[str, Any], stored: StoredFrame) -> Iterator[_Lie]:
    lens, own = stored.camera.lens, f"camera.{stored.camera.lens.name}."
    for name, value in stored.camera.lens.to_json().get("distortion", {}).items():
        drawn = parameters.get(own + name)
        if drawn is not None and abs(drawn - value) > _ROUNDED:
            yield f"distortion {name}", f"{drawn:.9g}, as drawn", f"{value:.9g}"
    if isinstance(lens, Orthographic):
        yield from _width(parameters, lens)
        return
    field_deg = parameters.get(own + "horizontal_fov_deg", parameters.get("camera.horizontal_fov_deg"))
    if field_deg is None or parameters.get("camera.intrinsics.fx_px"):
        return
    focal_px = _focal_px(lens, math.radians(field_deg) / 2)
    for name, came in (("fx", lens.fx_px), ("fy", lens.fy_px)):
        if focal_px is not None and abs(came - focal_px) > _ROUNDED * max(focal_px, 1.0):
            yield f"focal_px {name}", f"{focal_px:.6f}, as a drawn field of {field_deg:.6g} deg has", f"{came:.6f}"


def _width(parameters: Mapping[str, Any], lens: Lens) -> Iterator[_Lie]:
    width_m = parameters.get("camera.orthographic.width_m")
    if width_m is None or parameters.get("camera.intrinsics.fx_px"):
        return
    expected = lens.width_px / width_m
    if abs(lens.fx_px - expected) > _ROUNDED * max(expected, 1.0):
        yield "focal_px", f"{expected:.6f}, as a drawn width of {width_m:.6g} m has", f"{lens.fx_px:.6f}"


def _focal_px(lens: Lens, half_rad: float) -> float | None:
    """The focal length whose radial picture of half the field is half the width; None for a lens of another kind."""
    if isinstance(lens, Pinhole):
        return lens.width_px / 2 / math.tan(half_rad)
    if isinstance(lens, BrownConrady):
        return lens.width_px / 2 / float(lens.radial.value(math.tan(half_rad)))
    if isinstance(lens, FTheta):
        return lens.width_px / 2 / float(lens.radial.inverse(half_rad))
    if isinstance(lens, Equirectangular):
        return lens.width_px / 2 / half_rad
    return lens.width_px / 2 / float(lens.radial.value(half_rad)) if isinstance(lens, KannalaBrandt) else None


def _pose(stored: StoredFrame) -> Iterator[_Lie]:
    """Whatever carries a camera, its roll is drawn; along a street its height, pitch and yaw are too."""
    (matrix, along_rad), drawn = _over_ground(stored), stored.parameters
    forward = matrix[:3, 2]
    level = math.hypot(forward[0], forward[1])
    came: dict[str, float] = {}
    # Straight down, roll and heading are one.
    if level > 1e-3:
        came["camera.roll_deg"] = roll_deg(matrix)
    ground = stored.extra.get("ground")
    if isinstance(ground, Mapping) and ground.get("kind") == "street":
        came["camera.pitch_deg"] = math.degrees(math.asin(np.clip(forward[2], -1, 1)))
        heading_deg = math.degrees(math.atan2(forward[1], forward[0]) - along_rad)
        came["camera.yaw_deg"] = heading_deg
        if (height_m := drawn.get("camera.height_m")) is not None and abs(height_m - matrix[2, 3]) > _PLACE_M:
            yield "height", f"{height_m:.6f} m, as drawn", f"{matrix[2, 3]:.6f} m"
    for path, value in came.items():
        asked = drawn.get(path)
        if asked is not None and abs((asked - value + 180) % 360 - 180) > told_within_deg(matrix):
            yield path.removeprefix("camera."), f"{asked:.6f}, as drawn", f"{value:.6f}"


def roll_deg(world_from_camera: Matrix) -> float:
    """How far a camera leans to the right, which looks neither straight up nor straight down."""
    right, forward = world_from_camera[:3, 0], world_from_camera[:3, 2]
    return -math.degrees(math.asin(np.clip(right[2] / math.hypot(forward[0], forward[1]), -1, 1)))


def told_within_deg(world_from_camera: Matrix) -> float:
    """How well a pose of nine decimals tells roll and yaw: the steeper a camera looks, the worse."""
    forward = world_from_camera[:3, 2]
    return _ANGLE_DEG + math.degrees(2e-9 / max(math.hypot(forward[0], forward[1]), 1e-3))


def _over_ground(stored: StoredFrame) -> tuple[Matrix, float]:
    """The camera's pose as it was drawn, over level ground, and the heading from which its yaw counts.

    That is the heading of what carries the camera: in a clip where it is by then, else where the street begins. Where
    the ground slopes, what carries it leans with the ground, and the pose is the one in its frame.
    """
    matrix, ground = stored.camera.world_from_camera.matrix, stored.extra.get("ground")
    carrier = stored.extra.get("carrier")
    if not isinstance(ground, Mapping):
        return matrix, 0.0
    if not isinstance(carrier, Mapping) or "world_from_carrier" not in carrier:
        course = ground.get("course")
        return matrix, float(course["heading_rad"]) if isinstance(course, Mapping) else 0.0
    pose = np.array(carrier["world_from_carrier"], dtype=np.float64)
    relief = ground.get("relief")
    if isinstance(relief, Mapping) and relief.get("grades"):
        return product(inverses(pose[None])[0], matrix), 0.0
    return matrix, math.atan2(pose[1, 0], pose[0, 0])
