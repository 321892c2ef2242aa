"""Masks that formats are known to spoil, each with its pixels known, and a dataset of them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.dataset.merge import merge
from longtail.annotate.labels.frame import Frame
from longtail.annotate.labels.ignore import IgnoreRule
from longtail.annotate.labels.taxonomy import Category, Taxonomy
from tests.annotate.pictures import info, raster_frame
from tests.annotate.stage import store

Mask = NDArray[np.bool_]

WIDTH, HEIGHT = 200, 160
SPACED, UMLAUT = "traffic light, left & <low>", "Löschfahrzeug (groß)"
TAXONOMY = Taxonomy(
    {
        1: Category("car", "vehicle", True, (0, 0, 142), 26, 3),
        2: Category(SPACED, "object", True, (250, 170, 30), 19, 10),
        3: Category(UMLAUT, "vehicle", True, (0, 0, 70), 27, 8),
        4: Category("sky", "sky", False, (70, 130, 180), 23, 187),
        5: Category("wall", "construction", False, (102, 102, 156), 12, 199),
    },
    "sky",
)
SHAPES, LARGE, MANY, EMPTY = range(4)
"""The frames."""
RING, GRID, TWO_DISCS, DISC_2_5, DISC_4, LINE, PIXEL, BORDER, HIDDEN, FOUR_PIXELS = range(1, 11)
"""The things of the frame of shapes, by id. In that of the large one is one of id 1, in that of many are 300."""
HOLED = (RING, GRID)


def disc(x: float, y: float, radius: float) -> Mask:
    """Pixels whose centres lie within the radius."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    within: Mask = (columns - x) ** 2 + (rows - y) ** 2 <= radius**2
    return within


def block(x: int, y: int, width: int, height: int) -> Mask:
    mask = np.zeros((HEIGHT, WIDTH), dtype=np.bool_)
    mask[y : y + height, x : x + width] = True
    return mask


def _grid() -> Mask:
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    lines: Mask = (rows % 4 == 2) | (columns % 4 == 0)
    return np.asarray(block(60, 10, 41, 41) & lines)


def _shapes() -> dict[int, Mask]:
    four = block(80, 70, 1, 1) | block(82, 70, 1, 1) | block(80, 72, 1, 1) | block(82, 72, 1, 1)
    return {
        RING: disc(30, 30, 20) & ~disc(30, 30, 10),
        GRID: _grid(),
        TWO_DISCS: disc(120, 20, 8) | disc(150, 20, 8),
        DISC_2_5: disc(180, 20, 2.5),
        DISC_4: disc(180, 40, 4),
        LINE: block(10, 70, 51, 1),
        PIXEL: block(70, 70, 1, 1),
        BORDER: block(0, 90, 11, 41),
        FOUR_PIXELS: four,
    }


MASKS: dict[int, dict[int, Mask]] = {
    SHAPES: _shapes(),
    LARGE: {1: disc(100, 80, 60)},
    MANY: {1 + n: block(n % 20 * 10, n // 20 * 10, 6, 6) for n in range(300)},
    EMPTY: {},
}
"""What is seen of each thing, by frame and id."""


def frames() -> list[Frame]:
    return [_frame(index) for index in MASKS]


def _frame(index: int) -> Frame:
    ids = np.zeros((HEIGHT, WIDTH), dtype=np.int32)
    for number, mask in MASKS[index].items():
        ids[mask] = number
    hidden = [HIDDEN] if index == SHAPES else []
    plain = raster_frame(ids, [*MASKS[index], *hidden])
    names = {SHAPES: "car", LARGE: UMLAUT, MANY: SPACED, EMPTY: "car"}
    objects = tuple(dataclasses.replace(item, category=names[index]) for item in plain.objects)
    return dataclasses.replace(plain, index=index, objects=objects, taxonomy=TAXONOMY)


def traps(root: Path, image_format: str = "png") -> Path:
    """A dataset of the four frames in which nothing is ignored."""
    outputs = ("coco", "panoptic", "semantic", "depth")
    about = info(len(MASKS), taxonomy=TAXONOMY, outputs=outputs, image_format=image_format)
    store(root, frames(), about, rule=IgnoreRule.nothing())
    merge(root)
    return root
