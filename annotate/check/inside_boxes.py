"""What is seen lies inside its 3D box: depth, camera, poses and boxes of a stored frame against each other.

A 3D box holds all of its object, so that each pixel of it, put back into the world, must lie inside. What the record
says of an antenna may be above it, if it is as thin as one. Ground is flat: its box has no height, and holds the camera
to its height over it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera.transform import Matrix
from longtail.annotate.check.finding import Finding
from longtail.annotate.check.places import Places, origins_of, put_back
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.labels.antenna import ANTENNA, ANTENNA_ACROSS_M, with_antenna
from longtail.annotate.labels.cover import COVERED, PAINT, PAINTED
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.instances import MAX_ID
from longtail.annotate.labels.taxonomy import Taxonomy

_UNITS: Mapping[str, Callable[[Matrix], Matrix | float]] = {
    "the length of the ray, not z": lambda rays: np.asarray(rays[:, 2]),
    "centimetres": lambda _: 1 / 100,
    "millimetres": lambda _: 1 / 1000,
    "steps of a centimetre": lambda _: 256 / 100,
    "steps of a millimetre": lambda _: 256 / 1000,
    "feet": lambda _: 0.3048,
}
"""What a depth that puts all in wrong places may be instead: factors (N,) or () that mend it."""

_FLAT_M = 1e-6
_MANY, _MOST, _NEARLY_ALL = 0.1, 0.4, 0.98
"""Shares of what is seen: outside, for which one reason is looked for; outside, for which there is one in any case; and
inside again, where a reason explains it."""


def check_inside_boxes(stored: StoredFrame, taxonomy: Taxonomy, places: Places) -> Iterator[Finding]:
    """A finding for each thing and each kind of stuff that is seen outside its boxes; one alone where one reason
    explains them all, or so much is outside that there must be one."""
    boxes = _Known.of(stored, taxonomy)
    yield from _thick(stored, places)
    outside_m = boxes.outside_m(places, places.world_m) - places.slack_m
    outside = outside_m > 0
    # Pixels that the renderer left empty have their neighbours' labels.
    if np.count_nonzero(outside) <= _mended(stored):
        return
    why = _explained(stored, places, boxes) if outside.mean() > _MANY else ""
    if why or outside.mean() > _MOST:
        came = f"{np.count_nonzero(outside)} of {outside.size} pixels outside them{why}"
        expected = "a depth and a camera that put what is seen inside the record's 3D boxes"
        yield Finding(_depth_path(stored), stored.index, expected, came)
        return
    for number in np.unique(places.owner[outside]).tolist():
        if number:
            yield _finding(stored, places, outside_m, places.owner == number, f"object {number}: its pixels inside its")
    for kind in np.unique(places.kind[outside & (places.owner == 0)]).tolist():
        its = (places.kind == kind) & (places.owner == 0)
        yield _finding(stored, places, outside_m, its, f"{taxonomy.categories[kind].name}: its pixels inside its")


def _thick(stored: StoredFrame, places: Places) -> Iterator[Finding]:
    """Of each antenna what is seen above the box is no wider across than antennas are."""
    for item in stored.objects:
        its = places.owner == item.id
        if ANTENNA not in item.attributes or not its.any():
            continue
        own = item.world_from_object.inverse().points(places.world_m[its]) - item.box_centre_m
        above = own[:, 2] - places.slack_m[its] > item.box_size_m[2] / 2
        across_m, slack_m = own[above, 1], places.slack_m[its][above]
        if above.any() and (wide := float(np.ptp(across_m) - 2 * slack_m.max())) > ANTENNA_ACROSS_M:
            expected = f"object {item.id}: above its 3D box an antenna, at most {ANTENNA_ACROSS_M} m across"
            yield Finding(record_path(stored.index), stored.index, expected, f"{wide:.3f} m")


def _finding(stored: StoredFrame, places: Places, outside_m: Matrix, its: NDArray[np.bool_], name: str) -> Finding:
    far = outside_m[its] > 0
    came = f"{np.count_nonzero(far)} of {far.size} outside, up to {(outside_m + places.slack_m)[its].max():.4g} m"
    return Finding(record_path(stored.index), stored.index, f"{name} 3D box", came)


@dataclass(frozen=True, eq=False)
class _Boxes:
    """M 3D boxes: poses (M, 4, 4) as world_from_object, and centres and halves (M, 3) in the objects' frames.

    Poses that are more than turns and shifts are a finding of their own.
    """

    poses: Matrix
    centres_m: Matrix
    halves_m: Matrix

    @classmethod
    def of(cls, items: Sequence[SceneObject]) -> _Boxes:
        poses = np.array([item.world_from_object.matrix for item in items], dtype=np.float64).reshape(-1, 4, 4)
        centres_m = np.array([item.box_centre_m for item in items], dtype=np.float64).reshape(-1, 3)
        sizes_m = np.array([item.box_size_m for item in items], dtype=np.float64).reshape(-1, 3)
        return cls(poses, centres_m, sizes_m / 2)

    def beyond_m(self, world_m: Matrix, rows: NDArray[np.int64]) -> Matrix:
        """How far (N,) points (N, 3) are outside the boxes of those rows (N,)."""
        return self._beyond_m(world_m, rows)

    def beyond_all_m(self, world_m: Matrix) -> Matrix:
        """How far (N,) points (N, 3) are outside the nearest box."""
        each: Matrix = self._beyond_m(world_m, np.arange(len(self.centres_m))[:, None])
        return np.asarray(each.min(axis=0))

    def _beyond_m(self, world_m: Matrix, rows: NDArray[np.int64]) -> Matrix:
        # To invert matrices would begin threads, beside as many processes as there are cores.
        poses, centres_m, halves_m = self.poses[rows], self.centres_m[rows], self.halves_m[rows]
        away = [world_m[:, row] - poses[..., row, 3] for row in range(3)]
        squares: Matrix = np.zeros(away[0].shape)
        for axis in range(3):
            own = sum(poses[..., row, axis] * away[row] for row in range(3))
            squares += np.maximum(np.abs(own - centres_m[..., axis]) - halves_m[..., axis], 0.0) ** 2
        return np.sqrt(squares)


@dataclass(frozen=True, eq=False)
class _Known:
    """All boxes of one frame: those of things that are seen, in the order of `numbers`, and of stuff by category."""

    numbers: Sequence[int]
    things: _Boxes
    stuff: Mapping[int, _Boxes]

    @classmethod
    def of(cls, stored: StoredFrame, taxonomy: Taxonomy) -> _Known:
        things, stuff = [], dict[int, list[SceneObject]]()
        for item in stored.objects:
            if not taxonomy[item.category].is_thing:
                stuff.setdefault(taxonomy.ids[item.category], []).append(item)
            elif stored.visibility[item.id].visible_px:
                things.append(with_antenna(item))
        if stored.extra.get(COVERED):
            # What is painted lies on the road, and is taken for it where it is covered.
            paint = [item for item in stored.objects if item.category in PAINT]
            for name in PAINTED:
                if (kind := taxonomy.ids.get(name)) in stuff:
                    stuff[kind] += paint
        boxes = {kind: _Boxes.of(items) for kind, items in stuff.items()}
        return cls([item.id for item in things], _Boxes.of(things), boxes)

    def outside_m(self, places: Places, world_m: Matrix) -> Matrix:
        """How far (N,) points are outside the nearest box that may hold them; 0 where no box is known."""
        found = np.zeros(len(world_m))
        row_of = np.full(MAX_ID + 1, -1)
        # What has another id is a finding of its own, and owns no pixel.
        for row, number in enumerate(self.numbers):
            if 0 < number <= MAX_ID:
                row_of[number] = row
        rows = row_of[places.owner]
        its = rows >= 0
        found[its] = self.things.beyond_m(world_m[its], rows[its])
        # Background is where rays meet nothing, and has neither depth nor box.
        for kind, boxes in self.stuff.items():
            its = (places.kind == kind) & (places.owner == 0)
            if its.any():
                found[its] = boxes.beyond_all_m(world_m[its])
        return found

    def above_ground_m(self, places: Places) -> Matrix:
        """How high pixels of ground are above it: of stuff that is one flat box."""
        heights = [np.empty(0)]
        for kind, boxes in self.stuff.items():
            if len(boxes.halves_m) == 1 and boxes.halves_m[0, 2] < _FLAT_M:
                its = (places.kind == kind) & (places.owner == 0)
                middle_m = boxes.poses[0, 2, 3] + (boxes.poses[0, 2, :3] * boxes.centres_m[0]).sum()
                heights.append(places.world_m[its, 2] - middle_m)
        return np.concatenate(heights)


def _explained(stored: StoredFrame, places: Places, boxes: _Known) -> str:
    """What would put nearly all of it inside."""
    for words, factor in _UNITS.items():
        depth_m, begun = (
            places.depth_m * factor(places.rays),
            origins_of(stored.camera.lens, places.rows, places.columns),
        )
        world_m, slack_m = put_back(stored, places.rays, depth_m, begun)
        if (boxes.outside_m(places, world_m) <= 2 * slack_m).mean() > _NEARLY_ALL:
            return f", as if it were {words}"
    above_m = boxes.above_ground_m(places)
    if above_m.size and np.ptp(np.percentile(above_m, (25, 75))) < 0.1 * abs(height_m := float(np.median(above_m))):
        return f", as if the camera were {abs(height_m):.3f} m {'lower' if height_m > 0 else 'higher'} than it says"
    return ""


def _mended(stored: StoredFrame) -> int:
    mended = stored.extra.get("mended_px")
    return int(mended.get("labels", 0)) if isinstance(mended, dict) else 0


def _depth_path(stored: StoredFrame) -> str:
    return next((path for path in stored.files if path.startswith("depth/")), record_path(stored.index))
