"""Hugging Face's image folders: pictures of each split with metadata.jsonl.

The format: https://huggingface.co/docs/datasets/image_dataset. A line has the `file_name` beside it and all columns;
README.md begins with what the hub and `load_dataset` want to know.
"""

from __future__ import annotations

from collections.abc import Iterator

from longtail.annotate.exporters.exporter import Exporter, Output, Piece, Taken
from longtail.annotate.exporters.growing import line
from longtail.annotate.exporters.hub import SPLITS, preface
from longtail.annotate.exporters.selection import Selection
from longtail.annotate.exporters.table_row import row_of


def _files(selection: Selection) -> Iterator[Output]:
    for name in selection.splits.names:
        yield Piece(f"{SPLITS[name]}/metadata.jsonl", b"")
    for sample in selection.samples():
        folder = SPLITS[sample.split]
        yield Taken(f"{folder}/{sample.file}", sample.source)
        row = {"file_name": sample.file, **row_of(selection, sample)}
        yield Piece(f"{folder}/metadata.jsonl", f"{line(row)}\n".encode("ascii"))


def _preface(selection: Selection) -> str:
    return preface(selection, "{}/**")


HUGGINGFACE = Exporter(
    "huggingface",
    "a folder of pictures with metadata.jsonl, for load_dataset",
    _files,
    "stuff, depth, cameras, 3D boxes and hidden things",
    preface=_preface,
)
