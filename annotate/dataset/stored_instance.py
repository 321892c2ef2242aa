"""One thing that a stored picture shows, as its record has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.labels import rle
from longtail.annotate.labels.appearance import Appearance
from longtail.annotate.labels.boxes import Box
from longtail.annotate.labels.keypoints import NAMES, Keypoints, labelled
from longtail.annotate.labels.links import SeenLink
from longtail.annotate.labels.occlusion import Amodal
from longtail.annotate.labels.taxonomy import Category, Taxonomy
from longtail.annotate.labels.waterline import Polyline


@dataclass(frozen=True, eq=False)
class StoredInstance:
    """One of a record's annotations, which COCO's files have with a number of their own.

    Shares are 0 to 1; pixels count from the top-left corner of the first one.

    Attributes:
        id: of the object: its value in the instance mask, and that of the record's `SceneObject`
        image_id: COCO's number of the picture: the frame's index and 1
        category: what it is
        category_id: the id of that in the dataset's masks and files
        bbox: tight [x, y, width, height] of the mask in pixels
        area: pixels of the mask
        visible_fraction: mask pixels over amodal pixels, both inside the picture
        truncation: share of the 3D box's surface that lies outside the picture
        submerged_fraction: share of the amodal pixels under water; None where there is no flood
        appearance: what air, lens and surroundings leave of it
        waterline: polylines of (x, y) in pixels along which it stands in water
        asset: the name of the model
        size: [height, width] of the picture in pixels, as its run-length code states it
        counts: the mask as a compressed COCO run-length code
        ignore: whether no human could annotate it, by the record's rule: COCO's `iscrowd`
        ignored_for: the names of the numbers that say so
        keypoints: COCO's 17 of a person; None of other things, and in a dataset without the output `keypoints`
        attributes: what else is known of it: its state, what is written on it; None in records from before there were
            any
        amodal: the whole silhouette, what hides it, and what it is in front of; None without the output `amodal`
        track_id: the number of its track, which no other one of the dataset has; None where there are no videos
        video_id: the number of the video that the picture is of
        links: those links of a robot that the picture shows; None of other things, and without the output `links`
    """

    id: int
    image_id: int
    category: Category
    category_id: int
    bbox: Box
    area: int
    visible_fraction: float | None
    truncation: float
    submerged_fraction: float | None
    appearance: Appearance
    waterline: tuple[Polyline, ...]
    asset: str
    size: tuple[int, int]
    counts: str
    ignore: bool
    ignored_for: tuple[str, ...]
    keypoints: Keypoints | None = None
    attributes: Mapping[str, Any] | None = None
    amodal: Amodal | None = None
    track_id: int | None = None
    video_id: int | None = None
    links: tuple[SeenLink, ...] | None = None

    def mask(self) -> NDArray[np.bool_]:
        """The pixels (H, W) that show it, decoded anew each time; ValueError where the code is none."""
        return rle.decode({"size": list(self.size), "counts": self.counts})

    def runs(self) -> NDArray[np.int64]:
        """Where its runs (N, 2) begin and end, counted down the columns; ValueError where the code is none."""
        return rle.runs_of({"size": list(self.size), "counts": self.counts})

    @classmethod
    def from_json(cls, row: Mapping[str, Any], taxonomy: Taxonomy) -> StoredInstance:
        """What a record's annotation says; KeyError, TypeError or ValueError for anything else."""
        number, kind = _whole("instance_id", row["instance_id"]), _whole("category_id", row["category_id"])
        if kind not in taxonomy.categories:
            raise ValueError(f"annotation of object {number}: expected a category_id of the dataset's, got {kind}")
        x, y, width, height = (_whole("bbox", side) for side in row["bbox"])
        rows, columns = (_whole("segmentation size", side) for side in row["segmentation"]["size"])
        return cls(
            id=number,
            image_id=_whole("image_id", row["image_id"]),
            category=taxonomy.categories[kind],
            category_id=kind,
            bbox=(x, y, width, height),
            area=_whole("area", row["area"]),
            visible_fraction=_number(row, "visible_fraction"),
            truncation=_stated(row, "truncation"),
            submerged_fraction=_number(row, "submerged_fraction"),
            appearance=appearance_of(row),
            waterline=tuple(tuple((float(x), float(y)) for x, y in line) for line in row["waterline"]),
            asset=str(row["asset"]),
            size=(rows, columns),
            counts=str(row["segmentation"]["counts"]),
            ignore=bool(_whole("iscrowd", row["iscrowd"])),
            ignored_for=tuple(str(name) for name in row["ignored_for"]),
            keypoints=_keypoints(row) if "keypoints" in row else None,
            attributes=dict(row["attributes"]) if "attributes" in row else None,
            amodal=Amodal.from_json(row),
            track_id=_whole("track_id", row["track_id"]) if "track_id" in row else None,
            video_id=_whole("video_id", row["video_id"]) if "video_id" in row else None,
            links=tuple(map(SeenLink.from_json, row["links"])) if "links" in row else None,
        )


def appearance_of(row: Mapping[str, Any]) -> Appearance:
    """The appearance that an object or an annotation states; KeyError or ValueError where it states none."""
    return Appearance(_number(row, "transmission"), _number(row, "contrast"), _stated(row, "lens_fraction"))


def _keypoints(row: Mapping[str, Any]) -> Keypoints:
    values = row["keypoints"]
    if not isinstance(values, list) or len(values) != 3 * len(NAMES):
        raise ValueError(f"keypoints: expected {3 * len(NAMES)} numbers, got {values!r}")
    found = tuple((float(x), float(y), _whole("keypoints", v)) for x, y, v in zip(*[iter(values)] * 3, strict=True))
    if (stated := _whole("num_keypoints", row["num_keypoints"])) != labelled(found):
        raise ValueError(f"num_keypoints: expected {labelled(found)}, as many as have a flag, got {stated}")
    return found


def _whole(key: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{key}: expected a whole number, got {value!r}")
    return value


def _number(row: Mapping[str, Any], key: str) -> float | None:
    value = row[key]
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{key}: expected a number or null, got {value!r}")
    return float(value)


def _stated(row: Mapping[str, Any], key: str) -> float:
    value = _number(row, key)
    if value is None:
        raise ValueError(f"{key}: expected a number, got null")
    return value
