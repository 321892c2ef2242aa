"""A frame's record, frames/000000.json: everything known about one frame, and enough to merge a dataset from.

The text is laid out for two readers. People and diffs get one line per top-level key and one per object, annotation and
segment. The merge takes the annotation and segment lines as they are, without parsing the rest. The last line holds
the SHA-256 of every byte before it, so that no damaged record is ever taken for a good one.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from longtail.annotate.camera.transform import Matrix
from longtail.annotate.dataset.layout import frame_name
from longtail.annotate.dataset.rendered_on import RenderedOn
from longtail.annotate.errors import DatasetError
from longtail.annotate.labels.appearance import Appearance
from longtail.annotate.labels.boxes import box_list
from longtail.annotate.labels.departures import Departures
from longtail.annotate.labels.frame import Frame, SceneObject
from longtail.annotate.labels.instances import Instance, Instances, Segment, panoptic_id
from longtail.annotate.labels.shown import Shown
from longtail.annotate.wording import counted
from longtail.distributions.scalar import Scalar

FORMAT = "longtail.frame.4"

_DECIMALS = 9
"""Decimals kept of poses and boxes: a nanometre. Drawn parameters keep every digit."""
_COARSER = 6
"""Decimals kept of what is computed from them: the last digits of a double are not the same on every processor."""

_IGNORED = b', "iscrowd": '
_FLAGS = re.compile(rb', "iscrowd": ([01]), "ignored_for": \[("[a-z_]+"(, "[a-z_]+")*)?\]\}')
_ROWS = ("objects", "annotations", "segments_info")
_SEAL = b'"sha256": "'
_END = b'"\n}\n'


def record_of(
    frame: Frame,
    instances: Instances,
    parameters: Mapping[str, Any],
    condition: str,
    files: Mapping[str, bytes],
    extra: Mapping[str, Any] | None = None,
    rendered_on: RenderedOn | None = None,
    departures: Departures | None = None,
) -> dict[str, Any]:
    """The record as JSON values.

    `parameters` holds every drawn value by its dotted path; `files` the encoded files by path, of which size and digest
    are kept; `extra` whatever else the renderer wants to say about the frame; `rendered_on` the machine that
    the picture's rounding is of; `departures` what did not come out as declared, nothing where it is None.
    """
    image_id = frame.index + 1
    width, height = frame.camera.size_px
    pictures = [PurePosixPath(path) for path in files if path.startswith("images/")]
    conditions = _rounded(frame.conditions.to_json())
    shown = frame.shown or Shown(frame.index)
    seen = {thing.id: thing for thing in instances.things}
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
        },
        "shown": {**shown.to_json(), "point": {k: _plain(v, k) for k, v in shown.point.items()}},
        "conditions": conditions,
        "ignore_rule": instances.rule.to_json(),
        "camera": _rounded(frame.camera.to_json()),
        "parameters": {key: _plain(parameters[key], key) for key in sorted(parameters)},
        "departures": (departures or Departures()).to_json(),
        "extra": {key: _plain(value, key) for key, value in sorted((extra or {}).items())},
        "rendered_on": None if rendered_on is None else rendered_on.to_json(),
        "files": {
            path: {"bytes": len(files[path]), "sha256": hashlib.sha256(files[path]).hexdigest()}
            for path in sorted(files)
        },
        "objects": [
            _object_json(item, instances, seen.get(item.id)) for item in sorted(frame.objects, key=lambda o: o.id)
        ],
        "annotations": [_annotation_json(thing, instances, image_id, (height, width)) for thing in instances.things],
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
    return sealed(("{\n" + "".join(lines)).encode("ascii"))


def sealed(body: bytes) -> bytes:
    """A record's bytes from all but its last line: what `unseal` undoes."""
    return body + _SEAL + hashlib.sha256(body).hexdigest().encode("ascii") + _END


def dump_line(value: Any) -> str:
    """JSON on one line, ASCII only; ValueError for NaN and infinity, which JSON does not have."""
    return json.dumps(value, allow_nan=False, separators=(", ", ": "))


def unseal(data: bytes, where: str) -> bytes:
    """The record's bytes without the last line; DatasetError where they are not what `dumps` wrote."""
    start = len(data) - len(_SEAL) - 64 - len(_END)
    if start < 0 or not data.endswith(_END) or data[start : start + len(_SEAL)] != _SEAL:
        raise DatasetError(f"{where}: expected a frame record that ends in its sha256, got {_tail(data)}")
    body = data[:start]
    stated = data[start + len(_SEAL) : -len(_END)].decode("ascii", "replace")
    if hashlib.sha256(body).hexdigest() != stated:
        raise DatasetError(
            f"{where}: the record was changed after it was written (its sha256 does not match); "
            "delete it and render again to have this frame made anew"
        )
    return body


def rows_of(body: bytes, key: str) -> list[bytes]:
    """The lines of one of the record's lists, each a JSON object, not parsed. `body` comes from `unseal`."""
    start = body.find(b'\n"%b": [' % key.encode("ascii"))
    if start < 0:
        raise ValueError(f"expected a list {key}, got none")
    start += len(key) + 6
    if body.startswith(b"],\n", start):
        return []
    return body[start + 1 : body.index(b"\n],\n", start)].split(b",\n")


def line_of(body: bytes, key: str) -> bytes:
    """The value of one of the record's other keys, not parsed."""
    start = body.find(b'\n"%b": ' % key.encode("ascii"))
    if start < 0:
        raise ValueError(f"expected a key {key}, got none")
    start += len(key) + 5
    return body[start : body.index(b",\n", start)]


def flags_of(annotation: bytes) -> tuple[bool, int]:
    """Whether a line of the record's annotations is ignored, and where the reasons for it begin in the line.

    ValueError where the line does not end as `dumps` ends it. Quotes within a text are escaped, so that no value of
    another key ends a line so.
    """
    start = annotation.rfind(_IGNORED)
    match = _FLAGS.fullmatch(annotation, start) if start >= 0 else None
    if match is None:
        raise ValueError(f"expected an annotation that ends in iscrowd and ignored_for, got one ending in "
                         f"{annotation[-24:]!r}")  # fmt: skip
    return match[1] == b"1", match.end(1)


def _object_json(item: SceneObject, instances: Instances, thing: Instance | None) -> dict[str, Any]:
    """`thing` is the object as the picture shows it, None where it does not, or where it is stuff."""
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
        "projected_box_px": _rounded(visibility.projected_box_px, _COARSER),
        "visible_px": visibility.visible_px,
        "amodal_px": visibility.amodal_px,
        "visible_fraction": _rounded(visibility.visible_fraction),
        "truncation": _rounded(visibility.truncation, _COARSER),
        "submerged_px": item.submerged_px,
        "submerged_fraction": _rounded(visibility.submerged_fraction),
        **_appearance_json(thing.appearance if thing else None),
        "ignore": None if thing is None else int(thing.ignore),
        "attributes": {key: _plain(value, key) for key, value in sorted(item.attributes.items())},
    }


def _appearance_json(appearance: Appearance | None) -> dict[str, float | None]:
    if appearance is None:
        return dict.fromkeys(field.name for field in fields(Appearance))
    return asdict(appearance)


def _annotation_json(thing: Instance, instances: Instances, image_id: int, size: tuple[int, int]) -> dict[str, Any]:
    """A COCO annotation but for its id, which only the merge can know.

    Whether it is ignored stands last, for `flags_of`; COCO's own word for what counts neither as hit nor as miss is
    `iscrowd`, and evaluators and trainers know no other.
    """
    return {
        "image_id": image_id,
        "category_id": instances.taxonomy.ids[thing.item.category],
        "bbox": box_list(thing.bbox),
        "area": thing.area,
        "instance_id": thing.id,
        "visible_fraction": _rounded(thing.visibility.visible_fraction),
        "truncation": _rounded(thing.visibility.truncation, _COARSER),
        "submerged_fraction": _rounded(thing.visibility.submerged_fraction),
        **_appearance_json(thing.appearance),
        "waterline": [[list(point) for point in line] for line in thing.waterline],
        "asset": thing.item.asset,
        "segmentation": {"size": list(size), "counts": thing.counts},
        "iscrowd": int(thing.ignore),
        "ignored_for": list(thing.ignored_for),
    }


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
    if isinstance(value, Mapping):
        return {key: _rounded(item, decimals) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return _rounded(value.tolist(), decimals)
    if isinstance(value, list | tuple):
        return [_rounded(item, decimals) for item in value]
    if isinstance(value, float | np.floating):
        return round(float(value), decimals) + 0.0
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


def _tail(data: bytes) -> str:
    return f"{counted(len(data), 'byte')} ending in {data[-24:]!r}" if data else "an empty file"
