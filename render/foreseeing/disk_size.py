"""How many bytes a frame takes: of frames that are there, or by a model of frames that are not."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.documents import FrameLines, documents_of
from longtail.annotate.dataset.layers import layers_of
from longtail.annotate.dataset.layout import record_path
from longtail.scenes.assets.asset import Asset
from longtail.scenes.config.config import Config
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.lidar.asked import AskedLidar

_LOOKED_AT = 100
SCENES_DRAWN = 12

# docs/performance.md, "Disk": bytes of a layer's file at 640x360, and the power of the number of pixels that they grow
# with. What has edges alone grows more slowly than what has texture.
_PIXELS = 640 * 360
_LAYERS: Mapping[str, tuple[float, float]] = {
    "images.png": (289_000, 0.92),
    "images.jpg": (78_300, 0.91),
    "images.webp": (48_600, 0.91),
    "semantic": (7_000, 0.55),
    "instance": (3_000, 0.53),
    "panoptic": (10_800, 0.54),
    "depth": (80_600, 0.72),
    "disparity": (77_400, 0.72),
    "normals": (335_000, 0.94),
    "lens": (600, 0.55),
    "distance": (136_000, 0.84),
    "world": (1_985_000, 0.96),
    "albedo": (768_000, 0.96),
    "material": (29_000, 0.73),
    "parts": (1_900, 0.63),
    "links": (2_000, 0.63),
    "drivable": (1_560, 0.61),
    "flow": (264_000, 0.89),
    "flow_backward": (243_000, 0.89),
    "occluded": (9_350, 0.76),
    "occluded_backward": (9_950, 0.79),
    "scene_flow": (176_000, 0.91),
}
# Likewise: bytes for every object of a scene, seen or not, in the record and in the COCO files.
_RECORD = 6_100
_LANES = 21_400
_PER_OBJECT = 790
_PER_SILHOUETTE = 180
_DOCUMENTS_PER_OBJECT: Mapping[str, float] = {"coco": 94, "panoptic": 14, "amodal": 138}
# dataset.json, stats.json and the report with its gallery.
OF_THE_DATASET = 1_000_000
_RETURNED = 0.7
# A file fills whole blocks of a disk, so half of one is lost on average.
_HALF_A_BLOCK = 2_048


@dataclass(frozen=True)
class FrameSize:
    """Bytes that a frame takes on disk, on average, and what that is known from."""

    mean_bytes: float
    source: str


def measured_size(dataset: Dataset, frames: Collection[int], where: str) -> FrameSize:
    """The mean of some of a dataset's `frames` (at least one), evenly chosen; `where` is for people."""
    ordered = sorted(frames)
    chosen = [ordered[number * len(ordered) // _LOOKED_AT] for number in range(_LOOKED_AT)]
    chosen = sorted(set(chosen))
    documents = documents_of(dataset.info)
    total = 0
    for index in chosen:
        record = dataset.record_bytes(index)
        lines = FrameLines.of(index, record, dataset.files.at(record_path(index)))
        files = [entry["bytes"] for entry in json.loads(lines.files).values()]
        total += len(record) + sum(files) + _HALF_A_BLOCK * (1 + len(files))
        total += sum(len(document.frame(lines)) for document in documents)
    total += sum(len(piece) for document in documents for piece in document.tail())
    return FrameSize(total / len(chosen), f"mean of {len(chosen)} frames {where}")


def modelled_size(config: Config, assets: Mapping[str, Asset]) -> FrameSize:
    """What frames of `config` would take on average, by the objects of a few of its scenes and by what streets took."""
    layers = layers_of(config.outputs, config.render.image_format, config.point_formats)
    rasters, sizes = [layer.name for layer in layers.values() if layer.raster], config.sizes_px
    each = [_layer_bytes(name, config.render.image_format, wide * high) for name in rasters for wide, high in sizes]
    pictures = sum(each) / len(sizes) + sum(_cloud_bytes(lidar) for lidar in config.lidars)
    objects = _mean_objects(config, assets)
    row = _PER_OBJECT + (_PER_SILHOUETTE if "amodal" in config.outputs else 0)
    documents = sum(_DOCUMENTS_PER_OBJECT.get(name, 0.0) for name in config.outputs)
    texts = _RECORD + _LANES * ("lanes" in config.outputs) + objects * (row + documents)
    return FrameSize(
        pictures + texts + _HALF_A_BLOCK * (1 + len(layers)),
        f"a model of streets, with the {objects:.0f} objects a scene has here; --estimate measures",
    )


def _cloud_bytes(lidar: AskedLidar) -> float:
    """What comes back of a street's pulses."""
    rows, columns = lidar.most()
    return _RETURNED * rows * columns * (28 if lidar.format == "bin" else 22)


def _layer_bytes(name: str, image_format: str, pixels: int) -> float:
    size, power = _LAYERS[f"images.{image_format}" if name == "images" else name]
    return float(size * (pixels / _PIXELS) ** power)


def _mean_objects(config: Config, assets: Mapping[str, Asset]) -> float:
    from longtail.scenes.composing import scene_of

    each = config.plan.pictures_per_scene
    count = max(1, min(SCENES_DRAWN, config.frames // each))
    firsts = [number * each for number in range(count)]
    if config.given is None and (expected := config.scenario.expected_objects):
        return sum(expected(draw(config.asked, first)) for first in firsts) / count
    scenes = [scene_of(config, first, assets).objects for first in firsts]
    return sum(1 + len(assets[placed.asset].attached) for objects in scenes for placed in objects) / count
