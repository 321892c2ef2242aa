"""Reading the `cameras` of a config: the mounts of a rig, which all see the same scene.

cameras: {left: {y_m: 0.25}, right: {y_m: -0.25}, rear: {x_m: -2, yaw_deg: 180}}
cameras: [{name: left, y_m: 0.25}, {name: right, y_m: -0.25}]   the same
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from longtail.distributions.grammar import shown, suggestion
from longtail.scenes.camera.mount import LIMITS, Mount

MOST_CAMERAS = 64
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


def read_cameras(node: Any) -> tuple[Mount, ...]:
    """The mounts that plain data spells, in its order. ValueError: "expected ..., got ..."."""
    if node is None:
        return ()
    if not isinstance(node, list | tuple | Mapping):
        raise ValueError(f"expected names of mounts with their places, such as {{left: {{y_m: 0.25}}}}, "
                         f"got {shown(node)}")  # fmt: skip
    if len(node) > MOST_CAMERAS:
        raise ValueError(f"expected at most {MOST_CAMERAS} cameras, got {len(node)}")
    mounts = tuple(_mount(name, place) for name, place in _places(node))
    names = [mount.name for mount in mounts]
    if doubled := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"expected every camera once, got {shown(doubled)} twice; give one of them another name")
    return mounts


def _places(node: list[Any] | tuple[Any, ...] | Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
    if isinstance(node, Mapping):
        yield from node.items()
        return
    for entry in node:
        if not isinstance(entry, Mapping):
            raise ValueError(f"expected mappings with a `name`, got {shown(entry)}")
        yield entry.get("name"), {key: value for key, value in entry.items() if key != "name"}


def _mount(name: Any, place: Any) -> Mount:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f"expected names of letters, digits, - and _, 32 at most, got {shown(name)}")
    if not isinstance(place, Mapping | None):
        raise ValueError(f"{name}: expected a mapping of some of {', '.join(LIMITS)}, got {shown(place)}")
    return Mount(name, **{str(key): _number(name, key, value) for key, value in (place or {}).items()})


def _number(name: str, key: Any, value: Any) -> float:
    if key not in LIMITS:
        raise ValueError(f"{name}: expected some of {', '.join(LIMITS)}, got {shown(key)}"
                         f"{suggestion(str(key), LIMITS)}")  # fmt: skip
    low, high = LIMITS[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(f"{name}: {key}: expected a number in {low:g}..{high:g}, got {shown(value)}")
    return float(value)
