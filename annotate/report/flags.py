"""What is marked on frames: named flags, by which the report filters."""

from __future__ import annotations

from collections.abc import Sequence

from longtail.annotate.choosing.stored_flags import StoredFlags
from longtail.annotate.dataset.dataset import Dataset


def flags_of(dataset: Dataset) -> dict[int, Sequence[str]]:
    """The names of each flagged frame's flags, by the frame's index, as they are kept beside the dataset.

    Frames without any are left out. DatasetError where the file is damaged, or another dataset's.
    """
    stored = StoredFlags.among(dataset)
    return {index: [one.name for one in raised] for index, raised in stored.raised.items()} if stored else {}
