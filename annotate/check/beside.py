"""What was decided and scored beside the frames: splits.json, review.jsonl and flags.jsonl."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from longtail.annotate.check.finding import Finding
from longtail.annotate.choosing.decisions import REVIEW, decisions_of
from longtail.annotate.choosing.splits import SPLITS, Splits
from longtail.annotate.choosing.stored_flags import FLAGS, StoredFlags
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.errors import DatasetError

_FILES: dict[str, tuple[str, Callable[[Dataset], object]]] = {
    SPLITS: ("splits of this dataset; `longtail split` decides them anew", Splits.decided),
    REVIEW: ("decisions on this dataset", decisions_of),
    FLAGS: ("flags of this dataset; `longtail stats` writes them anew", StoredFlags.among),
}


def check_beside(dataset: Dataset, indices: Collection[int]) -> Iterator[Finding]:
    """A finding for each of these files that nobody can use, and for decisions on frames that nobody asked for."""
    for path, (expected, read) in _FILES.items():
        try:
            read(dataset)
        except DatasetError as error:
            yield Finding(path, None, expected, str(error))
            continue
        if path == REVIEW:
            strange = sorted(frozenset(decisions_of(dataset)).difference(indices, dataset.info.asked()))
            if strange:
                yield Finding(path, None, "decisions on frames that were asked for", f"one on frame {strange[0]}")
