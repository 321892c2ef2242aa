"""A dataset on disk, as a finished run leaves it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from longtail.annotate.check.check import check
from longtail.annotate.dataset.dataset import DatasetInfo
from longtail.annotate.dataset.layers import encode, point_formats_of
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.merge import merge
from longtail.annotate.dataset.record import dumps, record_of
from longtail.annotate.dataset.rendered_on import RenderedOn
from longtail.annotate.labels.departures import Departures
from longtail.annotate.labels.frame import Frame
from longtail.annotate.labels.ignore import IgnoreRule
from longtail.annotate.labels.instances import label
from tests.annotate.pictures import Board, info, picture

SHOW = (
    # frame 0 is the empty street
    (),
    # a person in front of a car, and a sign that leaves the picture on the left
    (
        Board(1, "car", 10, 20, 30, 12, 20.0),
        Board(2, "person", 20, 18, 4, 16, 10.0),
        Board(7, "traffic sign", -5, 5, 10, 4, 8.0),
    ),
    # a dog wholly behind a bus, and a cone beyond what a depth PNG can say
    (
        Board(1, "bus", 0, 0, 40, 40, 9.0),
        Board(2, "dog", 10, 30, 5, 5, 30.0),
        Board(300, "traffic cone", 50, 30, 2, 3, 400.0),
    ),
)


def show(frames: int = 3) -> list[Frame]:
    return [picture(SHOW[index % len(SHOW)], index) for index in range(frames)]


def store(
    root: Path,
    frames: Iterable[Frame],
    about: DatasetInfo,
    rendered_on: RenderedOn | None = None,
    day: str = "clear",
    departures: Departures | None = None,
    rule: IgnoreRule | None = None,
    extra: Mapping[str, Any] | None = None,
) -> None:
    """Write dataset.json, with the credits that these frames need, and the frames, without merging.

    `extra` is what every record says besides.
    """
    frames = list(frames)
    shown = {item.asset for frame in frames for item in frame.objects}
    credited = tuple(credit for credit in about.assets if credit.name in shown or not credit.name.startswith("board_"))
    _write(root / "dataset.json", dataclasses.replace(about, assets=credited).dumps())
    for frame in frames:
        instances = label(frame, rule)
        files = encode(frame, instances, about.outputs, about.image_format, point_formats_of(about.config))
        weather = frame.conditions.weather
        parameters = {"weather": weather or day, "lighting.sun_elevation_deg": 1 / 3 * frame.index}
        condition = f"{weather}, low_sun" if weather else "clear"
        record = record_of(
            frame, instances, parameters, condition, files, extra or {}, rendered_on, departures,
            with_keypoints="keypoints" in about.outputs, with_links="links" in about.outputs,
        )  # fmt: skip
        for path, data in files.items():
            _write(root / path, data)
        _write(root / record_path(frame.index), dumps(record))


def dataset(root: Path, frames: int = 3, **changes: object) -> Path:
    """A whole dataset in `root`."""
    store(root, show(frames), info(frames, **changes))
    merge(root)
    return root


def without_objects(frame: Frame, *gone: int) -> Frame:
    return dataclasses.replace(frame, objects=tuple(item for item in frame.objects if item.id not in gone))


def tree(root: Path) -> dict[str, bytes]:
    """Every file's bytes by path."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def messages(root: Path) -> str:
    """What the check finds, a line each."""
    return "\n".join(map(str, check(root)))


def reseal(root: Path, index: int, change: Callable[[dict[str, Any]], object]) -> None:
    """Change a record as a wrong writer would have written it: the digest fits, the merged files follow."""
    path = root / record_path(index)
    record = json.loads(path.read_bytes())
    del record["sha256"]
    change(record)
    path.write_bytes(dumps(record))
    merge(root)


def repaint(root: Path, index: int, path: str, data: bytes) -> None:
    """Put another picture in place of one, and its digest into the record."""
    (root / path).write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    reseal(root, index, lambda record: record["files"].update({path: {"bytes": len(data), "sha256": digest}}))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
