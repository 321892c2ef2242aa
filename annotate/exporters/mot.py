"""MOTChallenge: a folder for each video, with `img1`, `gt/gt.txt` and `seqinfo.ini`.

The format: https://motchallenge.net/instructions, and Milan et al., MOT16: A Benchmark for Multi-Object Tracking, 2016
(arXiv 1603.00831), table 5 for the classes. A row of gt.txt is frame, id, left, top, width, height, whether it counts,
class, visible share. Frames, ids and pixels count from 1: what begins in the first column has its left at 1.

Boxes are those of whole things, as MOTChallenge has them, where the dataset has silhouettes, and of what is seen else.
"""

from __future__ import annotations

from collections.abc import Iterator

from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.exporters.coco import in_order
from longtail.annotate.exporters.exporter import Exporter, Made, Output, Piece, Said
from longtail.annotate.exporters.pictures import picture_as
from longtail.annotate.exporters.selection import Selection
from longtail.annotate.exporters.videos import Video, videos_of

_NAME = "mot"
_PEDESTRIAN, _ON_VEHICLE, _CAR, _BICYCLE, _MOTORBIKE, _STATIC = 1, 2, 3, 4, 5, 7
CLASSES = {
    "person": _PEDESTRIAN,
    "rider": _ON_VEHICLE,
    **dict.fromkeys(("car", "van", "truck", "bus"), _CAR),
    "bicycle": _BICYCLE,
    "motorcycle": _MOTORBIKE,
}
"""MOTChallenge's classes of our categories; it has none for the others."""
_RESTING = ("sitting", "lying")

_SEEN_ALONE = (
    "The dataset was rendered without the output amodal: boxes are those of what is seen, and MOTChallenge's own reach "
    "around what hides things"
)


def _files(selection: Selection) -> Iterator[Output]:
    if "amodal" not in selection.info.outputs:
        yield Said(_SEEN_ALONE)
    for split in selection.splits.names:
        yield Piece(f"seqmaps/longtail-{split}.txt", b"name\n")
    left_out = 0
    for video, sample in videos_of(selection, _NAME):
        folder = f"{video.split}/{video.name}"
        if sample is None:
            yield Made(f"{folder}/seqinfo.ini", _about(selection, video).encode("ascii"))
            continue
        if video.last == 0:
            yield Piece(f"seqmaps/longtail-{video.split}.txt", f"{video.name}\n".encode("ascii"))
        ending = _ending(selection)
        yield picture_as(sample, ending, f"{folder}/img1/{video.last + 1:06d}.{ending}")
        rows = [row for thing in in_order(sample) if (row := _row(thing, video.last + 1))]
        left_out += len(sample.things) + len(sample.ignored) - len(rows)
        yield Piece(f"{folder}/gt/gt.txt", "".join(rows).encode("ascii"))
    if left_out:
        yield Said(f"{left_out:,} boxes of things for which MOTChallenge has no class are left out")


def _ending(selection: Selection) -> str:
    return "jpg" if selection.info.image_format == "jpg" else "png"


def _about(selection: Selection, video: Video) -> str:
    width, height = video.size_px
    return (
        f"[Sequence]\nname={video.name}\nimDir=img1\nframeRate={video.rate_hz:g}\nseqLength={len(video.times_s)}\n"
        f"imWidth={width}\nimHeight={height}\nimExt=.{_ending(selection)}\n"
    )


def _row(thing: StoredInstance, frame: int) -> str:
    """A line of gt.txt; "" where MOTChallenge has no class for the thing."""
    kind = class_of(thing)
    if kind is None:
        return ""
    x, y, width, height = thing.amodal.bbox if thing.amodal else thing.bbox
    counts, seen = int(not thing.ignore), thing.visible_fraction or 0.0
    return f"{frame},{thing.id},{x + 1},{y + 1},{width},{height},{counts},{kind},{seen:.6f}\n"


def class_of(thing: StoredInstance) -> int | None:
    """MOTChallenge's class; people who sit or lie are static."""
    kind = CLASSES.get(thing.category.name)
    if kind == _PEDESTRIAN and (thing.attributes or {}).get("state") in _RESTING:
        return _STATIC
    return kind


MOT = Exporter(
    _NAME,
    "MOTChallenge: boxes of people and vehicles along videos",
    _files,
    "masks and stuff; cameras and 3D boxes; things that are no person and no vehicle; things that no pixel shows",
)
