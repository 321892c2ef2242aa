"""What the pictures show: categories, box sizes, distances, occlusion, places, and what occurs together.

Things are those that a human could annotate, as in instances.json and as real datasets have them; what is ignored is
counted apart. Pixels are everybody's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.dataset.glance import Glance
from longtail.annotate.dataset.shelf import Shelf
from longtail.annotate.labels.taxonomy import MAX_CATEGORY, Taxonomy
from longtail.annotate.statistics.boxes import Boxes
from longtail.annotate.statistics.column import Column
from longtail.annotate.statistics.histogram import even_edges, histogram, summary

SIDES_PX = np.concatenate([[0], 2 ** np.arange(1, 12.5, 0.5)])
"""Edges for box sides: two bins an octave, from 1 to 4096 pixels."""

DISTANCES_M = even_edges(0.1, 1000.0, 32, logarithmic=True)
"""Eight bins a decade, from what a robot's hand holds to what stands at the end of a motorway."""

SHARES = even_edges(0.0, 1.0, 20)
COCO_AREAS_PX = {"small": 32**2, "medium": 96**2, "large": np.inf}
"""COCO's size classes by mask area: https://cocodataset.org/#detection-eval. A class ends below its number."""

_PER_OBJECT = ("side_px", "area_px", "visible_fraction", "truncation", "distance_m")
_SPREADS = (
    ("side_px", SIDES_PX, "linear"),
    ("visible_fraction", SHARES, "linear"),
    ("truncation", SHARES, "linear"),
    ("distance_m", DISTANCES_M, "log"),
)

Array = NDArray[np.float64]


class Content:
    """Takes records one at a time, in ascending order; keeps some 80 bytes per visible thing."""

    def __init__(self, taxonomy: Taxonomy, shelf: Shelf | None = None) -> None:
        shelf = Shelf() if shelf is None else shelf
        self._taxonomy = taxonomy
        self.boxes = Boxes(shelf)
        self._columns = {name: Column("d", shelf) for name in _PER_OBJECT}
        self._in_scene: Counter[str] = Counter()
        self._ignored: Counter[int] = Counter()
        self._segments = Counter[int]()
        self._pixels = Counter[int]()
        self._together = np.zeros((MAX_CATEGORY + 1, MAX_CATEGORY + 1), dtype=np.int64)
        self._all_pixels = 0
        self._sizes_px: Counter[str] = Counter()

    def add(self, glance: Glance) -> None:
        width, height = (int(side) for side in glance.camera["size_px"])
        self._sizes_px[f"{width}x{height}"] += 1
        for name, count in glance.in_scene.items():
            if self._taxonomy[name].is_thing:
                self._in_scene[name] += count
        self._ignored.update(int(row["category_id"]) for row in glance.annotations if row["iscrowd"])
        chosen = [place for place, row in enumerate(glance.annotations) if not row["iscrowd"]]
        rows = [glance.annotations[place] for place in chosen]
        boxes = np.array([row["bbox"] for row in rows], dtype=np.float64).reshape(-1, 4)
        self._take("side_px", np.sqrt(boxes[:, 2] * boxes[:, 3]))
        self._take("distance_m", _lengths(glance.middles_m[chosen] - _eye(glance)))
        for name, key in (("area_px", "area"), ("visible_fraction", "visible_fraction"), ("truncation", "truncation")):
            self._take(name, np.array([row[key] for row in rows], dtype=np.float64))  # None becomes NaN
        names = [self._taxonomy.categories[row["category_id"]].name for row in rows]
        self.boxes.add_picture((width, height), names, [row["bbox"] for row in rows], glance.condition)
        self._add_segments(glance.segments_info)

    def _add_segments(self, segments: Sequence[Mapping[str, Any]]) -> None:
        shown = sorted({int(segment["category_id"]) for segment in segments})
        self._segments.update(shown)
        for segment in segments:
            self._pixels[segment["category_id"]] += segment["area"]
            # Segments cover all but void, of which no share is anything's.
            self._all_pixels += segment["area"]
        self._together[np.ix_(shown, shown)] += 1

    def _take(self, name: str, values: Array) -> None:
        self._columns[name].take(values)

    def join(self, later: Content) -> None:
        """Add the records that others were taken from behind these."""
        for name, column in later._columns.items():
            self._columns[name].take(column.array())
        self.boxes.join(later.boxes)
        self._sizes_px.update(later._sizes_px)
        self._in_scene.update(later._in_scene)
        self._ignored.update(later._ignored)
        self._segments.update(later._segments)
        self._pixels.update(later._pixels)
        self._all_pixels += later._all_pixels
        self._together += later._together

    def to_json(self) -> dict[str, Any]:
        return {
            "image_sizes": dict(sorted(self._sizes_px.items())),
            "categories": self._categories(),
            "things_per_image": summary(self.boxes.per_picture()),
            "coco_sizes": self._coco_sizes(self._columns["area_px"].array()),
            **{name: self._spread(name, edges, scale) for name, edges, scale in _SPREADS},
            "heat_maps": self._heat_maps(),
            "together": self._occurring_together(),
        }

    def _spread(self, name: str, edges: Array, scale: str) -> dict[str, Any]:
        values = self._columns[name].array()
        if name == "visible_fraction":
            values = values[np.isfinite(values)]
        return summary(values) | histogram(values, edges, scale)

    def _categories(self) -> list[dict[str, Any]]:
        columns = {name: self._columns[name].array() for name in ("side_px", "distance_m")}
        rows = []
        for number, category in self._taxonomy:
            chosen = self.boxes.of({category.name})
            row: dict[str, Any] = {
                "id": number,
                "name": category.name,
                "supercategory": category.supercategory,
                "is_thing": category.is_thing,
                "images": self._segments[number],
                "pixels": self._pixels[number],
                "pixel_share": self._pixels[number] / self._all_pixels if self._all_pixels else None,
            }
            if category.is_thing:
                row |= {
                    "instances": int(chosen.sum()),
                    "ignored": self._ignored[number],
                    # Things of the scene that no pixel shows have no annotation; this counts them as well.
                    "in_scene": self._in_scene[category.name],
                    "per_image": summary(self.boxes.per_picture(chosen)),
                    "side_px": summary(columns["side_px"][chosen]),
                    "distance_m": summary(columns["distance_m"][chosen]),
                }
            rows.append(row)
        return rows

    @staticmethod
    def _coco_sizes(areas_px: Any) -> dict[str, int]:
        ends = np.searchsorted(np.array(list(COCO_AREAS_PX.values())), areas_px, side="right")
        return {name: int(np.count_nonzero(ends == place)) for place, name in enumerate(COCO_AREAS_PX)}

    def _heat_maps(self) -> dict[str, Any]:
        kinds: dict[str, set[str]] = {}
        for _, category in self._taxonomy:
            if category.name in self.boxes.categories:
                kinds.setdefault(category.supercategory, set()).add(category.name)
        maps = {"all": self.boxes.heat_map()}
        return maps | {kind: self.boxes.heat_map(self.boxes.of(kinds[kind])) for kind in sorted(kinds)}

    def _occurring_together(self) -> dict[str, Any]:
        """In how many images each pair of things is seen; the diagonal has each one's own images."""
        seen = {n: category.name for n, category in self._taxonomy if category.is_thing and self._segments[n]}
        rows = np.array(list(seen), dtype=np.int64)
        return {"categories": list(seen.values()), "images": self._together[np.ix_(rows, rows)]}


def _eye(glance: Glance) -> Array:
    """Where the camera is, (3,) in the world."""
    return np.array(glance.camera["world_from_camera"], dtype=np.float64).reshape(4, 4)[:3, 3]


def _lengths(vectors: Array) -> Array:
    lengths: Array = np.sqrt((vectors**2).sum(axis=1))
    return lengths
