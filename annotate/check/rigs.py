"""What frames say of their rig, against each other's cameras; and disparity against depth and baseline."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.camera.seat import seated
from longtail.annotate.camera.stereo import Stereo
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.check.finding import Finding
from longtail.annotate.dataset.dataset import Dataset, DatasetInfo
from longtail.annotate.dataset.encoders import DEPTH_STEP_M, DISPARITY_STEP_PX
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.labels.rig import Rig

Layers = Mapping[str, NDArray[Any]]
_Lie = tuple[str, object, object]

_POSE, _SHARE, _PX = 1e-6, 5e-3, 1e-3
"""How far numbers may be from those of the records' rounded cameras. A share is counted in some two thousand cells, of
which a row or two may lie on the border; OpenCV has the corners of what it rectifies in single precision."""

_PLACE = ("x_m", "y_m", "z_m", "yaw_deg", "pitch_deg", "roll_deg")
_MOST_PX = 65535 * DISPARITY_STEP_PX


def check_rig(dataset: Dataset, stored: StoredFrame, arrays: Layers) -> Iterator[Finding]:
    """Findings of one frame alone: its place in its sample, and the disparities of its picture."""
    rig, where = stored.rig, record_path(stored.index)
    if rig is not None:
        for what, expected, came in _place(stored, rig):
            yield Finding(where, stored.index, f"{what} {expected}", f"{came}")
    if "disparity" in arrays:
        scale = rig.disparity_m_px if rig else 0.0
        path = dataset.info.layers()["disparity"].path(stored.index)
        for expected, came in _disparities(arrays["disparity"], arrays.get("depth"), scale):
            yield Finding(path, stored.index, expected, came)


def _place(stored: StoredFrame, rig: Rig) -> Iterator[_Lie]:
    first = rig.sample * len(rig.frames)
    if list(rig.frames.values()) != list(range(first, first + len(rig.frames))):
        yield "rig frames", f"from {first} on, as sample {rig.sample} of {len(rig.frames)} cameras", list(rig.frames)
    if rig.frames.get(stored.shown.camera) != stored.index:
        yield "rig frames", f"with this frame as {stored.shown.camera}'s", rig.frames.get(stored.shown.camera)
    if stored.image.get("sample") != rig.sample:
        yield "image sample", rig.sample, stored.image.get("sample")


def _disparities(
    disparity_px: NDArray[np.float32], depth_m: NDArray[np.float32] | None, scale: float
) -> Iterator[tuple[str, str]]:
    """A disparity is `scale` over the depth, to half a step of either file."""
    known = disparity_px > 0
    if not scale:
        if known.any():
            yield "no disparity without a rectified partner", f"one at {np.count_nonzero(known)} pixels"
        return
    if depth_m is None:
        return
    there = np.isfinite(depth_m)
    depth = np.where(there, depth_m, np.inf).astype(np.float64)
    # Nearer than half a step is written as a whole one.
    near = np.where(depth > DEPTH_STEP_M, depth - DEPTH_STEP_M / 2, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        most = scale / near + DISPARITY_STEP_PX
        least = scale / (depth + DEPTH_STEP_M / 2) - DISPARITY_STEP_PX
    wrong = known & there & ~((disparity_px >= least) & (disparity_px <= most))
    lost = there & ~known & (most < _MOST_PX)
    if wrong.any():
        row, column = np.argwhere(wrong)[0].tolist()
        expected = f"{scale / depth[row, column]:.3f} px in row {row}, column {column}, as depth and baseline have it"
        came = f"{disparity_px[row, column]:.3f} px, and others at {np.count_nonzero(wrong)} pixels in all"
        yield expected, came
    if lost.any():
        yield "a disparity wherever there is a depth", f"none at {np.count_nonzero(lost)} pixels"


@dataclass(frozen=True, eq=False)
class Mounted:
    """What the frames of one sample are to each other: what a record says of its camera and its rig, and where the
    config has it sit (`seat`: in which frame, and the pose (4, 4) there)."""

    frame: int
    name: str
    camera: Camera
    rig: Rig
    seat: tuple[str, Matrix] | None = None

    @classmethod
    def of(cls, stored: StoredFrame, info: DatasetInfo) -> Mounted | None:
        """None for a frame of a camera alone."""
        if stored.rig is None:
            return None
        name = stored.shown.camera
        return cls(stored.index, name, stored.camera, stored.rig, _seat(name, stored.parameters, info))


def _seat(name: str, parameters: Mapping[str, Any], info: DatasetInfo) -> tuple[str, Matrix] | None:
    """The frame that the config's mount counts from, and its pose there; None where the config has none of the name."""
    mount = next((mount for mount in info.config.get("cameras", ()) if mount.get("name") == name), None)
    if mount is None:
        return None
    # What differs from scene to scene stands among the drawn values.
    x, y, z, yaw, pitch, roll = (float(parameters.get(f"cameras.{name}.{key}", mount[key])) for key in _PLACE)
    return str(mount.get("frame", "")), seated((x, y, z), math.radians(yaw), pitch, roll)


class RigCheck:
    """Takes frames in ascending order. Those of one sample follow each other, so one sample at a time is held."""

    def __init__(self) -> None:
        self._held: dict[str, Mounted] = {}

    def add(self, mounted: Mounted | None) -> Iterator[Finding]:
        """Findings of the frames of a sample, once all of them are there."""
        if mounted is None:
            return
        if any(other.rig.sample != mounted.rig.sample for other in self._held.values()):
            self._held = {}
        self._held[mounted.name] = mounted
        if self._held.keys() != mounted.rig.frames.keys():
            return
        cameras = {name: self._held[name].camera for name in mounted.rig.frames}
        yield from self._seats()
        for one in self._held.values():
            again = Rig.of(one.name, mounted.rig.sample, mounted.rig.frames, cameras)
            for what, expected, came in _differing(again, one.rig):
                yield Finding(record_path(one.frame), one.frame, f"rig {what} {expected}", f"{came}")

    def _seats(self) -> Iterator[Finding]:
        """Mounts of one frame are to each other as the config has them."""
        firsts: dict[str, Mounted] = {}
        for one in self._held.values():
            if one.seat is None:
                continue
            first = firsts.setdefault(one.seat[0], one)
            assert first.seat is not None
            asked = np.linalg.inv(first.seat[1]) @ one.seat[1]
            came = (first.camera.world_from_camera.inverse() @ one.camera.world_from_camera).matrix
            if not np.allclose(came, asked, rtol=0, atol=_POSE):
                expected = f"a camera at {asked[:3, 3].round(6).tolist()} from {first.name}, as the config mounts it"
                yield Finding(record_path(one.frame), one.frame, expected, f"{came.round(6).tolist()}")


def _differing(again: Rig, said: Rig) -> Iterator[_Lie]:
    if dict(said.frames) != dict(again.frames):
        yield "frames", f"{dict(again.frames)}, as others of the sample say", dict(said.frames)
    if not np.allclose(said.reference_from_camera, again.reference_from_camera, rtol=0, atol=_POSE):
        place = again.reference_from_camera[:3, 3].round(6).tolist()
        yield "reference_from_camera", f"as the cameras' poses are, at {place}", said.reference_from_camera.tolist()
    for name in dict.fromkeys((*again.overlaps, *said.overlaps)):
        expected, came = again.overlaps.get(name, 0.0), said.overlaps.get(name, 0.0)
        if abs(expected - came) > _SHARE:
            yield f"overlap with {name}", f"{expected:.4f}, as the cameras look", f"{came:.4f}"
    if (again.stereo is None) != (said.stereo is None):
        told = [f"in a pair with {pair.partner}" if pair else "in no pair" for pair in (again.stereo, said.stereo)]
        yield "stereo", told[0], told[1]
    elif again.stereo is not None and said.stereo is not None:
        yield from _pairs(again.stereo, said.stereo)


def _pairs(again: Stereo, said: Stereo) -> Iterator[_Lie]:
    for name in ("partner", "side", "rectified"):
        if getattr(again, name) != getattr(said, name):
            yield f"stereo {name}", repr(getattr(again, name)), repr(getattr(said, name))
    if abs(again.baseline_m - said.baseline_m) > _POSE:
        yield "stereo baseline_m", f"{again.baseline_m:.6f}, as the cameras stand", f"{said.baseline_m:.6f}"
    for name, slack in (("rotation", 1e-5), ("projection", _PX)):
        expected, came = getattr(again, name), getattr(said, name)
        if not np.allclose(came, expected, rtol=1e-6, atol=slack):
            yield f"stereo {name}", expected.round(6).tolist(), came.tolist()
