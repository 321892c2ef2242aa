"""Reading the `lidar` of a config: named sensors on what carries the camera.

By a preset alone, by one with more, and by beams of one's own:

    lidar: {top: spinning_64}
    lidar: {top: {preset: spinning_32, z_m: 1.9, range_noise_m: {normal: [0.02, 0.005], low: 0}, format: pcd}}
    lidar: {front: {preset: solid_state, elevations_deg: [-12, -6, 0, 6], x_m: 2, z_m: 0.6}}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from longtail.annotate.dataset.point_files import POINT_FORMATS
from longtail.distributions import Distribution
from longtail.distributions.grammar import shown, suggestion
from longtail.distributions.scalar import Scalar
from longtail.scenes.lidar.asked import HEIGHT, AskedLidar
from longtail.scenes.lidar.lidar import FEWEST_ROWS
from longtail.scenes.lidar.parameters import ELEVATION, EVEN, PARAMETERS
from longtail.scenes.lidar.presets import PRESETS, Preset

MOST_LIDARS, MOST_BEAMS, MOST_SIDE, MOST_RAYS = 16, 256, 16_384, 4_000_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_EVEN = tuple(leaf.path for leaf in EVEN)
_DEFAULT = "spinning_64"
_KEYS = ("preset", "format", "elevations_deg", *PARAMETERS)


def read_lidars(node: Any) -> tuple[AskedLidar, ...]:
    """The sensors that plain data spells, in its order. ValueError: "expected ..., got ..."."""
    if node is None:
        return ()
    if not isinstance(node, Mapping):
        raise ValueError(
            f"expected names of sensors with what they are, such as {{top: {_DEFAULT}}}, got {shown(node)}"
        )
    if len(node) > MOST_LIDARS:
        raise ValueError(f"expected at most {MOST_LIDARS} sensors, got {len(node)}")
    return tuple(_lidar(name, what) for name, what in node.items())


def _lidar(name: Any, what: Any) -> AskedLidar:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f"expected names of letters, digits, - and _, 32 at most, got {shown(name)}")
    given = {"preset": what} if isinstance(what, str) else what
    try:
        if not isinstance(given, Mapping | None):
            raise ValueError(f"expected a preset ({', '.join(PRESETS)}) or a mapping, got {shown(what)}")
        asked = _asked(name, {} if given is None else given)
        _require_size(asked)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    return asked


def _asked(name: str, given: Mapping[Any, Any]) -> AskedLidar:
    for key, value in given.items():
        if key not in _KEYS:
            raise ValueError(f"expected some of {', '.join(_KEYS)}, got {shown(key)}{suggestion(str(key), _KEYS)}"
                             f" (for {shown(value)})")  # fmt: skip
    preset, ending = _word(given, "preset", PRESETS, _DEFAULT), _word(given, "format", POINT_FORMATS, "npy")
    chosen = PRESETS[preset]
    even = [key for key in _EVEN if key in given]
    if even and "elevations_deg" in given:
        raise ValueError(f"expected elevations_deg or {even[0]}, got both; a list says each beam's elevation by itself")
    listed = () if even else _elevations(given.get("elevations_deg", chosen.elevations_deg))
    values: dict[str, Scalar | Distribution] = {}
    for key, leaf in PARAMETERS.items():
        if key in given:
            values[key] = _checked(key, given[key])
        elif key not in _EVEN and (key != HEIGHT or key in chosen.values):
            values[key] = chosen.values.get(key, leaf.default)
        elif key in _EVEN and even:
            values[key] = _spread(chosen)[key]
    return AskedLidar(name, preset, ending, listed, values)


def _word(given: Mapping[Any, Any], key: str, known: Mapping[str, Any], default: str) -> str:
    word = given.get(key, default)
    if not isinstance(word, str) or word not in known:
        raise ValueError(f"{key}: expected one of {', '.join(known)}, got {shown(word)}{suggestion(str(word), known)}")
    return word


def _checked(key: str, node: Any) -> Scalar | Distribution:
    try:
        return PARAMETERS[key].checked(node)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from error


def _elevations(node: Any) -> tuple[float, ...]:
    if not isinstance(node, list | tuple) or not 1 <= len(node) <= MOST_BEAMS:
        raise ValueError(f"elevations_deg: expected a list of 1 to {MOST_BEAMS} numbers, got {shown(node)}")
    found = []
    for number in node:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise ValueError(f"elevations_deg: expected numbers, got {shown(number)}")
        try:
            found.append(float(ELEVATION.checked(float(number))))  # type: ignore[arg-type]
        except ValueError as error:
            raise ValueError(f"elevations_deg: {error}") from error
    if doubled := next((number for number in found if found.count(number) > 1), None):
        raise ValueError(f"elevations_deg: expected every elevation once, got {doubled:g} twice")
    return tuple(found)


def _spread(preset: Preset) -> dict[str, float | int]:
    """The beams of a preset as so many between two elevations."""
    ends = preset.elevations_deg
    return dict(zip(_EVEN, (len(ends), min(ends), max(ends)), strict=True))


def _require_size(asked: AskedLidar) -> None:
    """ValueError where its range images would be too large or too small to be made."""
    rows, columns = asked.most()
    if asked.least_columns() < FEWEST_ROWS:
        raise ValueError(
            f"expected azimuth_high_deg {FEWEST_ROWS - 1} steps of azimuth_step_deg or more above azimuth_low_deg, got "
            f"{asked.least_columns()} directions at least; widen the one or narrow the other"
        )
    if columns > MOST_SIDE or rows > MOST_SIDE or rows * columns > MOST_RAYS:
        raise ValueError(
            f"expected at most {MOST_RAYS:,} rays and {MOST_SIDE:,} directions, got up to {rows * columns:,} and "
            f"{columns:,}; take fewer beams or rays, or a larger azimuth_step_deg"
        )
