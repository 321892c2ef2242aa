"""Labels drawn on a picture: tinted masks, outlines, boxes and names. For people to look at, never to compute with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from longtail.annotate.labels.boxes import Box
from longtail.annotate.labels.taxonomy import BY_NAME, WATER, Category, Taxonomy
from longtail.annotate.labels.waterline import Polyline
from longtail.colour import luminance as linear_luminance

Rgb = tuple[int, int, int]
Palette = NDArray[np.uint8]

THING_OPACITY, STUFF_OPACITY = 0.5, 0.3

_DARKEST = 0.19
"""The least relative luminance of a drawn colour. Cityscapes' own car blue is black to the eye on a street."""


@dataclass(frozen=True)
class Drawn:
    """One thing to draw: its id in the instance mask, category, tight box in pixels, and a note for its name tag.

    Of an `ignored` thing only the box's corners are drawn, and no name. `waterline` is drawn in the colour of water.
    """

    id: int
    category: Category
    box: Box
    note: str = ""
    ignored: bool = False
    waterline: tuple[Polyline, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.category.name} {self.note}".strip()


class Labelled(Protocol):
    """A thing with its labels, fresh or read back."""

    @property
    def id(self) -> int: ...

    @property
    def category(self) -> Category: ...

    @property
    def bbox(self) -> Box: ...

    @property
    def ignore(self) -> bool: ...

    @property
    def waterline(self) -> tuple[Polyline, ...]: ...


def drawn_of(things: Iterable[Labelled]) -> list[Drawn]:
    """What a frame shows: the things of `Instances`, or the instances of a stored frame."""
    return [
        Drawn(thing.id, thing.category, thing.bbox, ignored=thing.ignore, waterline=thing.waterline) for thing in things
    ]


def colour_of(category: Category) -> Rgb:
    """The taxonomy's colour, mixed with as much white as it takes to be seen on a dark street."""
    red, green, blue = category.rgb
    for white in range(0, 255, 8):
        mixed = (
            red + (255 - red) * white // 255,
            green + (255 - green) * white // 255,
            blue + (255 - blue) * white // 255,
        )
        if luminance(mixed) >= _DARKEST:
            return mixed
    return 255, 255, 255


def palette(taxonomy: Taxonomy) -> Palette:
    """The colours (256, 4) uint8 RGBA of category ids; the void and unknown ids are clear."""
    colours = np.zeros((256, 4), dtype=np.uint8)
    for number, category in taxonomy:
        opacity = THING_OPACITY if category.is_thing else STUFF_OPACITY
        colours[number] = (*colour_of(category), round(255 * opacity))
    return colours


def outlines(instance: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
    """The pixels (H, W) of things whose right or lower neighbour belongs to something else."""
    edge = np.zeros(instance.shape, dtype=np.bool_)
    edge[:, :-1] |= instance[:, :-1] != instance[:, 1:]
    edge[:-1] |= instance[:-1] != instance[1:]
    return edge & (instance > 0)


def mask_layer(
    semantic: NDArray[np.integer[Any]], taxonomy: Taxonomy, instance: NDArray[np.integer[Any]] | None = None
) -> NDArray[np.uint8]:
    """Masks (H, W) as a picture (H, W, 4) RGBA to lay over the frame; with an instance mask, things are outlined."""
    layer: NDArray[np.uint8] = palette(taxonomy)[semantic]
    if instance is not None:
        layer[outlines(instance), 3] = 255
    return layer


def blend(rgb: NDArray[np.uint8], layer: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A layer (H, W, 4) laid over a picture (H, W, 3)."""
    alpha = layer[..., 3:].astype(np.float32) / 255
    return np.rint(rgb * (1 - alpha) + layer[..., :3] * alpha).astype(np.uint8)


def draw_labels(
    rgb: NDArray[np.uint8],
    taxonomy: Taxonomy,
    semantic: NDArray[np.integer[Any]] | None = None,
    instance: NDArray[np.integer[Any]] | None = None,
    things: Iterable[Drawn] = (),
    *,
    names: bool = True,
) -> NDArray[np.uint8]:
    """A copy of the picture (H, W, 3) uint8 with masks (H, W) tinted, and boxes and names of things on top.

    Names are left out where they would hide more than they tell: on boxes hardly larger than text, and where another
    name stands already. Larger boxes are drawn first, so that the boxes of far things stay on top.
    """
    shown = rgb if semantic is None else blend(rgb, mask_layer(semantic, taxonomy, instance))
    picture = Image.fromarray(np.ascontiguousarray(shown))
    pen = ImageDraw.Draw(picture)
    height, width = rgb.shape[:2]
    text_px = max(10, round(width / 64))
    line_px = max(1, round(width / 640))
    font = ImageFont.load_default(text_px)
    ordered = sorted(things, key=lambda thing: (-thing.box[2] * thing.box[3], thing.id))
    for thing in ordered:
        x, y, w, h = thing.box
        colour, edges = colour_of(thing.category), (x, y, x + w - 1, y + h - 1)
        if thing.ignored:
            _corners(pen, edges, colour, line_px)
        else:
            pen.rectangle(edges, outline=colour, width=line_px)
        for line in thing.waterline:
            pen.line([(int(column), int(row)) for column, row in line], colour_of(BY_NAME[WATER]), line_px)
    taken: list[tuple[int, int, int, int]] = []
    for thing in ordered if names else ():
        if not thing.ignored and max(thing.box[2:]) >= 1.5 * text_px:
            _tag(pen, font, thing, (width, height), taken)
    return np.asarray(picture, dtype=np.uint8).copy()


def ink_on(colour: Rgb) -> Rgb:
    """Black or white, whichever has more contrast with a colour, as WCAG 2 defines contrast."""
    return (0, 0, 0) if luminance(colour) > 0.179 else (255, 255, 255)


def luminance(colour: Rgb) -> float:
    """Relative luminance of an sRGB colour, 0 to 1 (WCAG 2)."""
    red, green, blue = ((c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4) for c in colour)
    return linear_luminance((red, green, blue))


def _corners(pen: ImageDraw.ImageDraw, edges: tuple[int, int, int, int], colour: Rgb, line_px: int) -> None:
    """A box of which a quarter of every side is left at each corner."""
    left, top, right, bottom = edges
    across, down = (right - left) // 4, (bottom - top) // 4
    for x, inward in ((left, across), (right, -across)):
        for y, along in ((top, down), (bottom, -down)):
            pen.line([(x + inward, y), (x, y), (x, y + along)], colour, line_px)


def _tag(
    pen: ImageDraw.ImageDraw, font: Any, thing: Drawn, size: tuple[int, int], taken: list[tuple[int, int, int, int]]
) -> None:
    """A name on its colour above the box, or inside it where the picture ends; nothing where a name is `taken`."""
    left, top, right, bottom = (round(edge) for edge in font.getbbox(thing.name))
    width, height = right - left + 4, bottom - top + 4
    x = max(0, min(thing.box[0], size[0] - width))
    y = thing.box[1] - height if thing.box[1] >= height else thing.box[1]
    place = (x, y, x + width - 1, y + height - 1)
    if any(place[0] <= t[2] and t[0] <= place[2] and place[1] <= t[3] and t[1] <= place[3] for t in taken):
        return
    taken.append(place)
    colour = colour_of(thing.category)
    pen.rectangle(place, fill=colour)
    pen.text((x + 2 - left, y + 2 - top), thing.name, fill=ink_on(colour), font=font)
