"""What the page shows of one frame: pictures as files for a browser, and labels as JSON values."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.encoders import encode_png
from longtail.annotate.dataset.files import read
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.errors import DatasetError
from longtail.annotate.labels.draw import colour_of, outlines, palette
from longtail.annotate.labels.taxonomy import Taxonomy

MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}
_FARTHEST_M = 200.0


def layers_shown(dataset: Dataset) -> list[str]:
    """The pictures that can be shown of each frame; `masks` are laid over another."""
    layers = dataset.info.layers()
    semantic = "semantic" in layers or "panoptic" in layers
    masks = semantic or "instance" in layers
    told = {"semantic": semantic, "masks": masks, "depth": "depth" in layers}
    return ["image", *(layer for layer, there in told.items() if there)]


def picture(dataset: Dataset, index: int, layer: str) -> tuple[str, bytes]:
    """A media type and bytes of one of `layers_shown`. DatasetError where a file is missing, damaged, or a link that
    leaves the dataset."""
    if layer == "image":
        path = dataset.info.layers()["images"].path(index)
        return MEDIA_TYPES[dataset.info.image_format], _bytes(dataset, path)
    if layer == "depth":
        return "image/png", encode_png(_depth(_read(dataset, "depth", index)))
    painted = _painted(_categories(dataset, index), dataset.info.taxonomy)
    if layer == "semantic":
        return "image/png", encode_png(np.ascontiguousarray(painted[..., :3]))
    return "image/png", _overlay(dataset, index, painted)


def labels(dataset: Dataset, index: int) -> dict[str, Any]:
    """Where and when a frame is, and the boxes of its things, the largest first."""
    require_inside(dataset, record_path(index))
    record = dataset.record(index)
    things = sorted(record.instances, key=lambda thing: (-thing.bbox[2] * thing.bbox[3], thing.id))
    width, height = record.camera.size_px
    return {
        "frame": index,
        "condition": record.condition,
        "width": width,
        "height": height,
        "facts": _facts(record),
        "boxes": [
            {
                "box": list(thing.bbox),
                "name": thing.category.name,
                "colour": "#{:02x}{:02x}{:02x}".format(*colour_of(thing.category)),
                "ignored": thing.ignore,
                "note": f"{thing.category.name} {thing.id}: {thing.area} px, {thing.asset}",
            }
            for thing in things
        ],
    }


def _facts(record: StoredFrame) -> list[list[str]]:
    shown = record.shown
    moment = "" if shown.clip_frame is None else f"{shown.time_s:g} s"
    pairs = [
        ("scene", str(shown.scene)), ("variant", shown.variant), ("camera", shown.camera or ""), ("time", moment)
    ]  # fmt: skip
    counts = f"{len(record.instances)}, {sum(thing.ignore for thing in record.instances)} of them ignored"
    return [[name, value] for name, value in (*pairs, ("things", counts)) if value]


def require_inside(dataset: Dataset, path: str) -> None:
    """DatasetError where a dataset's file is a link that leaves it."""
    if dataset.files.led_outside(path):
        raise DatasetError(f"{dataset.files.at(path)}: expected a file inside the dataset, got a link that leaves it")


def _bytes(dataset: Dataset, path: str) -> bytes:
    require_inside(dataset, path)
    try:
        return read(dataset.files, path)
    except OSError as error:
        raise DatasetError(f"{dataset.files.at(path)}: expected a file, got {error.strerror or error}") from error


def _read(dataset: Dataset, layer: str, index: int) -> NDArray[Any]:
    require_inside(dataset, dataset.info.layers()[layer].path(index))
    return dataset.read(layer, index)


def _categories(dataset: Dataset, index: int) -> NDArray[Any]:
    """(H, W), ids; those of things alone, and 0, where a dataset has masks of no more."""
    if "semantic" in dataset.info.layers():
        return _read(dataset, "semantic", index)
    if "panoptic" in dataset.info.layers():
        return np.asarray(_read(dataset, "panoptic", index) >> 16)
    numbers = _read(dataset, "instance", index)
    categories = np.zeros(int(numbers.max()) + 1, dtype=np.uint8)
    for thing in dataset.record(index).instances:
        if thing.id < len(categories):
            categories[thing.id] = dataset.info.taxonomy.ids[thing.category.name]
    return np.asarray(categories[numbers])


def _painted(categories: NDArray[Any], taxonomy: Taxonomy) -> NDArray[np.uint8]:
    """(H, W, 4), RGBA: colours of categories at the opacity of masks."""
    return np.asarray(palette(taxonomy)[categories])


def _overlay(dataset: Dataset, index: int, painted: NDArray[np.uint8]) -> bytes:
    """A PNG that is clear where nothing is labelled, and opaque along the outlines of things."""
    if "instance" in dataset.info.layers():
        painted[outlines(_read(dataset, "instance", index)), 3] = 255
    done, data = cv2.imencode(".png", cv2.cvtColor(painted, cv2.COLOR_RGBA2BGRA))
    assert done
    return bytes(data)


def _depth(depth_m: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(H, W, 3): near is red, 200 m and on is blue, by the logarithm; nothing is black."""
    known = np.isfinite(depth_m) & (depth_m > 0)
    near = np.log(np.clip(depth_m, 0.3, _FARTHEST_M, where=known, out=np.full_like(depth_m, _FARTHEST_M)))
    share = (np.log(_FARTHEST_M) - near) / (np.log(_FARTHEST_M) - np.log(0.3))
    colours = cv2.cvtColor(
        cv2.applyColorMap(np.rint(share * 255).astype(np.uint8), cv2.COLORMAP_TURBO), cv2.COLOR_BGR2RGB
    )
    colours[~known] = 0
    return np.asarray(colours, dtype=np.uint8)
