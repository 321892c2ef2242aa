"""Lanes against camera and depth, and where a car may drive against lanes, masks and depth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from longtail.annotate.check.finding import Finding
from longtail.annotate.check.places import Layers, Places, kinds_of, origins_of, put_back, rays_of
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.labels.cover import COVERED, PAINT
from longtail.annotate.labels.drivable import ROAD
from longtail.annotate.labels.lanes import ABOVE_M, LANES, Line, RoadLanes, drivable, stretches
from longtail.annotate.labels.relief import Relief
from longtail.annotate.labels.taxonomy import Taxonomy

_ROUNDED_M, _ROUNDED_PX = 0.0006, 0.0056
"""Half of the last digit of what records keep, and a little more."""


def check_roads(stored: StoredFrame, taxonomy: Taxonomy, arrays: Layers, places: Places | None) -> Iterator[Finding]:
    """Findings of one frame: lines that are not where they are said to be, or on another relief than the ground; points
    that are called seen where something else is; and pixels that are drivable and should not be, or the other way."""
    said = stored.extra.get(LANES)
    if said is None:
        if "drivable" in arrays and arrays["drivable"].any():
            yield _finding(stored, "lanes in the record of a frame with a drivable area", "none")
        return
    lanes = RoadLanes.from_json(said)
    ground = stored.extra.get("ground")
    if isinstance(ground, Mapping) and Relief.from_json(ground.get("relief")) != lanes.relief:
        yield _finding(stored, "lanes on the relief of the ground", "another")
    for number, (line, row) in enumerate(zip(lanes.lines, said["lines"], strict=True)):
        name = f"lane line {number} ({line.kind})"
        if row["category"] != line.category:
            yield _finding(stored, f"{name}: category {line.category}", f"{row['category']}")
        yield from _line(stored, name, line, row["seen"], arrays, lanes.relief)
    if "drivable" in arrays:
        yield from _area(stored, taxonomy, lanes, arrays, places)


def _finding(stored: StoredFrame, expected: str, came: str) -> Finding:
    return Finding(record_path(stored.index), stored.index, expected, came)


def _line(
    stored: StoredFrame, name: str, line: Line, seen: list[dict[str, Any]], arrays: Layers, relief: Relief
) -> Iterator[Finding]:
    expected = stretches(line, stored.camera, relief)
    if [len(points) for points, _ in expected] != [len(part["points_m"]) for part in seen]:
        counts = [len(points) for points, _ in expected], [len(part["points_m"]) for part in seen]
        yield _finding(stored, f"{name}: stretches in the picture of {counts[0]} points", f"{counts[1]}")
        return
    for (points, pixels), part in zip(expected, seen, strict=True):
        off_m = np.abs(points - np.array(part["points_m"])).max()
        off_px = np.abs(pixels - np.array(part["points_px"])).max()
        if off_m > _ROUNDED_M:
            yield _finding(stored, f"{name}: points where the road has it", f"some {off_m:.3f} m away")
        if off_px > _ROUNDED_PX:
            yield _finding(stored, f"{name}: points_px as the camera sees points_m", f"some {off_px:.2f} px away")
        yield from _visible(stored, name, line, pixels, np.array(part["visible"], dtype=bool), arrays, relief)


def _visible(
    stored: StoredFrame,
    name: str,
    line: Line,
    pixels: np.ndarray[Any, Any],
    said: np.ndarray[Any, Any],
    arrays: Layers,
    relief: Relief,
) -> Iterator[Finding]:
    """A point is seen where depth shows the road there, and nothing lies on its paint."""
    if "depth" not in arrays:
        return
    columns, rows = (pixels[:, axis].astype(np.int64) for axis in (0, 1))
    depth_m = arrays["depth"][rows, columns].astype(np.float64)
    there = np.isfinite(depth_m)
    rays = rays_of(stored.camera.lens, rows, columns)
    begun = origins_of(stored.camera.lens, rows, columns)
    world, slack_m = put_back(stored, rays, np.where(there, depth_m, 1.0), begun)
    over_m = world[:, 2] - relief.height_m(world[:, 0]) - line.height_m - ABOVE_M
    sure = np.abs(over_m) > slack_m
    road = there & (over_m <= 0)
    wrong = sure & said & ~road
    if not (line.colour and COVERED in stored.extra):
        wrong |= sure & there & ~said & road
    if wrong.any():
        came = f"{np.count_nonzero(wrong)} of {wrong.size} otherwise"
        yield _finding(stored, f"{name}: points visible where the depth shows the road", came)


def _area(
    stored: StoredFrame, taxonomy: Taxonomy, lanes: RoadLanes, arrays: Layers, places: Places | None
) -> Iterator[Finding]:
    area, kinds = arrays["drivable"], kinds_of(arrays)
    if int(area.max()) > 2:
        yield _finding(stored, "a drivable area of 0, 1 and 2", f"{int(area.max())}")
    if kinds is None:
        return
    on_road = np.isin(kinds, [taxonomy.ids[name] for name in (ROAD, *PAINT) if name in taxonomy.ids])
    if beside := int(np.count_nonzero(area[~on_road])):
        yield _finding(stored, "a drivable area on road and paint alone", f"{beside} pixels of other things")
    if places is None:
        return
    road = places.kind == taxonomy.ids.get(ROAD, -1)
    paint = np.isin(places.kind, [taxonomy.ids[name] for name in PAINT if name in taxonomy.ids])
    points = places.world_m[:, :2]
    expected = drivable(lanes.lanes, points, road, paint)
    margins = [np.abs(lane.inside_m(points)) for lane in lanes.lanes]
    sure = (road | paint) & (np.min(margins, axis=0, initial=np.inf) > places.slack_m)
    wrong = sure & (expected != area[places.rows, places.columns])
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        where = f"row {places.rows[first]}, column {places.columns[first]}"
        came = f"{area[places.rows[first], places.columns[first]]}, and {np.count_nonzero(wrong) - 1} more otherwise"
        yield _finding(stored, f"a drivable area of {expected[first]} at {where}, by lanes and depth", came)
