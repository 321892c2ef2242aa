"""Named surfaces of things: the wheels of a car, the plate of a sign. One table, whose ids last.

Names follow Cityscapes-Panoptic-Parts where it has them (Meletis et al., arXiv:2004.07944), else PASCAL-Part (Chen et
al., CVPR 2014).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NO_PART = 0


@dataclass(frozen=True)
class Part:
    """`id` is the value in the masks, 1 to 255; `of` are the supercategories whose things may have it."""

    id: int
    name: str
    rgb: tuple[int, int, int]
    of: tuple[str, ...]


# Append only: an id that was ever in a dataset keeps its name.
_TABLE: tuple[Part, ...] = (
    Part(1, "wheel", (60, 60, 60), ("vehicle",)),
    Part(2, "window", (90, 170, 220), ("vehicle",)),
    Part(3, "license plate", (250, 220, 60), ("vehicle",)),
    Part(4, "light", (240, 90, 60), ("vehicle", "object")),
    Part(5, "mirror", (170, 110, 230), ("vehicle",)),
    Part(6, "saddle", (150, 90, 40), ("vehicle",)),
    Part(7, "handlebar", (40, 180, 120), ("vehicle",)),
    Part(8, "sign plate", (220, 60, 160), ("object",)),
)

PARTS: Mapping[str, Part] = {part.name: part for part in _TABLE}
"""By name."""


def parts_to_json() -> list[dict[str, Any]]:
    """As dataset.json lists them."""
    return [{"id": part.id, "name": part.name, "color": list(part.rgb)} for part in PARTS.values()]
