"""The dataset's COCO files, made piece by piece from frame records in index order.

A document is bytes: `head()`, one `frame()` per record, the pieces of `tail()`. Nothing but the list of images is kept
in between, in a temporary file where it is long (some 250 bytes a frame), and the tracks of videos, so that a dataset
of any size is merged in one pass; images come last in the file for this reason. The formats:
https://cocodataset.org/#format-data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Protocol

from longtail.annotate.dataset.dataset import DatasetInfo
from longtail.annotate.dataset.layers import LAYERS
from longtail.annotate.dataset.layout import frame_name
from longtail.annotate.dataset.record import dump_line
from longtail.annotate.dataset.record_text import RecordText
from longtail.annotate.dataset.shelf import Rows
from longtail.annotate.dataset.videos import Videos, is_of_video, written_track
from longtail.annotate.errors import DatasetError
from longtail.annotate.labels.keypoints import with_keypoints


@dataclass(frozen=True)
class FrameLines:
    """What the documents need of one record, as lines of JSON that the record's digest vouches for.

    `counted` has a place for each of the `annotations`: without its flags, and None where it is ignored.
    """

    index: int
    image: bytes
    annotations: list[bytes]
    counted: list[bytes | None]
    segments: list[bytes]
    objects: list[bytes]
    files: bytes
    rendered_on: bytes = b"null"
    backed_by: frozenset[str] = frozenset()

    @classmethod
    def of(cls, index: int, data: bytes, where: str) -> FrameLines:
        """DatasetError where `data` is not the record of frame `index`."""
        text = RecordText.of(data, where)
        try:
            if (number := text.line("frame")) != b"%d" % index:
                raise ValueError(f"expected the record of frame {index}, got {number!r}")
            annotations = text.rows("annotations")
            return cls(
                index,
                text.line("image"),
                annotations,
                [RecordText.without_flags(row) for row in annotations],
                text.rows("segments_info"),
                text.rows("objects"),
                text.line("files"),
                text.line("rendered_on"),
                RecordText.backed_by(text.line("extra")),
            )
        except ValueError as error:
            raise DatasetError(f"{where}: {error}") from error

    def categories(self) -> frozenset[int]:
        """The ids of all objects' and segments' categories."""
        return RecordText.categories((*self.objects, *self.segments))

    def assets(self) -> frozenset[str]:
        """The names of all objects' assets, and of those that no object is."""
        return RecordText.assets(self.objects) | self.backed_by


class Document(Protocol):
    """A dataset-level file in the making."""

    path: str

    def __init__(self, info: DatasetInfo) -> None: ...

    def head(self) -> bytes: ...

    def frame(self, lines: FrameLines) -> bytes: ...

    def tail(self) -> Iterator[bytes]: ...


class InstancesDocument:
    """annotations/instances.json: one annotation per thing that a human could annotate, for training and for tools.

    It has no flags that a trainer would have to know. Ids are those of instances_all.json, so some are left out.
    """

    path = "annotations/instances.json"

    def __init__(self, info: DatasetInfo) -> None:
        self._info = info
        self._images = Rows()
        self._videos = Videos()
        self._count = 0
        self._between = b"\n"

    def head(self) -> bytes:
        things = [row for row in self._info.taxonomy.to_json() if row["isthing"]]
        return _head(self._info, with_keypoints(things) if "keypoints" in self._info.outputs else things)

    def frame(self, lines: FrameLines) -> bytes:
        self._images.append(lines.image)
        rows = self._rows(lines)
        if is_of_video(lines.image):
            self._videos.add(json.loads(lines.image), map(written_track, rows))
        pieces = []
        for annotation in rows:
            self._count += 1
            if annotation is not None:
                pieces.append(b'%b{"id": %d, %b' % (self._between, self._count, annotation[1:]))
                self._between = b",\n"
        return b"".join(pieces)

    def tail(self) -> Iterator[bytes]:
        return _tail(self._images, self._videos)

    def _rows(self, lines: FrameLines) -> Sequence[bytes | None]:
        return lines.counted


class AllInstancesDocument(InstancesDocument):
    """annotations/instances_all.json: one annotation per visible thing, ids 1, 2, ... in index order, for evaluation.

    What no human could annotate has `iscrowd` 1, and `ignored_for` says why.
    """

    path = "annotations/instances_all.json"

    def _rows(self, lines: FrameLines) -> Sequence[bytes | None]:
        return lines.annotations


class PanopticDocument:
    """panoptic/panoptic.json: one annotation per frame, its segments in the frame's panoptic PNG beside it.

    In a folder of its own: converters take every JSON in annotations/ for one of instances.
    """

    path = "panoptic/panoptic.json"

    def __init__(self, info: DatasetInfo) -> None:
        self._info = info
        self._images = Rows()

    def head(self) -> bytes:
        return _head(self._info, self._info.taxonomy.to_json())

    def frame(self, lines: FrameLines) -> bytes:
        between = b",\n" if self._images else b"\n"
        self._images.append(lines.image)
        name = PurePosixPath(LAYERS["panoptic"].path(lines.index)).name
        return b'%b{"image_id": %d, "file_name": "%b", "segments_info": [%b]}' % (
            between,
            lines.index + 1,
            name.encode("ascii"),
            b", ".join(lines.segments),
        )

    def tail(self) -> Iterator[bytes]:
        return _tail(self._images)


DOCUMENTS: dict[str, tuple[type[Document], ...]] = {
    "coco": (InstancesDocument, AllInstancesDocument),
    "panoptic": (PanopticDocument,),
}
"""Which output asks for which documents."""


def documents_of(info: DatasetInfo) -> list[Document]:
    """A dataset's documents, empty."""
    return [document(info) for name in DOCUMENTS if name in info.outputs for document in DOCUMENTS[name]]


def _head(info: DatasetInfo, categories: list[dict[str, Any]]) -> bytes:
    about = {
        "description": f"Longtail dataset {info.digest}, seed {info.seed}: frames {frame_name(0)} and on",
        "version": info.versions.get("longtail", ""),
        "config_digest": info.digest,
        "seed": info.seed,
    }
    licences = [{"id": 1, "name": info.licence.name, "url": info.licence.url}]
    rows = ",\n".join(dump_line(category) for category in categories)
    return (
        f'{{\n"info": {dump_line(about)},\n"licenses": {dump_line(licences)},\n'
        f'"categories": [\n{rows}\n],\n"annotations": ['
    ).encode("ascii")


def _tail(images: Rows, videos: Videos | None = None) -> Iterator[bytes]:
    lists = videos.lists() if videos else {}
    more = "".join(f',\n"{name}": [\n' + ",\n".join(map(dump_line, rows)) + "\n]" for name, rows in lists.items())
    yield b'\n],\n"images": [\n'
    yield from images.pieces()
    yield b"\n]" + more.encode("ascii") + b"\n}\n"
