"""The yard with a line of paint along its road, lanes, where one may drive, and in fog snow on half of the paint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from longtail.annotate.labels.arc import Arc
from longtail.annotate.labels.cover import COVERED, covered
from longtail.annotate.labels.frame import Frame, SceneObject
from longtail.annotate.labels.lanes import LANES, Lane, Line, RoadLanes, lanes_json
from longtail.annotate.labels.taxonomy import Taxonomy
from tests.annotate.yard import OUTPUTS, ROAD, TAXONOMY, Array, Record, Shot, Yard, about, shots

LINED = Taxonomy.of([*TAXONOMY.ids, "lane marking"], "sky")
_HALF_M, _LANE_M = 0.15, 3.5
PAINT = SceneObject(
    32, "lane marking", "markings", ROAD.world_from_object, (0.0, 0.0, 0.0), (400.0, 2 * _HALF_M, 0.0)
)  # fmt: skip
COURSE = Arc()
LINES = (
    Line("centre line", COURSE, 0.0, 120.0, 0.0, "dashed", "white"),
    Line("border", COURSE, 0.0, 120.0, -_LANE_M, side="right"),
    Line("lane centre", COURSE, 0.0, 120.0, -_LANE_M / 2),
)
ROAD_LANES = RoadLanes(
    LINES,
    (
        Lane("own", COURSE, -100.0, 190.0, -_LANE_M, 0.0),
        Lane("oncoming", COURSE, -100.0, 190.0, 0.0, _LANE_M),
    ),
)


def lined() -> Yard:
    """A sound yard: a scene by day and in fog over snow, then another one under a flood."""
    made = [_lined(shot) for shot in shots()]
    made[1] = _snowed(made[1])
    asked = (*OUTPUTS, "drivable", "lanes")
    info = about()
    told = replace(info, taxonomy=LINED, outputs=asked, config={**info.config, "outputs": list(asked)})
    return Yard(told, [_told(shot) for shot in made])


def _lined(shot: Shot) -> Shot:
    frame = shot.frame
    seen = np.stack(np.nonzero(frame.object_ids == ROAD.id))
    points = frame.camera.unproject(seen[::-1].T + 0.5, frame.depth_m[tuple(seen)])
    painted = seen[:, np.abs(points[:, 1]) < _HALF_M]
    ids = frame.object_ids.copy()
    ids[tuple(painted)] = PAINT.id
    lined = replace(frame, object_ids=ids, objects=(*frame.objects, PAINT), taxonomy=LINED, lanes=ROAD_LANES)
    return replace(shot, frame=lined)


def _snowed(shot: Shot) -> Shot:
    """Snow on the left of the picture."""
    frame = shot.frame
    lying = np.zeros(frame.object_ids.shape, dtype=np.float32)
    lying[:, : lying.shape[1] // 4] = 1.0
    ids, cover = covered(frame.object_ids, lying, {PAINT.id: ROAD.id})
    return replace(shot, frame=replace(frame, object_ids=ids, cover=cover))


def _told(shot: Shot) -> Shot:
    """With what its record says of lanes and snow."""
    frame, hidden = shot.frame, shot.frame.cover
    extra: dict[str, Any] = {
        **shot.extra,
        LANES: lanes_json(ROAD_LANES, frame.camera, frame.depth_m, hidden.hidden if hidden else None),
        **({COVERED: hidden.paint_px} if hidden else {}),
    }
    return replace(shot, extra=extra)


def of_line(number: int, change: Callable[[dict[str, Any]], object]) -> Callable[[Record], object]:
    """A change to what a record says of a line's first stretch."""
    return lambda record: change(record["extra"][LANES]["lines"][number]["seen"][0])


def moved_points(part: dict[str, Any]) -> None:
    part["points_m"] = [[x, y + 0.2, z] for x, y, z in part["points_m"]]


def moved_pixels(part: dict[str, Any]) -> None:
    part["points_px"] = [[u + 1.0, v] for u, v in part["points_px"]]


def all_visible(part: dict[str, Any]) -> None:
    part["visible"] = [1] * len(part["visible"])


def none_visible(part: dict[str, Any]) -> None:
    part["visible"] = [0] * len(part["visible"])


def called_own(record: Record) -> None:
    """The lane of oncoming traffic."""
    for lane in record["extra"][LANES]["lanes"]:
        lane["way"] = "own"


def without_lanes(record: Record) -> None:
    del record["extra"][LANES]


def fewer_covered(record: Record) -> None:
    record["extra"][COVERED] -= 1


def swapped_codes(area: Array) -> Array:
    return np.array([0, 2, 1], dtype=np.uint8)[area]


def over_things(area: Array) -> Array:
    return np.where(area > 0, area, 2).astype(np.uint8)


def under_the_car(frame: Frame) -> Frame:
    """The paint of another picture of the same scene, where nothing lies."""
    ids = np.where(frame.object_ids == PAINT.id, ROAD.id, frame.object_ids).astype(np.int32)
    return replace(frame, object_ids=ids)
