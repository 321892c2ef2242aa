"""A frame's record, frames/000000.json: everything known about one frame, and enough to merge a dataset from."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from longtail.annotate.camera.transform import Matrix
from longtail.annotate.dataset.layout import frame_name
from longtail.annotate.dataset.record_text import RecordText
from longtail.annotate.dataset.rendered_on import RenderedOn
from longtail.annotate.labels.appearance import Appearance
from longtail.annotate.labels.boxes import box_list
from longtail.annotate.labels.departures import Departures
from longtail.annotate.labels.frame import Frame, SceneObject
from longtail.annotate.labels.instances import Instance, Instances, Segment, panoptic_id
from longtail.annotate.labels.keypoints import Keypoints, annotated, keypoints
from longtail.annotate.labels.links import SeenLink, link_mask, seen_links
from longtail.annotate.labels.shown import Shown
from longtail.annotate.labels.video import VideoFrame
from longtail.distributions.scalar import Scalar

FORMAT = "longtail.frame.5"

_DECIMALS = 9
"""Decimals kept of poses and boxes: a nanometre. Drawn parameters keep every digit."""
_COARSER = 6
"""Decimals kept of what is computed from them: the last digits of a double are not the same on every processor."""

_ROWS = ("objects", "annotations", "segments_info")


def record_of(
    frame: Frame,
    instances: Instances,
    parameters: Mapping[str, Any],
    condition: str,
    files: Mapping[str, bytes],
    extra: Mapping[str, Any] | None = None,
    rendered_on: RenderedOn | None = None,
    departures: Departures | None = None,
    *,
    with_keypoints: bool = False,
    with_links: bool = False,
) -> dict[str, Any]:
    """The record as JSON values.

    `parameters` holds every drawn value by its dotted path; `files` the encoded files by path, of which size and digest
    are kept; `extra` whatever else the renderer wants to say about the frame; `rendered_on` the machine that
    the picture's rounding is of; `departures` what did not come out as declared, nothing where it is None. People have
    their joints and keypoints `with_keypoints` alone, robots their links `with_links`.
    """
    image_id = frame.index + 1
    width, height = frame.camera.size_px
    pictures = [PurePosixPath(path) for path in files if path.startswith("images/")]
    conditions = _rounded(frame.conditions.to_json())
    shown = frame.shown or Shown(frame.index)
    seen = {thing.id: thing for thing in instances.things}
    joints = keypoints(frame) if with_keypoints else {}
    links = _links(frame, instances) if with_links else {}
    flagged = {
        panoptic_id(instances.taxonomy, thing.item.category, thing.id) for thing in instances.things if thing.ignore
    }
    return {
        "format": FORMAT,
        "frame": frame.index,
        "condition": condition,
        "image": {
            "id": image_id,
            "file_name": pictures[0].name if pictures else f"{frame_name(frame.index)}.png",
            "width": width,
            "height": height,
            "license": 1,
            "frame": frame.index,
            "condition": condition,
            **conditions,
            "scene": shown.scene,
            "variant": shown.variant,
            **({"camera": shown.camera} if shown.camera else {}),
            **({"sample": frame.rig.sample} if frame.rig else {}),
            **({"video_id": shown.video.video_id, "frame_id": shown.video.frame_id} if shown.video else {}),
        },
        "shown": {**shown.to_json(), "point": {k: _plain(v, k) for k, v in shown.point.items()}},
        "conditions": conditions,
        "ignore_rule": instances.rule.to_json(),
        "camera": _rounded(frame.camera.to_json()),
        **({"rig": frame.rig.to_json()} if frame.rig else {}),
        "parameters": {key: _plain(parameters[key], key) for key in sorted(parameters)},
        "departures": (departures or Departures()).to_json(),
        **_materials_json(frame),
        "extra": {key: _plain(value, key) for key, value in sorted((extra or {}).items())},
        "rendered_on": None if rendered_on is None else rendered_on.to_json(),
        "files": {
            path: {"bytes": len(files[path]), "sha256": hashlib.sha256(files[path]).hexdigest()}
            for path in sorted(files)
        },
        "objects": [
            _object_json(item, instances, seen.get(item.id), joints.get(item.id), with_links=with_links)
            for item in sorted(frame.objects, key=lambda o: o.id)
        ],
        "annotations": [
            _annotation_json(
                thing, instances, image_id, (height, width), joints.get(thing.id), links.get(thing.id), shown.video
            )
            for thing in instances.things
        ],
        "segments_info": [_segment_json(segment, segment.id in flagged) for segment in instances.segments],
    }


def dumps(record: Mapping[str, Any]) -> bytes:
    """The record's bytes: the same record gives the same bytes."""
    lines = []
    for key, value in record.items():
        if key in _ROWS:
            rows = ",\n".join(dump_line(row) for row in value)
            lines.append(f'"{key}": [\n{rows}\n],\n' if rows else f'"{key}": [],\n')
        else:
            lines.append(f"{dump_line(key)}: {dump_line(value)},\n")
    return RecordText(("{\n" + "".join(lines)).encode("ascii")).sealed()


def dump_line(value: Any) -> str:
    """JSON on one line, ASCII only; ValueError for NaN and infinity, which JSON does not have."""
    return json.dumps(value, allow_nan=False, separators=(", ", ": "))


def _materials_json(frame: Frame) -> dict[str, Any]:
    """The table of the material mask; nothing where nobody asked for materials."""
    if frame.surfaces is None or frame.surfaces.material is None:
        return {}
    return {"materials": [row.to_json() for row in frame.surfaces.materials]}


def _links(frame: Frame, instances: Instances) -> dict[int, tuple[SeenLink, ...]]:
    """Of each robot that the picture shows the links that it shows, by the robot's id.

    ValueError without materials, of which links are told.
    """
    if frame.surfaces is None or frame.surfaces.material is None:
        raise ValueError("expected a frame whose renderer was asked for its surfaces, got one without them")
    if not any(thing.item.links for thing in instances.things):
        return {}
    mask = link_mask(frame.surfaces.material, frame.surfaces.materials)
    return {
        thing.id: seen_links(mask, instances.instance == thing.id, thing.item.links)
        for thing in instances.things
        if thing.item.links
    }


def _object_json(
    item: SceneObject, instances: Instances, thing: Instance | None, found: Keypoints | None, *, with_links: bool
) -> dict[str, Any]:
    """`thing` is the object as the picture shows it, None where it does not, or where it is stuff; `found` are its
    keypoints, None where it should have none."""
    visibility = instances.visibility[item.id]
    centre = item.world_from_object.points(item.box_centre_m)
    return {
        "id": item.id,
        "category": item.category,
        "category_id": instances.taxonomy.ids[item.category],
        "asset": item.asset,
        "world_from_object": _rounded(item.world_from_object.matrix),
        "box_centre_m": _rounded(item.box_centre_m),
        "box_size_m": _rounded(item.box_size_m),
        "box_centre_world_m": _rounded(centre, _COARSER),
        **_motion_json(item),
        "projected_box_px": _rounded(visibility.projected_box_px, _COARSER),
        "visible_px": visibility.visible_px,
        "amodal_px": visibility.amodal_px,
        "visible_fraction": _rounded(visibility.visible_fraction),
        "truncation": _rounded(visibility.truncation, _COARSER),
        "submerged_px": item.submerged_px,
        "submerged_fraction": _rounded(visibility.submerged_fraction),
        **_appearance_json(thing.appearance if thing else None),
        **_amodal_json(instances, item.id),
        "ignore": None if thing is None else int(thing.ignore),
        **({} if found is None else {"joints_m": _rounded(item.joints_m, _COARSER)}),
        **(_links_json(item) if with_links and item.links else {}),
        "attributes": _attributes(item),
    }


def _links_json(item: SceneObject) -> dict[str, Any]:
    """The links of a robot with their frames in the world."""
    frames = [(item.world_from_object @ link.object_from_link).matrix for link in item.links]
    return {
        "links": [
            {"id": number, "name": link.name, "world_from_link": _rounded(frame)}
            for number, (link, frame) in enumerate(zip(item.links, frames, strict=True), start=1)
        ]
    }


def _motion_json(item: SceneObject) -> dict[str, Any]:
    """How it moves; nothing in a picture of a scene that does not."""
    if item.velocity_m_s is None:
        return {}
    return {
        "velocity_m_s": _rounded(item.velocity_m_s, _COARSER),
        "yaw_rate_rad_s": _rounded(item.yaw_rate_rad_s or 0.0, _COARSER),
        **({} if item.phase is None else {"phase": _rounded(item.phase, _COARSER)}),
        **({} if item.wheels is None else {"wheels": item.wheels.to_json(_COARSER)}),
    }


def _attributes(item: SceneObject) -> dict[str, Any]:
    return {key: _plain(value, key) for key, value in sorted(item.attributes.items())}


def _appearance_json(appearance: Appearance | None) -> dict[str, float | None]:
    if appearance is None:
        return dict.fromkeys(field.name for field in fields(Appearance))
    return asdict(appearance)


def _annotation_json(
    thing: Instance,
    instances: Instances,
    image_id: int,
    size: tuple[int, int],
    found: Keypoints | None,
    links: Sequence[SeenLink] | None,
    video: VideoFrame | None,
) -> dict[str, Any]:
    """A COCO annotation but for its id, which only the merge can know.

    Whether it is ignored stands last, for `RecordText`; COCO's own word for what counts neither as hit nor as miss is
    `iscrowd`, and evaluators and trainers know no other.
    """
    return {
        "image_id": image_id,
        "category_id": instances.taxonomy.ids[thing.item.category],
        "bbox": box_list(thing.bbox),
        "area": thing.area,
        "instance_id": thing.id,
        **({"track_id": video.track_id(thing.id), "video_id": video.video_id} if video else {}),
        "visible_fraction": _rounded(thing.visibility.visible_fraction),
        "truncation": _rounded(thing.visibility.truncation, _COARSER),
        "submerged_fraction": _rounded(thing.visibility.submerged_fraction),
        **_appearance_json(thing.appearance),
        "waterline": [[list(point) for point in line] for line in thing.waterline],
        "asset": thing.item.asset,
        "attributes": _attributes(thing.item),
        **({} if found is None else annotated(found)),
        **({} if links is None else {"links": [link.to_json() for link in links]}),
        **_amodal_json(instances, thing.id),
        "segmentation": {"size": list(size), "counts": thing.counts},
        "iscrowd": int(thing.ignore),
        "ignored_for": list(thing.ignored_for),
    }


def _amodal_json(instances: Instances, number: int) -> dict[str, Any]:
    """Nothing where no silhouette was asked for, or the thing has none."""
    whole = instances.amodal.get(number)
    return {} if whole is None else whole.to_json()


def _segment_json(segment: Segment, ignored: bool) -> dict[str, Any]:
    return {
        "id": segment.id,
        "category_id": segment.category_id,
        "area": segment.area,
        "bbox": box_list(segment.bbox),
        "iscrowd": int(ignored),
    }


def _rounded(value: Matrix | Mapping[str, Any] | Sequence[Any] | float | str | None, decimals: int = _DECIMALS) -> Any:
    """Numbers to so many decimals, and no minus zero."""
    # What there is most of comes first: whether something is a mapping takes ten times as long to ask.
    if isinstance(value, (float, np.floating)):
        return round(float(value), decimals) + 0.0
    if isinstance(value, (list, tuple)):
        return [round(item, decimals) + 0.0 if type(item) is float else _rounded(item, decimals) for item in value]
    if isinstance(value, np.ndarray):
        return _rounded(value.tolist(), decimals)
    if isinstance(value, Mapping):
        return {key: _rounded(item, decimals) for key, item in value.items()}
    return value


def _plain(value: Any, key: str) -> Scalar | list[Any] | dict[str, Any] | None:
    """A drawn value as JSON has it; ValueError naming the key where JSON has no such value."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(name): _plain(item, f"{key}.{name}") for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, f"{key}[{number}]") for number, item in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{key}: expected a finite number, got {value}")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ValueError(f"{key}: expected a number, a text or a truth value, got {type(value).__name__}")
