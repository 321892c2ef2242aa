"""Scenes that two datasets share: of a network that was trained on one, the other tells how well it remembers."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.record_text import RecordText
from longtail.annotate.labels.shown import Shown

LEAST_SHARE = 0.5
"""Of the things of the smaller scene. Whoever changes a density or a category of a config keeps most of its scenes."""

# As `annotate.dataset.record` begins an object's row: which model stands where, to the nanometre.
_STANDS = re.compile(rb'"category_id": ([0-9]+), ("asset": .*?), "box_centre_m": ')
_NOT_THE_PLACE = ("weather", "lighting.", "air.", "lens.", "sensor.", "camera.")


@dataclass(frozen=True)
class Shared:
    """A scene of one dataset that is one of the other's, by the share of the smaller one's things that stand alike.

    `frame` and `other_frame` are the first ones that show it.
    """

    frame: int
    other_frame: int
    share: float


def shared_scenes(dataset: Dataset, other: Dataset) -> list[Shared]:
    """The scenes of `dataset` that `other` shows too, in ascending order of their first frames.

    Whatever the weather, light, camera and size: a scene is known by which models stand where, of which at least
    `LEAST_SHARE` must be the same ones at the same places. One without things is known by what it was drawn with, but
    for weather, light and camera. DatasetError where a record is damaged.
    """
    known = _Index(list(_scenes(other)))
    found = []
    for frame, marks in _scenes(dataset):
        best = known.best(marks)
        if best is not None and best[1] >= LEAST_SHARE:
            found.append(Shared(frame, *best))
    return found


def _scenes(dataset: Dataset) -> Iterator[tuple[int, NDArray[np.uint64]]]:
    """Of each scene its first frame, and the marks of what stands in it."""
    things = frozenset(number for number, kind in dataset.info.taxonomy if kind.is_thing)
    seen: set[int] = set()
    for index in dataset.frames():
        text = dataset.record_text(index)
        scene = Shown.from_json(json.loads(text.line("shown"))).scene
        if scene not in seen:
            seen.add(scene)
            yield index, _marks(text, things)


def _marks(text: RecordText, things: frozenset[int]) -> NDArray[np.uint64]:
    rows = (match for row in text.rows("objects") if (match := _STANDS.search(row)))
    marks = {_mark(row[2]) for row in rows if int(row[1]) in things}
    if not marks:
        drawn: Mapping[str, object] = json.loads(text.line("parameters"))
        place = {path: value for path, value in drawn.items() if not path.startswith(_NOT_THE_PLACE)}
        marks = {_mark(json.dumps(place, sort_keys=True).encode("ascii"))} if place else set()
    return np.array(sorted(marks), dtype=np.uint64)


def _mark(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")


class _Index:
    """Which scenes have which marks."""

    def __init__(self, scenes: Sequence[tuple[int, NDArray[np.uint64]]]) -> None:
        self._frames = [frame for frame, _ in scenes]
        self._sizes = np.array([marks.size for _, marks in scenes], dtype=np.int64)
        marks = np.concatenate([marks for _, marks in scenes]) if scenes else np.empty(0, dtype=np.uint64)
        order = np.argsort(marks, kind="stable")
        self._marks = marks[order]
        self._owners = np.repeat(np.arange(len(scenes)), self._sizes)[order]

    def best(self, marks: NDArray[np.uint64]) -> tuple[int, float] | None:
        """The first frame of the scene that shares most of these marks, and the share of the smaller of the two."""
        first, last = (np.searchsorted(self._marks, marks, side) for side in ("left", "right"))
        owners = [self._owners[start:end] for start, end in zip(first, last, strict=True) if end > start]
        if not owners:
            return None
        counts = np.bincount(np.concatenate(owners), minlength=len(self._frames))
        shares = counts / np.minimum(np.maximum(self._sizes, 1), marks.size)
        scene = int(shares.argmax())
        return self._frames[scene], float(shares[scene])
