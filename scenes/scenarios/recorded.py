"""Which drawn values stand in a frame's record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longtail.annotate.camera import Lens
from longtail.occurrence import occurs
from longtail.scenes.camera.lenses import unused


def recorded(values: Mapping[str, Any], lens: Lens) -> dict[str, Any]:
    """The drawn values, without those of weathers that did not occur and of lenses other than `lens`."""
    foreign = unused(lens.name, values)
    return {path: value for path, value in values.items() if path not in foreign and occurs(path, values)}
