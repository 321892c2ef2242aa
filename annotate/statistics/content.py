"""What the pictures show: categories, box sizes, distances, occlusion, places, and what occurs together.

Things are those that a human could annotate, as in instances.json and as real datasets have them; what is ignored is
counted apart. Pixels are everybody's.
"""

from __future__ import annotations

from array import array
from collections import Counter
from typing import Any

import numpy as np

from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.labels.taxonomy import MAX_CATEGORY, Taxonomy
from longtail.annotate.statistics.boxes import Boxes
from longtail.annotate.statistics.histogram import even_edges, histogram, summary

SIDES_PX = np.concatenate([[0], 2 ** np.arange(1, 12.5, 0.5)])
"""Edges for box sides: two bins an octave, from 1 to 4096 pixels."""

DISTANCES_M = np.arange(0, 155, 5)
SHARES = even_edges(0.0, 1.0, 20)
COCO_AREAS_PX = {"small": 32**2, "medium": 96**2, "large": np.inf}
"""COCO's size classes by mask area: https://cocodataset.org/#detection-eval. A class ends below its number."""

_PER_OBJECT = ("side_px", "area_px", "visible_fraction", "truncation", "distance_m")


class Content:
    """Takes records one at a time; keeps some 100 bytes per visible thing."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self.boxes = Boxes()
        self._columns = {name: array("d") for name in _PER_OBJECT}
        self._in_scene: Counter[str] = Counter()
        self._ignored: Counter[int] = Counter()
        self._segments = Counter[int]()
        self._pixels = Counter[int]()
        self._together = np.zeros((MAX_CATEGORY + 1, MAX_CATEGORY + 1), dtype=np.int64)
        self._all_pixels = 0
        self._sizes_px: Counter[str] = Counter()

    def add(self, record: StoredFrame) -> None:
        width, height = record.camera.size_px
        self._sizes_px[f"{width}x{height}"] += 1
        eye = record.camera.world_from_camera.matrix[:3, 3]
        objects = {item.id: item for item in record.objects}
        self._in_scene.update(item.category for item in record.objects if self._taxonomy[item.category].is_thing)
        boxes = []
        for thing in record.instances:
            if thing.ignore:
                self._ignored[thing.category_id] += 1
                continue
            item, box = objects[thing.id], thing.bbox
            middle = item.world_from_object.points(item.box_centre_m)
            boxes.append((thing.category.name, box))
            row = (
                float(np.sqrt(box[2] * box[3])),
                thing.area,
                thing.visible_fraction,
                thing.truncation,
                float(np.linalg.norm(middle - eye)),
            )
            for name, value in zip(_PER_OBJECT, row, strict=True):
                self._columns[name].append(np.nan if value is None else value)
        self.boxes.add_picture((width, height), boxes)
        shown = sorted({segment["category_id"] for segment in record.segments_info})
        self._segments.update(shown)
        for segment in record.segments_info:
            self._pixels[segment["category_id"]] += segment["area"]
            # Segments cover all but void, of which no share is anything's.
            self._all_pixels += segment["area"]
        rows = np.array(shown, dtype=np.int64)
        self._together[np.ix_(rows, rows)] += 1

    def to_json(self) -> dict[str, Any]:
        columns = {name: np.array(values, dtype=np.float64) for name, values in self._columns.items()}
        fractions = columns["visible_fraction"]
        columns["visible_fraction"] = fractions[np.isfinite(fractions)]
        edges = {"side_px": SIDES_PX, "visible_fraction": SHARES, "truncation": SHARES, "distance_m": DISTANCES_M}
        return {
            "image_sizes": dict(sorted(self._sizes_px.items())),
            "categories": self._categories(columns),
            "things_per_image": summary(self.boxes.per_picture()),
            "coco_sizes": self._coco_sizes(columns["area_px"]),
            **{name: summary(columns[name]) | histogram(columns[name], bins) for name, bins in edges.items()},
            "heat_maps": self._heat_maps(),
            "together": self._occurring_together(),
        }

    def _categories(self, columns: dict[str, Any]) -> list[dict[str, Any]]:
        rows = []
        for number, category in self._taxonomy:
            chosen = self.boxes.of(category.name)
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
        kinds = sorted({category.supercategory for _, category in self._taxonomy if category.is_thing})
        kind_of = {category.name: category.supercategory for _, category in self._taxonomy}
        own = np.array([kind_of[name] for name in self.boxes.categories])
        maps = {"all": self.boxes.heat_map()}
        return maps | {kind: self.boxes.heat_map(own == kind) for kind in kinds if np.any(own == kind)}

    def _occurring_together(self) -> dict[str, Any]:
        """In how many images each pair of things is seen; the diagonal has each one's own images."""
        seen = {n: category.name for n, category in self._taxonomy if category.is_thing and self._segments[n]}
        rows = np.array(list(seen), dtype=np.int64)
        return {"categories": list(seen.values()), "images": self._together[np.ix_(rows, rows)]}
