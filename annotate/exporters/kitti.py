"""KITTI's object benchmark: training/image_2, label_2, calib, and depth_2 as KITTI's depth benchmark has it.

The formats: the readme of the object development kit (https://www.cvlibs.net/datasets/kitti/eval_object.php) and that
of the depth one. Boxes in the picture have whole numbers at pixel centres: [left, top, right, bottom] are the first and
the last column and row. Sizes are height, width, length in metres, the location is the middle of the box's bottom.

KITTI's 3D boxes turn about the camera's Y alone, as its cameras look level. Ours look down and lean a little. So the
"rectified camera" of these files is a level one at the same place, and the projection P2 turns it to the true one:
whoever multiplies by P2, as KITTI's development kit does, meets the picture's pixels.

Of a rectified pair the left picture is image_2 and the right one image_3, under one name with one calibration: P3 is P2
from the baseline farther right. KITTI's other pair, P0 and P1, has the same places. A camera without a partner has a
name of its own, and all four matrices are alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import groupby

import numpy as np

from longtail.annotate.camera import Camera
from longtail.annotate.camera.stereo import Stereo
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.exporters.clouds import camera_from_lidar, cloud_of, sensors_of, velodyne
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
    lidar = next(iter(sensors_of(selection)), None)
    for name in selection.splits.names:
        yield Piece(f"ImageSets/{name}.txt", b"")
    for sample, right in _pairs(selection):
        yield picture_as(sample, "png", f"training/image_2/{sample.name}.png")
        if right is not None:
            yield picture_as(right, "png", f"training/image_3/{sample.name}.png")
        level = level_from_world(sample.record.camera)
        yield Made(f"training/calib/{sample.name}.txt", _calibration(sample, lidar).encode("ascii"))
        yield Made(f"training/label_2/{sample.name}.txt", _labels(sample, level).encode("utf-8"))
        if lidar:
            yield Made(f"training/velodyne/{sample.name}.bin", velodyne(cloud_of(sample, lidar)))
        if deep:
            yield Taken(f"training/depth_2/{sample.name}.png", sample.path("depth"))
        yield Piece(f"ImageSets/{sample.split}.txt", f"{sample.name}\n".encode("ascii"))


def _pairs(selection: Selection) -> Iterator[tuple[Sample, Sample | None]]:
    """Every sample with the right picture that belongs to it, which is then none of its own."""
    for _, together in groupby(selection.samples(), _moment):
        by_camera = {sample.record.shown.camera: sample for sample in together}
        rights = {name: _right_of(sample, by_camera) for name, sample in by_camera.items()}
        taken = {id(right) for right in rights.values()}
        yield from ((sample, rights[name]) for name, sample in by_camera.items() if id(sample) not in taken)


def _moment(sample: Sample) -> object:
    rig = sample.record.rig
    return (True, rig.sample) if rig else (False, sample.index)


def _right_of(sample: Sample, by_camera: Mapping[str, Sample]) -> Sample | None:
    """The right picture of the pair whose left one this is; None where it is in none, or alone of it."""
    pair = _left_pair(sample)
    right = by_camera.get(pair.partner) if pair else None
    back = right.record.rig.stereo if right and right.record.rig else None
    return right if back and back.partner == sample.record.shown.camera else None


def _left_pair(sample: Sample) -> Stereo | None:
    pair = sample.record.rig.stereo if sample.record.rig else None
    return pair if pair and pair.rectified and pair.side == "left" else None


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


def projection_lines(projection: Matrix, right: Matrix | None = None) -> list[str]:
    """P0 to P3 of a calibration: all (3, 3) and a column of zeros, or, of the right cameras P1 and P3, `right` (3,)."""
    columns = (np.zeros(3), np.zeros(3) if right is None else right) * 2
    rows = (np.column_stack([projection, column]) for column in columns)
    return [f"P{number}: {' '.join(f'{value:.12e}' for value in row.ravel())}" for number, row in enumerate(rows)]


def _calibration(sample: Sample, lidar: str | None) -> str:
    matrix, pair = camera_matrix(sample, "kitti"), _left_pair(sample)
    right = matrix @ (-pair.baseline_m, 0.0, 0.0) if pair else None
    lines = projection_lines(projection_from_level(sample, "kitti"), right)
    velo = "0 -1 0 0 0 0 -1 0 1 0 0 0"  # a LiDAR that nobody has, at the camera: X ahead, Y to the left, Z up
    if lidar:
        level = level_from_world(sample.record.camera)
        velo = " ".join(f"{number:.12e}" for number in camera_from_lidar(sample, lidar, level).ravel())
    lines += [
        "R0_rect: 1 0 0 0 1 0 0 0 1",
        f"Tr_velo_to_cam: {velo}",
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
    "KITTI's image_2 and image_3, label_2, calib, velodyne and depth",
    _files,
    "masks and stuff; lenses that bend lines; things that lean; rigs but for rectified pairs; more than one LiDAR",
)
