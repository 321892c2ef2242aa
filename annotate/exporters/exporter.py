"""What an exporter is: from a dataset and its splits to files, which it describes and does not write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.exporters.splits import Splits


@dataclass(frozen=True)
class Made:
    """A file that the exporter makes, with its bytes. Paths are relative to the export, with slashes."""

    path: str
    data: bytes


@dataclass(frozen=True)
class Taken:
    """A file of the dataset, at `source` there, as it is: linked where the file system can, copied elsewhere."""

    path: str
    source: str


@dataclass(frozen=True)
class Exporter:
    """One format. `name` is its word on the command line, `summary` what `longtail list exporters` says of it.

    `files` is a pure function: the same dataset and splits give the same files in the same order. It reads records one
    at a time, raises DatasetError for a dataset that the format cannot hold, and writes nothing.
    """

    name: str
    summary: str
    files: Callable[[Dataset, Splits], Iterator[Made | Taken]]
