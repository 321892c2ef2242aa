"""A camera's matrix and distortion as OpenCV gives them, whose numbers may be distributions in a config."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from longtail.distributions.grammar import shown

OPENCV = ("k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6")
"""The coefficients of `brown_conrady` in OpenCV's order."""

FISHEYE = ("k1", "k2", "k3", "k4")
_LENGTHS = (4, 5, 8)
_THIN = (12, 14)


def matrix_cells(node: Any) -> tuple[Any, Any, Any, Any]:
    """(fx, fy, cx, cy) of `[[fx, 0, cx], [0, fy, cy], [0, 0, 1]]`, or of its nine numbers in a row; not yet checked.

    ValueError: "expected ..., got ...".
    """
    rows = _rows(node)
    if rows is None:
        raise ValueError(f"expected a matrix [[fx, 0, cx], [0, fy, cy], [0, 0, 1]], got {shown(node)}")
    (fx, skew, cx), (zero, fy, cy), last = rows
    if not _is(zero, 0) or [_is(cell, value) for cell, value in zip(last, (0, 0, 1), strict=True)] != [True] * 3:
        raise ValueError(f"expected a matrix [[fx, 0, cx], [0, fy, cy], [0, 0, 1]], got {shown(node)}")
    if not _is(skew, 0):
        raise ValueError(f"expected a matrix without skew, 0 beside fx, got {shown(skew)}")
    return fx, fy, cx, cy


def coefficients(model: str | None, node: Any) -> tuple[str, dict[str, Any]]:
    """The lens model, where `model` leaves it open, and the coefficients by name, all of them; not yet checked.

    ValueError: "expected ..., got ...".
    """
    if not isinstance(node, list | tuple):
        raise ValueError(f"expected a list of OpenCV's coefficients, [k1, k2, p1, p2, k3, ...], got {shown(node)}")
    if model == "kannala_brandt":
        if len(node) != len(FISHEYE):
            raise ValueError(f"expected 4 coefficients of a fisheye, [k1, k2, k3, k4], got {len(node)}: {shown(node)}")
        return model, dict(zip(FISHEYE, node, strict=True))
    if model not in (None, "brown_conrady", "pinhole"):
        raise ValueError(f"expected pinhole, brown_conrady or kannala_brandt with such a list, got the model {model}")
    if len(node) in _THIN and not all(_is(value, 0) for value in node[len(OPENCV) :]):
        raise ValueError(
            f"expected no thin prism (s1 to s4) and no tilt (tx, ty), which no lens here has, got {shown(node)}; "
            "calibrate without them (OpenCV's CALIB_THIN_PRISM_MODEL and CALIB_TILTED_MODEL)"
        )
    if len(node) not in (0, *_LENGTHS, *_THIN):
        raise ValueError(
            f"expected 4, 5 or 8 coefficients, [k1, k2, p1, p2, k3, k4, k5, k6] as OpenCV has them, got {len(node)}: "
            f"{shown(node)}; those of a fisheye want camera.model: kannala_brandt"
        )
    if all(_is(value, 0) for value in node) and model != "brown_conrady":
        return "pinhole", {}
    if model == "pinhole":
        raise ValueError(f"expected no distortion of a pinhole, got {shown(node)}; leave camera.model out, or make it "
                         "brown_conrady")  # fmt: skip
    return "brown_conrady", {**dict.fromkeys(OPENCV, 0.0), **dict(zip(OPENCV, node, strict=False))}


def _rows(node: Any) -> list[Sequence[Any]] | None:
    if isinstance(node, Mapping) or not isinstance(node, list | tuple):
        return None
    if len(node) == 9 and not any(isinstance(cell, list | tuple) for cell in node):
        return [node[:3], node[3:6], node[6:]]
    fits = len(node) == 3 and all(isinstance(row, list | tuple) and len(row) == 3 for row in node)
    return list(node) if fits else None


def _is(cell: Any, value: float) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and cell == value
