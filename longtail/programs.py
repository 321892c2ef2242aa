"""What programs and notebooks call: `longtail.open`, over the same functions as the commands."""

from __future__ import annotations

from pathlib import Path

from longtail.annotate.reading.frames import Frames
from longtail.render.storage.place import dataset_at, place


def open(where: str | Path) -> Frames:  # noqa: A001
    """The frames of the dataset in a folder or at a URL (`s3://bucket/set`), loose files or tars.

    Nothing but dataset.json and the names of the files is read. DatasetError where there is no dataset, ConfigError for
    a URL that is none or whose client is not installed, UnreachableError where a store does not answer.
    """
    return Frames(dataset_at(place(str(where)), Path()))
