"""Records read back: typed, checked, and refused in words where they are not what `annotate.dataset.record` wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Transform
from longtail.annotate.dataset.layout import is_inside
from longtail.annotate.dataset.record import FORMAT
from longtail.annotate.dataset.record_text import RecordText
from longtail.annotate.dataset.rendered_on import RenderedOn
from longtail.annotate.dataset.stored_instance import StoredInstance, appearance_of
from longtail.annotate.errors import DatasetError
from longtail.annotate.labels.appearance import Appearance
from longtail.annotate.labels.conditions import Conditions
from longtail.annotate.labels.departures import Departures
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.ignore import IgnoreRule
from longtail.annotate.labels.instances import Visibility
from longtail.annotate.labels.links import links_of
from longtail.annotate.labels.occlusion import Amodal
from longtail.annotate.labels.rig import Rig
from longtail.annotate.labels.shown import Shown
from longtail.annotate.labels.surfaces import SeenMaterial
from longtail.annotate.labels.taxonomy import Taxonomy
from longtail.annotate.labels.wheels import Wheels

_OLDER = ("longtail.frame.3", "longtail.frame.4")
"""Did not cut projected boxes at the canvas, told truncation by them, and took cut-outs for whole in amodal pixels. The
first counted all departures together, as `retries` among what a renderer wants to say."""


@dataclass(frozen=True)
class FileEntry:
    """A stored file's size and digest."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True, eq=False)
class StoredFrame:
    """One frame's record. `instances` are the things that the picture shows; `segments_info` are COCO's dictionaries.

    `middles_m` are those of the objects' 3D boxes in the world; `appearance` has the things that the picture shows, by
    object id, and `ignored` whether they are. `materials` are those that the picture shows, where they were asked for.
    `amodal` has the things whose silhouettes the dataset has. `rig` is None where the scene has but one camera.

    Projected boxes, truncations and amodal pixels of a record that `is_older` follow other rules than today's.
    """

    index: int
    condition: str
    image: Mapping[str, Any]
    shown: Shown
    conditions: Conditions
    ignore_rule: IgnoreRule
    camera: Camera
    parameters: Mapping[str, Any]
    departures: Departures
    extra: Mapping[str, Any]
    files: Mapping[str, FileEntry]
    objects: tuple[SceneObject, ...]
    visibility: Mapping[int, Visibility]
    middles_m: Mapping[int, tuple[float, float, float]]
    appearance: Mapping[int, Appearance]
    ignored: Mapping[int, bool]
    instances: tuple[StoredInstance, ...]
    segments_info: tuple[Mapping[str, Any], ...]
    rendered_on: RenderedOn | None = None
    materials: tuple[SeenMaterial, ...] = ()
    amodal: Mapping[int, Amodal] = field(default_factory=dict)
    is_older: bool = False
    rig: Rig | None = None


def loads(data: bytes, where: str, taxonomy: Taxonomy) -> StoredFrame:
    """Read a record of a dataset with that taxonomy.

    `where` names its file in the DatasetError that anything unexpected raises.
    """
    text = RecordText.of(data, where)
    try:
        raw = text.parsed()
        require_format(raw)
        return StoredFrame(
            index=int(raw["frame"]),
            condition=str(raw["condition"]),
            image=dict(raw["image"]),
            shown=Shown.from_json(raw["shown"]),
            conditions=Conditions.from_json(raw["conditions"]),
            ignore_rule=IgnoreRule.from_json(raw["ignore_rule"]),
            camera=Camera.from_json(raw["camera"]),
            parameters=dict(raw["parameters"]),
            departures=departures_of(raw),
            extra=dict(raw["extra"]),
            files=_files(raw["files"]),
            objects=tuple(_object(item, taxonomy) for item in raw["objects"]),
            visibility={item["id"]: _visibility(item) for item in raw["objects"]},
            middles_m={item["id"]: _point(item["box_centre_world_m"]) for item in raw["objects"]},
            appearance={item["id"]: appearance_of(item) for item in raw["objects"] if item["ignore"] is not None},
            ignored={item["id"]: bool(item["ignore"]) for item in raw["objects"] if item["ignore"] is not None},
            instances=tuple(StoredInstance.from_json(item, taxonomy) for item in raw["annotations"]),
            segments_info=tuple(dict(item) for item in raw["segments_info"]),
            rendered_on=RenderedOn.from_json(raw.get("rendered_on")),
            materials=tuple(map(SeenMaterial.from_json, raw.get("materials", ()))),
            amodal={item["id"]: amodal for item in raw["objects"] if (amodal := Amodal.from_json(item)) is not None},
            is_older=raw["format"] != FORMAT,
            rig=Rig.from_json(raw["rig"]) if "rig" in raw else None,
        )
    except KeyError as error:
        raise DatasetError(f"{where}: expected a key {error}, got none") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise DatasetError(f"{where}: {error}") from error


def files_of(line: bytes, where: str) -> dict[str, FileEntry]:
    """The files of a record's line of them (`FrameLines.files`), by path; DatasetError for anything unexpected."""
    try:
        return _files(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatasetError(f"{where}: files: {error}") from error


def _files(raw: Mapping[str, Mapping[str, Any]]) -> dict[str, FileEntry]:
    return {path: _file_entry(path, entry) for path, entry in raw.items()}


def require_format(raw: Mapping[str, Any]) -> None:
    """ValueError for JSON that is no record of a format that is read."""
    if raw["format"] not in (FORMAT, *_OLDER):
        raise ValueError(
            f"format: expected {FORMAT}, got {raw['format']!r}, which another version of Longtail wrote; read it "
            "with that version, or render the dataset anew"
        )


def departures_of(raw: Mapping[str, Any]) -> Departures:
    """The departures of a record, parsed; KeyError, TypeError or ValueError for anything else."""
    if raw["format"] != _OLDER[0]:
        return Departures.from_json(raw["departures"])
    return Departures.from_retries(raw["extra"].get("retries", {}), raw["parameters"])


def _file_entry(path: str, entry: Mapping[str, Any]) -> FileEntry:
    if not is_inside(path):
        raise ValueError(f"files: expected a path inside the dataset, got {path!r}")
    return FileEntry(int(entry["bytes"]), str(entry["sha256"]))


def _object(item: Mapping[str, Any], taxonomy: Taxonomy) -> SceneObject:
    if taxonomy.ids.get(item["category"]) != item["category_id"]:
        raise ValueError(
            f"object {item['id']}: expected a category of the dataset's taxonomy with its id, got "
            f"{item['category']!r} as {item['category_id']!r}"
        )
    pose = Transform("world", "object", np.array(item["world_from_object"], dtype=np.float64))
    return SceneObject(
        id=int(item["id"]),
        category=item["category"],
        asset=str(item["asset"]),
        world_from_object=pose,
        box_centre_m=_point(item["box_centre_m"]),
        box_size_m=_point(item["box_size_m"]),
        amodal_px=item["amodal_px"],
        attributes=dict(item["attributes"]),
        submerged_px=item["submerged_px"],
        joints_m=tuple(_joint(row) for row in item.get("joints_m", ())),
        velocity_m_s=_point(item["velocity_m_s"]) if "velocity_m_s" in item else None,
        yaw_rate_rad_s=float(item["yaw_rate_rad_s"]) if "velocity_m_s" in item else None,
        phase=float(item["phase"]) if "phase" in item else None,
        wheels=Wheels.from_json(item["wheels"]) if "wheels" in item else None,
        links=links_of(item["links"], pose) if "links" in item else (),
    )


def _joint(values: Any) -> tuple[float, float, float, float]:
    x, y, z, reach = (float(value) for value in values)
    return x, y, z, reach


def _point(values: Any) -> tuple[float, float, float]:
    x, y, z = (float(value) for value in values)
    return x, y, z


def _visibility(item: Mapping[str, Any]) -> Visibility:
    box = item["projected_box_px"]
    return Visibility(
        visible_px=int(item["visible_px"]),
        amodal_px=item["amodal_px"],
        visible_fraction=item["visible_fraction"],
        projected_box_px=None if box is None else (box[0], box[1], box[2], box[3]),
        truncation=float(item["truncation"]),
        submerged_fraction=item["submerged_fraction"],
    )
