"""Frames without a renderer: upright boards at known places in front of a pinhole camera, drawn by the paper's rules.

Camera and world share their origin; the camera looks along the world's X. A board is a box of no thickness that faces
the camera, so that its picture is a rectangle whose pixels can be counted by hand. The road lies 1.5 m below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from longtail.annotate.camera import Camera, Pinhole
from longtail.annotate.camera.transform import Transform
from longtail.annotate.dataset.dataset import AssetCredit, DatasetInfo, Licence
from longtail.annotate.dataset.encoders import DEPTH_STEP_M
from longtail.annotate.labels.frame import Frame, SceneObject
from longtail.annotate.labels.silhouette import Silhouette
from longtail.annotate.labels.taxonomy import Taxonomy

# Camera axes in the world: right is -Y, down is -Z, forward is X.
FORWARD = Transform("world", "camera", np.array([[0, 0, 1, 0], [-1, 0, 0, 0], [0, -1, 0, 0], [0, 0, 0, 1.0]]))
ROAD, WALL = 900, 901
ROAD_BELOW_M = 1.5

TAXONOMY = Taxonomy.of(
    (
        *("bus", "car", "dog", "person", "rider", "tornado", "traffic cone", "traffic sign", "truck", "van"),
        *("road", "sky", "wall", "water"),
    ),
    "sky",
)


@dataclass(frozen=True)
class Board:
    """A rectangle [x, y, width, height] of pixels at a distance along the optical axis."""

    id: int
    category: str
    x: int
    y: int
    width: int
    height: int
    depth_m: float = 10.0


def camera(width: int = 64, height: int = 48, focal_px: float = 32.0) -> Camera:
    return Camera(Pinhole(width, height, focal_px, focal_px, width / 2, height / 2), FORWARD)


def board_object(board: Board, view: Camera) -> SceneObject:
    """The object whose 3D box projects exactly onto the board's rectangle."""
    lens = view.lens
    scale = board.depth_m / lens.fx_px
    right_m = (board.x + board.width / 2 - lens.cx_px) * scale
    down_m = (board.y + board.height / 2 - lens.cy_px) * scale
    columns = max(0, min(board.x + board.width, lens.width_px) - max(board.x, 0))
    rows = max(0, min(board.y + board.height, lens.height_px) - max(board.y, 0))
    return SceneObject(
        id=board.id,
        category=board.category,
        asset=f"board_{board.category.replace(' ', '_')}",
        world_from_object=Transform.upright("world", "object", (board.depth_m, -right_m, -down_m), 0.0),
        box_centre_m=(0.0, 0.0, 0.0),
        box_size_m=(0.0, board.width * scale, board.height * scale),
        amodal_px=columns * rows,
        attributes={"paint": "red"},
    )


def picture(boards: Sequence[Board] = (), index: int = 0, view: Camera | None = None) -> Frame:
    """Sky above, road below, boards painted from far to near."""
    view = view or camera()
    width, height = view.size_px
    ids = np.zeros((height, width), dtype=np.int32)
    depth_m = np.full((height, width), np.inf, dtype=np.float32)
    normals = np.zeros((height, width, 3), dtype=np.float32)
    below = slice(height // 2, height)
    ids[below] = ROAD
    depth_m[below] = road_depth_m(view)[below, None]
    normals[below] = (0, -1, 0)
    for board in sorted(boards, key=lambda board: -board.depth_m):
        rows = slice(max(board.y, 0), max(board.y + board.height, 0))
        columns = slice(max(board.x, 0), max(board.x + board.width, 0))
        ids[rows, columns] = board.id
        depth_m[rows, columns] = board.depth_m
        normals[rows, columns] = (0, 0, -1)
    ground = Transform.upright("world", "object", (0.0, 0.0, -ROAD_BELOW_M), 0.0)
    road = SceneObject(ROAD, "road", "ground", ground, (0.0, 0.0, 0.0), (1000.0, 1000.0, 0.0))
    shade = np.tile(np.linspace(0, 255, width, dtype=np.uint8), (height, 1)) ^ ids.astype(np.uint8)
    return Frame(
        index=index,
        camera=view,
        rgb=np.ascontiguousarray(np.stack([shade, shade, 255 - shade], axis=-1)),
        object_ids=ids,
        depth_m=depth_m,
        normals=normals,
        objects=(road, *(board_object(board, view) for board in boards)),
        taxonomy=TAXONOMY,
    )


def with_silhouettes(frame: Frame, boards: Sequence[Board]) -> Frame:
    """The picture of these boards with their whole silhouettes, and which of them is in front where."""
    width, height = frame.camera.size_px
    canvas = np.zeros((3 * height, 3 * width), dtype=np.bool_)
    whole, masks = {}, {}
    for board in boards:
        mask = canvas.copy()
        rows, columns = (slice(max(first, 0), first + side) for first, side in
                         ((board.y + height, board.height), (board.x + width, board.width)))  # fmt: skip
        mask[rows, columns] = True
        whole[board.id] = Silhouette.of(mask, -width, -height)
        masks[board.id] = mask[height : 2 * height, width : 2 * width]
    nearer = {
        one.id: {
            other.id: shared
            for other in boards
            if other.depth_m > one.depth_m and (shared := int(np.count_nonzero(masks[one.id] & masks[other.id])))
        }
        for one in boards
    }
    objects = (replace(o, silhouette=whole.get(o.id), nearer_px=nearer.get(o.id, {})) for o in frame.objects)
    return replace(frame, objects=tuple(objects))


def road_depth_m(view: Camera) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The depth (H,) of a level road in each row, in the steps of a depth's file; inf above the horizon."""
    down = (np.arange(view.lens.height_px) + 0.5 - view.lens.cy_px) / view.lens.fy_px
    with np.errstate(divide="ignore"):
        return np.where(down > 0, np.rint(ROAD_BELOW_M / down / DEPTH_STEP_M) * DEPTH_STEP_M, np.inf)


def raster_frame(ids: np.ndarray[tuple[int, ...], np.dtype[np.int32]], things: Sequence[int]) -> Frame:
    """A frame around a ready id raster, whose ids are cars (`things`) or else walls; every amodal count is the most."""
    height, width = ids.shape
    view = camera(width, height)
    pose = Transform.upright("world", "object", (10.0, 0.0, 0.0), 0.0)
    objects = [
        SceneObject(number, "car" if number in things else "wall", "any", pose, (0, 0, 0), (1, 1, 1), ids.size)
        for number in sorted({*np.unique(ids).tolist(), *things} - {0})
    ]
    return Frame(
        index=0,
        camera=view,
        rgb=np.zeros((height, width, 3), dtype=np.uint8),
        object_ids=ids,
        depth_m=np.where(ids > 0, np.float32(10), np.float32(np.inf)).astype(np.float32),
        normals=np.zeros((height, width, 3), dtype=np.float32),
        objects=tuple(objects),
        taxonomy=TAXONOMY,
    )


def info(frames: int = 3, **changes: object) -> DatasetInfo:
    values: dict[str, object] = {
        "config": {"scenario": "boards", "seed": 7, "camera": {"size_px": [64, 48]}},
        "digest": "d1",
        "seed": 7,
        "frames": frames,
        "outputs": ("coco", "panoptic", "semantic", "depth", "normals"),
        "image_format": "png",
        "versions": {"longtail": "0.1.0"},
        "licence": Licence("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
        "taxonomy": TAXONOMY,
        "assets": (AssetCredit("board_car", "Longtail", "CC0", "procedural"),),
    }
    return DatasetInfo(**{**values, **changes})  # type: ignore[arg-type]
