"""Invariants over frames that show one scene under several conditions: labels that cannot change are the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from longtail.annotate.check.finding import Finding
from longtail.annotate.dataset.layers import LAYERS
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame

# Masks, depth and normals say what stands where; `lens` speaks of what is on the glass.
_OF_GEOMETRY = tuple(layer for name, layer in LAYERS.items() if name != "lens")


@dataclass(frozen=True)
class Seen:
    """What a record says of its scene: a digest of the geometry in front of the camera, and those of the labels of it.

    Frames of one scene with the same camera, poses and water have the same geometry. What another kind of device or
    processor rendered has another one: labels may differ in single pixels then.
    """

    frame: int
    scene: int
    geometry: bytes
    digests: Mapping[str, str]

    @classmethod
    def of(cls, stored: StoredFrame) -> Seen | None:
        """None for a frame that has no siblings."""
        if not stored.shown.siblings:
            return None
        poses: list[Any] = [
            [item.id, item.asset, item.world_from_object.matrix.tolist()]
            for item in sorted(stored.objects, key=lambda item: item.id)
        ]
        machine = stored.rendered_on.to_json() if stored.rendered_on else None
        geometry = json.dumps([machine, stored.camera.to_json(), stored.conditions.water_level_m, poses])
        digests = {}
        for layer in _OF_GEOMETRY:
            entry = stored.files.get(layer.path(stored.index))
            if entry is not None:
                digests[layer.name] = entry.sha256
        return cls(stored.index, stored.shown.scene, hashlib.sha256(geometry.encode("ascii")).digest(), digests)


class SiblingCheck:
    """Takes frames in ascending order. Siblings follow each other in a dataset, so one scene at a time is held."""

    def __init__(self) -> None:
        self._scene = -1
        self._first: dict[bytes, Seen] = {}

    def add(self, seen: Seen) -> Iterator[Finding]:
        """Findings where a frame of one geometry has other masks, depth or normals than the first one of it."""
        if seen.scene != self._scene:
            self._scene, self._first = seen.scene, {}
        before = self._first.setdefault(seen.geometry, seen)
        for name, digest in seen.digests.items():
            if before.digests.get(name, digest) != digest:
                expected = f"the same {name} as frame {before.frame}, which shows the same scene"
                yield Finding(record_path(seen.frame), seen.frame, expected, "another one")
