"""YouTube-VIS: masks along videos, a file for each split.

The format: https://youtube-vos.org/dataset/vis, and its API (https://github.com/youtubevos/cocoapi). An annotation is a
track, which has a box, an area and an uncompressed run-length code for each picture of its video, null where it is not
seen. Boxes are [x, y, width, height] with (0, 0) at the top-left corner of the first pixel. A track is a crowd where it
counts in none of its pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.exporters.coco import document_head, in_order
from longtail.annotate.exporters.coco_masks import uncompressed
from longtail.annotate.exporters.exporter import Exporter, Output, Piece
from longtail.annotate.exporters.growing import GrowingJson, line
from longtail.annotate.exporters.pictures import picture_as
from longtail.annotate.exporters.selection import Selection
from longtail.annotate.exporters.videos import Video, videos_of

_NAME = "youtube-vis"


@dataclass(eq=False)
class _Track:
    """One thing in the making of its video's annotations: what is seen of it by the places of pictures."""

    first: StoredInstance
    seen: dict[int, StoredInstance] = field(default_factory=dict)

    def row(self, number: int, video: Video) -> dict[str, Any]:
        pictures = [self.seen.get(place) for place in range(len(video.times_s))]
        width, height = video.size_px
        return {
            "id": number,
            "video_id": video.number,
            "category_id": self.first.category_id,
            "instance_id": self.first.id,
            "width": width,
            "height": height,
            "length": 1,
            "segmentations": [thing and uncompressed(thing) for thing in pictures],
            "bboxes": [thing and list(thing.bbox) for thing in pictures],
            "areas": [thing and thing.area for thing in pictures],
            "iscrowd": int(all(thing.ignore for thing in self.seen.values())),
        }


class _Split:
    """The file of a split. Pictures are named at its end: some 30 bytes of each wait for it."""

    def __init__(self, name: str, head: str) -> None:
        self.document = GrowingJson(f"{name}/instances.json", head, "")
        self._videos: list[str] = []
        self._tracks = 0

    def add(self, video: Video, tracks: dict[int, _Track], files: list[str]) -> Iterator[Piece]:
        width, height = video.size_px
        about = {"id": video.number, "width": width, "height": height, "length": len(files), "file_names": files}
        self._videos.append(line({**about, "license": 1, "rate_hz": video.rate_hz}))
        for _, track in sorted(tracks.items()):
            self._tracks += 1
            yield self.document.row(track.row(self._tracks, video))

    def end(self) -> Iterator[Piece]:
        yield self.document.end()
        yield Piece(self.document.path, ('],\n"videos":[\n' + ",\n".join(self._videos) + "\n]\n}\n").encode("ascii"))


def _files(selection: Selection) -> Iterator[Output]:
    things = [row for row in selection.taxonomy.to_json() if row["isthing"]]
    head = document_head(selection, things)
    splits = {name: _Split(name, head) for name in selection.splits.names}
    for split in splits.values():
        yield split.document.begin()
    tracks: dict[int, dict[int, _Track]] = {}
    files: dict[int, list[str]] = {}
    for video, sample in videos_of(selection, _NAME):
        if sample is None:
            yield from splits[video.split].add(video, tracks.pop(video.number, {}), files.pop(video.number))
            continue
        files.setdefault(video.number, []).append(f"{video.name}/{video.last:05d}.jpg")
        yield picture_as(sample, "jpg", f"{video.split}/JPEGImages/{files[video.number][-1]}")
        for thing in in_order(sample):
            own = tracks.setdefault(video.number, {}).setdefault(thing.id, _Track(thing))
            own.seen[video.last] = thing
    for split in splits.values():
        yield from split.end()


YOUTUBE_VIS = Exporter(
    _NAME,
    "YouTube-VIS: instance masks along videos",
    _files,
    "stuff, depth, cameras, 3D boxes and things that no pixel shows; which pictures of a track nobody could annotate",
)
