"""Labels drawn on a picture: tinted masks, outlines, boxes and names. For people to look at, never to compute with."""

from __future__ import annotations

import colorsys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from annotate.boxes import Box
from annotate.instances import Instances
from annotate.taxonomy import BY_ID, CATEGORIES, VOID, Category

Rgb = tuple[int, int, int]
Palette = NDArray[np.uint8]

THING_OPACITY, STUFF_OPACITY = 0.5, 0.3

_DARKEST = 0.62
"""The least brightness (HSV value) of a drawn colour. Cityscapes' own car blue is black to the eye on a street."""


@dataclass(frozen=True)
class Drawn:
    """One thing to draw: its id in the instance mask, category, tight box in pixels, and a note for its name tag."""

    id: int
    category: Category
    box: Box
    note: str = ""

    @property
    def name(self) -> str:
        return f"{self.category.name} {self.note}".strip()


def drawn_of(instances: Instances) -> list[Drawn]:
    """What a freshly labelled frame shows."""
    return [Drawn(thing.id, thing.category, thing.bbox) for thing in instances.things]


def drawn_of_annotations(annotations: Iterable[Mapping[str, Any]]) -> list[Drawn]:
    """What a stored frame shows: `annotations` of its record, or of a COCO file of ours."""
    drawn = []
    for label in annotations:
        x, y, width, height = label["bbox"]
        drawn.append(Drawn(label["instance_id"], BY_ID[label["category_id"]], (x, y, width, height)))
    return drawn


def colour_of(category: Category) -> Rgb:
    """The taxonomy's colour, bright enough to be seen on a dark street."""
    hue, saturation, value = colorsys.rgb_to_hsv(*(channel / 255 for channel in category.rgb))
    red, green, blue = colorsys.hsv_to_rgb(hue, min(saturation, 0.85), max(value, _DARKEST))
    return round(red * 255), round(green * 255), round(blue * 255)


def palette() -> Palette:
    """The colours (256, 4) uint8 RGBA of category ids; the void and unknown ids are clear."""
    colours = np.zeros((256, 4), dtype=np.uint8)
    for category in CATEGORIES:
        opacity = THING_OPACITY if category.is_thing else STUFF_OPACITY
        colours[category.id] = (*colour_of(category), round(255 * opacity))
    colours[VOID] = 0
    return colours


def outlines(instance: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
    """The pixels (H, W) of things whose right or lower neighbour belongs to something else."""
    edge = np.zeros(instance.shape, dtype=np.bool_)
    edge[:, :-1] |= instance[:, :-1] != instance[:, 1:]
    edge[:-1] |= instance[:-1] != instance[1:]
    return edge & (instance > 0)


def mask_layer(
    semantic: NDArray[np.integer[Any]], instance: NDArray[np.integer[Any]] | None = None
) -> NDArray[np.uint8]:
    """Masks (H, W) as a picture (H, W, 4) RGBA to lay over the frame; with an instance mask, things are outlined."""
    layer: NDArray[np.uint8] = palette()[semantic]
    if instance is not None:
        layer[outlines(instance), 3] = 255
    return layer


def blend(rgb: NDArray[np.uint8], layer: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A layer (H, W, 4) laid over a picture (H, W, 3)."""
    alpha = layer[..., 3:].astype(np.float32) / 255
    return np.rint(rgb * (1 - alpha) + layer[..., :3] * alpha).astype(np.uint8)


def draw_labels(
    rgb: NDArray[np.uint8],
    semantic: NDArray[np.integer[Any]] | None = None,
    instance: NDArray[np.integer[Any]] | None = None,
    things: Iterable[Drawn] = (),
    *,
    names: bool = True,
) -> NDArray[np.uint8]:
    """A copy of the picture (H, W, 3) uint8 with masks (H, W) tinted, and boxes and names of things on top.

    Names are left out where they would hide more than they tell: on boxes smaller than the text's height. Larger boxes
    are drawn first, so that the boxes of far things stay on top.
    """
    shown = rgb if semantic is None else blend(rgb, mask_layer(semantic, instance))
    picture = Image.fromarray(np.ascontiguousarray(shown))
    pen = ImageDraw.Draw(picture)
    height, width = rgb.shape[:2]
    text_px = max(10, round(width / 64))
    line_px = max(1, round(width / 640))
    font = ImageFont.load_default(text_px)
    ordered = sorted(things, key=lambda thing: (-thing.box[2] * thing.box[3], thing.id))
    for thing in ordered:
        x, y, w, h = thing.box
        pen.rectangle((x, y, x + w - 1, y + h - 1), outline=colour_of(thing.category), width=line_px)
    for thing in ordered if names else ():
        x, y, w, h = thing.box
        if max(w, h) >= 1.5 * text_px:
            _tag(pen, font, (x, y), thing, (width, height))
    return np.asarray(picture, dtype=np.uint8).copy()


def ink_on(colour: Rgb) -> Rgb:
    """Black or white, whichever reads better on a colour (relative luminance, as WCAG 2 defines contrast)."""
    linear = [(c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4) for c in colour]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return (0, 0, 0) if luminance > 0.179 else (255, 255, 255)


def _tag(
    pen: ImageDraw.ImageDraw, font: Any, corner: tuple[int, int], thing: Drawn, size: tuple[int, int]
) -> None:
    """A name on its colour above the box, or inside where the picture ends."""
    left, top, right, bottom = (round(edge) for edge in font.getbbox(thing.name))
    width, height = right - left + 4, bottom - top + 4
    x = max(0, min(corner[0], size[0] - width))
    y = corner[1] - height if corner[1] >= height else corner[1]
    colour = colour_of(thing.category)
    pen.rectangle((x, y, x + width - 1, y + height - 1), fill=colour)
    pen.text((x + 2 - left, y + 2 - top), thing.name, fill=ink_on(colour), font=font)
