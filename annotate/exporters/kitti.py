"""KITTI's object benchmark: training/image_2, label_2, calib, and depth_2 as KITTI's depth benchmark has it.

The formats: the readme of the object development kit (https://www.cvlibs.net/datasets/kitti/eval_object.php) and that
of the depth one. Boxes in the picture have whole numbers at pixel centres: [left, top, right, bottom] are the first and
the last column and row. Sizes are height, width, length in metres, the location is the middle of the box's bottom.

KITTI's 3D boxes turn about the camera's Y alone, as its cameras look level. Ours look down and lean a little. So the
"rectified camera" of these files is a level one at the same place, and the projection P2 turns it to the true one:
whoever multiplies by P2, as KITTI's development kit does, meets the picture's pixels. P0, P1 and P3 are the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.exporters.exporter import Exporter, Made, Output, Piece, Taken
from longtail.annotate.exporters.pictures import picture_as
from longtail.annotate.exporters.pinhole import camera_matrix
from longtail.annotate.exporters.selection import Sample, Selection
from longtail.annotate.labels.frame import SceneObject

TYPES = {"car": "Car", "van": "Van", "truck": "Truck", "person": "Pedestrian", "rider": "Cyclist"}
"""KITTI's words for what it has; all else keeps its own name, with _ for spaces, and is counted by nobody's default."""

_LEAST_VISIBLE, _HALF_VISIBLE = 0.9, 0.5
"""From which visible fraction on a thing counts as fully visible, and as partly occluded: KITTI gives no numbers."""

_IGNORED = "DontCare -1 -1 -10 {box} -1 -1 -1 -1000 -1000 -1000 -10\n"


def _files(selection: Selection) -> Iterator[Output]:
    deep = "depth" in selection.info.layers()
    for name in selection.splits.names:
        yield Piece(f"ImageSets/{name}.txt", b"")
    for sample in selection.samples():
        yield picture_as(sample, "png", f"training/image_2/{sample.name}.png")
        level = level_from_world(sample.record.camera)
        yield Made(f"training/calib/{sample.name}.txt", _calibration(sample).encode("ascii"))
        yield Made(f"training/label_2/{sample.name}.txt", _labels(sample, level).encode("utf-8"))
        if deep:
            yield Taken(f"training/depth_2/{sample.name}.png", sample.path("depth"))
        yield Piece(f"ImageSets/{sample.split}.txt", f"{sample.name}\n".encode("ascii"))


def level_from_world(camera: Camera) -> Matrix:
    """(4, 4): a frame at the camera with Z ahead along the ground, X to the right, Y straight down."""
    pose = camera.world_from_camera.matrix
    ahead = pose[:2, 2] if np.hypot(*pose[:2, 2]) > 1e-6 else -pose[:2, 1]
    x, y = ahead / np.hypot(*ahead)
    turned = np.array([[y, -x, 0.0], [0.0, 0.0, -1.0], [x, y, 0.0]])
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = turned, -turned @ pose[:3, 3]
    return matrix


def projection_from_level(sample: Sample, format_name: str) -> Matrix:
    """(3, 3): from the level frame at a sample's camera to homogeneous pixels, as OpenCV counts them.

    DatasetError, which names the format, for a lens that is no pinhole.
    """
    camera = sample.record.camera
    camera_from_world = camera.world_from_camera.matrix[:3, :3].T
    return np.asarray(camera_matrix(sample, format_name) @ camera_from_world @ level_from_world(camera)[:3, :3].T)


def projection_lines(projection: Matrix) -> list[str]:
    """P0 to P3, all the same, of a calibration."""
    p = " ".join(f"{number:.12e}" for number in np.column_stack([projection, np.zeros(3)]).ravel())
    return [f"P{number}: {p}" for number in range(4)]


def _calibration(sample: Sample) -> str:
    lines = projection_lines(projection_from_level(sample, "kitti"))
    # A lidar that nobody has, at the camera: X ahead, Y to the left, Z up.
    lines += [
        "R0_rect: 1 0 0 0 1 0 0 0 1",
        "Tr_velo_to_cam: 0 -1 0 0 0 0 -1 0 1 0 0 0",
        "Tr_imu_to_velo: 1 0 0 0 0 1 0 0 0 0 1 0",
    ]
    return "\n".join(lines) + "\n"


def _labels(sample: Sample, level: Matrix) -> str:
    objects = {item.id: item for item in sample.record.objects}
    rows = [row_of(thing, objects[thing.id], level) for thing in sample.things]
    return "".join([*rows, *(_IGNORED.format(box=_box(thing)) for thing in sample.ignored)])


def row_of(thing: StoredInstance, item: SceneObject, level: Matrix) -> str:
    """A thing's line of label_2; `level` is the frame at the camera."""
    size, place, turn = upright_box(item, level)
    name = TYPES.get(thing.category.name, thing.category.name.replace(" ", "_"))
    alpha = _wrapped(turn - math.atan2(place[0], place[2]))
    numbers = " ".join(f"{number:.6f}" for number in (*size, *place, turn))
    return f"{name} {thing.truncation:.2f} {_occluded(thing)} {alpha:.6f} {_box(thing)} {numbers}\n"


def _box(thing: StoredInstance) -> str:
    x, y, width, height = thing.bbox
    return f"{x:.2f} {y:.2f} {x + width - 1:.2f} {y + height - 1:.2f}"


def _occluded(thing: StoredInstance) -> int:
    """0 is fully visible, 1 partly occluded, 2 largely occluded, 3 unknown."""
    if thing.visible_fraction is None:
        return 3
    return int(thing.visible_fraction < _LEAST_VISIBLE) + int(thing.visible_fraction < _HALF_VISIBLE)


def upright_box(item: SceneObject, level_from_world: Matrix) -> tuple[Matrix, Matrix, float]:
    """(height, width, length), the middle of the bottom, and the turn about Y of a 3D box, in a level frame.

    A thing that leans gets the smallest upright box around its own that has its heading. A turn of 0 looks along X,
    one of -pi/2 ahead.
    """
    level = item.box_corners_m() @ level_from_world[:3, :3].T + level_from_world[:3, 3]
    ahead = level_from_world[:3, :3] @ item.world_from_object.matrix[:3, 0]
    turn = math.atan2(-ahead[2], ahead[0])
    cos, sin = math.cos(turn), math.sin(turn)
    along, across = level[:, 0] * cos - level[:, 2] * sin, level[:, 0] * sin + level[:, 2] * cos
    u, v = (along.min() + along.max()) / 2, (across.min() + across.max()) / 2
    place = np.array([u * cos + v * sin, level[:, 1].max(), -u * sin + v * cos])
    return np.array([np.ptp(level[:, 1]), np.ptp(across), np.ptp(along)]), place, turn


def _wrapped(angle_rad: float) -> float:
    return (angle_rad + math.pi) % (2 * math.pi) - math.pi


KITTI = Exporter(
    "kitti",
    "KITTI's image_2, label_2, calib and depth",
    _files,
    "masks and stuff; lenses that bend lines; things that lean; more than one camera",
)
