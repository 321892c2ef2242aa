"""Labels of one frame: who owns which pixel, how much of it is seen, and where its box lies."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import in_image_circle
from longtail.annotate.errors import RenderError
from longtail.annotate.labels import rle
from longtail.annotate.labels.appearance import Appearance, appearances
from longtail.annotate.labels.boxes import Box, projected_boxes, tight_boxes, truncations
from longtail.annotate.labels.frame import Frame, SceneObject
from longtail.annotate.labels.ignore import IgnoreRule
from longtail.annotate.labels.occlusion import Amodal, amodals
from longtail.annotate.labels.taxonomy import VOID, WATER, Category, Taxonomy
from longtail.annotate.labels.waterline import Polyline, waterlines

MAX_ID = 65535
"""The largest object id: instance masks are 16-bit PNGs."""


@dataclass(frozen=True)
class Visibility:
    """How much of one object of the scene the picture shows.

    `visible_fraction` is visible over amodal pixels, both inside the picture, and None for stuff, whose amodal pixels
    nobody counts. `projected_box_px` is the bounding rectangle [x, y, width, height] of the projected 3D box, cut one
    picture beyond the border (`labels.boxes.canvas`), and None where nothing of it is left; `truncation` is the share
    of the box's surface outside the picture.
    `submerged_fraction` is submerged over amodal pixels, both inside the picture, and None where there is no flood.
    """

    visible_px: int
    amodal_px: int | None
    visible_fraction: float | None
    projected_box_px: tuple[float, float, float, float] | None
    truncation: float
    submerged_fraction: float | None = None


@dataclass(frozen=True, eq=False)
class Instance:
    """One thing of which at least one pixel is seen.

    `counts` is its mask as a compressed COCO RLE; `waterline` the polylines in pixels along which it stands in water,
    none where it does not; `ignored_for` names the numbers for which the rule ignores it, none where it counts.
    """

    item: SceneObject
    category: Category
    bbox: Box
    area: int
    counts: str
    visibility: Visibility
    appearance: Appearance
    waterline: tuple[Polyline, ...] = ()
    ignored_for: tuple[str, ...] = ()

    @property
    def id(self) -> int:
        return self.item.id

    @property
    def ignore(self) -> bool:
        """Whether no human could annotate it in this picture, by the rule it was labelled with."""
        return bool(self.ignored_for)


@dataclass(frozen=True)
class Segment:
    """One segment of the panoptic picture: a thing, or all stuff of one category."""

    id: int
    category_id: int
    area: int
    bbox: Box


@dataclass(frozen=True, eq=False)
class Instances:
    """The labels of one frame, in ascending order of id.

    Attributes:
        semantic: (H, W) uint8, category ids; 0 (void) where the lens has no ray
        instance: (H, W) uint16, object ids of things, 0 elsewhere
        panoptic: (H, W) int32, `category id * 65536 + object id` with object id 0 for stuff: in COCO's panoptic PNG the
            blue channel is the semantic mask, red and green are the instance mask; 0 where the lens has no ray, which
            no segment lists
        visibility: of every object in the frame, by object id
        amodal: of every thing whose silhouette the renderer handed over, by object id
        rule: what decided which things are ignored
        taxonomy: what the ids of categories mean
    """

    things: tuple[Instance, ...]
    segments: tuple[Segment, ...]
    visibility: Mapping[int, Visibility]
    semantic: NDArray[np.uint8]
    instance: NDArray[np.uint16]
    panoptic: NDArray[np.int32]
    rule: IgnoreRule
    taxonomy: Taxonomy
    amodal: Mapping[int, Amodal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, dtype in (("semantic", np.uint8), ("instance", np.uint16), ("panoptic", np.int32)):
            array = getattr(self, name)
            if array.shape != self.semantic.shape or array.ndim != 2 or array.dtype != dtype:
                raise ValueError(f"{name}: expected (H, W) {np.dtype(dtype)}, got {array.shape} {array.dtype}")
        covered = sum(segment.area for segment in self.segments)
        if covered != np.count_nonzero(self.panoptic):
            raise ValueError(f"segments: expected to cover {np.count_nonzero(self.panoptic)} pixels, got {covered}")
        owned = sum(thing.area for thing in self.things)
        if owned != np.count_nonzero(self.instance):
            raise ValueError(f"things: expected to own {np.count_nonzero(self.instance)} pixels, got {owned}")


def panoptic_id(taxonomy: Taxonomy, category: str, object_id: int) -> int:
    """The panoptic segment id of a thing; stuff has object id 0."""
    return (taxonomy.ids[category] << 16) + (object_id if taxonomy[category].is_thing else 0)


def label(frame: Frame, rule: IgnoreRule | None = None) -> Instances:
    """Read the labels off a frame's id raster; `rule` (the default one where it is None) decides what is ignored.

    Where no id is, there is the taxonomy's background; where the lens has no ray, there is nothing: such pixels are
    void.

    RenderError where the frame contradicts itself: an id without an object, a surface without an id (it would pass
    for background), an id without a surface or without a ray, a thing with more visible or submerged than amodal
    pixels or with others in the picture than its silhouette, something submerged without a water level, a category that
    the taxonomy has not, a normal that is no number, a transmission outside 0 to 1.
    """
    rule = rule or IgnoreRule()
    _check_objects(frame)
    _check_pixels(frame)
    circle = in_image_circle(frame.camera.lens)
    visible = _visible_px(frame, circle)
    owners = _owners(frame, visible.size)
    instance = owners.instance[frame.object_ids]
    semantic = np.where(circle, owners.category[frame.object_ids], np.uint8(VOID))
    segments = _segments(frame.object_ids, circle, visible, owners.segment)
    visibility = _visibility(frame, visible)
    amodal = amodals(frame.objects, instance, semantic)
    _check_silhouettes(frame, amodal, visibility)
    return Instances(
        things=_things(frame, rule, segments, visibility, instance, semantic),
        segments=segments,
        visibility=visibility,
        semantic=semantic,
        instance=instance,
        panoptic=np.where(circle, owners.segment[frame.object_ids], np.int32(VOID)),
        rule=rule,
        taxonomy=frame.taxonomy,
        amodal=amodal,
    )


@dataclass(frozen=True, eq=False)
class _Owners:
    """What a pixel is by the object that owns it: arrays (largest id + 1,), where 0 is the background."""

    category: NDArray[np.uint8]
    instance: NDArray[np.uint16]

    @property
    def segment(self) -> NDArray[np.int32]:
        """Panoptic ids."""
        return (self.category.astype(np.int32) << 16) + self.instance


def _owners(frame: Frame, size: int) -> _Owners:
    taxonomy = frame.taxonomy
    owners = _Owners(np.zeros(size, dtype=np.uint8), np.zeros(size, dtype=np.uint16))
    owners.category[0] = taxonomy.ids[taxonomy.background]
    for item in frame.objects:
        owners.category[item.id] = taxonomy.ids[item.category]
        owners.instance[item.id] = item.id if taxonomy[item.category].is_thing else 0
    return owners


def _segments(
    object_ids: NDArray[np.int32],
    circle: NDArray[np.bool_],
    visible: NDArray[np.int64],
    segment_of: NDArray[np.int32],
) -> tuple[Segment, ...]:
    """All segments that are seen, in ascending order of panoptic id."""
    # Compact numbers 1..N, so that one pass finds all boxes.
    seen = np.flatnonzero(visible)
    segment_ids, numbers = np.unique(segment_of[seen], return_inverse=True)
    number_of = np.zeros(visible.size, dtype=np.int32)
    number_of[seen] = numbers + 1
    areas = np.bincount(number_of, weights=visible, minlength=segment_ids.size + 1)[1:].astype(int).tolist()
    boxes = tight_boxes(np.where(circle, number_of[object_ids], 0), segment_ids.size)
    return tuple(
        Segment(id=segment, category_id=segment >> 16, area=area, bbox=box)
        for segment, area, box in zip(segment_ids.tolist(), areas, boxes, strict=True)
        if box is not None
    )


def _things(
    frame: Frame,
    rule: IgnoreRule,
    segments: tuple[Segment, ...],
    visibility: Mapping[int, Visibility],
    instance: NDArray[np.uint16],
    semantic: NDArray[np.uint8],
) -> tuple[Instance, ...]:
    taxonomy = frame.taxonomy
    owned = {segment.id & MAX_ID: segment for segment in segments if segment.id & MAX_ID}
    box_of = {number: segment.bbox for number, segment in owned.items()}
    counts = rle.encode_ids(instance)
    circle = in_image_circle(frame.camera.lens)
    seen_as = appearances(frame.rgb, instance, box_of, frame.transmission, frame.lens, circle)
    lines = waterlines(frame.camera, frame.depth_m, instance, taxonomy.where(WATER, semantic), box_of)
    things = []
    for item in sorted(frame.objects, key=lambda item: item.id):
        if item.id in counts:
            segment, looks, seen = owned[item.id], seen_as[item.id], visibility[item.id]
            things.append(
                Instance(
                    item,
                    taxonomy[item.category],
                    segment.bbox,
                    segment.area,
                    counts[item.id],
                    seen,
                    looks,
                    lines.get(item.id, ()),
                    rule.reasons(segment.area, seen.visible_fraction, looks),
                )
            )
    return tuple(things)


def _check_pixels(frame: Frame) -> None:
    finite = np.isfinite(0.0 if frame.normals is None else frame.normals)
    if not finite.all():
        broken = int(np.count_nonzero(~finite.all(axis=-1)))
        raise RenderError(f"frame {frame.index}: expected finite normals, got {broken} pixels without")
    if frame.transmission is not None and not np.all((frame.transmission >= 0) & (frame.transmission <= 1)):
        raise RenderError(f"frame {frame.index}: expected a transmission from 0 to 1 at every pixel, got others")


def _check_objects(frame: Frame) -> None:
    for item in frame.objects:
        where = f"frame {frame.index}, object {item.id} ({item.asset})"
        if item.id > MAX_ID:
            raise RenderError(f"{where}: expected an id of at most {MAX_ID}, the range of a 16-bit mask")
        if item.category not in frame.taxonomy:
            raise RenderError(f"{where}: expected a category of the taxonomy, got {item.category!r}")
        if frame.taxonomy[item.category].is_thing and item.amodal_px is None:
            raise RenderError(f"{where}: expected amodal pixels for a {item.category}, got none")
        if item.submerged_px is not None:
            if frame.conditions.water_level_m is None:
                raise RenderError(f"{where}: expected a water level in the conditions of what is submerged, got none")
            if not 0 <= item.submerged_px <= (item.amodal_px or 0):
                raise RenderError(
                    f"{where}: expected at most {item.amodal_px} submerged pixels, its amodal count, "
                    f"got {item.submerged_px}"
                )
        if min(item.box_size_m) < 0:
            raise RenderError(f"{where}: expected a box size of 0 m or more, got {item.box_size_m}")


def _check_silhouettes(frame: Frame, amodal: Mapping[int, Amodal], visibility: Mapping[int, Visibility]) -> None:
    """What of a silhouette lies in the picture is seen, or something else is seen in its place."""
    width, height = frame.camera.size_px
    for number, whole in amodal.items():
        seen = visibility[number]
        _, mask = whole.silhouette.inside(width, height)
        inside, hidden = int(np.count_nonzero(mask)), sum(cover.px for cover in whole.occluded_by)
        if inside != seen.amodal_px or inside - hidden != seen.visible_px:
            raise RenderError(
                f"frame {frame.index}, object {number}: expected a silhouette of {seen.amodal_px} pixels in the picture"
                f", {seen.visible_px} of them its own, got {inside}, {inside - hidden} of them its own"
            )


def _visible_px(frame: Frame, circle: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Pixels by object id (largest id + 1,), after checking that raster, objects and depth tell the same story.

    Under 0 are the pixels of the background, without those outside the image `circle`.
    """
    ids, known = frame.object_ids, {item.id for item in frame.objects}
    low, high = int(ids.min()), int(ids.max())
    if low < 0 or high > MAX_ID:
        raise RenderError(f"frame {frame.index}: expected object ids from 0 to {MAX_ID}, got {low} to {high}")
    visible = np.bincount(ids.ravel(), minlength=max(known, default=0) + 1)
    strangers = [owner for owner in np.flatnonzero(visible).tolist() if owner and owner not in known]
    if strangers:
        raise RenderError(f"frame {frame.index}: the id raster has ids that no object has: {strangers[:10]}")
    # Only a lens that sees more than half a turn shows what lies behind the camera's plane.
    behind = frame.camera.lens.limit_rad > math.pi / 2
    hit = np.isfinite(frame.depth_m) & (behind | (frame.depth_m > 0))
    nameless = int(np.count_nonzero((ids == 0) & (frame.depth_m != np.inf)))
    hollow = int(np.count_nonzero((ids != 0) & ~hit))
    if nameless or hollow:
        raise RenderError(
            f"frame {frame.index}: expected an object id exactly where the depth is finite, got {nameless} pixels "
            f"with a depth and no id (something is missing from the id pass) and {hollow} with an id and no depth"
        )
    outside = ~circle
    if unreached := int(np.count_nonzero(ids[outside])):
        raise RenderError(f"frame {frame.index}: expected no id where the lens has no ray, got {unreached} pixels")
    visible[0] -= np.count_nonzero(outside)
    return visible


def _visibility(frame: Frame, visible: NDArray[np.int64]) -> dict[int, Visibility]:
    objects = sorted(frame.objects, key=lambda item: item.id)
    boxes = projected_boxes(frame.camera, objects)
    shares = truncations(frame.camera, objects, boxes)
    found: dict[int, Visibility] = {}
    for item, box, truncation in zip(objects, boxes.tolist(), shares.tolist(), strict=True):
        is_thing = frame.taxonomy[item.category].is_thing
        seen, amodal, fraction = int(visible[item.id]), item.amodal_px, None
        if is_thing and amodal is not None:
            if seen > amodal:
                raise RenderError(
                    f"frame {frame.index}, object {item.id} ({item.asset}): expected at most {amodal} visible pixels, "
                    f"its amodal count, got {seen}"
                )
            fraction = seen / amodal if amodal else 0.0
        below = None if item.submerged_px is None else item.submerged_px / amodal if amodal else 0.0
        projected = None if np.isnan(box[0]) else (box[0], box[1], box[2], box[3])
        amodal = amodal if is_thing else None
        found[item.id] = Visibility(seen, amodal, fraction, projected, truncation, below)
    return found
