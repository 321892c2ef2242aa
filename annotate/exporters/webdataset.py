"""WebDataset: tars of samples, a set of them for each split.

The format: https://github.com/webdataset/webdataset#the-webdataset-format. A sample's members share their name up to
the first dot: the picture `000012.png` (or jpg, webp), `000012.json` with what most want to know, `000012.record.json`
with all that is known, and its layers as `000012.semantic.png`. Layers of 16 bits end in `.png16`: `.decode("rgb8")`
takes what ends in `.png`, and makes 8 bits of it. They are PNGs all the same.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator

from longtail.annotate.exporters.exporter import Exporter, Output, Piece
from longtail.annotate.exporters.growing import document, line
from longtail.annotate.exporters.selection import Sample, Selection
from longtail.annotate.exporters.table_row import row_of

_FRAMES_A_TAR = 100
_PNG_DEPTH = 24
"""The byte of a PNG that has its bits for each channel (PNG, third edition, 11.2.1)."""


def _files(selection: Selection) -> Iterator[Output]:
    counts = dict.fromkeys(selection.splits.names, 0)
    layers = [name for name in selection.info.layers() if name != "images"]
    for sample in selection.samples():
        path = _tar(sample.split, counts[sample.split])
        for member, data in _members(selection, sample, layers):
            yield Piece(path, _packed(member, data))
        counts[sample.split] += 1
        if counts[sample.split] % _FRAMES_A_TAR == 0:
            yield Piece(path, _END)
    for split, count in counts.items():
        if count % _FRAMES_A_TAR:
            yield Piece(_tar(split, count), _END)
    yield Piece("classes.json", document(selection.class_names))


_END = b"\0" * 2 * tarfile.BLOCKSIZE


def _tar(split: str, count: int) -> str:
    return f"{split}-{count // _FRAMES_A_TAR:06d}.tar"


def _members(selection: Selection, sample: Sample, layers: list[str]) -> Iterator[tuple[str, bytes]]:
    yield sample.file, sample.picture()
    yield f"{sample.name}.json", f"{line(row_of(selection, sample))}\n".encode("ascii")
    yield f"{sample.name}.record.json", selection.dataset.record_bytes(sample.index)
    for layer in layers:
        data, ending = sample.stored(layer), sample.path(layer).rpartition(".")[2]
        deep = ending == "png" and data[_PNG_DEPTH] == 16
        # A slash would end the sample's key.
        yield f"{sample.name}.{layer.replace('/', '_')}.{ending}{'16' if deep else ''}", data


def _packed(name: str, data: bytes) -> bytes:
    """A member of a tar, without time and owner: the same data give the same bytes."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o644
    padding = -len(data) % tarfile.BLOCKSIZE
    return member.tobuf(tarfile.USTAR_FORMAT) + data + b"\0" * padding


WEBDATASET = Exporter(
    "webdataset",
    "WebDataset tars with pictures, layers and labels",
    _files,
)
