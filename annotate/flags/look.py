"""One frame as it is scored: its record as JSON values, but for its objects, its layers as they are asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic_core import from_json

from longtail.annotate.camera import Camera, in_image_circle
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import require_format
from longtail.annotate.errors import DatasetError
from longtail.annotate.flags.solids import Solids
from longtail.annotate.labels import rle
from longtail.annotate.labels.relief import Relief
from longtail.annotate.pixels.measure import luma_of

Floats = NDArray[np.float32]


class Look:
    """One frame of a dataset. DatasetError where its record, or a layer that is asked for, is missing or damaged."""

    def __init__(self, dataset: Dataset, index: int) -> None:
        self.index = index
        self._dataset = dataset
        self._layers = dataset.info.layers()
        where = dataset.files.at(record_path(index))
        text = dataset.record_text(index)
        try:
            # Most of a record is objects, and of these little is asked for.
            self._objects, rest = text.without_objects()
            self.record: Mapping[str, Any] = from_json(rest)
            require_format(self.record)
        except ValueError as error:
            raise DatasetError(f"{where}: {error}") from error

    @property
    def light(self) -> str:
        """What the condition calls the light: day, low_sun, dusk, night or indoors."""
        return str(self.record["condition"]).rpartition(", ")[2]

    @property
    def scenario(self) -> str:
        """The name of the dataset's."""
        return str(self._dataset.info.config.get("scenario", ""))

    @property
    def scene(self) -> int:
        return int(self.record["shown"]["scene"])

    @cached_property
    def camera(self) -> Camera:
        return Camera.from_json(dict(self.record["camera"]))

    @cached_property
    def circle(self) -> NDArray[np.bool_]:
        """(H, W), where the lens has a picture."""
        return in_image_circle(self.camera.lens)

    @cached_property
    def rgb(self) -> NDArray[np.uint8]:
        """(H, W, 3), sRGB."""
        found: NDArray[np.uint8] = self._dataset.read("images", self.index)
        size = (self.record["image"]["height"], self.record["image"]["width"])
        if found.shape[:2] != size:
            raise DatasetError(f"frame {self.index}: expected a picture of {size[1]}x{size[0]} pixels, got "
                               f"{found.shape[1]}x{found.shape[0]}; longtail check says more")  # fmt: skip
        return found

    @cached_property
    def code_values(self) -> NDArray[np.int64]:
        """(3, 256), how many pixels have each code value of red, green and blue: 256 numbers in place of a million."""
        mask = None if self.whole else self.circle.view(np.uint8)
        rgb = np.ascontiguousarray(self.rgb)
        # OpenCV counts in whole numbers, and hands them out as floats.
        counts = [cv2.calcHist([rgb], [channel], mask, [256], [0, 256]).ravel() for channel in range(3)]
        return np.rint(counts).astype(np.int64)

    @cached_property
    def luma(self) -> Floats:
        """(H, W), 0 to 1."""
        return luma_of(self.rgb)

    @cached_property
    def whole(self) -> bool:
        """Whether the lens has a picture everywhere."""
        return bool(self.circle.all())

    @cached_property
    def chroma(self) -> Floats:
        """(H, W, 2), CIELAB's a* and b*."""
        lab = cv2.cvtColor(np.ascontiguousarray(self.rgb), cv2.COLOR_RGB2Lab)
        return np.asarray(cv2.merge(cv2.split(lab)[1:]), dtype=np.float32)

    def layer(self, name: str) -> NDArray[Any] | None:
        """A layer's array; None where the dataset has none of that name."""
        return self._dataset.read(name, self.index) if name in self._layers else None

    @cached_property
    def instance(self) -> NDArray[np.uint16]:
        """(H, W), ids of things, 0 = none: the layer, or made of the annotations' masks where there is none."""
        found = self.layer("instance")
        if found is not None:
            return np.asarray(found, dtype=np.uint16)
        made = np.zeros(self.rgb.shape[:2], dtype=np.uint16)
        for row in self.annotations:
            made[rle.decode(row["segmentation"])] = row["instance_id"]
        return made

    @cached_property
    def semantic(self) -> NDArray[Any] | None:
        """(H, W), ids of categories; None where neither that layer nor the panoptic one is there."""
        found = self.layer("semantic")
        if found is None and (panoptic := self.layer("panoptic")) is not None:
            return np.asarray(panoptic >> 16)
        return found

    @property
    def annotations(self) -> Sequence[Mapping[str, Any]]:
        rows: Sequence[Mapping[str, Any]] = self.record["annotations"]
        return rows

    def name(self, row: Mapping[str, Any]) -> str:
        """The category of an annotation or a segment."""
        return self._dataset.info.taxonomy.categories[row["category_id"]].name

    def ids_of(self, names: Collection[str]) -> list[int]:
        """The ids of those of some categories that the dataset has."""
        return [number for number, kind in self._dataset.info.taxonomy if kind.name in names]

    @cached_property
    def things(self) -> frozenset[str]:
        """The names of the categories that have instances."""
        return frozenset(kind.name for _, kind in self._dataset.info.taxonomy if kind.is_thing)

    @cached_property
    def solids(self) -> Solids:
        """The scene's objects as boxes."""
        return Solids.of_text(self._objects, self._dataset.info.taxonomy)

    @cached_property
    def levelled(self) -> Solids:
        """The same with the ground laid flat, where the scene's rises and falls."""
        ground = self.record.get("extra", {}).get("ground") or {}
        relief = Relief.from_json(ground.get("relief"))
        taxonomy = self._dataset.info.taxonomy
        return self.solids.levelled(relief, frozenset(kind.name for _, kind in taxonomy if not kind.is_thing))
