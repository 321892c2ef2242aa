"""What hides a thing, and which of two things is in front: amodal labels, as COCO's annotations and records state them.

The words are those of the amodal data sets. COCOA (Zhu et al., Semantic Amodal Segmentation, CVPR 2017) orders regions
by depth where their amodal masks overlap; KINS (Qi et al., Amodal Instance Segmentation with KINS Dataset, CVPR 2019)
calls that the relative occlusion order. Both order whole things. Here an order counts pixels: of things that reach
around each other each is in front somewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.silhouette import Silhouette

_IDS = 1 << 16


@dataclass(frozen=True)
class Cover:
    """What is seen in the place of a thing: `px` of its amodal pixels in the picture.

    `instance_id` is 0 for stuff, of which the category is all that is known.
    """

    instance_id: int
    category_id: int
    px: int

    def to_json(self) -> dict[str, int]:
        """As rows have it."""
        return asdict(self)


@dataclass(frozen=True)
class Order:
    """A thing against another whose silhouette overlaps its own in the picture.

    At `front_px` of the pixels that both cover the thing's first surface is the nearer one, at `behind_px` the other's:
    together they are all of the overlap. What the picture shows is in front of all that it hides; of two hidden things
    that are equally near the lower id is.
    """

    instance_id: int
    front_px: int
    behind_px: int

    def to_json(self) -> dict[str, int]:
        """As rows have it."""
        return asdict(self)


@dataclass(frozen=True)
class Amodal:
    """What a row says of a thing's whole silhouette: the keys of the output `amodal`.

    `bbox` and `area` are the silhouette's, as they are stated; `occluded_by` begins with what covers most, `order` is
    by the other's id.
    """

    silhouette: Silhouette
    bbox: tuple[int, int, int, int]
    area: int
    occluded_by: tuple[Cover, ...]
    order: tuple[Order, ...]

    def to_json(self) -> dict[str, Any]:
        """The keys of a row."""
        return {
            "amodal_bbox": list(self.bbox),
            "amodal_area": self.area,
            "amodal_segmentation": self.silhouette.to_json(),
            "occluded_by": [cover.to_json() for cover in self.occluded_by],
            "occlusion_order": [order.to_json() for order in self.order],
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Self | None:
        """What a row says; None where it says nothing. KeyError, TypeError or ValueError for anything else."""
        if "amodal_bbox" not in row:
            return None
        x, y, width, height = (_whole("amodal_bbox", side) for side in row["amodal_bbox"])
        return cls(
            Silhouette.from_json(row["amodal_segmentation"]),
            (x, y, width, height),
            _whole("amodal_area", row["amodal_area"]),
            tuple(Cover(**_wholes("occluded_by", cover)) for cover in row["occluded_by"]),
            tuple(Order(**_wholes("occlusion_order", order)) for order in row["occlusion_order"]),
        )


def amodals(
    objects: Sequence[SceneObject], instance: NDArray[np.uint16], semantic: NDArray[np.uint8]
) -> dict[int, Amodal]:
    """What rows say of each object that has a silhouette, by its id; masks (H, W) as the labels have them."""
    whole = {item.id: item.silhouette for item in objects if item.silhouette is not None}
    front = {item.id: item.nearer_px for item in objects}
    covers = hidden_by(whole, instance, semantic)
    behind: dict[int, dict[int, int]] = {number: {} for number in whole}
    for number in whole:
        for other in front[number].keys() & whole.keys():
            behind[other][number] = front[number][other]
    found = {}
    for number, silhouette in whole.items():
        others = sorted((front[number].keys() & whole.keys()) | behind[number].keys())
        order = tuple(Order(n, front[number].get(n, 0), behind[number].get(n, 0)) for n in others)
        found[number] = Amodal(silhouette, silhouette.bbox, silhouette.area, covers[number], order)
    return found


def hidden_by(
    silhouettes: Mapping[int, Silhouette], instance: NDArray[np.integer[Any]], semantic: NDArray[np.integer[Any]]
) -> dict[int, tuple[Cover, ...]]:
    """What is seen in the place of each thing, by its id: what covers most first, then by instance and category.

    Examples:
        Thing 7 reaches under thing 8 and two pixels of category 3:

        >>> ids, kinds = np.array([[7, 8, 0, 0]], np.uint16), np.array([[1, 2, 3, 3]], np.uint8)
        >>> whole = Silhouette.of(np.ones((1, 5), dtype=np.bool_), 0, 0)
        >>> [(cover.instance_id, cover.category_id, cover.px) for cover in hidden_by({7: whole}, ids, kinds)[7]]
        [(0, 3, 2), (8, 2, 1)]
    """
    height, width = instance.shape
    found = {}
    for number, silhouette in silhouettes.items():
        place, mask = silhouette.inside(width, height)
        hidden = mask & (instance[place] != number)
        owners, kinds = instance[place][hidden], semantic[place][hidden]
        # A thing has one category: by its id, or by the category that stuff has, pixels are counted without sorting.
        keys = np.where(owners > 0, owners, _IDS + kinds.astype(np.int64))
        counts = np.bincount(keys)
        kind_of = np.zeros(counts.size, dtype=np.uint8)
        kind_of[keys] = kinds
        covers = [
            Cover(key if key < _IDS else 0, int(kind_of[key]), int(counts[key]))
            for key in np.flatnonzero(counts).tolist()
        ]
        found[number] = tuple(sorted(covers, key=lambda cover: (-cover.px, cover.instance_id, cover.category_id)))
    return found


def nearer(
    pixels: NDArray[np.int64],
    owners: NDArray[np.int64],
    away: NDArray[np.float32],
    shown: NDArray[np.integer[Any]] | None = None,
) -> dict[int, dict[int, int]]:
    """Of things that would cover the same pixels, at how many each is nearer than another: {front: {behind: pixels}}.

    (N,) each: the pixel, counted along the rows, the id of a thing that would cover it and is not seen there, and how
    far away it is, 0 or more; equally far is the lower id before the other. A thing covers a pixel once. What the
    raster of ids `shown` (H, W) has at a pixel is nearer than all of these.

    Examples:
        At pixel 3 thing 1 is before 2, at pixel 4 behind it, and 5 it has for itself, behind thing 9:

        >>> pixels, owners = np.array([3, 4, 5, 3, 4]), np.array([1, 1, 1, 2, 2])
        >>> away = np.array([1, 9, 1, 5, 5], np.float32)
        >>> nearer(pixels, owners, away, np.array([[0, 0, 0, 0, 0, 9]]))
        {1: {2: 1}, 2: {1: 1}, 9: {1: 1}}
    """
    if not pixels.size:
        return {}
    pairs = []
    if shown is not None:
        pairs.append(np.stack([shown.ravel()[pixels], owners]))
    # Most pixels hide one thing alone.
    shared = np.flatnonzero(np.bincount(pixels)[pixels] > 1)
    pixels, owners, away = pixels[shared], owners[shared], away[shared]
    by_id = np.argsort(owners, kind="stable")
    # Of positive floats the bits are in order, too: one sort by both.
    key = (pixels[by_id].astype(np.uint64) << 32) | away[by_id].astype(np.float32).view(np.uint32)
    order = by_id[np.argsort(key, kind="stable")]
    pixels, owners, step = pixels[order], owners[order], 1
    while (same := pixels[step:] == pixels[:-step]).any():
        pairs.append(np.stack([owners[:-step][same], owners[step:][same]]))
        step += 1
    return _counted(np.concatenate([*pairs, np.empty((2, 0), dtype=np.int64)], axis=1))


def _counted(pairs: NDArray[np.int64]) -> dict[int, dict[int, int]]:
    """How often each pair (2, N) of ids occurs whose first is not 0, by both."""
    # By the places of ids in a short list they are counted without sorting.
    ids = np.flatnonzero(np.bincount(pairs.ravel(), minlength=1))
    place = np.zeros(int(ids[-1]) + 1 if ids.size else 1, dtype=np.int64)
    place[ids] = np.arange(ids.size)
    counts = np.bincount(place[pairs[0]] * ids.size + place[pairs[1]]) if ids.size else np.empty(0, dtype=np.int64)
    found: dict[int, dict[int, int]] = {}
    for key in np.flatnonzero(counts).tolist():
        front, behind = int(ids[key // ids.size]), int(ids[key % ids.size])
        if front:
            found.setdefault(front, {})[behind] = int(counts[key])
    return found


def _wholes(key: str, row: Mapping[str, Any]) -> dict[str, int]:
    return {name: _whole(key, value) for name, value in row.items()}


def _whole(key: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{key}: expected a whole number, got {value!r}")
    return value
