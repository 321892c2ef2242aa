"""Invariants over frames that show one scene under several conditions: they name each other, and labels that cannot
change are the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from longtail.annotate.check.finding import Finding
from longtail.annotate.dataset import encoders
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layers import LAYERS, OF_VIDEOS, OUTPUTS
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.errors import DatasetError
from longtail.annotate.labels.cover import COVERED, PAINT, PAINTED

# Masks, depth and normals say what stands where; `lens` speaks of what is on the glass, flow of other moments, too.
_OF_OTHERS = {"lens", *(layer for output in OF_VIDEOS for layer in OUTPUTS[output])}
_OF_GEOMETRY = tuple(layer for name, layer in LAYERS.items() if name not in _OF_OTHERS)
_OF_PAINT = ("semantic", "panoptic")
"""The layers that tell paint from what it is painted on: they follow what lies on the road, too."""

_STEPS = {
    "depth": encoders.DEPTH_STEP_M,
    "distance": encoders.DEPTH_STEP_M,
    "disparity": encoders.DISPARITY_STEP_PX,
    "normals": 2 * encoders.NORMALS_STEP,  # a step of each component turns the others, too
    # Half precision has ten bits after the first one, single precision 23: of an albedo up to 1.25, of a kilometre.
    "albedo": 2.0**-10,
    "world": 2.0**-13,
}
"""The layers that measure, and how far one step of rounding takes their numbers."""

_ROUNDED_SHARE = 1e-3
"""The most of a picture whose rounding may differ between siblings. A ray through the common edge of two triangles
meets either one: in one of 72 street pictures of 480x270 a pixel's depth came out otherwise, by its last bit."""


@dataclass(frozen=True)
class Seen:
    """What a record says of its scene: a digest of the geometry in front of the camera, and those of the labels of it.

    Frames of one scene with the same camera, poses and water have the same geometry. What another kind of device or
    processor rendered has another one: labels may differ in single pixels then. `aim` is a digest of what the camera
    was drawn from, and `camera` of the camera itself. `siblings` are the frames that the record names. `covered_px`
    counts the pixels of paint that something hides which lies on the road, None where nothing lies; `roads` is what
    masks say of them, by layer.
    """

    frame: int
    scene: int
    geometry: bytes
    digests: Mapping[str, str]
    siblings: tuple[int, ...] = ()
    aim: bytes = b""
    camera: bytes = b""
    roads: Mapping[str, Roads] = field(default_factory=dict)
    covered_px: int | None = None

    @classmethod
    def of(cls, stored: StoredFrame, dataset: Dataset | None = None) -> Seen:
        """What the record says; of a `dataset`, what its masks say of roads, too."""
        shown = stored.shown
        if not shown.siblings:
            return cls(stored.index, shown.scene, b"", {})
        poses: list[Any] = [
            [item.id, item.asset, item.world_from_object.matrix.tolist()]
            for item in sorted(stored.objects, key=lambda item: item.id)
        ]
        machine = stored.rendered_on.to_json() if stored.rendered_on else None
        geometry = [machine, stored.camera.to_json(), stored.conditions.water_level_m, poses]
        digests = {}
        for layer in _OF_GEOMETRY:
            entry = stored.files.get(layer.path(stored.index))
            if entry is not None:
                digests[layer.name] = entry.sha256
        # Where the camera is may follow from anything that a street or a room is made of.
        drawn = {path: value for path, value in stored.parameters.items() if not path.startswith(_OF_CONDITIONS)}
        aim, camera = _digest([shown.camera, shown.time_s, drawn]), _digest(stored.camera.to_json())
        said = stored.extra.get(COVERED)
        hidden = said if isinstance(said, int) else None
        roads = (
            {} if dataset is None else {name: Roads.of(dataset, stored, name) for name in digests.keys() & _OF_PAINT}
        )
        return cls(stored.index, shown.scene, _digest(geometry), digests, shown.siblings, aim, camera, roads, hidden)


@dataclass(frozen=True)
class Roads:
    """A mask with all paint taken for what it is painted on: a digest of it, and how many pixels are paint."""

    without_paint: bytes
    paint_px: int

    @classmethod
    def of(cls, dataset: Dataset, stored: StoredFrame, layer: str) -> Roads:
        """Of a frame's mask; nothing of one that cannot be read, which is a finding of its own."""
        try:
            mask = dataset.read(layer, stored.index)
        except DatasetError:
            return cls(b"", 0)
        ids, shift = dataset.info.taxonomy.ids, 16 if layer == "panoptic" else 0
        paint = np.isin(mask, [ids[name] << shift for name in PAINT if name in ids])
        ground = paint | np.isin(mask, [ids[name] << shift for name in PAINTED if name in ids])
        bare = np.where(ground, np.array(0, mask.dtype), mask)
        return cls(hashlib.sha256(bare.tobytes()).digest(), int(np.count_nonzero(paint)))


_OF_CONDITIONS = ("weather", "lighting.", "air.", "lens.", "sensor.")


def _digest(values: Any) -> bytes:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode("ascii")).digest()


class SiblingCheck:
    """Takes frames in ascending order. Siblings follow each other in a dataset, so one scene at a time is held."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._scene = -1
        self._first: dict[bytes, Seen] = {}
        self._aims: dict[bytes, Seen] = {}
        self._family: dict[int, tuple[int, ...]] = {}

    def add(self, seen: Seen) -> Iterator[Finding]:
        """Findings where a frame has other siblings than they have it, another camera than one that was drawn alike, or
        other masks, depth or normals than the first one of its geometry."""
        if seen.scene != self._scene:
            self._scene, self._first, self._aims, self._family = seen.scene, {}, {}, {}
        yield from self._kinship(seen)
        if not seen.siblings:
            return
        alike = self._aims.setdefault(seen.aim, seen)
        if alike.camera != seen.camera:
            yield _finding(seen, f"the camera of frame {alike.frame}, which was drawn alike", "another one")
        before = self._first.setdefault(seen.geometry, seen)
        for name, digest in seen.digests.items():
            if name in before.roads and name in seen.roads and before.covered_px != seen.covered_px:
                yield from _covered(before, seen, name)
            elif before.digests.get(name, digest) != digest and not self._rounded(before, seen, name):
                yield _finding(seen, f"the same {name} as frame {before.frame}, which shows the same scene", "another")

    def _rounded(self, before: Seen, seen: Seen, name: str) -> bool:
        """Whether a layer measures the same in both frames but for the rounding of single pixels."""
        if name not in _STEPS:
            return False
        try:
            one, other = (self._dataset.read(name, frame).astype(np.float64) for frame in (before.frame, seen.frame))
        except DatasetError:  # a finding of its own
            return False
        if one.shape != other.shape:
            return False
        differ = ~((one == other) | (np.isnan(one) & np.isnan(other)))
        pixels = differ.reshape(*differ.shape[:2], -1).any(axis=-1)
        if np.count_nonzero(pixels) > max(_ROUNDED_SHARE * pixels.size, 1):
            return False
        with np.errstate(invalid="ignore"):  # what is nowhere in one of them is not near the other
            return bool((np.abs(one - other)[differ] <= _STEPS[name] * (1 + 1e-6)).all())

    def _kinship(self, seen: Seen) -> Iterator[Finding]:
        """Each frame of a scene names all others that are known of it."""
        whole = tuple(sorted({seen.frame, *seen.siblings}))
        before = next((frame for frame, family in self._family.items() if family != whole), None)
        if before is not None:
            expected = f"a scene of frames {list(self._family[before])}, as its frame {before} says"
            yield _finding(seen, expected, f"one of frames {list(whole)}")
        self._family[seen.frame] = whole


def _covered(before: Seen, seen: Seen, name: str) -> Iterator[Finding]:
    """Findings where masks differ in more than paint, or in more of it than lies hidden."""
    one, other = before.roads[name], seen.roads[name]
    if one.without_paint != other.without_paint:
        what = f"the same {name} as frame {before.frame}, which shows the same scene, but for paint that is covered"
        yield _finding(seen, what, "another")
    elif one.paint_px + (before.covered_px or 0) != other.paint_px + (seen.covered_px or 0):
        expected = f"{COVERED} and pixels of paint in {name} that add up to those of frame {before.frame}"
        yield _finding(seen, expected, f"{seen.covered_px or 0} and {other.paint_px}")


def _finding(seen: Seen, expected: str, came: str) -> Finding:
    return Finding(record_path(seen.frame), seen.frame, expected, came)
