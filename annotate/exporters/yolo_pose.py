"""People with 17 keypoints as Ultralytics' pose models read them: a text file beside each picture, and data.yaml.

The format: https://docs.ultralytics.com/datasets/pose/. A line is the class 0 (person), centre and size of the box, and
x, y and flag of each keypoint, all but the flags in shares of the picture. Flags are COCO's; a keypoint of 0 is not
trained on, so somebody whose joints are not known is a box alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import yaml

from longtail.annotate.exporters.exporter import Exporter, Made, Output, Said, Taken
from longtail.annotate.exporters.people import Person, people_of, require_keypoints
from longtail.annotate.exporters.selection import Sample, Selection
from longtail.annotate.exporters.yolo import box, lacking, shared
from longtail.annotate.labels.keypoints import MIRRORED, NAMES

_NAME = "yolo-pose"


def _files(selection: Selection) -> Iterator[Output]:
    require_keypoints(selection, _NAME)
    yield Made("data.yaml", _about(selection))
    for sample in selection.samples():
        yield Taken(f"images/{sample.split}/{sample.file}", sample.source)
        lines = "".join(_line(sample, person) for person in people_of(sample.things))
        yield Made(f"labels/{sample.split}/{sample.name}.txt", lines.encode("ascii"))
    if said := lacking(selection):
        yield Said(said)


def _about(selection: Selection) -> bytes:
    about = {name: f"images/{name}" for name in selection.splits.names} | {
        "names": {0: "person"},
        "kpt_shape": [len(NAMES), 3],
        "flip_idx": list(MIRRORED),
        "kpt_names": {0: list(NAMES)},
    }
    return yaml.safe_dump(about, sort_keys=False).encode("ascii")


def _line(sample: Sample, person: Person) -> str:
    thing, found = person
    size = np.array(sample.record.camera.size_px, dtype=np.float64)
    joints = [f"{shared(np.array(place), size)} {flag}" for *place, flag in found]
    return f"0 {shared(box(thing), size)} {' '.join(joints)}\n"


YOLO_POSE = Exporter(
    _NAME,
    "people with 17 keypoints for Ultralytics' pose models",
    _files,
    "all but people; masks, stuff, depth, cameras, 3D boxes, hidden and ignored things",
)
