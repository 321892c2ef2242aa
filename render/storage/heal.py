"""Frames that a crash of the machine left damaged: found when a run is gone on with, and taken out to be made again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from longtail.annotate.dataset.ahead import ahead
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.record_text import RecordText
from longtail.annotate.dataset.stored import files_of
from longtail.annotate.errors import DatasetError
from longtail.render.watching.events import last_done

# What was written last is what a power cut may have torn; reading everything would take hours for a million frames.
_DEEP_FRAMES = 200


def damaged(dataset: Dataset) -> Iterator[tuple[int, str]]:
    """Every frame that is not as its record says, and what is wrong with it.

    Each record must carry its own SHA-256 and each file have the size that the record states; of the frames that were
    committed last, by logs/events.jsonl, the files' digests are compared as well. `longtail check` compares all.
    """
    deep = frozenset(last_done(dataset.root, _DEEP_FRAMES))
    indices = dataset.frames()
    for index, fault in zip(indices, ahead(partial(_fault, dataset, deep), indices), strict=True):
        if fault is not None:
            yield index, fault


def _fault(dataset: Dataset, deep: frozenset[int], index: int) -> str | None:
    where = record_path(index)
    try:
        text = RecordText.of(dataset.record_bytes(index), where)
        if text.line("frame") != str(index).encode():
            return f"{where}: expected the record of frame {index}, got another's"
        entries = files_of(text.line("files"), where)
    except (DatasetError, ValueError) as error:
        return str(error)
    for path, entry in entries.items():
        if fault := dataset.file_fault(path, entry, deep=index in deep):
            expected, came = fault
            return f"{path}: expected {expected}, got {came}"
    return None
