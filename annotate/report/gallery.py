"""The pictures that a report holds in itself: small ones, with their layers, and what is known of their things."""

from __future__ import annotations

import base64
import io
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.processes import in_processes
from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.report.layers import Rgba, Scale, is_over_the_picture, painted, shown_layers
from longtail.annotate.statistics.brightness import evenly

MOST_PICTURES = 24
_WIDE_PX, _NARROW_PX = 640, 480
"""Widths for up to half of `MOST_PICTURES` and for more: 24 pictures then take little more of the page than 12."""
_QUALITY, _LAYERS_QUALITY = 78, 60
_WORTH_A_PROCESS = 24


@dataclass(frozen=True)
class Thing:
    """A thing of a picture: its category's id, its box [x, y, w, h] in pixels, and what else is known of it."""

    category: int
    box: tuple[int, int, int, int]
    note: str
    ignored: bool


@dataclass(frozen=True)
class Picture:
    """A frame that the report holds. `image` and `layers` are data URLs."""

    index: int
    image: str
    layers: dict[str, str]
    things: tuple[Thing, ...]


def gallery(
    dataset: Dataset, scale: Scale, most: int = MOST_PICTURES, also: Collection[int] = (), workers: int = 1
) -> list[Picture]:
    """Up to `most` frames, evenly spread over the dataset, and as many of those of `also`, by ascending index."""
    there = dataset.frames()
    indices = sorted({*evenly(there, most), *evenly(sorted(set(also) & set(there)), most)}) if most else []
    width_px = _WIDE_PX if len(indices) <= MOST_PICTURES // 2 else _NARROW_PX
    processes = min(workers, len(indices) // _WORTH_A_PROCESS)
    with closing(in_processes(partial(_picture, dataset, scale, width_px), indices, processes)) as pictures:
        return list(pictures)


def offered(dataset: Dataset, pictures: Sequence[Picture]) -> list[str]:
    """The layers that one can choose among: those that some picture has, or all where there are no pictures."""
    return [
        name for name in shown_layers(dataset) if not pictures or any(name in picture.layers for picture in pictures)
    ]


def scale_of(dataset: Dataset) -> Scale:
    """What colours of distances are to mean in all of a dataset's pictures, from eight of them."""
    layer = next((name for name in ("depth", "distance") if name in dataset.info.layers()), None)
    if layer is None:
        return Scale()
    depths = [dataset.read(layer, index)[::4, ::4].ravel() for index in evenly(dataset.frames(), 8)]
    return Scale.of(np.concatenate(depths)) if depths else Scale()


def _picture(dataset: Dataset, scale: Scale, width_px: int, index: int) -> Picture:
    record = dataset.record(index)
    width, height = record.camera.size_px
    size = (min(width, width_px), max(1, round(height * min(width, width_px) / width)))
    small = np.asarray(cv2.resize(dataset.read("images", index), size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    drawn = {name: painted(dataset, name, index, size, scale) for name in shown_layers(dataset)}
    layers = {name: _layer(layer, flat=is_over_the_picture(name)) for name, layer in drawn.items() if layer is not None}
    # Large boxes first, so that small ones lie on top and can be pointed at.
    rows = sorted(record.instances, key=lambda row: (-row.bbox[2] * row.bbox[3], row.id))
    things = tuple(Thing(row.category_id, row.bbox, _note(row), row.ignore) for row in rows)
    return Picture(index, _webp(small, _QUALITY), layers, things)


def _note(thing: StoredInstance) -> str:
    """What pointing at a thing tells of it."""
    parts = [f"{thing.area:,} px"]
    if thing.visible_fraction is not None:
        parts.append(f"{thing.visible_fraction:.0%} visible")
    if thing.ignored_for:
        parts.append(f"ignored for its {' and '.join(name.replace('_', ' ') for name in thing.ignored_for)}")
    return ", ".join([*parts, thing.asset])


def _layer(layer: Rgba, *, flat: bool) -> str:
    """A layer as PNG where it has few colours, else as WebP, whose edges are soft."""
    if flat and (picture := _few_colours(layer)) is not None:
        return picture
    return _webp(layer if (layer[..., 3] < 255).any() else layer[..., :3], _LAYERS_QUALITY)


def _few_colours(layer: Rgba) -> str | None:
    """A PNG with a palette; None where that has not room for all colours."""
    packed = np.ascontiguousarray(layer).view("<u4")[..., 0]
    shown, places = np.unique(packed, return_inverse=True)
    if shown.size > 256:
        return None
    colours = shown.astype("<u4").view(np.uint8).reshape(-1, 4)
    picture = Image.fromarray(places.reshape(packed.shape).astype(np.uint8)).convert("L")
    picture.putpalette(colours[:, :3].tobytes())
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True, transparency=colours[:, 3].tobytes())
    return _data_url("image/png", file.getvalue())


def _webp(picture: NDArray[np.uint8], quality: int) -> str:
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(picture)).save(file, "WEBP", quality=quality, method=4)
    return _data_url("image/webp", file.getvalue())


def _data_url(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
