"""Pictures for the formats that have one kind of file alone."""

from __future__ import annotations

from longtail.annotate.exporters.exporter import Made, Taken
from longtail.annotate.exporters.selection import Sample


def picture_as(sample: Sample, ending: str, path: str) -> Made | Taken:
    """A sample's picture at `path` as "png" or "jpg": the dataset's own file where it is one, else encoded anew."""
    if sample.source.endswith(f".{ending}"):
        return Taken(path, sample.source)
    return Made(path, sample.picture(ending))
