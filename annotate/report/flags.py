"""What is marked on frames: named flags, by which the report filters."""

from __future__ import annotations

<<<<<<< HEAD
from collections.abc import Sequence

from longtail.annotate.choosing.stored_flags import StoredFlags
from longtail.annotate.dataset.dataset import Dataset


def flags_of(dataset: Dataset) -> dict[int, Sequence[str]]:
    """The names of each flagged frame's flags, by the frame's index, as they are kept beside the dataset.

    Frames without any are left out. DatasetError where the file is damaged.
    """
    stored = StoredFlags.among(dataset)
    return {index: [one.name for one in raised] for index, raised in stored.raised.items()} if stored else {}
=======
import json

from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.files import read
from longtail.annotate.errors import DatasetError

FLAGS = "flags.jsonl"
"""Beside the dataset: a line that says whose flags they are, then one for each frame."""


def flags_of(dataset: Dataset) -> dict[int, list[str]]:
    """The names of each flagged frame's flags, by the frame's index; nothing where nobody scored this dataset's frames.

    DatasetError where the file is damaged.
    """
    try:
        data = read(dataset.files, FLAGS)
    except FileNotFoundError:
        return {}
    try:
        head, *lines = map(json.loads, data.splitlines())
        if (head["digest"], head["seed"]) != (dataset.info.digest, dataset.info.seed):
            return {}
        return {int(line["frame"]): [str(flag["name"]) for flag in line["flags"]] for line in lines if line["flags"]}
    except (ValueError, TypeError, KeyError) as error:
        where = dataset.files.at(FLAGS)
        raise DatasetError(
            f"{where}: expected flags of frames, got another file ({error}); `longtail stats` writes it anew"
        ) from error
>>>>>>> report
