"""The things that a picture shows, as arrays: a row each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.errors import DatasetError
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.keypoints import UNKNOWN
from longtail.annotate.labels.occlusion import Amodal
from longtail.annotate.wording import counted

Numbers = NDArray[np.float64]
Words = NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class Things:
    """N things of one picture, in ascending order of id. Each array below has a row for each of them.

    Indexing keeps the rows that numpy would: `things[2:]`, `things[things.categories == "car"]`,
    `things[~things.ignored]`. Shares are 0 to 1, NaN where the record has none; pixels count from the corner at the top
    left of the first one.

    `rows` are the record's instances, `objects` the same things as objects of the scene, `size` the picture's
    [height, width] in pixels.
    """

    rows: tuple[StoredInstance, ...]
    objects: tuple[SceneObject, ...]
    size: tuple[int, int]

    @classmethod
    def of(cls, record: StoredFrame) -> Things:
        """Everything of which a pixel is seen, ignored things too. DatasetError where one is no object of the scene."""
        known = {item.id: item for item in record.objects}
        width, height = record.camera.size_px
        rows = tuple(sorted(record.instances, key=lambda row: row.id))
        if strangers := [row.id for row in rows if row.id not in known]:
            raise DatasetError(
                f"frame {record.index}: expected annotations of the scene's objects, got one of object {strangers[0]}, "
                "which it has not; `longtail check` says what else is wrong"
            )
        return cls(rows, tuple(known[row.id] for row in rows), (height, width))

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        counts = Counter(row.category.name for row in self.rows).most_common()
        return f"<{counted(len(self), 'thing')}{': ' * bool(counts)}{', '.join(f'{n} {name}' for name, n in counts)}>"

    def __getitem__(self, which: slice | Sequence[int] | NDArray[Any]) -> Things:
        """The things at these positions, or where a mask (N,) is true; IndexError beyond them."""
        kept = np.arange(len(self))[which].reshape(-1).tolist()
        return Things(tuple(self.rows[n] for n in kept), tuple(self.objects[n] for n in kept), self.size)

    @cached_property
    def ids(self) -> NDArray[np.int64]:
        """(N,) values in the instance mask."""
        return np.array([row.id for row in self.rows], dtype=np.int64)

    @cached_property
    def categories(self) -> Words:
        """(N,) names."""
        return np.array([row.category.name for row in self.rows], dtype=np.str_)

    @cached_property
    def category_ids(self) -> NDArray[np.int64]:
        """(N,) ids of the dataset's taxonomy."""
        return np.array([row.category_id for row in self.rows], dtype=np.int64)

    @cached_property
    def assets(self) -> Words:
        """(N,) names of the models."""
        return np.array([row.asset for row in self.rows], dtype=np.str_)

    @cached_property
    def boxes(self) -> Numbers:
        """(N, 4) tight [x, y, width, height] of the masks in pixels."""
        return np.array([row.bbox for row in self.rows], dtype=np.float64).reshape(-1, 4)

    @cached_property
    def corners(self) -> Numbers:
        """(N, 4) the same boxes as [left, top, right, bottom], where right - left is the width."""
        return np.concatenate([self.boxes[:, :2], self.boxes[:, :2] + self.boxes[:, 2:]], axis=1)

    @cached_property
    def masks(self) -> NDArray[np.bool_]:
        """(N, H, W) the pixels that show each; decoded when first asked for, N * H * W bytes."""
        masks = [row.mask() for row in self.rows]
        return np.stack(masks) if masks else np.zeros((0, *self.size), dtype=np.bool_)

    @cached_property
    def amodal_boxes(self) -> Numbers:
        """(N, 4) tight [x, y, width, height] of the whole silhouettes in pixels, also beyond the picture.

        DatasetError where the dataset was rendered without `amodal` among its outputs; so with the other amodal arrays.
        """
        return np.array([amodal.bbox for amodal in self._amodal()], dtype=np.float64).reshape(-1, 4)

    @cached_property
    def amodal_areas(self) -> NDArray[np.int64]:
        """(N,) pixels of the whole silhouettes, also beyond the picture."""
        return np.array([amodal.area for amodal in self._amodal()], dtype=np.int64)

    @cached_property
    def amodal_masks(self) -> NDArray[np.bool_]:
        """(N, H, W) what each would cover of the picture with nothing in front; N * H * W bytes.

        What lies beyond the picture is in `rows[n].amodal.silhouette`, a mask with its origin.
        """
        height, width = self.size
        masks = [amodal.silhouette.in_picture(width, height) for amodal in self._amodal()]
        return np.stack(masks) if masks else np.zeros((0, *self.size), dtype=np.bool_)

    def _amodal(self) -> list[Amodal]:
        found = [row.amodal for row in self.rows if row.amodal is not None]
        if len(found) < len(self.rows):
            raise DatasetError(
                f"{counted(len(self.rows), 'thing')}: expected whole silhouettes, got {len(found)}; render the dataset "
                "with amodal among its outputs"
            )
        return found

    @cached_property
    def areas(self) -> NDArray[np.int64]:
        """(N,) pixels of the masks."""
        return np.array([row.area for row in self.rows], dtype=np.int64)

    @cached_property
    def visible_fraction(self) -> Numbers:
        """(N,) mask pixels over amodal pixels, both inside the picture."""
        return _numbers([row.visible_fraction for row in self.rows])

    @cached_property
    def truncation(self) -> Numbers:
        """(N,) share of the 3D box's surface that lies outside the picture."""
        return _numbers([row.truncation for row in self.rows])

    @cached_property
    def submerged_fraction(self) -> Numbers:
        """(N,) share of the amodal pixels under water, NaN where there is no flood."""
        return _numbers([row.submerged_fraction for row in self.rows])

    @cached_property
    def transmission(self) -> Numbers:
        """(N,) mean share of its light that comes through the air."""
        return _numbers([row.appearance.transmission for row in self.rows])

    @cached_property
    def contrast(self) -> Numbers:
        """(N,) how much the outline stands out, in units of CIELAB; NaN where a thing fills the picture."""
        return _numbers([row.appearance.contrast for row in self.rows])

    @cached_property
    def lens_fraction(self) -> Numbers:
        """(N,) share of the mask behind drops, dirt or frost on the lens."""
        return _numbers([row.appearance.lens_fraction for row in self.rows])

    @cached_property
    def keypoints(self) -> Numbers:
        """(N, 17, 3) of x and y in pixels and COCO's flag, of people; all 0 where there are none."""
        rows = [UNKNOWN if row.keypoints is None else row.keypoints for row in self.rows]
        return np.array(rows, dtype=np.float64).reshape(-1, len(UNKNOWN), 3)

    @cached_property
    def ignored(self) -> NDArray[np.bool_]:
        """(N,) whether no human could annotate it, by the record's rule: what annotations/instances.json leaves out."""
        return np.array([row.ignore for row in self.rows], dtype=np.bool_)

    @cached_property
    def world_from_object(self) -> Numbers:
        """(N, 4, 4) poses in metres, object axes X forward, Y left, Z up."""
        return np.array([item.world_from_object.matrix for item in self.objects], dtype=np.float64).reshape(-1, 4, 4)

    @cached_property
    def box_centres_m(self) -> Numbers:
        """(N, 3) middles of the 3D boxes in the world frame."""
        middles = [item.world_from_object.points(item.box_centre_m) for item in self.objects]
        return np.array(middles, dtype=np.float64).reshape(-1, 3)

    @cached_property
    def box_sizes_m(self) -> Numbers:
        """(N, 3) lengths, widths and heights of the 3D boxes along the objects' own axes."""
        return np.array([item.box_size_m for item in self.objects], dtype=np.float64).reshape(-1, 3)


def _numbers(values: Sequence[float | None]) -> Numbers:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
