"""A camera as other programs give it: spellings of `camera.intrinsics.*` and of a lens's coefficients.

    camera: {size_px: [1280, 720], k: [[fx, 0, cx], [0, fy, cy], [0, 0, 1]], distortion: [k1, k2, p1, p2, k3]}
    camera: {file: calibration.yaml, in_file: cam0}
    camera: {model: f_theta, size_px: [1920, 1208], polynomial: [0, 9.7e-4, ...], principal_point_px: [959.5, 603.5]}

Every number may be a distribution, but those of a file and of a polynomial. What a camera is spelled with is written
out as the leaves that it stands for, so that a file's content is part of the configuration.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from longtail.distributions.grammar import shown
from longtail.scenes.camera.lenses import INTRINSICS
from longtail.scenes.config.calibration.calibration import Calibration, numbers
from longtail.scenes.config.calibration.camera_matrix import coefficients, matrix_cells
from longtail.scenes.config.calibration.nvidia import f_theta
from longtail.scenes.config.calibration.reading import read_calibration

SPELLINGS: Mapping[str, tuple[str, str]] = {
    "camera.k": ("3x3", "OpenCV's camera matrix, in place of a field of view; pixels count from their centres"),
    "camera.distortion": ("4, 5 or 8 numbers", "OpenCV's coefficients, k1 k2 p1 p2 k3 k4 k5 k6; of a fisheye k1 to k4"),
    "camera.file": ("a file", "a calibration of OpenCV, ROS, Kalibr, KITTI, nuScenes or NVIDIA, in place of k"),
    "camera.in_file": ("a name", "which camera of a file that has several"),
    "camera.polynomial": ("2 to 6 numbers", "NVIDIA's f-theta: from pixels to radians, constant term first"),
    "camera.principal_point_px": ("[cx, cy]", "of a polynomial, from the centre of the first pixel"),
}
"""What a camera may be spelled with: its range and its meaning, in a few words."""


@dataclass(frozen=True)
class _Asked:
    """What one document spells, its name, the lens that the config names and whether it names a size."""

    given: Mapping[str, Any]
    where: str
    model: Any
    sized: bool


_MODEL, _SIZE, _K_SIZE = "camera.model", "camera.size_px", "camera.k_size_px"


def spelled_out(document: Mapping[str, Any], where: str, model: Any, sized: bool) -> tuple[dict[str, Any], list[str]]:
    """The leaves of one document by path without SPELLINGS, in place of which stands what they mean; and what is wrong.

    `model` is the lens that the whole config names, None where it names none; `sized` whether it names a size.
    What else the document says of a leaf stands over its spellings.
    """
    given = {path.rpartition(".")[2]: document[path] for path in SPELLINGS if document.get(path) is not None}
    rest = {path: node for path, node in document.items() if path not in SPELLINGS}
    made: dict[str, Any] = {}
    problems: list[str] = []
    for key in _asked(given):
        try:
            made |= _READERS[key](_Asked(given, where, model, sized))
        except ValueError as error:
            problems.append(f"{where}: camera.{key}: {error}")
    return {**made, **rest}, problems


def _asked(given: Mapping[str, Any]) -> Iterable[str]:
    """The readers that are needed, in the order in which they write over each other."""
    if "file" in given or "in_file" in given:
        yield "file"
    if "polynomial" in given or "principal_point_px" in given:
        yield "polynomial"
    if "k" in given:
        yield "k"
    if "distortion" in given:
        yield "distortion"


def _of_file(asked: _Asked) -> dict[str, Any]:
    name, which = asked.given.get("file"), asked.given.get("in_file")
    if not isinstance(name, str):
        raise ValueError(f"expected the path of a calibration, got {shown(name)}")
    if which is not None and not isinstance(which, str | int):
        raise ValueError(f"expected camera.in_file to name a camera, got {shown(which)}")
    found = read_calibration(_path(name, asked.where), None if which is None else str(which))
    if found.size_px is None and not asked.sized:
        raise ValueError(f"expected camera.size_px beside it, for {name} does not say how large its pictures are")
    return _leaves(found, asked.model)


def _path(name: str, where: str) -> Path:
    """Beside the file of the config; from the command line, in the folder where one is."""
    config = Path(where)
    return config.parent / name if config.suffix in (".yaml", ".yml") else Path(name)


def _leaves(found: Calibration, model: Any) -> dict[str, Any]:
    bends = "k" in "".join(found.distortion)
    if model not in (None, found.model) and not (found.model == "pinhole" and model == "brown_conrady"):
        raise ValueError(
            f"expected camera.model: {found.model}, which the calibration is of, got {shown(model)}; leave it out"
        )
    named = found.model if bends or model is None else model
    distortion = found.distortion or ({} if named == "pinhole" else coefficients(named, [0.0] * 4)[1])
    size = {} if found.size_px is None else {_SIZE: list(found.size_px), _K_SIZE: list(found.size_px)}
    return {_MODEL: named, **size, **_matrix(found.matrix), **_named(named, distortion)}


def _of_polynomial(asked: _Asked) -> dict[str, Any]:
    if asked.model not in (None, "f_theta"):
        raise ValueError(f"expected camera.model: f_theta with a polynomial, got {shown(asked.model)}")
    terms = asked.given.get("polynomial")
    focal_px, distortion = f_theta(list(terms) if isinstance(terms, list | tuple) else [])
    _require_size(asked.sized)
    middle = asked.given.get("principal_point_px")
    point = {} if middle is None else dict(
        zip(INTRINSICS[2:], numbers(middle, "principal_point_px", 2), strict=True)
    )  # fmt: skip
    return {_MODEL: "f_theta", **dict.fromkeys(INTRINSICS[:2], focal_px), **point, **_named("f_theta", distortion)}


def _of_k(asked: _Asked) -> dict[str, Any]:
    cells = matrix_cells(asked.given["k"])
    _require_size(asked.sized)
    for name, cell in zip(("fx", "fy"), cells, strict=False):
        if isinstance(cell, int | float) and not cell > 0:
            raise ValueError(f"expected {name} over 0, got {shown(cell)}")
    named = {} if asked.model is not None or "distortion" in asked.given else {_MODEL: "pinhole"}
    return {**named, **_matrix(cells)}


def _require_size(sized: bool) -> None:
    if not sized:
        raise ValueError("expected camera.size_px beside it, the width and height of the pictures that it is for")


def _of_distortion(asked: _Asked) -> dict[str, Any]:
    named, distortion = coefficients(asked.model, asked.given["distortion"])
    return {_MODEL: named, **_named(named, distortion)}


def _matrix(cells: Iterable[Any]) -> dict[str, Any]:
    return dict(zip(INTRINSICS, cells, strict=True))


def _named(model: str, distortion: Mapping[str, Any]) -> dict[str, Any]:
    return {f"camera.{model}.{name}": value for name, value in distortion.items()}


_READERS = {"file": _of_file, "polynomial": _of_polynomial, "k": _of_k, "distortion": _of_distortion}
