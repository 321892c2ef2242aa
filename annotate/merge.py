"""From frame records to the dataset's COCO files: one pass, in index order, whatever order the frames were made in."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

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


def merge(root: Path) -> Merged:
    """Write annotations/*.json of the dataset in `root` from its frame records.

    The time is linear in the records' size, the memory a few hundred bytes a frame. Files appear whole or not at
    all. DatasetError where a record is damaged.
    """
    dataset = Dataset.open(root)
    indices = dataset.frames()
    annotations = 0
    with ExitStack() as stack:
        outputs = [(document, stack.enter_context(replacing(root / document.path)))
                   for document in documents_of(dataset.info)]  # fmt: skip
        for document, file in outputs:
            file.write(document.head())
        for index in indices:
            lines = FrameLines.of(index, dataset.record_bytes(index), str(root / record_path(index)))
            annotations += len(kept(lines.annotations, dataset.info))
            for document, file in outputs:
                file.write(document.frame(lines))
        for document, file in outputs:
            file.write(document.tail())
    missing = tuple(sorted(set(range(dataset.info.frames)) - set(indices)))
    return Merged(len(indices), annotations, missing)
