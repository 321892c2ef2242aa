"""Reading the `cameras` of a config: the mounts of a rig, which all see the same scene.

Three spellings:

    cameras: {left: {y_m: 0.25}, right: {y_m: -0.25}, rear: {x_m: -2, yaw_deg: 180, horizontal_fov_deg: 100}}
    cameras: [{name: left, y_m: 0.25}, {name: right, y_m: -0.25}]   the same without the third
    cameras: surround                                               a ready one, by its name

Beside its place a mount has every key of `camera` that a lens has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from longtail.distributions import Distribution
from longtail.distributions.grammar import shown, suggestion
from longtail.scenes.camera.mount import CAMERA, CARRIER, FRAMES, LIMITS, Mount
from longtail.scenes.camera.rigs import RIGS
from longtail.scenes.config.mount_lens import DrawnCamera, read_mount_lens
from longtail.scenes.space.parameters import Parameter

MOST_CAMERAS = 64
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_NUMBERS = {key: Parameter(f"cameras.{key}", 0.0, "", *ends) for key, ends in LIMITS.items()}
_KEYS = (*LIMITS, "frame")


def read_cameras(node: Any, drawn: DrawnCamera) -> tuple[Mount, ...]:
    """The mounts that plain data spells, in its order. ValueError: "expected ..., got ..."."""
    if node is None:
        return ()
    if isinstance(node, str):
        node = _ready(node)
    if not isinstance(node, list | tuple | Mapping):
        raise ValueError(f"expected names of mounts with their places, such as {{left: {{y_m: 0.25}}}}, or the name of "
                         f"a ready rig, {', '.join(RIGS)}, got {shown(node)}")  # fmt: skip
    if len(node) > MOST_CAMERAS:
        raise ValueError(f"expected at most {MOST_CAMERAS} cameras, got {len(node)}")
    mounts = tuple(_mount(name, place, drawn) for name, place in _places(node))
    names = [mount.name for mount in mounts]
    if doubled := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"expected every camera once, got {shown(doubled)} twice; give one of them another name")
    return mounts


def _ready(name: str) -> Mapping[str, Any]:
    if name not in RIGS:
        raise ValueError(f"expected the name of a ready rig, {', '.join(RIGS)}, or mounts with their places, such as "
                         f"{{left: {{y_m: 0.25}}}}, got {shown(name)}{suggestion(name, RIGS)}")  # fmt: skip
    return RIGS[name].mounts


def _places(node: list[Any] | tuple[Any, ...] | Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
    if isinstance(node, Mapping):
        yield from node.items()
        return
    for entry in node:
        if not isinstance(entry, Mapping):
            raise ValueError(f"expected mappings with a `name`, got {shown(entry)}")
        yield entry.get("name"), {key: value for key, value in entry.items() if key != "name"}


def _mount(name: Any, place: Any, drawn: DrawnCamera) -> Mount:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f"expected names of letters, digits, - and _, 32 at most, got {shown(name)}")
    if not isinstance(place, Mapping | None):
        raise ValueError(f"{name}: expected a mapping of some of {', '.join(_KEYS)} and keys of a lens, "
                         f"got {shown(place)}")  # fmt: skip
    given = {str(key): value for key, value in (place or {}).items()}
    try:
        numbers = {key: _NUMBERS[key].checked(given[key]) for key in LIMITS if key in given}
    except ValueError as error:
        wrong = next(key for key in LIMITS if key in given and not _sound(key, given[key]))
        raise ValueError(f"{name}: {wrong}: {error}") from error
    try:
        frame = _frame(given.get("frame", CAMERA), drawn)
        lens = read_mount_lens({key: value for key, value in given.items() if key not in _KEYS}, drawn)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    spread = {key: asked for key, asked in numbers.items() if isinstance(asked, Distribution)}
    fixed = {key: float(asked.ppf(0.5) if isinstance(asked, Distribution) else asked) for key, asked in numbers.items()}
    return Mount(name, **fixed, frame=frame, lens=lens, spread=spread)


def _sound(key: str, node: Any) -> bool:
    try:
        _NUMBERS[key].checked(node)
    except ValueError:
        return False
    return True


def _frame(node: Any, drawn: DrawnCamera) -> str:
    if not isinstance(node, str) or node not in FRAMES:
        close = suggestion(str(node), FRAMES)
        raise ValueError(f"frame: expected one of {', '.join(FRAMES)}, got {shown(node)}{close}")
    if node == CARRIER and not drawn.carried:
        raise ValueError("frame: expected camera or world in a scenario where nothing carries the camera, got carrier")
    return node
