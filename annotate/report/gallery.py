"""The report's pictures: small JPEGs, their masks as clear PNGs of a few colours, and boxes for the page to draw."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.labels.draw import Palette, colour_of, drawn_of, ink_on, outlines, palette
from longtail.annotate.labels.taxonomy import Taxonomy
from longtail.annotate.statistics.brightness import evenly

MOST_FRAMES = 24
_WIDE_PX, _NARROW_PX = 640, 480
"""Widths for up to half of `MOST_FRAMES` and for more: 24 frames then take little more of the page than 12."""
_JPEG = (cv2.IMWRITE_JPEG_QUALITY, 80)
_OUTLINE = 256
"""What is added to a category's id where its thing has an outline."""


@dataclass(frozen=True)
class BoxShown:
    """A box in the page's drawing: [x, y, w, h] in the frame's pixels, colours as CSS, and what hovering tells.

    `name_at` is where its name's baseline starts; None where another name is in the way.
    """

    box: tuple[int, int, int, int]
    colour: str
    ink: str
    name: str
    note: str
    ignored: bool
    name_at: tuple[float, float] | None


@dataclass(frozen=True)
class Picture:
    """One frame in the gallery. `image` and `masks` are data URLs; masks are None where the dataset has none."""

    index: int
    file: str
    condition: str
    width_px: int
    height_px: int
    image: str
    masks: str | None
    boxes: tuple[BoxShown, ...]


def gallery(dataset: Dataset, most: int = MOST_FRAMES) -> list[Picture]:
    """Up to `most` frames, evenly spread over the dataset."""
    indices = evenly(dataset.frames(), most)
    width_px = _WIDE_PX if len(indices) <= MOST_FRAMES // 2 else _NARROW_PX
    return [_picture(dataset, index, width_px) for index in indices]


def _picture(dataset: Dataset, index: int, width_px: int) -> Picture:
    record = dataset.record(index)
    width, height = record.camera.size_px
    shown = (min(width, width_px), max(1, round(height * min(width, width_px) / width)))
    small = cv2.resize(dataset.read("images", index), shown, interpolation=cv2.INTER_AREA)
    _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), _JPEG)
    return Picture(
        index,
        dataset.info.layers()["images"].path(index),
        record.condition,
        width,
        height,
        _data_url("image/jpeg", jpeg.tobytes()),
        _masks(dataset, index, shown),
        _boxes(record.instances, width),
    )


def _masks(dataset: Dataset, index: int, size: tuple[int, int]) -> str | None:
    """Category ids, and outlines of things, as a PNG whose palette has the colours and their opacity."""
    layers = dataset.info.layers()
    if "semantic" in layers:
        semantic = dataset.read("semantic", index)
    elif "panoptic" in layers:
        semantic = dataset.read("panoptic", index) >> 16
    else:
        return None
    semantic = _nearest(semantic, size)
    if "instance" in layers:
        edges = outlines(_nearest(dataset.read("instance", index), size))
        semantic = np.where(edges, semantic + _OUTLINE, semantic)
    places, colours = _indexed(semantic, dataset.info.taxonomy)
    picture = Image.fromarray(places).convert("L")
    picture.putpalette(colours[:, :3].tobytes())
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True, transparency=colours[:, 3].tobytes())
    return _data_url("image/png", file.getvalue())


def _indexed(ids: NDArray[np.int32], taxonomy: Taxonomy) -> tuple[NDArray[np.uint8], Palette]:
    """Places (H, W) in a palette of the colours that occur; outlines, which are opaque, where it has room for them."""
    shown, places = np.unique(ids, return_inverse=True)
    if shown.size > 256:
        shown, places = np.unique(ids % _OUTLINE, return_inverse=True)
    colours = palette(taxonomy)[shown % _OUTLINE]
    colours[shown >= _OUTLINE, 3] = 255
    return places.reshape(ids.shape).astype(np.uint8), colours


def _nearest(mask: NDArray[np.integer[Any]], size: tuple[int, int]) -> NDArray[np.int32]:
    return np.asarray(cv2.resize(mask.astype(np.int32), size, interpolation=cv2.INTER_NEAREST_EXACT), dtype=np.int32)


def _boxes(instances: Sequence[StoredInstance], width_px: int) -> tuple[BoxShown, ...]:
    """Large boxes first, so that small ones lie on top and can be hovered; names where no other name is in the way."""
    drawn = zip(drawn_of(instances), instances, strict=True)
    rows = sorted(drawn, key=lambda row: (-row[0].box[2] * row[0].box[3], row[0].id))
    shown = []
    text_px = width_px / 40
    taken: list[tuple[float, float, float]] = []
    for thing, label in rows:
        fraction = label.visible_fraction
        seen = "" if fraction is None else f", {fraction:.0%} visible"
        if label.ignored_for:
            seen += f", ignored for its {' and '.join(name.replace('_', ' ') for name in label.ignored_for)}"
        colour = colour_of(thing.category)
        # The page's fonts are not known; 0.62 of the height is a wide letter.
        long = 0.62 * text_px * len(thing.name)
        x, y = max(0.0, min(thing.box[0] + text_px / 8, width_px - long)), max(thing.box[1] - text_px / 6, text_px)
        end = x + long
        free = all(abs(y - line) > 1.3 * text_px or x > last or end < first for first, last, line in taken)
        named = free and not thing.ignored and max(thing.box[2:]) > 1.5 * text_px
        if named:
            taken.append((x, end, y))
        shown.append(
            BoxShown(
                thing.box,
                _css(colour),
                _css(ink_on(colour)),
                thing.name,
                f"{thing.name} {thing.id}: {label.area} px{seen}, {label.asset}",
                thing.ignored,
                (round(x, 1), round(y, 1)) if named else None,
            )
        )
    return tuple(shown)


def _css(colour: tuple[int, int, int]) -> str:
    return f"#{colour[0]:02x}{colour[1]:02x}{colour[2]:02x}"


def _data_url(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
