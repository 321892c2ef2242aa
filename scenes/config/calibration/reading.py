"""From a file to the calibration of one camera in it, whoever wrote it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from longtail.annotate.errors import ConfigError
from longtail.distributions.grammar import shown, suggestion
from longtail.scenes.config.calibration import kalibr, kitti, nuscenes, nvidia, opencv
from longtail.scenes.config.calibration.calibration import Calibration
from longtail.scenes.config.yaml_reader import read_text

_MOST_BYTES = 32 << 20
_MOST_NAMES = 8
_KNOWN = (
    "OpenCV's FileStorage (YAML, XML, JSON), ROS camera_info, Kalibr's camchain, KITTI's calib, nuScenes' "
    "calibrated_sensor.json or NVIDIA's rig.json"
)
_Read = Callable[[Mapping[str, Any]], Calibration]


def read_calibration(path: Path, which: str | None = None) -> Calibration:
    """The calibration of the file's only camera, or of that named `which`. ValueError: "expected ..., got ..."."""
    found, read = _cameras(path)
    names = list(found)
    if which is None and len(names) > 1:
        few = ", ".join(names[:_MOST_NAMES]) + (", ..." if len(names) > _MOST_NAMES else "")
        raise ValueError(f"expected camera.in_file to name one of the cameras of {path.name}, {few}, got none")
    if which is not None and which not in found:
        few = ", ".join(names[:_MOST_NAMES])
        raise ValueError(f"expected one of the cameras of {path.name}, {few}, got {shown(which)}"
                         f"{suggestion(which, names)}")  # fmt: skip
    name = names[0] if which is None else which
    try:
        return read(found[name])
    except ValueError as error:
        raise ValueError(f"{path.name}: {name}: {error}") from error


def _cameras(path: Path) -> tuple[Mapping[str, Any], _Read]:
    text = _text(path)
    start = text.lstrip()[:1]
    if start == "<":
        data: Any = _xml(text, path)
    elif start in ("{", "["):
        data = _json(text, path)
    elif (rows := kitti.parsed(text)) is not None and (found := kitti.cameras_of(rows)):
        return found, kitti.calibration
    else:
        data = _yaml(text, path)
    if isinstance(data, list) and (found := nuscenes.cameras_of(data, _beside(path))):
        return found, nuscenes.calibration
    if isinstance(data, Mapping):
        for kind in (opencv, kalibr, nvidia):
            if cameras := kind.cameras_of(data):
                return cameras, kind.calibration
    raise ValueError(f"expected {_KNOWN}, got a file without a camera's matrix: {path.name}")


def _text(path: Path) -> str:
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            data = file.read(_MOST_BYTES + 1) or b""
    except OSError as error:
        raise ValueError(f"expected a readable file of a calibration: {path}: {error.strerror or error}") from error
    if len(data) > _MOST_BYTES:
        raise ValueError(f"expected a calibration of at most {_MOST_BYTES >> 20} MiB, got a larger file: {path.name}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"expected {_KNOWN}, got no text: {path.name}") from error


def _yaml(text: str, path: Path) -> Any:
    # What OpenCV writes is YAML but for its first line; its one tag says what the mapping shows.
    plain = re.sub(r"\A%YAML[^\n]*\n", "", text)
    try:
        return read_text(re.sub(r"!!opencv-matrix\b", "", plain), path.name)
    except ConfigError as error:
        raise ValueError(str(error)) from error


def _json(text: str, path: Path) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path.name}: expected JSON, got {str(error)[:200]}") from error


def _beside(path: Path) -> Any:
    """nuScenes' table of sensors, which knows their channels, where it lies beside that of their calibrations."""
    try:
        return _json(_text(path.with_name("sensor.json")), path)
    except ValueError:
        return None


def _xml(text: str, path: Path) -> Any:
    # Declarations are how a small text becomes a huge one, or reads other files; OpenCV writes none.
    if "<!" in re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL):
        raise ValueError(f"{path.name}: expected OpenCV's XML, got declarations (<!...>), which it has none of")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise ValueError(f"{path.name}: expected OpenCV's XML, got {error}") from error
    if root.tag != "opencv_storage":
        raise ValueError(f"expected {_KNOWN}, got XML of <{root.tag[:40]}>: {path.name}")
    return {child.tag: _value(child) for child in root}


def _value(element: ElementTree.Element) -> Any:
    if element.get("type_id") == "opencv-matrix":
        return {"data": _words(element.findtext("data") or "")}
    words = _words(element.text or "")
    return words[0] if len(words) == 1 else words


def _words(text: str) -> list[Any]:
    return [_number(word) for word in text.split()]


def _number(word: str) -> Any:
    try:
        return float(word)
    except ValueError:
        return word.strip('"')
