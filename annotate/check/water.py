"""A flood's level against what is seen of it: its surface, what stands in it and along which line, what is below."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera.ray_lengths import centre_rays
from longtail.annotate.check.finding import Finding
from longtail.annotate.check.places import STEEP, Layers, Places, kinds_of, owners_of, put_back, rays_of
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.labels.boxes import tight_boxes
from longtail.annotate.labels.taxonomy import WATER, Taxonomy
from longtail.annotate.labels.waterline import EXTENTS, surface, waterlines

_LINE_PX = 4
"""A waterline of fewer pixels may come and go with the rounding of depth."""


def check_water(stored: StoredFrame, taxonomy: Taxonomy, arrays: Layers, places: Places | None) -> Iterator[Finding]:
    """Findings of one frame."""
    for name, expected, came in (*_level(stored, taxonomy, places), *_below(stored), *_lines(stored, taxonomy, arrays)):
        yield Finding(record_path(stored.index), stored.index, f"{name} {expected}", came)


_Lie = tuple[str, str, str]


def _level(stored: StoredFrame, taxonomy: Taxonomy, places: Places | None) -> Iterator[_Lie]:
    level_m, number = stored.conditions.water_level_m, taxonomy.ids.get(WATER)
    if places is None or number is None:
        return
    water = places.kind == number
    if level_m is None:
        if water.any():
            yield "conditions water_level_m", "a level, as water is seen", "null"
        return
    above_m = places.world_m[:, 2] - level_m
    if (off := np.abs(above_m) > places.slack_m)[water].any():
        worst = above_m[water][np.abs(above_m[water]).argmax()]
        came = f"{np.count_nonzero(off & water)} of {np.count_nonzero(water)} pixels elsewhere, up to {worst:+.3f} m"
        yield "conditions water_level_m", f"{level_m:.3f}, where water is seen", came
    # Nothing is seen through a flood's surface.
    under = (above_m < -places.slack_m) & ~water
    for owner in np.unique(places.owner[under]).tolist():
        deep = -above_m[under & (places.owner == owner)].min()
        name = f"object {owner}" if owner else "stuff"
        yield name, "nothing to be seen of it below the water", f"pixels up to {deep:.3f} m below"


def _below(stored: StoredFrame) -> Iterator[_Lie]:
    level_m = stored.conditions.water_level_m
    for item in stored.objects:
        below, amodal = item.submerged_px, stored.visibility[item.id].amodal_px
        if level_m is None or below is None or not amodal:
            continue
        heights = item.box_corners_m()[:, 2]
        low, high = float(heights.min()), float(heights.max())
        name = f"object {item.id} submerged_px"
        if below and low > level_m:
            yield name, f"0, as it stands {low - level_m:.3f} m over the water", f"{below}"
        elif below < amodal and high < level_m:
            yield name, f"{amodal}, as all of it is below the water", f"{below}"
        elif below + stored.visibility[item.id].visible_px > amodal:
            yield name, f"at most {amodal - stored.visibility[item.id].visible_px}, as the rest is seen", f"{below}"


def _lines(stored: StoredFrame, taxonomy: Taxonomy, arrays: Layers) -> Iterator[_Lie]:
    """Each waterline at the height of the water, and one for each thing that stands in it along some pixels."""
    owners, kinds, depth_m = owners_of(arrays), kinds_of(arrays), arrays.get("depth")
    level_m = stored.conditions.water_level_m
    if owners is None or kinds is None or depth_m is None or level_m is None:
        return
    stated = {thing.id: thing.waterline for thing in stored.instances}
    for number, lines in stated.items():
        for line in lines:
            if (off := _off(stored, depth_m, np.array(line), level_m)) > 0:
                yield f"annotation of object {number}: waterline", f"at the water's {level_m:.3f} m", f"{off:.3f} m off"
    water = taxonomy.where(WATER, kinds)
    boxes = {
        number: box
        for number, box in enumerate(tight_boxes(owners.astype(np.int32), int(owners.max(initial=0))), start=1)
        if box is not None
    }
    ids = np.asarray(owners, dtype=np.uint16)
    # Where water is too far for a depth, or a ray too steep for it to say where, nothing is known to meet it.
    with np.errstate(invalid="ignore"):
        told_m = np.where(centre_rays(stored.camera.lens)[..., 2] > STEEP, depth_m, np.float32(np.nan))
        found = waterlines(stored.camera, told_m, ids, water, boxes)
    for number, lines in found.items():
        long_px = max(float(np.ptp(np.array(line), axis=0).max()) for line in lines) + 1
        if number in stated and not stated[number] and long_px >= _LINE_PX:
            yield (
                f"annotation of object {number}: waterline",
                f"one of {long_px:.0f} pixels, where it meets water",
                "[]",
            )


def _off(stored: StoredFrame, depth_m: NDArray[np.float32], points: NDArray[np.float64], level_m: float) -> float:
    """How far the worst of a line's pixels is from the water's height, beyond what neighbouring pixels may be apart and
    what depth's step leaves open; not above 0 where none is. Pixels of rays that are too steep say nothing."""
    columns, rows = points.reshape(-1, 2).astype(np.intp).T
    rays = rays_of(stored.camera.lens, rows, columns)
    told = rays[:, 2] > STEEP
    columns, rows, rays = columns[told], rows[told], rays[told]
    with np.errstate(invalid="ignore"):
        heights_m, extents_m = surface(stored.camera, depth_m, rows, columns)
        _, slack_m = put_back(stored, rays, depth_m[rows, columns].astype(np.float64))
    # Twice: the water's own pixel may be as far from the level as the thing's is from it, were it not flat.
    return float(np.fmax(np.abs(heights_m - level_m) - 2 * EXTENTS * extents_m - slack_m, 0.0).max(initial=0.0))
