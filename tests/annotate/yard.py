"""A street of boxes, traced on paper: depth, ids, normals, amodal pixels and air are exact, whatever the lens.

Things are boxes on a level road, seen by a camera over its right lane; a wall stands beside it, and a flood may cover
it. `Yard` writes a dataset of it as a run leaves one. What is changed before writing is what a fault of our own would
have written: digests, COCO files, statistics and seals are all made of the changed values.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera, Lens, Pinhole, in_image_circle
from longtail.annotate.camera.transform import Matrix, Transform
from longtail.annotate.check.models import Model
from longtail.annotate.dataset.dataset import AssetCredit, Dataset, DatasetInfo, Licence
from longtail.annotate.dataset.layers import encode, layers_of
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.merge import merge
from longtail.annotate.dataset.record import dumps, record_of
from longtail.annotate.dataset.rendered_on import RenderedOn
from longtail.annotate.labels.conditions import Conditions
from longtail.annotate.labels.frame import Frame, SceneObject
from longtail.annotate.labels.ignore import IgnoreRule
from longtail.annotate.labels.instances import label
from longtail.annotate.labels.shown import Shown
from longtail.annotate.labels.silhouette import Silhouette
from longtail.annotate.labels.taxonomy import Taxonomy
from longtail.annotate.statistics import dumps as dump_statistics
from longtail.annotate.statistics import statistics
from tests.annotate.clad import clad

TAXONOMY = Taxonomy.of(
    ("car", "person", "traffic sign", "truck", "van", "road", "sidewalk", "sky", "wall", "water"), "sky"
)
OUTPUTS = (
    *("images", "coco", "panoptic", "semantic", "instance", "depth", "normals", "lens"),
    *("distance", "world", "albedo", "material", "parts", "keypoints", "amodal"),
)
FIELD_DEG, HEIGHT_M, PITCH_DEG, ROLL_DEG, YAW_DEG = 70.0, 1.45, -4.0, 0.5, 2.0
LENS = Pinhole.from_fov(96, 60, FIELD_DEG)

Size = tuple[float, float, float]
# Lengths, widths and heights, and what is before the middle: an asset's origin is where it stands.
SIZES: dict[str, tuple[Size, float]] = {
    "car/estate": ((4.5, 1.8, 1.5), 0.2),
    "truck/box": ((7.0, 2.4, 3.0), -0.3),
    "person/walking": ((0.6, 0.5, 1.75), 0.0),
    "sign/yield": ((0.1, 0.9, 2.8), 0.0),
    "wall/garden": ((30.0, 0.3, 2.0), 0.0),
    "road": ((400.0, 400.0, 0.0), 0.0),
    "pavement": ((400.0, 6.0, 0.0), 0.0),
    "flood": ((400.0, 400.0, 0.0), 0.0),
}
CATEGORIES = {
    "car/estate": "car", "truck/box": "truck", "person/walking": "person", "sign/yield": "traffic sign",
    "wall/garden": "wall", "road": "road", "pavement": "sidewalk", "flood": "water",
}  # fmt: skip
KNOWN = {
    name: Model(CATEGORIES[name], size, "Longtail", "CC0", "procedural")
    for name, (size, _) in SIZES.items()
    if "/" in name
}


def item(
    number: int, asset: str, x_m: float, y_m: float, z_m: float = 0.0, turn_deg: float = 0.0, **attributes: Any
) -> SceneObject:
    size, ahead_m = SIZES[asset]
    pose = Transform.upright("world", "object", (x_m, y_m, z_m), math.radians(turn_deg))
    middle = (ahead_m, 0.0, size[2] / 2)
    return SceneObject(number, CATEGORIES[asset], asset, pose, middle, size, attributes=attributes)


THINGS = (
    item(1, "car/estate", 13.0, -1.7, turn_deg=1.0, state="driving", speed_m_s=9.0),
    item(2, "truck/box", 24.0, 1.9, turn_deg=180.0, state="driving", speed_m_s=8.0),
    item(3, "person/walking", 9.0, -0.2, turn_deg=70.0, state="walking"),  # before the truck
    item(4, "sign/yield", 8.5, -4.6, 0.1, turn_deg=180.0),
    item(5, "car/estate", 16.0, -4.5, turn_deg=3.0, state="parked"),
    item(6, "person/walking", 30.0, 2.0, state="standing"),  # wholly behind the truck
    item(7, "car/estate", -12.0, -1.7, state="driving"),  # behind the camera
    item(8, "car/estate", 4.5, 3.6, turn_deg=180.0, state="driving"),  # half out of the picture
)
WALL = item(20, "wall/garden", 22.0, 9.5)
ROAD, PAVEMENT = item(30, "road", 0.0, 0.0), item(31, "pavement", 0.0, -8.5, 0.1)


@dataclass(frozen=True)
class Shot:
    """A frame before it is labelled, and what else its record says."""

    frame: Frame
    parameters: dict[str, Any]
    extra: dict[str, Any]
    condition: str


def camera(lens: Lens = LENS, height_m: float = HEIGHT_M, y_m: float = -1.7) -> Camera:
    """Over the right lane, along X: pitch up, yaw to the left, then roll to the right about its own axis."""
    pitch, yaw, roll = (math.radians(angle) for angle in (PITCH_DEG, YAW_DEG, ROLL_DEG))
    ahead = np.array([math.cos(pitch) * math.cos(yaw), math.cos(pitch) * math.sin(yaw), math.sin(pitch)])
    right = np.array([math.sin(yaw), -math.cos(yaw), 0.0])
    down = np.cross(ahead, right)
    matrix = np.eye(4)
    matrix[:3, 0] = math.cos(roll) * right + math.sin(roll) * down
    matrix[:3, 1] = math.cos(roll) * down - math.sin(roll) * right
    matrix[:3, 2], matrix[:3, 3] = ahead, (0.0, y_m, height_m)
    return Camera(lens, Transform("world", "camera", matrix))


def traced(
    view: Camera, objects: tuple[SceneObject, ...], conditions: Conditions, index: int, shown: Shown | None = None
) -> Frame:
    """What the camera sees of the objects, with the shares of things that are hidden and under water."""
    width, height = view.size_px
    rays = view.lens.rays(view.pixel_centres())
    begun = view.lens.origins(view.pixel_centres())
    circle = in_image_circle(view.lens)
    away = np.full((height, width), np.inf)
    ids, normals = np.zeros((height, width), dtype=np.int32), np.zeros((height, width, 3))
    counted, distances = [], {}
    for thing in objects:
        distance, facing = _hit(view, rays, begun, thing)
        nearer = (distance < away) & circle
        away[nearer], ids[nearer], normals[nearer] = distance[nearer], thing.id, facing[nearer]
        distances[thing.id] = np.where(circle, distance, np.inf)
        counted.append(_counted(view, rays, begun, thing, distances[thing.id], conditions.water_level_m))
    seen = np.isfinite(away)
    depth_m = np.where(seen, np.where(seen, away, 0.0) * rays[..., 2], np.inf)
    lens = np.zeros((height, width), dtype=np.bool_)
    lens[:, 40:44] = True
    through = np.exp(math.log(0.05) / (conditions.visibility_m or math.inf) * np.minimum(away, 1e4))
    made = Frame(
        index,
        view,
        _painted(ids, normals),
        ids,
        depth_m.astype(np.float32),
        normals.astype(np.float32),
        tuple(_in_order(item, counted, distances) for item in counted),
        conditions,
        through.astype(np.float32),
        lens & circle,
        shown,
        taxonomy=TAXONOMY,
    )
    return clad(made)


def _hit(view: Camera, rays: Matrix, begun: Matrix, thing: SceneObject) -> tuple[Matrix, Matrix]:
    """Distances (H, W) along rays from where they begin to a box, infinite where they miss it, and normals (H, W, 3) in
    the camera frame."""
    object_from_camera = thing.world_from_object.inverse() @ view.world_from_camera
    start = object_from_camera.points(begun) - thing.box_centre_m
    along, half = object_from_camera.directions(rays), np.asarray(thing.box_size_m) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        near, far = ((side * np.sign(along) * half - start) / along for side in (-1, 1))
    axis = np.nan_to_num(near, nan=-np.inf).argmax(axis=-1)
    enter, leave = np.nan_to_num(near, nan=-np.inf).max(axis=-1), np.nan_to_num(far, nan=np.inf).min(axis=-1)
    own = -np.take_along_axis(np.sign(along), axis[..., None], -1) * np.eye(3)[axis]
    return np.where((enter <= leave) & (enter > 0), enter, np.inf), object_from_camera.inverse().directions(own)


def _counted(
    view: Camera, rays: Matrix, begun: Matrix, thing: SceneObject, away: Matrix, level_m: float | None
) -> SceneObject:
    if not TAXONOMY[thing.category].is_thing:
        return thing
    hit = np.isfinite(away)
    points = view.world_from_camera.points(rays[hit] * away[hit][:, None] + begun[hit])
    below = None if level_m is None else int(np.count_nonzero(points[:, 2] < level_m))
    amodal = int(np.count_nonzero(hit))
    return replace(thing, amodal_px=amodal, submerged_px=below, silhouette=_whole(view, thing))


def _whole(view: Camera, thing: SceneObject) -> Silhouette | None:
    """What of the thing lies on the canvas: the picture, and as much again on each side."""
    width, height = view.size_px
    pixels = np.stack(np.meshgrid(np.arange(-width, 2 * width), np.arange(-height, 2 * height)), axis=-1)
    rays = view.lens.rays(pixels + 0.5)
    there = np.isfinite(rays).all(axis=-1)
    distance, _ = _hit(view, np.where(there[..., None], rays, 1.0), view.lens.origins(pixels + 0.5), thing)
    return Silhouette.of(there & np.isfinite(distance), -width, -height)


def _in_order(item: SceneObject, others: list[SceneObject], distances: dict[int, Matrix]) -> SceneObject:
    """With the number of pixels at which it is nearer than another thing."""
    nearer = {}
    for other in others:
        if other.id != item.id and None not in (item.silhouette, other.silhouette):
            own, its = distances[item.id], distances[other.id]
            if before := int(np.count_nonzero((own < its) & np.isfinite(its))):
                nearer[other.id] = before
    return replace(item, nearer_px=nearer)


def _painted(ids: NDArray[np.int32], normals: Matrix) -> NDArray[np.uint8]:
    """Each thing in a colour of its own, its faces unlike."""
    light = 0.6 + 0.4 * np.abs(normals @ (0.2, 0.9, 0.4))
    colours = np.stack([(ids * step) % 151 + 60 for step in (67, 101, 29)], axis=-1)
    painted: NDArray[np.uint8] = np.rint(colours * light[..., None]).astype(np.uint8)
    return painted


def drawn(lens: Lens, weather: str, sun_deg: float, **more: float) -> dict[str, Any]:
    return {
        "camera.horizontal_fov_deg": lens.horizontal_fov_deg,
        **({} if lens.central else {"camera.orthographic.width_m": lens.width_px / lens.fx_px}),
        **{f"camera.{lens.name}.{key}": value for key, value in lens.to_json().get("distortion", {}).items()},
        "camera.height_m": HEIGHT_M,
        "camera.pitch_deg": PITCH_DEG,
        "camera.roll_deg": ROLL_DEG,
        "camera.yaw_deg": YAW_DEG,
        "lighting.sun_elevation_deg": sun_deg,
        "sensor.exposure": "auto",
        "sensor.f_number": 2.0,
        "sensor.max_iso": 3200.0,
        "sensor.max_shutter_s": 0.01,
        "weather": weather,
        **more,
    }


def also(ev100: float, twilight: str = "none") -> dict[str, Any]:
    """f/2, and the shutter that the exposure value takes at ISO 100."""
    shutter_s = round(4 / 2**ev100, 7)
    return {
        "mended_px": {"picture": 0, "labels": 0},
        "ground": {
            "kind": "street",
            "course": {"x_m": 0.0, "y_m": 0.0, "heading_rad": 0.0, "curvature_1_m": 0.0},
        },
        "twilight": twilight,
        "exposure": {"ev100": ev100, "iso": 100.0, "shutter_s": shutter_s, "f_number": 2.0},
    }


FOG_M, RAIN_MM_H, FLOOD_M = 60.0, 12.5, 0.35


@cache
def shots(lens: Lens = LENS) -> tuple[Shot, ...]:
    """A scene by day and in fog, then another one under a flood."""
    objects = (*THINGS, WALL, ROAD, PAVEMENT)
    dry = {"rain": 0.0, "snow": 0.0}
    clear = Conditions("clear", 30_000.0, 60_000.0, None, dry)
    fog = Conditions("fog", FOG_M, 8_000.0, None, dry)
    wet = Conditions("rain+flood", 1_500.0, 900.0, FLOOD_M, {**dry, "rain": RAIN_MM_H})
    flooded = (*objects, item(40, "flood", 0.0, 0.0, FLOOD_M))
    view = camera(lens)
    by_day = traced(view, objects, clear, 0, Shown(0, "clear", {}, (1,)))
    by_day = replace(by_day, transmission=np.ones_like(by_day.depth_m))
    in_fog = traced(view, objects, fog, 1, Shown(0, "fog", {}, (0,)))
    in_flood = traced(view, flooded, wet, 2, Shown(1, "flood", {}, (3,)))
    rain = {"weather.flood.depth_m": FLOOD_M, "weather.rain.rate_mm_h": RAIN_MM_H}
    return (
        Shot(by_day, drawn(lens, "clear", 40.0), also(14.0), "clear, day"),
        Shot(in_fog, drawn(lens, "fog", 15.0, **{"weather.fog.visibility_m": FOG_M}), also(11.0), "fog, day"),
        Shot(in_flood, drawn(lens, "rain+flood", -3.0, **rain), also(9.0, "civil"), "rain+flood, dusk"),
    )


def about(lens: Lens = LENS) -> DatasetInfo:
    return DatasetInfo(
        config={
            "scenario": "yard",
            "seed": 7,
            "frames": 3,
            "camera": {"model": lens.name, "size_px": [lens.width_px, lens.height_px]},
            "labels": {"ignore": IgnoreRule().to_json()},
            "render": {"image_format": "png"},
            "outputs": list(OUTPUTS),
        },
        digest="d1",
        seed=7,
        frames=3,
        outputs=OUTPUTS,
        image_format="png",
        versions={"longtail": "0.1.0", "catalogue": "c1"},
        licence=Licence("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
        taxonomy=TAXONOMY,
        assets=tuple(AssetCredit(name, "Longtail", "CC0", "procedural") for name in sorted(KNOWN)),
    )


Record = dict[str, Any]
Array = NDArray[Any]


@dataclass
class Yard:
    """The dataset to be written. Frames are by index; changes of layers come before those of records."""

    info: DatasetInfo = field(default_factory=about)
    shots: list[Shot] = field(default_factory=lambda: list(shots()))
    _layers: list[tuple[int, str, Callable[[Array], Array]]] = field(default_factory=list)
    _records: list[tuple[int, Callable[[Record], object]]] = field(default_factory=list)
    _after: list[Callable[[Path], object]] = field(default_factory=list)

    def layer(self, name: str, change: Callable[[Array], Array], index: int = 0) -> None:
        """What is written of a layer's array; None of the frames knows."""
        self._layers.append((index, name, change))

    def record(self, change: Callable[[Record], object], index: int = 0) -> None:
        """What a record's writer makes of it."""
        self._records.append((index, change))

    def records(self, change: Callable[[Record], object]) -> None:
        for index in range(len(self.shots)):
            self.record(change, index)

    def frame(self, change: Callable[[Frame], Frame], index: int = 0) -> None:
        """What a renderer hands over: all labels follow it."""
        self.shots[index] = replace(self.shots[index], frame=change(self.shots[index].frame))

    def frames(self, change: Callable[[Frame], Frame]) -> None:
        for index in range(len(self.shots)):
            self.frame(change, index)

    def after(self, change: Callable[[Path], object]) -> None:
        """What is done to the folder when all is written."""
        self._after.append(change)

    def write(self, root: Path) -> Path:
        _write(root / "dataset.json", self.info.dumps())
        for index, shot in enumerate(self.shots):
            self._write_frame(root, index, shot)
        merge(root)
        _write(root / "stats.json", dump_statistics(statistics(Dataset.open(root))))
        for change in self._after:
            change(root)
        return root

    def _write_frame(self, root: Path, index: int, shot: Shot) -> None:
        instances = label(shot.frame)
        files = encode(shot.frame, instances, self.info.outputs, self.info.image_format)
        layers = layers_of(self.info.outputs, self.info.image_format)
        for place, name, change in self._layers:
            if place == index:
                path = layers[name].path(index)
                files[path] = layers[name].encode(change(layers[name].decode(files[path]).copy()))
        machine = RenderedOn("cpu", "x86-64-v3")
        record = record_of(
            shot.frame, instances, shot.parameters, shot.condition, files, shot.extra, machine, with_keypoints=True
        )
        for place, edit in self._records:
            if place == index:
                edit(record)
        for path, data in files.items():
            _write(root / path, data)
        _write(root / record_path(index), dumps(json.loads(json.dumps(record))))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
