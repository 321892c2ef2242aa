"""Pictures of both sides with the boxes of what they show, opened alike."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from longtail.annotate.against.conditions import condition_of
from longtail.annotate.against.real import RealPicture
from longtail.annotate.camera import Camera, in_image_circle
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.pixels.inside import inscribed
from longtail.annotate.pixels.measure import LEAST_PX

Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Opened:
    """One picture.

    Attributes:
        group: pictures of one group, as of one scene, are no evidence of their own
        condition: as `annotate.against.conditions.condition_of` has it
        rgb: (H, W, 3) sRGB; behind a fisheye the largest rectangle of its image circle
        boxes_px: [x, y, width, height] of each thing that a human could annotate, whose `names` are its category's
        crowds_px: boxes of what nobody is asked about; `crowd_names` are their categories, where these are known
        problem: why it is none; "" where it is one
    """

    group: str
    condition: str = ""
    rgb: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 0, 3), dtype=np.uint8))
    names: tuple[str, ...] = ()
    boxes_px: tuple[Box, ...] = ()
    crowds_px: tuple[Box, ...] = ()
    crowd_names: tuple[str, ...] = ()
    problem: str = ""


def opened(dataset: Dataset, index: int) -> Opened:
    """A frame of ours. DatasetError where its record or picture is damaged."""
    glance = dataset.glance(index)
    rows, columns = inscribed(in_image_circle(Camera.from_json(dict(glance.camera)).lens))
    kept = [row for row in glance.annotations if not row["iscrowd"]]
    return Opened(
        f"scene {glance.scene}",
        condition_of(glance.condition),
        np.ascontiguousarray(dataset.read("images", index)[rows, columns]),
        tuple(dataset.info.taxonomy.categories[row["category_id"]].name for row in kept),
        tuple(_moved(row["bbox"], columns.start, rows.start) for row in kept),
        tuple(_moved(row["bbox"], columns.start, rows.start) for row in _crowds(glance.annotations)),
        tuple(dataset.info.taxonomy.categories[row["category_id"]].name for row in _crowds(glance.annotations)),
    )


def crowds_of(one: Opened, names: Collection[str]) -> list[Box]:
    """Boxes of crowds that may hold something of these categories: those of others, where that is known, do not."""
    known = one.crowd_names or ("",) * len(one.crowds_px)
    return [box for name, box in zip(known, one.crowds_px, strict=True) if not name or name in names]


def _crowds(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [row for row in rows if row["iscrowd"]]


def _moved(box: Sequence[float], left: int, top: int) -> Box:
    return box[0] - left, box[1] - top, box[2], box[3]


def opened_real(real: RealPicture) -> Opened:
    """A picture of a real set; `problem` says what is wrong where something is."""
    where = str(real.path)
    if real.path is None:
        return Opened(where, problem="there is no file")
    try:
        rgb = read_rgb(real.path)
    except ValueError as error:
        return Opened(where, problem=f"{real.path.name}: {error}")
    size = (rgb.shape[1], rgb.shape[0])
    if real.size_px is not None and size != real.size_px:
        said = f"{real.path.name}: expected {real.size_px} pixels as the set says, got {size}"
        return Opened(where, problem=said)
    if min(size) < LEAST_PX:
        return Opened(where, problem=f"{real.path.name}: expected {LEAST_PX} pixels a side or more, got {size}")
    return Opened(where, real.condition, rgb, real.names, real.boxes_px, real.crowds_px)


def read_rgb(path: Path) -> NDArray[np.uint8]:
    """A picture file as (H, W, 3), red first; ValueError for what is none."""
    try:
        with Image.open(io.BytesIO(path.read_bytes())) as file:
            return np.asarray(file.convert("RGB"), dtype=np.uint8)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(f"expected a picture, but {error}") from error
