"""The invariants of what a stored frame says about air, water, lens, and which things no human could see."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import in_image_circle
from longtail.annotate.check.finding import Finding
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.labels.appearance import contrasts, shares
from longtail.annotate.labels.boxes import Box, tight_boxes
from longtail.annotate.labels.taxonomy import WATER, Taxonomy

Layers = Mapping[str, NDArray[Any]]

_CONTRAST_SLACK = 0.01
_SHARE_SLACK = 1e-5


def check_appearance(stored: StoredFrame, taxonomy: Taxonomy, arrays: Layers, *, lossless: bool) -> Iterator[Finding]:
    """Findings of one frame. `arrays` are its decoded layers by name; contrast is measured again where the picture is
    `lossless`, and so the one that the labels were measured on.
    """
    where, index = record_path(stored.index), stored.index
    for name, expected, came in (
        *_conditions(stored),
        *_objects(stored),
        *_annotations(stored, taxonomy, _water(arrays, taxonomy)),
    ):
        yield Finding(where, index, f"{name} {expected}", f"{came}")
    yield from _lens(stored, arrays)
    instance = arrays.get("instance")
    if instance is not None and "images" in arrays and lossless:
        for owner, contrast in contrasts(
            arrays["images"], instance, _boxes(stored, instance), in_image_circle(stored.camera.lens)
        ).items():
            stated = stored.appearance[owner].contrast
            if (contrast is None) != (stated is None) or abs((contrast or 0) - (stated or 0)) > _CONTRAST_SLACK:
                yield Finding(where, index, f"object {owner} contrast {contrast}, as in the picture", f"{stated}")


_Lie = tuple[str, object, object]


def _conditions(stored: StoredFrame) -> Iterator[_Lie]:
    for key, value in stored.conditions.to_json().items():
        if stored.image.get(key) != value:
            yield f"image {key}", repr(value), repr(stored.image.get(key))


def _objects(stored: StoredFrame) -> Iterator[_Lie]:
    shown = {thing.id for thing in stored.instances}
    for item in stored.objects:
        name, seen = f"object {item.id}", stored.visibility[item.id]
        below, amodal = item.submerged_px, seen.amodal_px
        if below is None or amodal is None:
            if seen.submerged_fraction is not None or below is not None:
                yield f"{name} submerged_fraction", "null without counted pixels", seen.submerged_fraction
        elif stored.conditions.water_level_m is None:
            yield f"{name} submerged_px", "null without a water level", below
        elif not 0 <= below <= amodal:
            yield f"{name} submerged_px", f"from 0 to {amodal} amodal", below
        elif not _close(seen.submerged_fraction, below / amodal if amodal else 0.0):
            yield f"{name} submerged_fraction", below / amodal if amodal else 0.0, seen.submerged_fraction
        appearance = stored.appearance.get(item.id)
        if (appearance is not None) != (item.id in shown):
            yield name, "an appearance exactly where it has an annotation", appearance
        if appearance is None:
            continue
        for key, share in (("transmission", appearance.transmission), ("lens_fraction", appearance.lens_fraction)):
            if share is not None and not 0 <= share <= 1:
                yield f"{name} {key}", "from 0 to 1", share
        if appearance.contrast is not None and not 0 <= appearance.contrast < math.inf:
            yield f"{name} contrast", "of 0 or more", appearance.contrast


def _water(arrays: Layers, taxonomy: Taxonomy) -> NDArray[np.bool_] | None:
    """Where the frame's masks have water; None where it stores none that says."""
    if "semantic" in arrays:
        return taxonomy.where(WATER, arrays["semantic"])
    return taxonomy.where(WATER, arrays["panoptic"] >> 16) if "panoptic" in arrays else None


def _annotations(stored: StoredFrame, taxonomy: Taxonomy, water: NDArray[np.bool_] | None) -> Iterator[_Lie]:
    """The rule applied once more, and each number of an annotation as its object has it."""
    with_water = any(row["category_id"] == taxonomy.ids.get(WATER) for row in stored.segments_info)
    for thing in stored.instances:
        number = thing.id
        name, seen = f"annotation of object {number}:", stored.visibility.get(number)
        appearance = stored.appearance.get(number)
        if seen is None or appearance is None:
            continue  # a finding of its own
        stated = {**asdict(thing.appearance), "submerged_fraction": thing.submerged_fraction}
        for key, value in {**asdict(appearance), "submerged_fraction": seen.submerged_fraction}.items():
            if stated[key] != value:
                yield f"{name} {key}", repr(value), repr(stated[key])
        fraction = seen.visible_px / seen.amodal_px if seen.amodal_px else seen.visible_fraction
        reasons = list(stored.ignore_rule.reasons(seen.visible_px, fraction, appearance))
        if (thing.ignore, list(thing.ignored_for)) != (bool(reasons), reasons):
            came = f"{int(thing.ignore)} for {list(thing.ignored_for)}"
            yield f"{name} iscrowd", f"{int(bool(reasons))} for {reasons}, as the record's rule says", came
        if stored.ignored[number] != bool(reasons):
            yield (
                f"object {number} ignore",
                f"{int(bool(reasons))}, as the record's rule says",
                int(stored.ignored[number]),
            )
        if thing.waterline and not with_water:
            yield f"{name} waterline", "[] in a picture without water", thing.waterline
        elif thing.waterline:
            yield from _waterline(name, stored, thing, water)


def _waterline(
    name: str, stored: StoredFrame, thing: StoredInstance, water: NDArray[np.bool_] | None
) -> Iterator[_Lie]:
    """Every point is the centre of one of the thing's own pixels on its mask's border, beside water."""
    width, height = stored.camera.size_px
    try:
        mask = np.pad(thing.mask(), 1)
    except ValueError:
        return  # a finding of its own
    for line in thing.waterline:
        points = np.array(line, dtype=np.float64).reshape(-1, 2)
        if len(points) < 2:
            yield f"{name} waterline", "lines of two points or more", line
        inside = (points > 0).all() and (points < (width, height)).all()
        if not inside or not np.array_equal(points % 1, np.full_like(points, 0.5)):
            yield f"{name} waterline", f"centres of pixels within {width}x{height}", line
            continue
        columns, rows = points.astype(np.intp).T + 1
        if not mask[rows, columns].all() or np.all(_beside(mask, rows, columns), axis=0).any():
            yield f"{name} waterline", "pixels on the border of its mask", line
        elif water is not None and not np.any(_beside(np.pad(water, 1), rows, columns), axis=0).all():
            yield f"{name} waterline", "pixels beside water", line


def _beside(mask: NDArray[np.bool_], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.bool_]:
    """The four neighbours (4, N) of pixels."""
    return np.stack([mask[rows + down, columns + right] for down, right in ((0, 1), (0, -1), (1, 0), (-1, 0))])


def _lens(stored: StoredFrame, arrays: Layers) -> Iterator[Finding]:
    """The lens mask is black and white, and covers of each thing what its record says."""
    lens, instance = arrays.get("lens"), arrays.get("instance")
    if lens is None:
        return
    path = next(path for path in stored.files if path.startswith("masks/lens/"))
    if strange := sorted(set(np.flatnonzero(np.bincount(lens.ravel())).tolist()) - {0, 255}):
        yield Finding(path, stored.index, "0 and 255 alone", f"{strange[:8]}")
    if instance is None:
        return
    for owner, covered in shares(instance, lens > 0, _boxes(stored, instance)).items():
        stated = stored.appearance[owner].lens_fraction
        if abs(covered - stated) > _SHARE_SLACK:
            yield Finding(path, stored.index, f"lens_fraction {stated} of object {owner}", f"{covered}")


def _boxes(stored: StoredFrame, instance: NDArray[np.uint16]) -> dict[int, Box]:
    """The tight boxes in the instance mask of things whose appearance is stated."""
    boxes = tight_boxes(instance.astype(np.int32), int(instance.max(initial=0)))
    return {owner: box for owner, box in enumerate(boxes, start=1) if box is not None and owner in stored.appearance}


def _close(stated: float | None, truth: float) -> bool:
    return stated is not None and abs(stated - truth) < 1e-8
