"""nuScenes: tables of scenes, cameras and 3D boxes, a version of the database for each split (`v1.0-train`, ...).

The schema: https://github.com/nutonomy/nuscenes-devkit/blob/master/docs/schema_nuscenes.md. Tokens are hashes of what
they stand for. What was seen at one moment from all cameras of a rig is a sample. The moments of a clip, under one
condition, are a scene, whose samples, pictures and boxes follow one another; else a scene has one sample. Scenes are
worlds of their own. The ego frame is that of what carries the cameras; where nothing does, it lies on the ground under
the first camera and looks where that looks. Sizes are width, length, height; rotations are quaternions w, x, y, z; the
camera's matrix is OpenCV's, whose principal point counts from the centre of the first pixel. Annotated is what at least
one picture shows; the visibility is that in the picture that shows most of it.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from longtail.annotate.camera.transform import Matrix, Transform
from longtail.annotate.dataset.encoders import encode_mask8
from longtail.annotate.exporters.clouds import channels, cloud_of, hits_of, pcd_bin, sensors_of, turned_pose
from longtail.annotate.exporters.exporter import Exporter, Made, Output, Taken
from longtail.annotate.exporters.growing import GrowingJson, document
from longtail.annotate.exporters.linked_rows import LinkedRows
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
"""Between scenes."""

_MAP = "maps/none.png"
_TABLES = ("scene", "sample", "sample_data", "ego_pose", "calibrated_sensor", "instance", "sample_annotation")


def _files(selection: Selection) -> Iterator[Output]:
    versions = {name: _Version(selection, name) for name in selection.splits.names}
    yield Made(_MAP, encode_mask8(np.zeros((1, 1), dtype=np.uint8)))
    for version in versions.values():
        yield from version.begin()
    for _, scene in groupby(selection.samples(), _scene):
        moments = (list(samples) for _, samples in groupby(scene, _moment))
        first = next(moments)
        yield from versions[first[0].split].add(first[0], chain([first], moments))
    for version in versions.values():
        yield from version.end()


def _scene(sample: Sample) -> tuple[Any, ...]:
    """What pictures share that show one scene under one condition; they follow each other."""
    shown = sample.record.shown
    return shown.scene, shown.variant, str(shown.point)


def _moment(sample: Sample) -> float:
    """What those of them share that one rig took at once; they follow each other, too."""
    return sample.record.shown.time_s


@dataclass(eq=False)
class _Instance:
    """One thing in the making of its scene's annotations: what is known of it so far."""

    token: str
    category: str
    first: str
    last: str = ""
    count: int = 0

    def row(self) -> dict[str, Any]:
        return {
            "token": self.token, "category_token": self.category, "nbr_annotations": self.count,
            "first_annotation_token": self.first, "last_annotation_token": self.last,
        }  # fmt: skip


class _Version:
    """The tables of one split, in the making."""

    def __init__(self, selection: Selection, split: str) -> None:
        self._selection, self._folder = selection, f"v1.0-{split}"
        self._tables = {name: GrowingJson(f"{self._folder}/{name}.json") for name in _TABLES}
        self._samples, self._data, self._boxes = (
            LinkedRows(self._tables[name]) for name in ("sample", "sample_data", "sample_annotation")
        )
        self._instances: dict[int, _Instance] = {}
        self._channels: set[str] = set()
        self._lidars = channels(sensors_of(selection))
        self._stamp_us = 0

    def begin(self) -> Iterator[Output]:
        yield from (table.begin() for table in self._tables.values())

    def end(self) -> Iterator[Output]:
        yield from (table.end() for table in self._tables.values())
        for name, rows in self._small_tables().items():
            yield Made(f"{self._folder}/{name}.json", document(rows))

    def add(self, first: Sample, moments: Iterator[list[Sample]]) -> Iterator[Output]:
        """One scene, which begins with `first`: at each moment the pictures of a rig, or of one camera."""
        begins_us, last, count = self._stamp_us + _STEP_US, first, 0
        for samples in moments:
            last, count = samples[0], count + 1
            # One log has all scenes, one after the other.
            self._stamp_us = begins_us + round(1e6 * (_moment(last) - _moment(first)))
            yield from self._sample(samples, first.index)
        yield self._row("scene", self._token("scene", first.index), {
            "log_token": self._token("log"), "name": f"scene-{first.index:06d}", "nbr_samples": count,
            "first_sample_token": self._token("sample", first.index),
            "last_sample_token": self._token("sample", last.index), "description": first.record.condition,
        })  # fmt: skip
        for linked in (self._samples, self._data, self._boxes):
            yield from linked.end()
        yield from (self._tables["instance"].row(one.row()) for one in self._instances.values())
        self._instances = {}

    def _sample(self, samples: list[Sample], begins: int) -> Iterator[Output]:
        """A sample of the scene that begins with the frame `begins`."""
        first, stamp = samples[0], self._stamp_us
        scene, sample = self._token("scene", begins), self._token("sample", first.index)
        yield from self._samples.add(scene, {"token": sample, "timestamp": stamp, "scene_token": scene})
        world_from_ego = _ego(first)
        rotation = _quaternion(world_from_ego.matrix)
        pose = {"timestamp": stamp, "rotation": rotation, "translation": world_from_ego.matrix[:3, 3].tolist()}
        yield self._row("ego_pose", self._token("ego_pose", first.index), pose)
        for one in samples:
            yield from self._picture(one, sample, self._token("ego_pose", first.index), world_from_ego, stamp)
        clouds = {name: cloud_of(first, name) for name in self._lidars}
        for name, points in clouds.items():
            yield from self._cloud(first, self._lidars[name], points, sample, world_from_ego, stamp)
        yield from self._annotations(samples, sample, begins, hits_of(clouds))

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
        yield from self._data.add(channel, {
            "token": self._token("sample_data", one.index), "sample_token": sample, "ego_pose_token": ego_pose,
            "calibrated_sensor_token": sensor, "timestamp": stamp,
            "fileformat": self._selection.info.image_format, "is_key_frame": True, "height": height, "width": width,
            "filename": path,
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
        yield from self._data.add(channel, {
            "token": self._token("sample_data", channel, first.index), "sample_token": sample,
            "ego_pose_token": self._token("ego_pose", first.index),
            "calibrated_sensor_token": sensor, "timestamp": stamp, "fileformat": "pcd", "is_key_frame": True,
            "height": 0, "width": 0, "filename": path,
        })  # fmt: skip
        yield Made(path, pcd_bin(points))

    def _annotations(
        self, samples: list[Sample], sample: str, begins: int, hits: Mapping[int, int]
    ) -> Iterator[Output]:
        counting = {thing.id for one in samples for thing in one.things}
        objects = {item.id: item for one in samples for item in one.record.objects if item.id in counting}
        for item in objects.values():
            shown = [one.record.visibility[item.id] for one in samples if item.id in one.record.visibility]
            seen = max(visibility.visible_fraction or 0.0 for visibility in shown)
            kind = self._selection.taxonomy[item.category]
            annotation = self._token("sample_annotation", sample, item.id)
            instance = self._instances.setdefault(item.id, _Instance(
                self._token("instance", begins, item.id), self._token("category", category_name(kind)), annotation
            ))  # fmt: skip
            instance.last, instance.count = annotation, instance.count + 1
            length, width, height = item.box_size_m
            middle = item.world_from_object.points(item.box_centre_m)
            attribute = attribute_of(item, kind)
            yield from self._boxes.add(item.id, {
                "token": annotation, "sample_token": sample, "instance_token": instance.token,
                "visibility_token": visibility_level(seen),
                "attribute_tokens": [self._token("attribute", attribute)] if attribute else [],
                "translation": middle.tolist(), "size": [width, length, height],
                "rotation": _quaternion(item.world_from_object.matrix),
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
    "masks, stuff and depth; lenses that bend lines; sweeps between key frames; without a LiDAR boxes have 0 points, "
    "and tools that want some leave them out",
)
