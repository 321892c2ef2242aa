"""Hugging Face's datasets as Parquet: pictures, masks and depth as columns, files of some hundred rows.

The format: https://huggingface.co/docs/hub/datasets-parquet, and the metadata that the library `datasets` keeps in the
schema. README.md begins with what the hub and `load_dataset` want to know. pyarrow is an extra: `parquet`.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator
from typing import Any

from longtail.annotate.errors import MachineError
from longtail.annotate.exporters.exporter import Exporter, Output, Piece
from longtail.annotate.exporters.hub import SPLITS, features_of, preface
from longtail.annotate.exporters.selection import Sample, Selection
from longtail.annotate.exporters.table_row import row_of

_LAYERS = ("semantic", "instance", "depth")
"""What there is beside the picture, where the dataset has it."""

_FRAMES_A_FILE = 200
_FRAMES_A_GROUP = 10
"""Pictures that wait in memory until a row group is written."""


def _layers(selection: Selection) -> tuple[str, ...]:
    return tuple(name for name in _LAYERS if name in selection.info.layers())


def _files(selection: Selection) -> Iterator[Output]:
    layers = _layers(selection)
    tables = {name: _Table(selection, name, layers) for name in selection.splits.names}
    for sample in selection.samples():
        yield from tables[sample.split].add(sample)
    for table in tables.values():
        yield from table.end()


class _Table:
    """The Parquet files of a split, in the making."""

    def __init__(self, selection: Selection, split: str, layers: tuple[str, ...]) -> None:
        self._arrow = _arrow()
        self._selection, self._layers = selection, layers
        self._split = SPLITS[split]
        self._files = math.ceil(selection.counts[split] / _FRAMES_A_FILE)
        self._number, self._in_file = 0, 0
        self._rows: list[dict[str, Any]] = []
        self._sink = _Sink()
        self._writer: Any = None
        features = features_of(selection, layers)
        about = {"huggingface": json.dumps({"info": {"features": features}})}
        self._schema = self._arrow.schema([(n, self._type(kind)) for n, kind in features.items()], metadata=about)

    def _type(self, kind: dict[str, Any]) -> Any:
        arrow = self._arrow
        match kind.get("_type"):
            case "Image":
                return arrow.struct([("bytes", arrow.binary()), ("path", arrow.string())])
            case "Value":
                return arrow.type_for_alias(kind["dtype"])
            case "ClassLabel":
                return arrow.int64()
            case "Sequence":
                return arrow.list_(self._type(kind["feature"]), kind["length"])
        return arrow.struct([(name, self._type(inner)) for name, inner in kind.items()])

    def add(self, sample: Sample) -> Iterator[Piece]:
        layers = {name: {"bytes": sample.stored(name), "path": f"{sample.name}.{name}.png"} for name in self._layers}
        picture = {"bytes": sample.picture(), "path": sample.file}
        self._rows.append({"image": picture, **layers, **row_of(self._selection, sample)})
        if len(self._rows) == _FRAMES_A_GROUP:
            yield from self._write()
        if self._in_file == _FRAMES_A_FILE:
            yield from self._close()

    def end(self) -> Iterator[Piece]:
        yield from self._write()
        yield from self._close()

    def _write(self) -> Iterator[Piece]:
        if not self._rows:
            return
        if self._writer is None:
            self._sink = _Sink()
            self._writer = self._arrow.parquet.ParquetWriter(self._sink, self._schema)
        self._writer.write_table(self._arrow.Table.from_pylist(self._rows, schema=self._schema))
        self._in_file += len(self._rows)
        self._rows = []
        yield self._piece()

    def _close(self) -> Iterator[Piece]:
        if self._writer is not None:
            self._writer.close()
            yield self._piece()
            self._writer = None
            self._number, self._in_file = self._number + 1, 0

    def _piece(self) -> Piece:
        return Piece(f"data/{self._split}-{self._number:05d}-of-{self._files:05d}.parquet", self._sink.taken())


class _Sink(io.RawIOBase):
    """What Parquet is written to: it hands on what came since it was asked before."""

    def __init__(self) -> None:
        self._waiting, self._position = bytearray(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        self._position += len(data)
        return len(data)

    def tell(self) -> int:
        return self._position

    def taken(self) -> bytes:
        """What was written since the last time."""
        data = bytes(self._waiting)
        self._waiting.clear()
        return data


def _arrow() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MachineError(
            "huggingface-parquet: expected pyarrow, which is not installed; in Longtail's folder, pip install "
            f"'.[parquet]' ({error}), or export --to huggingface, which needs none"
        ) from error
    return pyarrow


def _preface(selection: Selection) -> str:
    return preface(selection, "data/{}-*.parquet", _layers(selection))


HUGGINGFACE_PARQUET = Exporter(
    "huggingface-parquet",
    "Parquet with pictures, masks and depth, for load_dataset",
    _files,
    "cameras, 3D boxes and hidden things",
    preface=_preface,
)
