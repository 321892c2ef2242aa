"""From frame records to the dataset's COCO files: one pass, in index order, whatever order the frames were made in."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from annotate.ahead import ahead
from annotate.atomic import replacing
from annotate.dataset import Dataset
from annotate.documents import FrameLines, documents_of, kept
from annotate.layout import record_path


@dataclass(frozen=True)
class Merged:
    """What a merge found: how many frames there are and which of those asked for are not."""

    frames: int
    annotations: int
    missing: tuple[int, ...]


def merge(root: Path | Dataset) -> Merged:
    """Write annotations/*.json of the dataset in `root` from its frame records.

    The time is linear in the records' size, the memory a few hundred bytes a frame. Files appear whole or not at
    all. DatasetError where a record is damaged.
    """
    dataset = root if isinstance(root, Dataset) else Dataset.open(root)
    return write_documents(dataset, ahead(partial(frame_lines, dataset), dataset.frames()))


def frame_lines(dataset: Dataset, index: int) -> FrameLines:
    """What the documents need of a frame; DatasetError where its record is missing or damaged."""
    return FrameLines.of(index, dataset.record_bytes(index), dataset.files.at(record_path(index)))


def write_documents(dataset: Dataset, frames: Iterable[FrameLines]) -> Merged:
    """Write the dataset's annotations/*.json from its frames in ascending order, which are looked at one by one."""
    annotations = 0
    present = set()
    with ExitStack() as stack:
        outputs = [(document, stack.enter_context(replacing(dataset.root / document.path)))
                   for document in documents_of(dataset.info)]  # fmt: skip
        for document, file in outputs:
            file.write(document.head())
        for lines in frames:
            present.add(lines.index)
            annotations += len(kept(lines.annotations, dataset.info))
            for document, file in outputs:
                file.write(document.frame(lines))
        for document, file in outputs:
            file.write(document.tail())
    missing = tuple(sorted(set(range(dataset.info.frames)) - present))
    return Merged(len(present), annotations, missing)
