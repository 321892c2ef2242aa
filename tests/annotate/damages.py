"""What a fault of our own may do to a dataset before it is written, for `tests.annotate.yard.Yard`."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy import ndimage

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Transform
from longtail.annotate.dataset.dataset import DatasetInfo
from longtail.annotate.labels.frame import Frame, SceneObject
from longtail.annotate.labels.rle import encode_ids
from longtail.annotate.labels.silhouette import Silhouette
from longtail.annotate.labels.taxonomy import Taxonomy
from tests.annotate.yard import FOG_M, LENS, TAXONOMY, Array, Record, Yard, about, shots

Damage = Callable[[Yard], object]
LENS_SIZE = LENS.width_px, LENS.height_px


def each(*damages: Damage) -> Damage:
    return lambda yard: [damage(yard) for damage in damages]


def layer(name: str, change: Callable[[Array], Array], index: int = 0) -> Damage:
    """What is written of a layer's array."""
    return lambda yard: yard.layer(name, change, index)


def frame(change: Callable[[Frame], Frame], index: int = 0) -> Damage:
    """What a renderer hands over; labels follow it."""
    return lambda yard: yard.frame(change, index)


def frames(change: Callable[[Frame], Frame]) -> Damage:
    return lambda yard: yard.frames(change)


def record(change: Callable[[Record], object], index: int = 0) -> Damage:
    """What a record says."""
    return lambda yard: yard.record(change, index)


def records(change: Callable[[Record], object]) -> Damage:
    return lambda yard: yard.records(change)


def folder(change: Callable[[Path], object]) -> Damage:
    """What is done to the folder at the end."""
    return lambda yard: yard.after(change)


def told(value: DatasetInfo) -> Damage:
    """What dataset.json says."""
    return lambda yard: setattr(yard, "info", value)


# Of frames.


def its_objects(change: Callable[[SceneObject], SceneObject], *numbers: int) -> Callable[[Frame], Frame]:
    def changed(frame: Frame) -> Frame:
        return dataclasses.replace(
            frame, objects=tuple(change(item) if item.id in numbers else item for item in frame.objects)
        )

    return changed


def moved(x_m: float = 0.0, y_m: float = 0.0, z_m: float = 0.0) -> Callable[[SceneObject], SceneObject]:
    def change(item: SceneObject) -> SceneObject:
        matrix = item.world_from_object.matrix.copy()
        matrix[:3, 3] += (x_m, y_m, z_m)
        return dataclasses.replace(item, world_from_object=Transform("world", "object", matrix))

    return change


def turned(item: SceneObject) -> SceneObject:
    """By half a turn about the middle of its box, which stays where it is."""
    matrix = item.world_from_object.matrix @ np.diag([-1.0, -1.0, 1.0, 1.0])
    off = item.world_from_object.points(item.box_centre_m) - (matrix @ [*item.box_centre_m, 1.0])[:3]
    matrix[:3, 3] += off
    return dataclasses.replace(item, world_from_object=Transform("world", "object", matrix))


def sized(*factors: float) -> Callable[[SceneObject], SceneObject]:
    def change(item: SceneObject) -> SceneObject:
        x, y, z = (side * factor for side, factor in zip(item.box_size_m, factors, strict=True))
        return dataclasses.replace(item, box_size_m=(x, y, z))

    return change


def called(category: str) -> Callable[[SceneObject], SceneObject]:
    return lambda item: dataclasses.replace(item, category=category)


def amodal(add: int) -> Callable[[SceneObject], SceneObject]:
    return lambda item: dataclasses.replace(item, amodal_px=(item.amodal_px or 0) + add, silhouette=None)


def grown(item: SceneObject, by: int = 3) -> SceneObject:
    """With a silhouette that reaches farther on all sides; all that labels say of it follows."""
    assert item.silhouette is not None
    (x, y), mask = item.silhouette.origin, np.pad(item.silhouette.mask(), by)
    larger = Silhouette.of(ndimage.binary_dilation(mask, iterations=by), x - by, y - by)
    assert larger is not None
    inside = np.count_nonzero(larger.in_picture(*LENS_SIZE))
    return dataclasses.replace(item, silhouette=larger, amodal_px=inside)


def grown_beyond(item: SceneObject) -> SceneObject:
    """With a silhouette that reaches too far beyond the picture alone, up by a third of it."""
    assert item.silhouette is not None
    (x, y), mask = item.silhouette.origin, item.silhouette.mask()
    tall = np.concatenate([np.zeros((20, mask.shape[1]), np.bool_), mask])
    tall[:20, : max(-x, 0)] = True
    return dataclasses.replace(item, silhouette=Silhouette.of(tall, x, y - 20))


def lens(**changes: Any) -> Callable[[Frame], Frame]:
    return lambda frame: dataclasses.replace(
        frame, camera=Camera(dataclasses.replace(LENS, **changes), frame.camera.world_from_camera)
    )


LONGER = lens(fx_px=LENS.fx_px * 1.02, fy_px=LENS.fy_px * 1.02)


def posed(turn_deg: float = 0.0, up_m: float = 0.0) -> Callable[[Frame], Frame]:
    """The camera to the left by so much, and higher."""

    def changed(frame: Frame) -> Frame:
        matrix = frame.camera.world_from_camera.matrix.copy()
        about_z = Transform.upright("world", "world", (0, 0, 0), math.radians(turn_deg)).matrix
        matrix[:3, :3] = about_z[:3, :3] @ matrix[:3, :3]
        matrix[2, 3] += up_m
        return dataclasses.replace(frame, camera=Camera(LENS, Transform("world", "camera", matrix)))

    return changed


def swapped(one: int, other: int) -> Callable[[Frame], Frame]:
    def changed(frame: Frame) -> Frame:
        ids = frame.object_ids
        return dataclasses.replace(
            frame,
            object_ids=np.where(ids == one, other, np.where(ids == other, one, ids)).astype(np.int32),
            objects=tuple(
                dataclasses.replace(item, amodal_px=999, silhouette=None) if item.amodal_px else item
                for item in frame.objects
            ),
        )

    return changed


# Of records.


def thing(record: Record, number: int) -> Record:
    return next(row for row in record["objects"] if row["id"] == number)


def both(number: int, **changes: Any) -> Callable[[Record], object]:
    """The same change to an object and to its annotation."""

    def change(record: Record) -> None:
        thing(record, number).update(changes)
        for row in record["annotations"]:
            if row["instance_id"] == number:
                row.update({key: value for key, value in changes.items() if key in row})

    return change


def shape(number: int, **changes: Any) -> Callable[[Record], object]:
    """A change of the silhouette that a thing has in both of its rows, and of nothing that follows from it."""

    def change(record: Record) -> None:
        both(number, amodal_segmentation=thing(record, number)["amodal_segmentation"] | changes)(record)

    return change


def shifted(record: Record) -> None:
    """The truck's silhouette at the corner of the picture, with its box."""
    shape(2, origin=[0, 0])(record)
    both(2, amodal_bbox=[0, 0, *thing(record, 2)["amodal_bbox"][2:]])(record)


def padded(record: Record) -> None:
    """The first thing's silhouette in a crop with an empty row below."""
    whole = Silhouette.from_json(thing(record, 1)["amodal_segmentation"])
    mask = np.pad(whole.mask(), ((0, 1), (0, 0))).astype(np.uint8)
    shape(1, size=list(mask.shape), counts=encode_ids(mask)[1])(record)


def ordered(number: int, other: int, front_px: int, behind_px: int) -> Callable[[Record], object]:
    """What one thing says of its order against another, in both of its rows."""

    def change(record: Record) -> None:
        rows = thing(record, number)["occlusion_order"]
        kept = [row for row in rows if row["instance_id"] != other]
        told = {"instance_id": other, "front_px": front_px, "behind_px": behind_px}
        both(number, occlusion_order=sorted([*kept, told], key=lambda row: row["instance_id"]))(record)

    return change


def order_turned(one: int, other: int) -> Callable[[Record], object]:
    """What is in front is behind, as both say."""

    def change(record: Record) -> None:
        row = next(row for row in thing(record, one)["occlusion_order"] if row["instance_id"] == other)
        front_px, behind_px = row["front_px"], row["behind_px"]
        ordered(one, other, behind_px, front_px)(record)
        ordered(other, one, front_px, behind_px)(record)

    return change


def unordered(record: Record) -> None:
    for number in (2, 3):
        rows = thing(record, number)["occlusion_order"]
        both(number, occlusion_order=[row for row in rows if row["instance_id"] not in (2, 3)])(record)


def without_silhouette(number: int) -> Callable[[Record], object]:
    def change(record: Record) -> None:
        for key in ("amodal_bbox", "amodal_area", "amodal_segmentation", "occluded_by", "occlusion_order"):
            del thing(record, number)[key]

    return change


def condition(**changes: Any) -> Callable[[Record], object]:
    return lambda record: (record["conditions"].update(changes), record["image"].update(changes))


def word(name: str) -> Callable[[Record], object]:
    return lambda record: (record.update(condition=name), record["image"].update(condition=name))


def drawn(**changes: Any) -> Callable[[Record], object]:
    return lambda record: record["parameters"].update({key.replace("__", "."): v for key, v in changes.items()})


def undrawn(record: Record) -> None:
    """Nothing is known of what the camera was drawn from."""
    record["parameters"] = {key: v for key, v in record["parameters"].items() if not key.startswith("camera.")}


def exposure(**changes: float) -> Callable[[Record], object]:
    return lambda record: record["extra"]["exposure"].update(changes)


def pose(record: Record, number: int) -> list[list[float]]:
    matrix: list[list[float]] = thing(record, number)["world_from_object"]
    return matrix


def scaled_pose(record: Record) -> None:
    matrix = pose(record, 1)
    for row in range(3):
        matrix[row][0] *= 1.05


def shifted_pose(record: Record) -> None:
    pose(record, 1)[0][3] += 1.0


def shifted_middle(record: Record) -> None:
    thing(record, 1)["box_centre_m"][0] += 0.3


def lifted_camera(record: Record) -> None:
    record["camera"]["world_from_camera"][2][3] += 0.2


def mirrored_camera(record: Record) -> None:
    for row in record["camera"]["world_from_camera"][:3]:
        row[0] = -row[0]


def longer_focus(record: Record) -> None:
    record["camera"]["focal_px"] = [round(side * 1.02, 9) for side in record["camera"]["focal_px"]]


def without_waterline(record: Record) -> None:
    record["annotations"][0]["waterline"] = []


def one_way(record: Record) -> None:
    record["shown"]["siblings"] = []


def rule(record: Record) -> None:
    record["ignore_rule"]["min_area_px"] = 15


# Of dataset.json, of the folder, and of layers.


def info(**changes: Any) -> Callable[[Yard], None]:
    def change(yard: Yard) -> None:
        yard.info = dataclasses.replace(yard.info, **changes)

    return change


def config(**changes: Any) -> Callable[[Yard], None]:
    return lambda yard: info(config={**yard.info.config, **changes})(yard)


def credited(**changes: str) -> DatasetInfo:
    first, *others = about().assets
    return dataclasses.replace(about(), assets=(dataclasses.replace(first, **changes), *others))


def category(name: str, **changes: Any) -> Taxonomy:
    rows = [(n, dataclasses.replace(c, **changes) if c.name == name else c) for n, c in TAXONOMY]
    return Taxonomy(dict(rows), "sky")


def file(path: str, data: bytes = b"x") -> Callable[[Path], object]:
    def change(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)

    return change


def edited(path: str, change: Callable[[Any], object]) -> Callable[[Path], object]:
    def edit(root: Path) -> None:
        values = json.loads((root / path).read_bytes())
        change(values)
        (root / path).write_text(json.dumps(values))

    return edit


def of_frame(index: int, name: str) -> Callable[[Array], Array]:
    """The layer of another frame."""
    other = shots()[index].frame
    arrays: dict[str, Array] = {"depth": other.depth_m, "images": other.rgb}
    return lambda _: arrays[name]


def ray_lengths(depth_m: Array) -> Array:
    y, x = np.mgrid[: LENS.height_px, : LENS.width_px] + 0.5
    return np.asarray(depth_m / LENS.rays(np.stack([x, y], axis=-1))[..., 2], dtype=np.float32)


def in_world(normals: Array) -> Array:
    return np.asarray(normals @ shots()[0].frame.camera.world_from_camera.matrix[:3, :3].T, dtype=np.float32)


def as_opengl(normals: Array) -> Array:
    """With Y up and Z towards the eye."""
    return np.asarray(normals * (1, -1, -1), dtype=np.float32)


def straight(normals: Array) -> Array:
    return np.where(normals.any(axis=-1, keepdims=True), (0, 0, -1), normals).astype(np.float32)


def of_one(number: int, add_m: float) -> Callable[[Array], Array]:
    return lambda depth_m: np.where(shots()[0].frame.object_ids == number, depth_m + add_m, depth_m).astype(np.float32)


def seen_through(range_m: float) -> Callable[[Frame], Frame]:
    """What air of another visibility leaves."""
    power = FOG_M / range_m
    return lambda frame: dataclasses.replace(frame, transmission=frame.transmission**power)  # type: ignore[operator]


# Of distances and surfaces.


def metres_aside(world_m: Array) -> Array:
    return np.asarray(world_m + np.array([0.0, 0.05, 0.0], dtype=np.float32))


def as_seen(world_m: Array) -> Array:
    """In the camera's frame instead of the world's."""
    camera_from_world = shots()[0].frame.camera.world_from_camera.inverse()
    return np.asarray(camera_from_world.points(world_m), dtype=np.float32)


def farther(share: float) -> Callable[[Array], Array]:
    """Places on the same rays, farther from the camera."""
    eye = shots()[0].frame.camera.world_from_camera.matrix[:3, 3]
    return lambda world_m: np.asarray(eye + (world_m - eye) * (1 + share), dtype=np.float32)


def on(number: int, value: int) -> Callable[[Array], Array]:
    """A value in a mask, wherever an object is seen in frame 0."""
    return lambda mask: np.where(shots()[0].frame.object_ids == number, value, mask).astype(mask.dtype)


def over_all(value: float) -> Callable[[Array], Array]:
    return lambda array: np.full_like(array, value)


def swapped_materials(record: Record) -> None:
    """The same rows under each other's ids."""
    first, second, *_ = record["materials"]
    first["id"], second["id"] = second["id"], first["id"]


def material(**changes: str) -> Callable[[Record], object]:
    """Of the last one in the table."""
    return lambda record: record["materials"][-1].update(changes)


def dark_road(albedo: Array) -> Array:
    """Where (H, W, 1) the road of frame 0 is seen."""
    road = np.asarray(shots()[0].frame.object_ids == 30)
    return np.asarray(road[..., None] & (albedo >= 0).all(axis=-1, keepdims=True))
