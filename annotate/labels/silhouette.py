"""The whole silhouette of a thing, with nothing in front of it: a mask that may lie beyond the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.labels import rle


@dataclass(frozen=True)
class Silhouette:
    """The pixel centres that a thing covers with nothing in front of it, cut at the canvas (`labels.boxes.canvas`).

    Attributes:
        origin: (x, y) of the first pixel of the crop, in pixels of the picture; negative to the left of it or above
        size: (height, width) of the crop, which is tight
        counts: the crop as a compressed COCO run-length code
    """

    origin: tuple[int, int]
    size: tuple[int, int]
    counts: str

    @classmethod
    def of(cls, mask: NDArray[np.bool_], x: int, y: int) -> Self | None:
        """Of a mask (h, w) whose first pixel is (x, y) of the picture; None where it is empty."""
        from scipy import ndimage  # slow to import, and needed where pictures are labelled only

        found = ndimage.find_objects(mask.view(np.uint8))
        if not found:
            return None
        ((rows, columns),) = found
        size = rows.stop - rows.start, columns.stop - columns.start
        counts = rle.encode_ids(mask[rows, columns].view(np.uint8))[1]
        return cls((x + columns.start, y + rows.start), size, counts)

    @property
    def bbox(self) -> rle.Box:
        """Tight [x, y, width, height]."""
        return *self.origin, self.size[1], self.size[0]

    @cached_property
    def area(self) -> int:
        """Its pixels, also those beyond the picture; ValueError where the code is none."""
        return int(np.diff(self.runs).sum())

    @cached_property
    def runs(self) -> NDArray[np.int64]:
        """Where the runs (N, 2) of the crop begin and end, counted down its columns; ValueError where it has none."""
        return rle.runs_of({"size": list(self.size), "counts": self.counts})

    def mask(self) -> NDArray[np.bool_]:
        """The crop (h, w), decoded anew each time; ValueError where the code is none."""
        height, width = self.size
        pixels = np.zeros(height * width, dtype=np.bool_)
        pixels[rle.pixels_of(self.runs)] = True
        return pixels.reshape(width, height).T

    def inside(self, width: int, height: int) -> tuple[tuple[slice, slice], NDArray[np.bool_]]:
        """What lies in a picture of that size: (rows and columns there, the mask of them), which may be empty."""
        (x, y), (rows, columns) = self.origin, self.size
        top, bottom = (min(max(side, 0), height) for side in (y, y + rows))
        left, right = (min(max(side, 0), width) for side in (x, x + columns))
        if top >= bottom or left >= right:
            return (slice(0, 0), slice(0, 0)), np.zeros((0, 0), dtype=np.bool_)
        return (slice(top, bottom), slice(left, right)), self.mask()[top - y : bottom - y, left - x : right - x]

    def in_picture(self, width: int, height: int) -> NDArray[np.bool_]:
        """The pixels (height, width) of a picture of that size which it covers."""
        place, mask = self.inside(width, height)
        whole = np.zeros((height, width), dtype=np.bool_)
        whole[place] = mask
        return whole

    def to_json(self) -> dict[str, Any]:
        """What pycocotools decodes, with the crop's `origin`."""
        return {"origin": list(self.origin), "size": list(self.size), "counts": self.counts}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` gave; KeyError, TypeError or ValueError for anything else."""
        (x, y), (height, width) = data["origin"], data["size"]
        for value in (x, y, height, width):
            if isinstance(value, bool) or not isinstance(value, int):
                raise ValueError(f"amodal_segmentation: expected whole numbers as origin and size, got {value!r}")
        return cls((x, y), (height, width), str(data["counts"]))
