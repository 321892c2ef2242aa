"""Whole silhouettes, what hides things, and which is in front, against masks, depth, 3D boxes and each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.check.amodal import leave_m
from longtail.annotate.check.finding import Finding
from longtail.annotate.check.places import EXACT_M, STEEP, Layers, kinds_of, origins_of, owners_of, rays_of
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.encoders import DEPTH_RANGE_M, DEPTH_STEP_M
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.labels import rle
from longtail.annotate.labels.antenna import with_antenna
from longtail.annotate.labels.boxes import canvas
from longtail.annotate.labels.occlusion import Amodal, Order, hidden_by, nearer
from longtail.annotate.labels.silhouette import Silhouette

OUTPUT = "amodal"

_MOST_RAYS = 64
"""The most pixels of one silhouette that are looked at where it is hidden, and the most beyond the picture."""

_Lie = tuple[str, str, str]


def check_silhouettes(dataset: Dataset, stored: StoredFrame, arrays: Layers) -> Iterator[Finding]:
    """Findings of one frame's whole silhouettes: none, or all that are asked for, each as everything else has it."""
    for name, expected, came in _lies(dataset, stored, arrays):
        yield Finding(record_path(stored.index), stored.index, f"{name} {expected}", came)


def _lies(dataset: Dataset, stored: StoredFrame, arrays: Layers) -> Iterator[_Lie]:
    asked = OUTPUT in dataset.info.outputs
    yield from _there(dataset, stored, asked=asked)
    sound: dict[int, Amodal] = {}
    for number, amodal in stored.amodal.items():
        lies = list(_numbers(stored, number, amodal))
        yield from lies
        if not lies:
            sound[number] = amodal
    owners, kinds, depth_m = owners_of(arrays), kinds_of(arrays), arrays.get("depth")
    whole = {number: amodal.silhouette for number, amodal in sound.items()}
    if owners is not None:
        yield from _seen(whole, owners)
        if kinds is not None:
            yield from _covers(sound, owners, kinds)
        yield from _in_boxes(stored, whole, owners, depth_m)
    yield from _orders(stored, sound)


def _there(dataset: Dataset, stored: StoredFrame, *, asked: bool) -> Iterator[_Lie]:
    for item in stored.objects:
        seen, amodal = stored.visibility[item.id], stored.amodal.get(item.id)
        is_thing = dataset.info.taxonomy[item.category].is_thing
        if amodal is not None and not (asked and is_thing):
            yield f"object {item.id}", "no silhouette, as nobody asked for one", "one"
        elif amodal is None and asked and is_thing and seen.amodal_px:
            yield f"object {item.id}", f"a silhouette with its {seen.amodal_px} amodal pixels", "none"
    for thing in stored.instances:
        if thing.amodal != stored.amodal.get(thing.id):
            yield f"annotation of object {thing.id}", "the silhouette and order of its object", "another, or none"


def _numbers(stored: StoredFrame, number: int, amodal: Amodal) -> Iterator[_Lie]:
    """Box, area and amodal pixels against the silhouette itself."""
    name, whole = f"object {number}", amodal.silhouette
    try:
        tight = rle.box_of(whole.runs, whole.size[0])
    except ValueError as error:
        yield f"{name} amodal_segmentation:", "a sound RLE", str(error)
        return
    height, width = whole.size
    if tight != (0, 0, width, height):
        yield (
            f"{name} amodal_segmentation",
            "a crop without empty rows and columns",
            f"pixels in {tight} of {whole.size}",
        )
    if amodal.bbox != whole.bbox:
        yield f"{name} amodal_bbox", f"{list(whole.bbox)}, as of its silhouette", f"{list(amodal.bbox)}"
    if amodal.area != whole.area:
        yield f"{name} amodal_area", f"{whole.area}, as of its silhouette", f"{amodal.area}"
    left, top, across, down = canvas(stored.camera.size_px)
    x, y, _, _ = whole.bbox
    if not (left <= x and top <= y and x + width <= left + across and y + height <= top + down):
        yield f"{name} amodal_bbox", f"inside the canvas {[left, top, across, down]}", f"{list(whole.bbox)}"
        return
    inside = int(np.count_nonzero(whole.inside(*stored.camera.size_px)[1]))
    if inside != stored.visibility[number].amodal_px:
        stated = stored.visibility[number].amodal_px
        yield f"{name} amodal_px", f"{inside}, as of its silhouette in the picture", f"{stated}"


def _seen(whole: Mapping[int, Silhouette], owners: NDArray[np.integer[Any]]) -> Iterator[_Lie]:
    """What is seen of a thing is part of its silhouette."""
    every = np.bincount(owners.ravel(), minlength=max(whole, default=0) + 1)
    height, width = owners.shape
    for number, silhouette in whole.items():
        place, mask = silhouette.inside(width, height)
        beyond = int(every[number] - np.count_nonzero(mask & (owners[place] == number)))
        if beyond:
            yield f"object {number}", "all of its mask in its silhouette", f"{beyond} pixels outside"


def _covers(
    sound: Mapping[int, Amodal], owners: NDArray[np.integer[Any]], kinds: NDArray[np.integer[Any]]
) -> Iterator[_Lie]:
    found = hidden_by({number: amodal.silhouette for number, amodal in sound.items()}, owners, kinds)
    for number, amodal in sound.items():
        if amodal.occluded_by != found[number]:
            expected = f"{[cover.to_json() for cover in found[number]]}, as of masks and silhouette"
            yield f"object {number} occluded_by", expected, f"{[cover.to_json() for cover in amodal.occluded_by]}"


def _in_boxes(
    stored: StoredFrame,
    whole: Mapping[int, Silhouette],
    owners: NDArray[np.integer[Any]],
    depth_m: NDArray[np.float32] | None,
) -> Iterator[_Lie]:
    """Where a thing is not seen the rays meet its 3D box, and what is seen there is no farther than the box."""
    chosen = [(item, *_unseen(item.id, whole[item.id], owners)) for item in stored.objects if item.id in whole]
    if not chosen:
        return
    rows, columns = (np.concatenate([one[place] for one in chosen]) for place in (1, 2))
    ends = np.cumsum([one[1].size for one in chosen])[:-1]
    every, begun = (np.split(of(stored.camera.lens, rows, columns), ends) for of in (rays_of, origins_of))
    shown = np.split(_shown_m(depth_m, rows, columns), ends)
    for (item, *_), rays, origins_m, shown_m in zip(chosen, every, begun, shown, strict=True):
        away_m = leave_m(stored, with_antenna(item), rays, origins_m, EXACT_M)
        z = np.maximum(rays[:, 2], STEEP)
        farther = (rays[:, 2] > STEEP) & (shown_m / z > away_m + DEPTH_STEP_M / z)
        wrong = int(np.count_nonzero(farther | np.isnan(away_m)))
        if wrong:
            came = f"{wrong} of {len(rays)} pixels looked at where it cannot be"
            yield f"object {item.id}", "a silhouette in its 3D box, behind what hides it", came


def _unseen(
    number: int, silhouette: Silhouette, owners: NDArray[np.integer[Any]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns (N,) of pixels of a silhouette that do not show it, evenly chosen in the picture and beyond."""
    height, width = owners.shape
    across, down = np.divmod(rle.pixels_of(silhouette.runs), silhouette.size[0])
    rows, columns = down + silhouette.origin[1], across + silhouette.origin[0]
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    hidden = inside.copy()
    hidden[inside] = owners[rows[inside], columns[inside]] != number
    chosen = np.concatenate([_some(np.flatnonzero(where)) for where in (hidden, ~inside)])
    return rows[chosen], columns[chosen]


def _some(places: NDArray[np.int64]) -> NDArray[np.int64]:
    return places[np.linspace(0, max(places.size - 1, 0), min(places.size, _MOST_RAYS)).astype(np.int64)]


def _shown_m(
    depth_m: NDArray[np.float32] | None, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The z (N,) of what is seen at pixels, 0 beyond the picture; where a file says none the farthest that it can."""
    found = np.zeros(rows.size)
    if depth_m is not None:
        height, width = depth_m.shape
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        found[inside] = np.minimum(depth_m[rows[inside], columns[inside]], DEPTH_RANGE_M)
    return found


def _orders(stored: StoredFrame, sound: Mapping[int, Amodal]) -> Iterator[_Lie]:
    """Of each two things as many pixels as their silhouettes share, told alike by both; who is seen is in front."""
    shared = _overlaps(stored, sound)
    for number, amodal in sound.items():
        told = {order.instance_id: order for order in amodal.order}
        name = f"object {number} occlusion_order"
        if list(told) != sorted(told) or len(told) != len(amodal.order):
            yield name, "of each other thing once, by id", f"{[order.instance_id for order in amodal.order]}"
        for other in sorted(told.keys() | shared.get(number, {}).keys()):
            order, overlap = told.get(other, Order(other, 0, 0)), shared.get(number, {}).get(other, 0)
            if other in sound and order.front_px + order.behind_px != overlap:
                yield f"{name} against {other}", f"{overlap} pixels, as silhouettes share", f"{order.to_json()}"
            elif other not in stored.amodal:
                yield name, "of things with silhouettes", f"{order.to_json()}"
            elif number < other and other in sound:
                mirrored = [Order(number, order.behind_px, order.front_px)]
                if [one for one in sound[other].order if one.instance_id == number] != mirrored:
                    yield f"{name} against {other}", "as that one says of it", f"{order.to_json()}"
        for cover in amodal.occluded_by:
            least = told.get(cover.instance_id, Order(cover.instance_id, 0, 0)).behind_px
            if cover.instance_id in sound and least < cover.px:
                yield f"{name} behind {cover.instance_id}", f"at least at {cover.px} pixels that show it", f"{least}"


def _overlaps(stored: StoredFrame, sound: Mapping[int, Amodal]) -> dict[int, dict[int, int]]:
    """How many pixels of the picture the silhouettes of each two things share, told of both."""
    width, height = stored.camera.size_px
    places = [np.empty(0, dtype=np.int64)]
    owners = [np.empty(0, dtype=np.int64)]
    for number, amodal in sound.items():
        (rows, columns), mask = amodal.silhouette.inside(width, height)
        down, across = np.nonzero(mask)
        places.append((down + rows.start) * width + across + columns.start)
        owners.append(np.full(down.size, number, dtype=np.int64))
    pixels = np.concatenate(places)
    # All equally far: of two the one with the lower id counts them all.
    alike = nearer(pixels, np.concatenate(owners), np.zeros(pixels.size, np.float32))
    found: dict[int, dict[int, int]] = {}
    for one, others in alike.items():
        for other, px in others.items():
            found.setdefault(one, {})[other] = px
            found.setdefault(other, {})[one] = px
    return found
