"""nuScenes: tables of scenes, cameras and 3D boxes, a version of the database for each split (`v1.0-train`, ...).

The schema: https://github.com/nutonomy/nuscenes-devkit/blob/master/docs/schema_nuscenes.md. Tokens are hashes of what
they stand for. What was seen at one moment from all cameras of a rig is a sample, and a scene of one sample: nothing
moves, and scenes are worlds of their own. The ego frame is that of what carries the cameras; where nothing does, it
lies on the ground under the first camera and looks where that looks. Sizes are width, length, height; rotations are
quaternions w, x, y, z; the camera's matrix is OpenCV's, whose principal point counts from the centre of the first
pixel. Annotated is what at least one picture shows; the visibility is that in the picture that shows most of it.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from longtail.annotate.camera.transform import Matrix, Transform
from longtail.annotate.dataset.encoders import encode_mask8
from longtail.annotate.exporters.clouds import channels, cloud_of, hits_of, pcd_bin, sensors_of, turned_pose
from longtail.annotate.exporters.exporter import Exporter, Made, Output, Taken
from longtail.annotate.exporters.growing import GrowingJson, document
from longtail.annotate.exporters.pinhole import camera_matrix
from longtail.annotate.exporters.selection import Sample, Selection
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.points import Points
from longtail.annotate.labels.taxonomy import Category

CATEGORIES: Mapping[str, str] = {
    "car": "vehicle.car",
    "van": "vehicle.car",
    "truck": "vehicle.truck",
    "bus": "vehicle.bus.rigid",
    "motorcycle": "vehicle.motorcycle",
    "bicycle": "vehicle.bicycle",
    "person": "human.pedestrian.adult",
    "traffic cone": "movable_object.trafficcone",
    "barrier": "movable_object.barrier",
    "debris": "movable_object.debris",
    "trash can": "movable_object.pushable_pullable",
    "dog": "animal",
}
"""nuScenes' words for what it has; all else is `longtail.<name>`, with _ for spaces."""

ATTRIBUTES: Mapping[tuple[str, str], str] = {
    ("vehicle", "driving"): "vehicle.moving",
    ("vehicle", "waiting"): "vehicle.stopped",
    ("vehicle", "parked"): "vehicle.parked",
    ("cycle", "ridden"): "cycle.with_rider",
    ("cycle", "parked"): "cycle.without_rider",
    ("human", "walking"): "pedestrian.moving",
    ("human", "crossing"): "pedestrian.moving",
    ("human", "standing"): "pedestrian.standing",
    ("human", "sitting"): "pedestrian.sitting_lying_down",
    ("human", "lying"): "pedestrian.sitting_lying_down",
}
"""nuScenes' attributes by what a thing is and the state that its object has."""

_CYCLES = ("bicycle", "motorcycle")
_LEVELS = {"1": "v0-40", "2": "v40-60", "3": "v60-80", "4": "v80-100"}
_EDGES = (0.4, 0.6, 0.8)
_STEP_US = 500_000
"""Between samples: nuScenes has two in a second."""

_MAP = "maps/none.png"
_TABLES = ("scene", "sample", "sample_data", "ego_pose", "calibrated_sensor", "instance", "sample_annotation")


def _files(selection: Selection) -> Iterator[Output]:
    versions = {name: _Version(selection, name) for name in selection.splits.names}
    yield Made(_MAP, encode_mask8(np.zeros((1, 1), dtype=np.uint8)))
    for version in versions.values():
        yield from version.begin()
    for _, samples in groupby(selection.samples(), _moment):
        together = list(samples)
        yield from versions[together[0].split].add(together)
    for version in versions.values():
        yield from version.end()


def _moment(sample: Sample) -> tuple[Any, ...]:
    """What pictures share that one rig took at once; they follow each other."""
    shown = sample.record.shown
    return shown.scene, shown.variant, str(shown.point), shown.time_s


class _Version:
    """The tables of one split, in the making."""

    def __init__(self, selection: Selection, split: str) -> None:
        self._selection, self._folder = selection, f"v1.0-{split}"
        self._tables = {name: GrowingJson(f"{self._folder}/{name}.json") for name in _TABLES}
        self._channels: set[str] = set()
        self._lidars = channels(sensors_of(selection))
        self._count = 0

    def begin(self) -> Iterator[Output]:
        yield from (table.begin() for table in self._tables.values())

    def end(self) -> Iterator[Output]:
        yield from (table.end() for table in self._tables.values())
        for name, rows in self._small_tables().items():
            yield Made(f"{self._folder}/{name}.json", document(rows))

    def add(self, samples: list[Sample]) -> Iterator[Output]:
        """One scene with its one sample: the pictures of a rig, or of one camera."""
        first = samples[0]
        scene, sample = self._token("scene", first.index), self._token("sample", first.index)
        self._count += 1
        stamp = self._count * _STEP_US
        yield self._row("scene", scene, {
            "log_token": self._token("log"), "name": f"scene-{first.index:06d}", "nbr_samples": 1,
            "first_sample_token": sample, "last_sample_token": sample, "description": first.record.condition,
        })  # fmt: skip
        yield self._row("sample", sample, {"timestamp": stamp, "prev": "", "next": "", "scene_token": scene})
        world_from_ego = _ego(first)
        rotation = _quaternion(world_from_ego.matrix)
        pose = {"timestamp": stamp, "rotation": rotation, "translation": world_from_ego.matrix[:3, 3].tolist()}
        yield self._row("ego_pose", self._token("ego_pose", first.index), pose)
        for one in samples:
            yield from self._picture(one, sample, self._token("ego_pose", first.index), world_from_ego, stamp)
        clouds = {name: cloud_of(first, name) for name in self._lidars}
        for name, points in clouds.items():
            yield from self._cloud(first, self._lidars[name], points, sample, world_from_ego, stamp)
        yield from self._annotations(samples, sample, hits_of(clouds))

    def _picture(
        self, one: Sample, sample: str, ego_pose: str, world_from_ego: Transform, stamp: int
    ) -> Iterator[Output]:
        channel = _channel(one)
        self._channels.add(channel)
        path = f"samples/{channel}/{one.file}"
        ego_from_camera = (world_from_ego.inverse() @ one.record.camera.world_from_camera).matrix
        sensor = self._token("calibrated_sensor", one.index)
        yield self._row("calibrated_sensor", sensor, {
            "sensor_token": self._token("sensor", channel), "translation": ego_from_camera[:3, 3].tolist(),
            "rotation": _quaternion(ego_from_camera), "camera_intrinsic": camera_matrix(one, "nuscenes").tolist(),
        })  # fmt: skip
        width, height = one.record.camera.size_px
        yield self._row("sample_data", self._token("sample_data", one.index), {
            "sample_token": sample, "ego_pose_token": ego_pose, "calibrated_sensor_token": sensor, "timestamp": stamp,
            "fileformat": self._selection.info.image_format, "is_key_frame": True, "height": height, "width": width,
            "filename": path, "prev": "", "next": "",
        })  # fmt: skip
        yield Taken(path, one.source)

    def _cloud(
        self, first: Sample, channel: str, points: Points, sample: str, world_from_ego: Transform, stamp: int
    ) -> Iterator[Output]:
        """What a LiDAR says of the moment, which all cameras of a rig share."""
        path = f"samples/{channel}/{first.name}.pcd.bin"
        ego_from_lidar = (world_from_ego.inverse() @ turned_pose(points.world_from_lidar)).matrix
        sensor = self._token("calibrated_sensor", channel, first.index)
        yield self._row("calibrated_sensor", sensor, {
            "sensor_token": self._token("sensor", channel), "translation": ego_from_lidar[:3, 3].tolist(),
            "rotation": _quaternion(ego_from_lidar), "camera_intrinsic": [],
        })  # fmt: skip
        yield self._row("sample_data", self._token("sample_data", channel, first.index), {
            "sample_token": sample, "ego_pose_token": self._token("ego_pose", first.index),
            "calibrated_sensor_token": sensor, "timestamp": stamp, "fileformat": "pcd", "is_key_frame": True,
            "height": 0, "width": 0, "filename": path, "prev": "", "next": "",
        })  # fmt: skip
        yield Made(path, pcd_bin(points))

    def _annotations(self, samples: list[Sample], sample: str, hits: Mapping[int, int]) -> Iterator[Output]:
        first = samples[0].index
        counting = {thing.id for one in samples for thing in one.things}
        objects = {item.id: item for one in samples for item in one.record.objects if item.id in counting}
        for item in objects.values():
            shown = [one.record.visibility[item.id] for one in samples if item.id in one.record.visibility]
            seen = max(visibility.visible_fraction or 0.0 for visibility in shown)
            instance, annotation = (self._token(name, first, item.id) for name in ("instance", "sample_annotation"))
            kind = self._selection.taxonomy[item.category]
            yield self._row("instance", instance, {
                "category_token": self._token("category", category_name(kind)), "nbr_annotations": 1,
                "first_annotation_token": annotation, "last_annotation_token": annotation,
            })  # fmt: skip
            length, width, height = item.box_size_m
            middle = item.world_from_object.points(item.box_centre_m)
            attribute = attribute_of(item, kind)
            yield self._row("sample_annotation", annotation, {
                "sample_token": sample, "instance_token": instance, "visibility_token": visibility_level(seen),
                "attribute_tokens": [self._token("attribute", attribute)] if attribute else [],
                "translation": middle.tolist(), "size": [width, length, height],
                "rotation": _quaternion(item.world_from_object.matrix), "prev": "", "next": "",
                "num_lidar_pts": hits.get(item.id, 0), "num_radar_pts": 0,
            })  # fmt: skip

    def _row(self, table: str, token: str, values: dict[str, Any]) -> Output:
        return self._tables[table].row({"token": token, **values})

    def _token(self, *what: object) -> str:
        words = " ".join(map(str, (self._folder, self._selection.info.digest, self._selection.info.seed, *what)))
        return hashlib.blake2b(words.encode("utf-8"), digest_size=16).hexdigest()

    def _small_tables(self) -> dict[str, list[dict[str, Any]]]:
        kinds = dict.fromkeys(category_name(kind) for _, kind in self._selection.taxonomy if kind.is_thing)
        log = self._token("log")
        return {
            "category": [
                {"token": self._token("category", name), "name": name, "description": "", "index": place}
                for place, name in enumerate(kinds, start=1)
            ],
            "attribute": [
                {"token": self._token("attribute", name), "name": name, "description": ""}
                for name in dict.fromkeys(ATTRIBUTES.values())
            ],
            "visibility": [
                {"token": number, "level": level, "description": f"share of it that is seen: {level[1:]} %"}
                for number, level in _LEVELS.items()
            ],
            "sensor": [
                {"token": self._token("sensor", channel), "channel": channel, "modality": "camera"}
                for channel in sorted(self._channels)
            ]
            + [
                {"token": self._token("sensor", channel), "channel": channel, "modality": "lidar"}
                for channel in self._lidars.values()
            ],
            "log": [{"token": log, "logfile": "", "vehicle": "longtail", "date_captured": "", "location": "nowhere"}],
            # The development kit opens the map of every log, so there is a picture of one pixel.
            "map": [{"token": self._token("map"), "log_tokens": [log], "category": "semantic_prior", "filename": _MAP}],
        }


def category_name(category: Category) -> str:
    """nuScenes' name of a category.

    Examples:
        >>> from longtail.annotate.labels.taxonomy import BY_NAME
        >>> category_name(BY_NAME["van"]), category_name(BY_NAME["traffic sign"])
        ('vehicle.car', 'longtail.traffic_sign')
    """
    return CATEGORIES.get(category.name, f"longtail.{category.name.replace(' ', '_')}")


def attribute_of(item: SceneObject, category: Category) -> str | None:
    """nuScenes' attribute of an object of a category, None where it has none."""
    kind = "cycle" if category.name in _CYCLES else category.supercategory
    return ATTRIBUTES.get((kind, str(item.attributes.get("state"))))


def visibility_level(fraction: float) -> str:
    """The token of a visible fraction's bin: 0 to 40 %, 60, 80, 100.

    Examples:
        >>> [visibility_level(fraction) for fraction in (0.0, 0.4, 0.79, 1.0)]
        ['1', '2', '3', '4']
    """
    return str(1 + sum(fraction >= edge for edge in _EDGES))


def _channel(sample: Sample) -> str:
    return f"CAM_{sample.record.shown.camera.upper().replace(' ', '_') or 'FRONT'}"


def _ego(sample: Sample) -> Transform:
    """`world_from_ego`: the carrier's, or level, on the ground under the camera, X where the camera looks."""
    carrier = sample.record.extra.get("carrier")
    if isinstance(carrier, Mapping) and "world_from_carrier" in carrier:
        return Transform("world", "ego", np.asarray(carrier["world_from_carrier"], dtype=np.float64))
    pose = sample.record.camera.world_from_camera.matrix
    ahead = pose[:2, 2] if np.hypot(*pose[:2, 2]) > 1e-6 else -pose[:2, 1]
    heading = math.atan2(ahead[1], ahead[0])
    return Transform.upright("world", "ego", (pose[0, 3], pose[1, 3], 0.0), heading)


def _quaternion(matrix: Matrix) -> list[float]:
    x, y, z, w = Rotation.from_matrix(matrix[:3, :3]).as_quat().tolist()
    return [w, x, y, z]


NUSCENES = Exporter(
    "nuscenes",
    "nuScenes' tables of cameras, LiDARs and 3D boxes",
    _files,
    "masks, stuff and depth; lenses that bend lines; motion; without a LiDAR boxes have 0 points, and tools that want "
    "some leave them out",
)
