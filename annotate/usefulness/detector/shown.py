"""Pictures with boxes, as a detector is shown them: shrunk, saved as JPEG, small things and crowds ignored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.against.opened import Box, Opened, crowds_of
from longtail.annotate.dataset.encoders import decode_rgb
from longtail.annotate.dataset.processes import in_processes
from longtail.annotate.usefulness.cutting import shrunk
from longtail.annotate.usefulness.sets import Job, Sources

LEAST_PX = 8.0
"""Things of fewer pixels a side are nobody's mistake: neither side labels them well."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Shown:
    """One picture.

    Attributes:
        jpeg: the picture as a file
        size_px: (width, height)
        boxes_px: (N, 4) float32 [x, y, width, height] of things that are to be found
        codes: (N,) the place of each one's class in the names
        ignored_px: (M, 4) boxes of what is neither to be found nor wrong
    """

    jpeg: bytes
    size_px: tuple[int, int]
    boxes_px: Floats
    codes: NDArray[np.int64]
    ignored_px: Floats

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """(H, W, 3)."""
        return decode_rgb(self.jpeg)


def shown(one: Opened, where: str, longest_px: int, classes: Mapping[str, str], names: Sequence[str]) -> Shown | None:
    """A picture shrunk to that longer side; None where it gives no crops either.

    Things of which `classes` say one of `names` are to be found where they have `LEAST_PX` a side within the picture.
    Smaller ones and crowds are ignored. Things of other classes are background.
    """
    made = shrunk(one, where, longest_px)
    if isinstance(made, str):
        return None
    width, height = made.size_px
    boxes, codes, ignored = [], [], []
    for name, box in zip(one.names, one.boxes_px, strict=True):
        word, inside = classes.get(name, ""), _inside(box, made.scale, width, height)
        if word not in names or min(inside[2:]) <= 0:
            continue
        if min(inside[2:]) < LEAST_PX:
            ignored.append(inside)
        else:
            boxes.append(inside)
            codes.append(names.index(word))
    asked = [name for name, word in classes.items() if word in names]
    crowds = [_inside(box, made.scale, width, height) for box in crowds_of(one, asked)]
    ignored += [box for box in crowds if min(box[2:]) > 0]
    return Shown(made.jpeg, (width, height), _rows(boxes), np.array(codes, dtype=np.int64), _rows(ignored))


def _inside(box: Box, scale: float, width: int, height: int) -> Box:
    left, top = max(box[0] * scale, 0.0), max(box[1] * scale, 0.0)
    right, bottom = min((box[0] + box[2]) * scale, width), min((box[1] + box[3]) * scale, height)
    return left, top, right - left, bottom - top


def _rows(boxes: Sequence[Box]) -> Floats:
    return np.array(boxes, dtype=np.float32).reshape(-1, 4)


def shown_pictures(
    side: Sources,
    jobs: Sequence[Job],
    longest_px: int,
    classes: Mapping[str, str],
    names: Sequence[str],
    workers: int = 1,
) -> tuple[Shown, ...]:
    """The pictures that give crops, in the order of `sets.cropped`, read in up to so many processes."""
    work = partial(_shown, side, longest_px, dict(classes), tuple(names))
    with closing(in_processes(work, list(jobs), min(workers, 1 + len(jobs) // 64), at_once=4)) as found:
        return tuple(one for one in found if one is not None)


def _shown(side: Sources, longest_px: int, classes: Mapping[str, str], names: Sequence[str], job: Job) -> Shown | None:
    one, where = side.opened(job)
    return shown(one, where, longest_px, classes, names)
