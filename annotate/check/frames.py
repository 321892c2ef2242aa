"""The invariants of one stored frame: record, masks, boxes and depth tell the same story."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.check.air import check_air
from longtail.annotate.check.amodal import check_amodal
from longtail.annotate.check.appearance import check_appearance
from longtail.annotate.check.asked import check_rule
from longtail.annotate.check.attributes import check_attributes
from longtail.annotate.check.distances import check_distances
from longtail.annotate.check.drawn_camera import check_drawn_camera
from longtail.annotate.check.drawn_conditions import check_drawn_conditions
from longtail.annotate.check.finding import Finding
from longtail.annotate.check.flow import check_flow
from longtail.annotate.check.inside_boxes import check_inside_boxes
from longtail.annotate.check.keypoints import check_keypoints
from longtail.annotate.check.lanes import check_lanes
from longtail.annotate.check.models import check_shapes
from longtail.annotate.check.normals import check_normals
from longtail.annotate.check.picture import check_picture
from longtail.annotate.check.places import Places
from longtail.annotate.check.points import check_points
from longtail.annotate.check.projection import check_projection
from longtail.annotate.check.required import check_required
from longtail.annotate.check.rigs import check_rig
from longtail.annotate.check.roads import check_roads
from longtail.annotate.check.silhouettes import check_silhouettes
from longtail.annotate.check.surfaces import check_surfaces
from longtail.annotate.check.videos import check_video
from longtail.annotate.check.void import check_void
from longtail.annotate.check.water import check_water
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.encoders import DEPTH_RANGE_M, decode_rgb
from longtail.annotate.dataset.files import read
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.errors import DatasetError
from longtail.annotate.labels import rle
from longtail.annotate.labels.boxes import areas_and_boxes
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.instances import MAX_ID, panoptic_id
from longtail.annotate.labels.taxonomy import MAX_CATEGORY, VOID, Taxonomy

Layers = dict[str, NDArray[Any]]

_GIVEN = "scene"
"""What a config has whose scene is given: whoever wrote that may have changed what once was drawn."""


def check_frame(dataset: Dataset, stored: StoredFrame) -> list[Finding]:
    """Every invariant of one frame whose record is sound; a damaged file is a finding and never an exception."""
    where, index = record_path(stored.index), stored.index
    findings, arrays = _files(dataset, stored)
    try:
        findings += _record(stored, dataset.info.taxonomy)
        findings += _annotations(stored, dataset.info.taxonomy, arrays.get("instance"))
        findings += _segments(dataset, stored, arrays)
        findings += _depth(dataset, stored, arrays)
        findings += check_void(dataset, stored, arrays)
        findings += check_picture(dataset, stored, arrays)
        findings += check_appearance(stored, dataset.info.taxonomy, arrays, lossless=dataset.info.image_format == "png")
        findings += _geometry(dataset, stored, arrays)
        findings += _drawn(dataset, stored)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, MemoryError) as error:
        # The record's digest holds, so this is a record that somebody wrote differently, not a damaged one.
        findings.append(Finding(where, index, "annotations as COCO has them", f"{type(error).__name__}: {error}"))
    return findings


def _geometry(dataset: Dataset, stored: StoredFrame, arrays: Layers) -> Iterator[Finding]:
    """What depth, camera, poses and boxes say of each other."""
    taxonomy, places = dataset.info.taxonomy, Places.of(stored, arrays)
    yield from check_projection(stored)
    yield from check_keypoints(stored, arrays, asked="keypoints" in dataset.info.outputs)
    if places is not None:
        yield from check_inside_boxes(stored, taxonomy, places)
    yield from check_normals(stored, arrays, places)
    yield from check_distances(dataset, stored, arrays)
    yield from check_rig(dataset, stored, arrays)
    yield from check_surfaces(dataset, stored, arrays)
    yield from check_amodal(stored, taxonomy, arrays)
    yield from check_silhouettes(dataset, stored, arrays)
    yield from check_water(stored, taxonomy, arrays, places)
    yield from check_air(stored, places)
    yield from check_roads(stored, taxonomy, arrays, places)
    yield from check_video(dataset, stored)
    yield from check_flow(dataset, stored, arrays)
    yield from check_points(dataset, stored, arrays)


def _drawn(dataset: Dataset, stored: StoredFrame) -> Iterator[Finding]:
    """What follows from the config, and from what was drawn."""
    yield from check_rule(dataset, stored)
    yield from check_attributes(stored)
    yield from check_shapes(stored)
    if _GIVEN not in dataset.info.config:
        yield from check_drawn_camera(dataset.info, stored)
        yield from check_drawn_conditions(stored)
        yield from check_lanes(stored)
        yield from check_required(dataset, stored)


def _files(dataset: Dataset, stored: StoredFrame) -> tuple[list[Finding], Layers]:
    """Stored files against their digests, and every sound one decoded."""
    findings: list[Finding] = []
    arrays: Layers = {}
    layers = dataset.info.layers()
    expected = {layer.path(stored.index): name for name, layer in layers.items()}
    if expected.keys() != stored.files.keys():
        findings.append(
            Finding(record_path(stored.index), stored.index, f"the files {sorted(expected)}", f"{sorted(stored.files)}")
        )
    for path, entry in stored.files.items():
        fault = dataset.file_fault(path, entry, deep=True)
        if fault is None and path in expected:
            fault = _decode(dataset, stored, expected[path], arrays)
        if fault is not None:
            findings.append(Finding(path, stored.index, *fault))
    return findings, arrays


def _decode(dataset: Dataset, stored: StoredFrame, name: str, arrays: Layers) -> tuple[str, str] | None:
    width, height = stored.camera.size_px
    try:
        # Of normals the codes will do, and take a tenth of the time.
        array = _codes(dataset, stored.index) if name == "normals" else dataset.read(name, stored.index)
    except DatasetError as error:
        return f"a readable {name} file", str(error)
    if dataset.info.layers()[name].raster and array.shape[:2] != (height, width):
        return f"{width}x{height} pixels", f"{array.shape[1]}x{array.shape[0]}"
    arrays[name] = array
    return None


def _codes(dataset: Dataset, index: int) -> NDArray[np.uint8]:
    """The 8-bit codes (H, W, 3) of a frame's normals; DatasetError where the file is none."""
    path = dataset.info.layers()["normals"].path(index)
    try:
        return decode_rgb(read(dataset.files, path))
    except (OSError, ValueError) as error:
        raise DatasetError(f"{dataset.files.at(path)}: {error}") from error


def _record(stored: StoredFrame, taxonomy: Taxonomy) -> Iterator[Finding]:
    where, index = record_path(stored.index), stored.index

    def finding(what: str, expected: object, came: object) -> Finding:
        return Finding(where, index, f"{what} {expected}", f"{came}")

    width, height = stored.camera.size_px
    image = {
        "id": index + 1,
        "frame": index,
        "width": width,
        "height": height,
        "condition": stored.condition,
        "scene": stored.shown.scene,
        "variant": stored.shown.variant,
        "camera": stored.shown.camera or None,
        "file_name": next((path.rpartition("/")[2] for path in stored.files if path.startswith("images/")), None),
    }
    for key, value in image.items():
        if stored.image.get(key) != value:
            yield finding(f"image {key}", repr(value), repr(stored.image.get(key)))
    if index in stored.shown.siblings:
        yield finding("siblings", "other than itself", list(stored.shown.siblings))
    if len({item.id for item in stored.objects}) != len(stored.objects):
        yield finding("objects with ids", "that are unique", sorted(item.id for item in stored.objects))
    annotated = {thing.id for thing in stored.instances}
    for item in stored.objects:
        seen = stored.visibility[item.id]
        name = f"object {item.id}"
        if not 1 <= item.id <= MAX_ID:
            yield finding(name, f"an id from 1 to {MAX_ID}", item.id)
        if not (math.isfinite(seen.truncation) and 0 <= seen.truncation <= 1):
            yield finding(f"{name} truncation", "from 0 to 1", seen.truncation)
        if taxonomy[item.category].is_thing != (seen.visible_fraction is not None):
            yield finding(f"{name} visible_fraction", "for things alone", seen.visible_fraction)
        if seen.visible_fraction is not None and seen.amodal_px is not None:
            fraction = seen.visible_px / seen.amodal_px if seen.amodal_px else 0.0
            if seen.visible_px > seen.amodal_px:
                yield finding(f"{name} visible_px", f"at most {seen.amodal_px} amodal", seen.visible_px)
            if not abs(fraction - seen.visible_fraction) < 1e-8:
                yield finding(f"{name} visible_fraction", fraction, seen.visible_fraction)
            if (seen.visible_px > 0) != (item.id in annotated):
                yield finding(name, "an annotation exactly where it is visible", f"{seen.visible_px} visible pixels")


def _annotations(stored: StoredFrame, taxonomy: Taxonomy, instance: NDArray[np.uint16] | None) -> Iterator[Finding]:
    """Each annotation's RLE against the instance mask, bit for bit, and its numbers against the RLE."""
    where, index = record_path(stored.index), stored.index
    width, height = stored.camera.size_px
    objects = {item.id: item for item in stored.objects}
    # Counted down the columns, as runs are: each thing costs what it covers, and not the whole picture.
    owned = np.zeros(height * width, dtype=np.uint16)
    for thing in stored.instances:
        number = thing.id
        name = f"annotation of object {number}"
        item = objects.get(number)
        if item is None or not taxonomy[item.category].is_thing:
            yield Finding(where, index, f"{name}: a thing among the objects", "none")
            continue
        if thing.size != (height, width):
            yield Finding(where, index, f"{name}: size {[height, width]}", f"{list(thing.size)}")
            continue
        try:
            runs = thing.runs()
        except ValueError as error:
            yield Finding(where, index, f"{name}: a sound RLE", str(error))
            continue
        yield from _annotation_numbers(stored, taxonomy, item, thing, runs)
        pixels = rle.pixels_of(runs)
        if shared := int(np.count_nonzero(owned[pixels])):
            yield Finding(where, index, f"{name}: pixels of its own", f"{shared} shared pixels")
        owned[pixels] = number
    owners = owned.reshape(width, height).T
    if instance is not None and not np.array_equal(owners, instance):
        path = stored_path(stored, "masks/instance/")
        differing = int(np.count_nonzero(owners != instance))
        ids = sorted(set(np.unique(instance[owners != instance]).tolist()) | set(np.unique(owners[owners != instance])))
        yield Finding(path, index, "the annotations' masks", f"{differing} other pixels, ids {ids[:8]}")


def _annotation_numbers(
    stored: StoredFrame, taxonomy: Taxonomy, item: SceneObject, thing: StoredInstance, runs: NDArray[np.int64]
) -> Iterator[Finding]:
    where, index, name = record_path(stored.index), stored.index, f"object {item.id}"
    box = rle.box_of(runs, stored.camera.size_px[1])
    seen = stored.visibility[item.id]
    area = int(np.diff(runs).sum())
    for key, expected in (
        ("image_id", stored.index + 1),
        ("category_id", taxonomy.ids[item.category]),
        ("area", area),
        ("bbox", box),
        ("visible_fraction", seen.visible_fraction),
        ("truncation", seen.truncation),
        ("asset", item.asset),
    ):
        if (came := getattr(thing, key)) != expected:
            yield Finding(where, index, f"annotation of {name}: {key} {expected!r}", repr(came))
    if thing.attributes is not None and thing.attributes != item.attributes:
        expected = f"annotation of {name}: attributes {dict(item.attributes)}, as its object has them"
        yield Finding(where, index, expected, f"{dict(thing.attributes)}")
    if seen.visible_px != area:
        yield Finding(where, index, f"{name}: visible_px {area}, its mask's area", f"{seen.visible_px}")


def _segments(dataset: Dataset, stored: StoredFrame, arrays: Layers) -> Iterator[Finding]:
    index = stored.index
    layers, taxonomy = dataset.info.layers(), dataset.info.taxonomy
    semantic, instance, panoptic = arrays.get("semantic"), arrays.get("instance"), arrays.get("panoptic")
    if semantic is not None:
        # Eight bits are counted in a fifth of the time that sorting them takes.
        shown = np.flatnonzero(np.bincount(semantic.ravel(), minlength=MAX_CATEGORY + 1))
        unknown = sorted(set(shown.tolist()) - taxonomy.categories.keys() - {VOID})
        if unknown:
            yield Finding(layers["semantic"].path(index), index, "ids of the taxonomy", f"{unknown}")
        if panoptic is not None and (differing := np.count_nonzero(panoptic >> 16 != semantic)):
            yield Finding(layers["semantic"].path(index), index, "the panoptic categories", f"{differing} other pixels")
    if instance is not None:
        of = np.zeros(MAX_ID + 1, dtype=np.int32)
        for item in stored.objects:
            of[item.id] = taxonomy.ids[item.category]
        if semantic is not None and (differing := np.count_nonzero((instance > 0) & (of[instance] != semantic))):
            came = f"{differing} pixels of another category"
            yield Finding(layers["semantic"].path(index), index, "the category of each instance", came)
        if panoptic is not None and (differing := np.count_nonzero(panoptic & MAX_ID != instance)):
            yield Finding(layers["panoptic"].path(index), index, "the instance mask's ids", f"{differing} other pixels")
    if panoptic is None:
        return
    painted = {number: found for number, found in areas_and_boxes(panoptic).items() if number != VOID}
    listed = {segment["id"]: segment for segment in stored.segments_info}
    if painted.keys() != listed.keys() or len(listed) != len(stored.segments_info):
        path = layers["panoptic"].path(index)
        yield Finding(path, index, f"the segments {sorted(listed)}", f"{sorted(painted)}")
    thing_segments = {panoptic_id(taxonomy, item.category, item.id) for item in stored.objects}
    ignored = {thing.id for thing in stored.instances if thing.ignore}
    for number in painted.keys() & listed.keys():
        area, box = painted[number]
        stated = tuple(listed[number][key] for key in ("category_id", "area", "bbox", "iscrowd"))
        truth = (number >> 16, area, list(box), int(number & MAX_ID in ignored))
        if stated != truth:
            came = f"{stated}"
            yield Finding(record_path(index), index, f"segment {number}: category, area, bbox, iscrowd {truth}", came)
        if number & MAX_ID and number not in thing_segments:
            yield Finding(record_path(index), index, f"segment {number}: a thing among the objects", "none")


def _depth(dataset: Dataset, stored: StoredFrame, arrays: Layers) -> Iterator[Finding]:
    """Where a thing is seen there is a depth, unless part of the thing is beyond what the file can say."""
    depth, instance = arrays.get("depth"), arrays.get("instance")
    if depth is None or instance is None:
        return
    empty = (instance > 0) & ~np.isfinite(depth)
    if not empty.any():
        return
    camera_from_world = stored.camera.world_from_camera.inverse()
    # A lens of more than half a turn sees what lies at no depth or a negative one.
    nearest = 1.0 if stored.camera.lens.limit_rad > math.pi / 2 else -math.inf
    unsaid = {
        item.id
        for item in stored.objects
        # A box may be a little smaller than its mesh; ten metres of slack cost nothing at this range.
        for z in (camera_from_world.points(item.box_corners_m())[:, 2],)
        if z.max() > DEPTH_RANGE_M - 10 or z.min() < nearest
    }
    hollow = sorted(set(cast("list[int]", np.unique(instance[empty]).tolist())) - unsaid)
    if hollow:
        path = dataset.info.layers()["depth"].path(stored.index)
        yield Finding(path, stored.index, "a depth wherever a thing is", f"none at some pixels of objects {hollow[:8]}")


def stored_path(stored: StoredFrame, folder: str) -> str:
    """The frame's file in a folder, or its record where there is none."""
    return next((path for path in stored.files if path.startswith(folder)), record_path(stored.index))
