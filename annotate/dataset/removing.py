"""Taking a frame of loose files out of a dataset's folder."""

from __future__ import annotations

from pathlib import Path

from longtail.annotate.dataset.layers import IMAGE_FORMATS, LAYERS, images
from longtail.annotate.dataset.layout import TEMPORARY_SUFFIX, frame_name, record_path
from longtail.annotate.labels.points import LIDAR


def remove_frame(root: Path, index: int) -> None:
    """Remove a frame and whatever was begun of it. The record goes first: without it there is no frame, come what may.

    OSError where something cannot be removed.
    """
    layers = (*LAYERS.values(), *map(images, IMAGE_FORMATS))
    for path in (record_path(index), *(layer.path(index) for layer in layers)):
        (root / path).unlink(missing_ok=True)
        (root / f"{path}{TEMPORARY_SUFFIX}").unlink(missing_ok=True)
    # Each sensor has a folder.
    for cloud in root.glob(f"{LIDAR}/*/{frame_name(index)}.*"):
        cloud.unlink(missing_ok=True)
