"""Flow, what is occluded, and the motion in the world, against depth, cameras and poses of both frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from longtail.annotate.camera.transform import Matrix
from longtail.annotate.check.finding import Finding
from longtail.annotate.check.grazing import but_for_grazing
from longtail.annotate.check.places import BEAM_PX, EXACT_M, kinds_of, owners_of
from longtail.annotate.check.videos import beside
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.encoders import DEPTH_STEP_M
from longtail.annotate.dataset.flow_png import FLOW_STEP_PX, sayable
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.errors import DatasetError
from longtail.annotate.labels.flow import Moment, Pixels, carried_m, is_outside, places_m, targets_px
from longtail.annotate.labels.taxonomy import Taxonomy

Layers = Mapping[str, NDArray[Any]]
Mask = NDArray[np.bool_]

_STANDS = 1 << 16
"""Stands for whatever is no thing, and so stays where it is: no thing has this id."""
_LIMBS = ("human", "animal")
"""What moves in itself: of its points the poses say nothing but that they are in its box."""
_FLOWS = ("water", "tornado")
"""Of which nobody knows how its surface moves."""
_BESIDE_PX = 1.0
_OF_A_GRID = 20_000
"""How many pixels are looked at, at least, on a grid; all where there are no more."""
_FEW_SEEN, _FEW_HIDDEN = 0.02, 0.2
"""The shares of what a mask says is seen, and hidden, at which the other frame's depth, known at pixel centres alone,
may speak against it."""
_NEAR = 0.002
"""How much nearer or farther than a point, as a share, what is seen about its place may be."""


@dataclass(frozen=True)
class _Way:
    """Forward or backward: the names of its layers."""

    flow: str
    occluded: str
    motion: str = ""


_FORWARD, _BACKWARD = _Way("flow", "occluded", "scene_flow"), _Way("flow_backward", "occluded_backward")


def check_flow(dataset: Dataset, stored: StoredFrame, arrays: Layers) -> Iterator[Finding]:
    """Findings of one frame, whose decoded layers are `arrays`, by name."""
    video = stored.shown.video
    layers = dataset.info.layers()
    for way, index in (
        (_FORWARD, None if video is None else video.next),
        (_BACKWARD, None if video is None else video.previous),
    ):
        if not {way.flow, way.motion} & arrays.keys():
            continue
        for name, expected, came in _way(dataset, stored, arrays, way, index):
            yield Finding(layers[name].path(stored.index), stored.index, expected, came)


_Lie = tuple[str, str, str]


def _way(dataset: Dataset, stored: StoredFrame, arrays: Layers, way: _Way, index: int | None) -> Iterator[_Lie]:
    if index is None:
        yield from _nothing(arrays, way)
        return
    other = beside(dataset, index)
    if other is None or "depth" not in arrays:
        return
    apart = max(int((arrays["depth"].size / _OF_A_GRID) ** 0.5), 1)
    pixels = slice(apart // 2, None, apart), slice(apart // 2, None, apart)
    layers = dataset.info.layers()
    arrays = {name: array[pixels] for name, array in arrays.items() if layers[name].raster}
    truth = _Truth.of(dataset.info.taxonomy, stored, arrays, other, pixels)
    if way.flow in arrays:
        yield from _flow(truth, arrays[way.flow], way)
    if way.occluded in arrays and way.flow in arrays:
        yield from _occluded(truth, dataset, arrays, way, index)
    if way.motion in arrays:
        yield from _motion(truth, arrays[way.motion], way)


def _nothing(arrays: Layers, way: _Way) -> Iterator[_Lie]:
    """At the ends of a video."""
    for name in (way.flow, way.motion):
        if name in arrays and (known := int(np.count_nonzero(np.isfinite(arrays[name]).any(axis=-1)))):
            yield name, "nothing where the video has no other frame", f"something at {known} pixels"
    if way.occluded in arrays and arrays[way.occluded].any():
        yield way.occluded, "nothing where the video has no other frame", "something"


@dataclass(frozen=True, eq=False)
class _Truth:
    """What follows for some `pixels` (H, W) of a picture from depth, poses and cameras.

    `places` and `carried` (2, H, W, 3) are where their points are now and then, `targets` (2, H, W, 2) where in the
    other picture, at the least and at the greatest depth that the file's value may stand for. `rigid` are those whose
    points go with a pose, `sure` those of them that must have a flow. `limbs` are those of `ids` (H, W) that are of
    somebody who moves. On wheels, which are not among the `rigid`, `turned` and `turned_targets` are where points are
    that turn with them; NaN everywhere else.
    """

    stored: StoredFrame
    other: StoredFrame
    places: Matrix
    carried: Matrix
    targets: Matrix
    rigid: Mask
    sure: Mask
    pixels: Pixels
    ids: NDArray[np.int32]
    limbs: tuple[int, ...]
    turned: Matrix
    turned_targets: Matrix

    @classmethod
    def of(cls, taxonomy: Taxonomy, stored: StoredFrame, arrays: Layers, other: StoredFrame, pixels: Pixels) -> _Truth:
        depth, kinds = arrays["depth"], kinds_of(arrays)
        owners = owners_of(arrays)
        if owners is None:
            owners = np.zeros(depth.shape, dtype=np.int32)
            for thing in stored.instances:
                owners[thing.mask()[pixels]] = thing.id
        # In a hall what no ray meets is called wall, as walls are that stand somewhere.
        nothing = ~np.isfinite(depth)
        sky = np.zeros(depth.shape, np.bool_) if kinds is None else taxonomy.where(taxonomy.background, kinds) & nothing
        ids = np.where(owners > 0, owners, np.where(sky, 0, _STANDS)).astype(np.int32)
        then = Moment(other.camera, {item.id: item.world_from_object for item in other.objects})
        slack = np.where(depth > DEPTH_STEP_M, DEPTH_STEP_M / 2, DEPTH_STEP_M)
        places, carried, targets, turned, turned_targets = [], [], [], [], []
        for side in (-1, 1):
            at = places_m(stored.camera, depth.astype(np.float64) + side * slack, pixels)
            places.append(at)
            carried.append(carried_m(at, ids, stored.objects, then))
            targets.append(targets_px(carried[-1], ids, stored.camera, other.camera, pixels))
            turned.append(_turned(at, ids, stored, other))
            turned_targets.append(targets_px(turned[-1], ids, stored.camera, other.camera, pixels))
        poses = then.poses
        limbs = tuple(
            item.id
            for item in stored.objects
            if taxonomy[item.category].supercategory in _LIMBS and poses.get(item.id) != item.world_from_object
        )
        flows = np.zeros(depth.shape, np.bool_) if kinds is None else _where(taxonomy, kinds, _FLOWS)
        known = (np.isfinite(depth) | sky) & ~np.isin(ids, limbs) & ~flows
        sure = known & (kinds is not None)
        # Cranks turn and pedals stay level, before wheels that turn otherwise, and forks turn with all that is on them:
        # of what is there nothing is expected.
        apart = np.logical_or.reduce([_apart(at, ids, stored, other) for at in places])
        known &= ~apart
        for of_wheels in (*turned, *turned_targets):
            of_wheels[apart] = np.nan
        sure &= ~apart
        rigid = known & np.isnan(turned).any(axis=(0, -1))
        stacked = np.stack(places), np.stack(carried), np.stack(targets)
        wheels = np.stack(turned), np.stack(turned_targets)
        return cls(stored, other, *stacked, rigid, sure, pixels, ids, limbs, *wheels)

    def place(self, row: int, column: int) -> str:
        """Where one of the pixels is in the picture."""
        rows, columns = (range(*side.indices(1 << 30)) for side in self.pixels)
        return f"row {rows[row]}, column {columns[column]}"

    def bounds(self, *, turned: bool = False) -> tuple[Matrix, Matrix, Matrix]:
        """The least and greatest flow (H, W, 2), and how far from there rounding and beam may take it (H, W, 1)."""
        flows = (self.turned_targets if turned else self.targets) - self.stored.camera.pixel_centres()[self.pixels]
        low, high = flows.min(axis=0), flows.max(axis=0)
        # How much larger things are in the other picture; where a pixel has no neighbours, as large.
        return low, high, FLOW_STEP_PX / 2 + 2 * BEAM_PX + 0.01 * (high - low).max(axis=-1, keepdims=True)

    @property
    def on_wheels(self) -> Mask:
        """Which pixels (H, W) may be of wheels that turn."""
        return np.asarray(np.isfinite(self.turned).any(axis=(0, -1)))


def _turned(places_m: Matrix, ids: NDArray[np.int32], stored: StoredFrame, other: StoredFrame) -> Matrix:
    """Where the points (H, W, 3) of pixels on wheels are in the other frame if they turn with them; NaN elsewhere."""
    found, then = np.full(places_m.shape, np.nan), {item.id: item for item in other.objects}
    for item in stored.objects:
        after = then.get(item.id)
        if item.wheels is None or after is None or after.wheels is None:
            continue
        own = ids == item.id
        if own.any():
            points = item.world_from_object.inverse().points(places_m[own])
            found[own] = after.world_from_object.points(item.wheels.turned(points, after.wheels))
    return found


def _apart(places_m: Matrix, ids: NDArray[np.int32], stored: StoredFrame, other: StoredFrame) -> Mask:
    """Which points (H, W, 3) of pixels may be of cranks or of a fork that turn from one frame to the other."""
    found, then = np.zeros(ids.shape, np.bool_), {item.id: item for item in other.objects}
    for item in stored.objects:
        after = then.get(item.id)
        if item.wheels is None or after is None or after.wheels is None or after.wheels == item.wheels:
            continue
        own = ids == item.id
        if own.any():
            points = item.world_from_object.inverse().points(places_m[own])
            found[own] = item.wheels.at_cranks(points) | item.wheels.at_fork(points, after.wheels)
    return found


def _where(taxonomy: Taxonomy, kinds: NDArray[Any], names: tuple[str, ...]) -> Mask:
    return np.isin(kinds, [taxonomy.ids[name] for name in names if name in taxonomy])


def _flow(truth: _Truth, stated: NDArray[np.float32], way: _Way) -> Iterator[_Lie]:
    low, high, slack = truth.bounds()
    known = np.isfinite(stated).all(axis=-1)
    turned_low, turned_high, turned_slack = truth.bounds(turned=True)
    with np.errstate(invalid="ignore"):
        fits = ((stated >= low - slack) & (stated <= high + slack)).all(axis=-1)
        # What is seen within a wheel may be of the axle, or the sheet behind it.
        turns = ((stated >= turned_low - turned_slack) & (stated <= turned_high + turned_slack)).all(axis=-1)
    of_wheel = np.isfinite(turned_low).all(axis=-1)
    wrong = but_for_grazing(
        known & (truth.rigid | of_wheel) & np.isfinite(low).all(axis=-1) & ~fits & ~turns, truth.on_wheels
    )
    if wrong.any():
        row, column = (int(place) for place in np.argwhere(wrong)[0])
        middle = (low + high)[row, column] / 2
        expected = f"by depth, poses and cameras {_pair(middle)} px in {truth.place(row, column)}"
        yield way.flow, expected, f"{_pair(stated[row, column])}, and others at {np.count_nonzero(wrong)} pixels in all"
    yield from _limbs(truth, stated, way)
    # Of what is seen within a wheel either may be too far to say, or behind the camera.
    said = _sayable(low, high, slack) & (~truth.on_wheels | _sayable(turned_low, turned_high, turned_slack))
    missing = truth.sure & ~known & said
    if missing.any():
        yield way.flow, "a flow wherever it is known how things move", f"none at {np.count_nonzero(missing)} pixels"


def _sayable(low: Matrix, high: Matrix, slack: Matrix) -> Mask:
    """Where (H, W) whatever is within these bounds of flow (H, W, 2) can be said in a file."""
    return np.asarray(sayable(low) & sayable(high) & sayable(low + slack) & sayable(high - slack))


def _limbs(truth: _Truth, stated: NDArray[np.float32], way: _Way) -> Iterator[_Lie]:
    """What is of somebody who moves goes to where all of them is."""
    targets = truth.stored.camera.pixel_centres()[truth.pixels] + stated
    for number in truth.limbs:
        seen = truth.other.visibility.get(number)
        box = None if seen is None else seen.projected_box_px
        own = (truth.ids == number) & np.isfinite(stated).all(axis=-1)
        if box is None or not own.any():
            continue
        first = np.array(box[:2]) - _BESIDE_PX
        beside = (targets[own] < first) | (targets[own] > first + np.array(box[2:]) + 2 * _BESIDE_PX)
        if count := int(np.count_nonzero(beside.any(axis=-1))):
            expected = f"a flow of object {number} into its box in frame {truth.other.index}"
            yield way.flow, expected, f"one out of it at {count} pixels"


def _occluded(truth: _Truth, dataset: Dataset, arrays: Layers, way: _Way, index: int) -> Iterator[_Lie]:
    occluded = arrays[way.occluded] > 0
    outside = np.stack([is_outside(target, truth.stored.camera.size_px) for target in truth.targets]).all(axis=0)
    near = _near_border(truth.targets, truth.stored.camera.size_px)
    missing = truth.rigid & np.isfinite(truth.targets).all(axis=(0, -1)) & outside & ~near & ~occluded
    if missing.any():
        came = f"{np.count_nonzero(missing)} of them seen"
        yield way.occluded, "what leaves the picture to be occluded", came
    try:
        depth = dataset.read("depth", index)
    except DatasetError:
        return  # a finding of its own
    compared, wrong = _against_depth(truth, occluded, depth)
    for what, own, few in (("seen", ~occluded, _FEW_SEEN), ("hidden", occluded, _FEW_HIDDEN)):
        against, of = np.count_nonzero(wrong & own), np.count_nonzero(compared & own)
        if against > max(4, few * of):
            expected = f"what is {what} in frame {index} to be so by its depth, but for {few:.0%} of the pixels"
            yield way.occluded, expected, f"{against} of {of} that are not"


def _near_border(targets: Matrix, size_px: tuple[int, int]) -> Mask:
    slack = 2 * FLOW_STEP_PX
    with np.errstate(invalid="ignore"):
        inside = (targets >= -slack) & (targets <= np.array(size_px) + slack)
    return np.asarray(inside.all(axis=(0, -1)))


def _against_depth(truth: _Truth, occluded: Mask, depth_m: NDArray[np.float32]) -> tuple[Mask, Mask]:
    """Where the depth of the other frame about a point's place there can be compared, and where it says otherwise.

    About what is seen there something is as far away, about what is hidden something is nearer.
    """
    target = truth.targets.mean(axis=0)
    width, height = truth.stored.camera.size_px
    inside = truth.rigid & ~is_outside(target, (width, height)) & np.isfinite(truth.carried).all(axis=(0, -1))
    camera_from_world = truth.other.camera.world_from_camera.inverse()
    z = np.full(occluded.shape, np.nan)
    z[inside] = camera_from_world.points(truth.carried.mean(axis=0)[inside])[:, 2]
    # The file has nothing beyond its range.
    far = ndimage.maximum_filter(np.where(np.isfinite(depth_m), depth_m, np.inf), size=3, mode="nearest")
    near = ndimage.minimum_filter(depth_m, size=3, mode="nearest")
    rows, columns = (np.clip(np.nan_to_num(target[..., axis]), 0, side - 1).astype(int) for axis, side in
                     ((1, height), (0, width)))  # fmt: skip
    compared = inside & (z > DEPTH_STEP_M)
    with np.errstate(invalid="ignore"):
        slack = _NEAR * z + DEPTH_STEP_M
        behind, bare = z > far[rows, columns] + slack, near[rows, columns] > z - slack
    return compared, compared & np.where(occluded, bare, behind)


def _motion(truth: _Truth, stated: NDArray[np.float32], way: _Way) -> Iterator[_Lie]:
    of_wheel = np.isfinite(truth.turned).all(axis=(0, -1))
    known = np.isfinite(stated).all(axis=-1) & np.isfinite(truth.carried).all(axis=(0, -1))
    fits = np.zeros(known.shape, np.bool_)
    for then in (truth.turned, truth.carried):
        moved = then - truth.places
        low, high = moved.min(axis=0), moved.max(axis=0)
        with np.errstate(invalid="ignore"):
            fits |= ((stated >= low - EXACT_M) & (stated <= high + EXACT_M)).all(axis=-1)
    wrong = but_for_grazing(known & (truth.rigid | of_wheel) & ~fits, truth.on_wheels)
    if wrong.any():
        row, column = (int(place) for place in np.argwhere(wrong)[0])
        middle = ", ".join(f"{value:.3f}" for value in (low + high)[row, column] / 2)
        came = ", ".join(f"{value:.3f}" for value in stated[row, column]) + f", and others at {wrong.sum()} in all"
        yield way.motion, f"by depth and poses {middle} m in {truth.place(row, column)}", came


def _pair(values: NDArray[Any]) -> str:
    return f"({values[0]:.2f}, {values[1]:.2f})"
