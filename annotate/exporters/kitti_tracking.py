"""KITTI's tracking benchmark: training/image_02, label_02 and calib, with a folder or a file for each video.

The format: the readme of the tracking development kit (https://www.cvlibs.net/datasets/kitti/eval_tracking.php). A row
of label_02 has the frame, counted from 0, the track, and what a row of the object benchmark has, but that `truncated`
is a level of 0, 1 or 2. evaluate_tracking.seqmap.<split> lists the videos of a split, as the kit's own does.

As in `annotate.exporters.kitti` the "rectified camera" is a level one at the place of the true one, to which P2 turns
it. There is one calibration for a video: that of its first picture, whose P2 is that of all as long as the camera's
pitch and roll do not change.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from longtail.annotate.camera.transform import Matrix
from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.exporters.exporter import Exporter, Made, Output, Piece, Said
from longtail.annotate.exporters.kitti import TYPES, level_from_world, projection_from_level, projection_lines, row_of
from longtail.annotate.exporters.pictures import picture_as
from longtail.annotate.exporters.selection import Sample, Selection
from longtail.annotate.exporters.videos import Video, videos_of

_NAME = "kitti-tracking"
_SAME = 1e-6
_OTHER = "Misc"
"""KITTI's word for all else. Its evaluations stop at words that are not its own."""
# KITTI gives no numbers for its levels.
_PARTLY, _LARGELY = 0.01, 0.5
_IGNORED = "-1 DontCare -1 -1 -10 {box} -1000 -1000 -1000 -10 -1 -1 -1\n"


def _files(selection: Selection) -> Iterator[Output]:
    for split in selection.splits.names:
        yield Piece(f"training/evaluate_tracking.seqmap.{split}", b"")
    first: dict[int, Matrix] = {}
    turned = 0
    for video, sample in videos_of(selection, _NAME):
        name = f"{video.number:04d}"
        if sample is None:
            row = f"{name} empty 000000 {len(video.times_s):06d}\n"
            yield Piece(f"training/evaluate_tracking.seqmap.{video.split}", row.encode("ascii"))
            del first[video.number]
            continue
        projection = projection_from_level(sample, _NAME)
        if video.number not in first:
            first[video.number] = projection
            yield Made(f"training/calib/{name}.txt", _calibration(projection).encode("ascii"))
        turned += not np.allclose(projection, first[video.number], rtol=_SAME, atol=_SAME)
        yield picture_as(sample, "png", f"training/image_02/{name}/{video.last:06d}.png")
        yield Piece(f"training/label_02/{name}.txt", _labels(sample, video).encode("utf-8"))
    if turned:
        yield Said(
            f"{turned:,} pictures have another P2 than their video's first one, whose calibration is that of all"
        )


def _calibration(projection: Matrix) -> str:
    # Named as KITTI's own files of this benchmark name them, these without a colon. The lidar is nobody's.
    lines = [
        *projection_lines(projection),
        "R_rect 1 0 0 0 1 0 0 0 1",
        "Tr_velo_cam 0 -1 0 0 0 0 -1 0 1 0 0 0",
        "Tr_imu_velo 1 0 0 0 0 1 0 0 0 0 1 0",
    ]
    return "\n".join(lines) + "\n"


def _labels(sample: Sample, video: Video) -> str:
    objects = {item.id: item for item in sample.record.objects}
    level = level_from_world(sample.record.camera)
    rows = []
    for thing in sample.things:
        rest = row_of(thing, objects[thing.id], level).split(" ", 2)[2]
        name = TYPES.get(thing.category.name, _OTHER)
        rows.append(f"{video.last} {thing.id} {name} {_truncated(thing)} {rest}")
    for thing in sample.ignored:
        x, y, width, height = thing.bbox
        rows.append(f"{video.last} {_IGNORED.format(box=f'{x:.2f} {y:.2f} {x + width - 1:.2f} {y + height - 1:.2f}')}")
    return "".join(rows)


def _truncated(thing: StoredInstance) -> int:
    """0 is not truncated, 1 partly, 2 largely."""
    return int(thing.truncation > _PARTLY) + int(thing.truncation > _LARGELY)


KITTI_TRACKING = Exporter(
    _NAME,
    "KITTI's tracking benchmark: image_02, label_02 and calib by video",
    _files,
    "masks and stuff; lenses that bend lines; things that lean; more than one camera; LiDARs; the camera's way (oxts)",
)
