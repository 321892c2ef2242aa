"""Which scene a frame shows, and which other frames show the same one under other conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Shown:
    """Scene number `scene`, as `variant` ("" without variants), at `point` of a sweep (values by dotted path).

    `siblings` are the other frames of the scene in ascending order; those past the end of the run do not exist (yet).
    """

    scene: int
    variant: str = ""
    point: Mapping[str, Any] = field(default_factory=dict)
    siblings: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "scene": self.scene,
            "variant": self.variant,
            "point": dict(self.point),
            "siblings": list(self.siblings),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Shown:
        """What `to_json` wrote; KeyError, TypeError or ValueError for anything else."""
        siblings = tuple(int(index) for index in data["siblings"])
        return cls(int(data["scene"]), str(data["variant"]), dict(data["point"]), siblings)
