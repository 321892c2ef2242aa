"""What an exporter is: from a selection of a dataset to files, which it describes and does not write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from longtail.annotate.exporters.selection import Selection


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
class Piece:
    """The next bytes of a file that grows. Files of any size are made so, several at a time."""

    path: str
    data: bytes


@dataclass(frozen=True)
class Said:
    """A sentence about what was made: for the user, and for the export's README.md."""

    text: str


Output = Made | Taken | Piece | Said


def _nothing(_: Selection) -> str:
    return ""


@dataclass(frozen=True)
class Exporter:
    """One format.

    `files` is a pure function: the same selection gives the same files in the same order. It reads records one at a
    time, raises DatasetError for a dataset that the format cannot hold, and writes nothing. README.md is not its to
    make, but it may begin with `preface`.

    Attributes:
        name: its word on the command line
        summary: what `longtail list exporters` says of it
        lacks: what a dataset says that the format cannot, in one line
        layers: the layers that a dataset must have for it, beside its pictures
        preface: how README.md begins, where a reader looks there
    """

    name: str
    summary: str
    files: Callable[[Selection], Iterator[Output]]
    lacks: str = ""
    layers: tuple[str, ...] = ()
    preface: Callable[[Selection], str] = _nothing
