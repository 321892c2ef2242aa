"""From frame records to the dataset's COCO files: one pass, in index order, whatever order the frames were made in."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from longtail.annotate.dataset.ahead import ahead
from longtail.annotate.dataset.atomic import replacing
from longtail.annotate.dataset.dataset import Dataset, DatasetInfo
from longtail.annotate.dataset.documents import Document, FrameLines, documents_of
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.rendered_on import RenderedOn


@dataclass(frozen=True)
class Merged:
    """What a merge found: how many frames there are, which of those asked for are not, and what rendered how many.

    `ignored` of the `annotations` stand in instances_all.json alone. `damaged` says what is wrong with frames that were
    left out, of those `missing`, because no part has them whole.
    """

    frames: int
    annotations: int
    ignored: int
    missing: tuple[int, ...]
    rendered_on: Mapping[str, int] = field(default_factory=dict)
    damaged: tuple[str, ...] = ()


class Merger:
    """A dataset's COCO files in the making, which take one frame after another."""

    def __init__(self, info: DatasetInfo, outputs: Sequence[tuple[Document, BinaryIO]]) -> None:
        self._outputs = outputs
        self._frames = 0
        self._asked, self._place = info.asked(), 0
        self._missing: list[int] = []
        self._annotations = self._ignored = 0
        self._rendered_on: Counter[bytes] = Counter()

    def add(self, lines: FrameLines) -> None:
        """One more frame; its index is above all before it."""
        self._frames += 1
        self._missing += self._passed(lines.index)
        self._annotations += len(lines.annotations)
        self._ignored += lines.counted.count(None)
        self._rendered_on[lines.rendered_on] += 1
        for document, file in self._outputs:
            file.write(document.frame(lines))

    def merged(self) -> Merged:
        """What has been added."""
        missing = (*self._missing, *self._asked[self._place :])
        return Merged(self._frames, self._annotations, self._ignored, missing, self._machines())

    def _passed(self, index: int) -> Iterator[int]:
        """The frames below `index` that were asked for and have not come."""
        while self._place < len(self._asked) and self._asked[self._place] <= index:
            if self._asked[self._place] < index:
                yield self._asked[self._place]
            self._place += 1

    def _machines(self) -> dict[str, int]:
        """Frames by what rendered them."""
        known = {RenderedOn.from_json(json.loads(line)): frames for line, frames in self._rendered_on.items()}
        return {machine.title: frames for machine, frames in known.items() if machine is not None}


@contextmanager
def merging(info: DatasetInfo, root: Path) -> Iterator[Merger]:
    """The COCO files below `root`, which take the place of older ones when the block ends well."""
    with ExitStack() as stack:
        outputs = [(document, stack.enter_context(replacing(root / document.path))) for document in documents_of(info)]
        for document, file in outputs:
            file.write(document.head())
        yield Merger(info, outputs)
        for document, file in outputs:
            file.writelines(document.tail())


def merge(root: Path | Dataset) -> Merged:
    """Write the COCO files of the dataset in `root` from its frame records.

    The time is linear in the records' size, the memory some 40 bytes a frame. Files appear whole or not at
    all. DatasetError where a record is damaged.
    """
    dataset = root if isinstance(root, Dataset) else Dataset.open(root)
    return write_documents(dataset, ahead(partial(frame_lines, dataset), dataset.frames()))


def frame_lines(dataset: Dataset, index: int) -> FrameLines:
    """What the documents need of a frame; DatasetError where its record is missing or damaged."""
    return FrameLines.of(index, dataset.record_bytes(index), dataset.files.at(record_path(index)))


def write_documents(dataset: Dataset, frames: Iterable[FrameLines]) -> Merged:
    """Write the dataset's COCO files from its frames in ascending order, which are looked at one by one."""
    with merging(dataset.info, dataset.root) as merger:
        for lines in frames:
            merger.add(lines)
    return merger.merged()
