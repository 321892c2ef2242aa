"""NVIDIA DriveWorks' rig.json: cameras of the model `ftheta`, by the names of their sensors.

The properties are those of `dwFThetaCameraConfig`, written as text. A principal point counts from the centre of the
first pixel, as NVIDIA's tools have it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longtail.distributions.grammar import shown
from longtail.scenes.config.calibration.calibration import Calibration, numbers, size_of

_MOST = 6


def cameras_of(data: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The cameras by name, as far as the file is of this kind; None where it is not. Each is read by `calibration`."""
    rig = data.get("rig")
    sensors = rig.get("sensors") if isinstance(rig, Mapping) else None
    if not isinstance(sensors, list):
        return None
    named = {str(sensor.get("name")): sensor.get("properties") for sensor in sensors if isinstance(sensor, Mapping)}
    return {name: node for name, node in named.items() if isinstance(node, Mapping) and "Model" in node} or None


def calibration(camera: Mapping[str, Any]) -> Calibration:
    """What `cameras_of` found. ValueError: "expected ..., got ..."."""
    if camera["Model"] != "ftheta":
        raise ValueError(f"Model: expected ftheta, got {shown(camera['Model'])}")
    if (kind := camera.get("polynomial-type", "pixeldistance-to-angle")) != "pixeldistance-to-angle":
        raise ValueError(f"polynomial-type: expected pixeldistance-to-angle, got {shown(kind)}")
    c, d, e = (_number(camera.get(f"linear-{name}", 0.0), f"linear-{name}") for name in "cde")
    if d or e:
        raise ValueError(f"expected pixels without shear, linear-d and linear-e of 0, got {d:g} and {e:g}")
    words = camera.get("polynomial")
    listed = words.split() if isinstance(words, str) else words
    terms = [_number(word, "polynomial") for word in listed] if isinstance(listed, list) else []
    fx, distortion = f_theta(terms)
    cx, cy = (_number(camera.get(name), name) for name in ("cx", "cy"))
    width, height = (_number(camera.get(name), name) for name in ("width", "height"))
    return Calibration("f_theta", (fx * (c or 1.0), fx, cx, cy), distortion, size_of(width, height))


def f_theta(polynomial: list[float]) -> tuple[float, dict[str, float]]:
    """The focal length in pixels and k2 to k5 of a polynomial from pixels to radians, constant term first.

    ValueError: "expected ..., got ...".
    """
    terms = numbers(polynomial, "polynomial")
    if not 2 <= len(terms) <= _MOST or terms[0] != 0 or terms[1] <= 0:
        raise ValueError(
            f"polynomial: expected 0, a positive rad per pixel, and up to 4 further terms, got {shown(polynomial)}"
        )
    focal_px = 1 / terms[1]
    further = [*terms[2:], 0.0, 0.0, 0.0, 0.0][:4]
    return focal_px, {f"k{power}": a * focal_px**power for power, a in enumerate(further, start=2)}


def _number(node: Any, what: str) -> float:
    try:
        return numbers([float(node)], what)[0]
    except (TypeError, ValueError) as error:
        raise ValueError(f"{what}: expected a number, got {shown(node)}") from error
