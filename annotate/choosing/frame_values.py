"""What a search can know of one frame, read off its record as far as it is asked for."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from longtail.annotate.choosing.judged import Judged
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.errors import DatasetError
from longtail.statements.grammar import CATEGORY, IGNORED, RAISED, SHARES, THINGS
from longtail.statements.vocabulary import Kind

LIGHT, DECISION = "light", "decision"
OF_FRAMES: Mapping[str, Kind] = {
    "frame": "number",
    "scene": "number",
    "variant": "word",
    "camera": "word",
    "condition": "word",
    "weather": "word",
    LIGHT: "word",
    DECISION: "word",
    "file_name": "word",
    "width": "number",
    "height": "number",
}
"""What every image of a COCO file says, by its key; conditions that are numbers come to them. `light` is what the
condition calls it: day, low_sun, dusk, night, or indoors; `decision` what was decided on the frame in a review:
accepted, rejected, or undecided."""

DISTANCE = "distance_m"
OF_THINGS: Mapping[str, Kind] = {
    "visible": "number",
    "truncation": "number",
    "submerged": "number",
    "transmission": "number",
    "contrast": "number",
    "lens": "number",
    "area_px": "number",
    "left_px": "number",
    "top_px": "number",
    "width_px": "number",
    "height_px": "number",
    DISTANCE: "number",
    CATEGORY: "word",
    "asset": "word",
    "state": "word",
    "sign": "word",
    "text": "word",
    "value": "number",
    IGNORED: "truth",
}
"""What can be said of one thing: the numbers of its annotation, the sides of its box, how far the middle of its 3D box
is from the camera, and of its attributes what a traffic light shows or a walker does, and what a sign says."""

_ATTRIBUTES = ("state", "sign", "text", "value")


class LabelledValues(Mapping[str, Any]):
    """The values of one frame by path: what it was drawn with, its conditions, and the things that it shows.

    Whoever has its record says what stands in it.
    """

    _names: Mapping[int, str]
    """Of the categories, by their ids."""

    def __getitem__(self, path: str) -> Any:
        if path == THINGS:
            return self._things
        return self._shares if path == SHARES else self._said[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._said)

    def __len__(self) -> int:
        return len(self._said)

    @abstractmethod
    def _line(self, key: str) -> Mapping[str, Any]:
        """One of the record's mappings."""

    @abstractmethod
    def _rows(self, key: str) -> Sequence[Any]:
        """One of the record's lists."""

    @property
    @abstractmethod
    def distances_m(self) -> list[float]:
        """From the camera to the middle of each thing's 3D box, in the order of the annotations."""

    @cached_property
    def _said(self) -> dict[str, Any]:
        """Of the whole frame; what nobody stated is not there."""
        image = {key: value for key, value in self._line("image").items() if value is not None}
        light = str(image.get("condition", "")).rpartition(", ")[2]
        return {**image, LIGHT: light, **self._line("parameters")}

    @cached_property
    def _things(self) -> list[Mapping[str, Any]]:
        rows = enumerate(self._rows("annotations"))
        return [Thing(row, self._names[row["category_id"]], self, place) for place, row in rows]

    @cached_property
    def _shares(self) -> dict[str, float]:
        """Of the picture's pixels, by category."""
        image = self._line("image")
        shares: dict[str, float] = {}
        for row in self._rows("segments_info"):
            name = self._names[row["category_id"]]
            shares[name] = shares.get(name, 0.0) + row["area"] / (image["width"] * image["height"])
        return shares


class FrameValues(LabelledValues):
    """Those of a stored frame.

    DatasetError where the record is missing or damaged; for things and shares, when these are first asked for.
    """

    def __init__(self, dataset: Dataset, index: int, judged: Judged | None = None) -> None:
        """`judged` is what is known of its quality; without it nothing is."""
        self._dataset = dataset
        self._index = index
        self._judged = judged or Judged()
        self._where = dataset.files.at(record_path(index))
        self._text = dataset.record_text(index)
        self._names = {number: category.name for number, category in dataset.info.taxonomy}

    def __getitem__(self, path: str) -> Any:
        if path == RAISED:
            return self._judged.raised(self._index)
        if path == DECISION:
            return self._judged.decision(self._index)
        try:
            return super().__getitem__(path)
        except (KeyError, TypeError) as error:
            if path not in (THINGS, SHARES):
                raise
            what = "annotations" if path == THINGS else "segments"
            raise DatasetError(f"{self._where}: expected {what} of the dataset's categories: {error}") from error

    @cached_property
    def distances_m(self) -> list[float]:
        """From the camera to the middle of each thing's 3D box, in the order of the annotations."""
        glance = self._dataset.glance(self._index)
        camera_m = np.array(glance.camera["world_from_camera"], dtype=np.float64)[:3, 3]
        return [float(distance) for distance in np.linalg.norm(glance.middles_m - camera_m, axis=1)]

    def _line(self, key: str) -> dict[str, Any]:
        try:
            return dict(json.loads(self._text.line(key)))
        except (ValueError, TypeError) as error:
            raise DatasetError(f"{self._where}: {key}: {error}") from error

    def _rows(self, key: str) -> list[Any]:
        try:
            return list(json.loads(b"[" + b",".join(self._text.rows(key)) + b"]"))
        except ValueError as error:
            raise DatasetError(f"{self._where}: {key}: {error}") from error


class Thing(Mapping[str, Any]):
    """One thing by the words of `OF_THINGS`. How far it is takes a look at the objects, and is found when needed."""

    def __init__(self, row: Mapping[str, Any], category: str, frame: LabelledValues, place: int) -> None:
        left, top, width, height = row["bbox"]
        self._frame, self._place = frame, place
        attributes = row.get("attributes", {})
        self._said = {
            "visible": row["visible_fraction"],
            "truncation": row["truncation"],
            "submerged": row["submerged_fraction"],
            "transmission": row["transmission"],
            "contrast": row["contrast"],
            "lens": row["lens_fraction"],
            "area_px": row["area"],
            "left_px": left,
            "top_px": top,
            "width_px": width,
            "height_px": height,
            CATEGORY: category,
            "asset": row["asset"],
            **{name: attributes.get(name) for name in _ATTRIBUTES},
            IGNORED: bool(row["iscrowd"]),
        }

    def __getitem__(self, word: str) -> Any:
        return self._frame.distances_m[self._place] if word == DISTANCE else self._said[word]

    def __iter__(self) -> Iterator[str]:
        return iter(OF_THINGS)

    def __len__(self) -> int:
        return len(OF_THINGS)
