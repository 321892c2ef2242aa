"""A street under water, by the paper's rules: a flat flood below the camera, boards in it, mist and lens drops.

The camera is at the world's origin and looks level, 32 pixels of focal length over 48 rows, so that the flood at
Z = -level is seen in row v at a depth of `32 * level / (v + 0.5 - 24)` metres.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.conditions import Conditions
from longtail.annotate.labels.frame import Frame, SceneObject
from tests.annotate.pictures import ROAD, Board, picture

WATER = 902
LEVEL_M = -1.5

# At 10 m a row is 0.3125 m high and the flood cuts a board below its row 28, whose centre lies at Z = -1.41.
CAR = Board(1, "car", 8, 22, 20, 10, 10.0)
# Half in the picture, and no water near it: it hangs before the sky and before the flood 40 m away.
SIGN = Board(2, "traffic sign", 40, 14, 8, 12, 5.0)
# Far away, and two pixels of it are seen.
FAR = Board(3, "person", 60, 22, 1, 3, 60.0)
FLOOD = (CAR, SIGN, FAR)

CONDITIONS = Conditions("rain+mist+flood", 120.0, 900.0, LEVEL_M, {"rain": 25.0, "snow": 0.0})


def flooded(
    boards: Sequence[Board] = FLOOD, index: int = 0, level_m: float = LEVEL_M, view: Camera | None = None
) -> Frame:
    """The boards in the flood. Right of column 40 mist leaves a fiftieth of the light; drops cover columns 8 to 12."""
    frame = picture(boards, index, view)
    height, width = frame.object_ids.shape
    down = (np.arange(height) + 0.5 - frame.camera.lens.cy_px) / frame.camera.lens.fy_px
    with np.errstate(divide="ignore"):
        surface_m = np.where(down > 0, -level_m / down, np.inf)
    depth_m, ids = frame.depth_m.copy(), frame.object_ids.copy()
    bare = (ids == ROAD) | (surface_m[:, None] < depth_m)
    below = np.isfinite(surface_m)[:, None] & bare
    ids[below] = WATER
    depth_m[below] = np.broadcast_to(surface_m[:, None], ids.shape)[below]
    assert frame.normals is not None
    normals = frame.normals.copy()
    normals[below] = (0, -1, 0)
    objects = [item if item.amodal_px is None else _in_water(item, boards, down, level_m) for item in frame.objects]
    pose = Transform.upright("world", "object", (0.0, 0.0, level_m), 0.0)
    water = SceneObject(WATER, "water", "flood", pose, (0.0, 0.0, 0.0), (1000.0, 1000.0, 0.0))
    transmission = np.full((height, width), 0.75, dtype=np.float32)
    transmission[:, 40:] = 0.02
    lens = np.zeros((height, width), dtype=np.bool_)
    lens[:, 8:13] = True
    return dataclasses.replace(
        frame,
        object_ids=ids,
        depth_m=depth_m.astype(np.float32),
        normals=normals,
        objects=(*objects, water),
        conditions=dataclasses.replace(CONDITIONS, water_level_m=level_m),
        transmission=transmission,
        lens=lens,
    )


def _in_water(
    item: SceneObject, boards: Sequence[Board], down: np.ndarray[tuple[int, ...], np.dtype[np.float64]], level_m: float
) -> SceneObject:
    board = next(board for board in boards if board.id == item.id)
    rows = np.arange(max(board.y, 0), min(board.y + board.height, down.size))
    columns = max(0, min(board.x + board.width, 64) - max(board.x, 0))
    under = int(np.count_nonzero(-down[rows] * board.depth_m < level_m)) * columns
    return dataclasses.replace(item, submerged_px=under)
