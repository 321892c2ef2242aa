"""Invariants over frames that show one scene under several conditions: labels that cannot change are the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from longtail.annotate.check.finding import Finding
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layers import LAYERS
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.errors import DatasetError

# Masks, depth and normals say what stands where; `lens` speaks of what is on the glass.
_OF_GEOMETRY = tuple(layer for name, layer in LAYERS.items() if name != "lens")


@dataclass(frozen=True)
class _Seen:
    """What a record says of its scene: the geometry in front of the camera, and the digests of the labels of it."""

    frame: int
    geometry: str
    digests: dict[str, str]


def check_siblings(dataset: Dataset, indices: Iterable[int]) -> Iterator[Finding]:
    """Frames of one scene with the same camera, poses and water must have the same masks, depth and normals.

    Frames that two kinds of device or processor rendered are not compared: they may differ in single pixels.

    Siblings follow each other in a dataset, so that one scene at a time is held.
    """
    scene, first = -1, dict[str, _Seen]()
    for index in indices:
        try:
            stored = dataset.record(index)
        except DatasetError:
            continue  # a finding of its own
        if index in stored.shown.siblings:
            yield Finding(record_path(index), index, "siblings other than itself", f"{list(stored.shown.siblings)}")
        if not stored.shown.siblings:
            continue
        if stored.shown.scene != scene:
            scene, first = stored.shown.scene, {}
        seen = _seen(stored)
        before = first.setdefault(seen.geometry, seen)
        for name, digest in seen.digests.items():
            if before.digests.get(name, digest) != digest:
                expected = f"the same {name} as frame {before.frame}, which shows the same scene"
                yield Finding(record_path(index), index, expected, "another one")


def _seen(stored: StoredFrame) -> _Seen:
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
    return _Seen(stored.index, geometry, digests)
