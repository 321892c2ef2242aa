"""Frames as torch's loaders and torchvision's detectors take them.

The targets are those of torchvision's reference training for detection:
https://docs.pytorch.org/tutorials/intermediate/torchvision_tutorial.html. torch is imported when the first sample is
made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from longtail.annotate.labels.taxonomy import Taxonomy
from longtail.annotate.reading.classes import class_names, classes_of
from longtail.annotate.reading.frames import Frames

Transform = Callable[[Any, dict[str, Any]], tuple[Any, dict[str, Any]]]


class DetectionDataset:
    """A map-style dataset of (image, target), which `torch.utils.data.DataLoader` reads in as many processes as it is
    told.

    image: (3, H, W) float32 tensor in 0..1, red first. target: `boxes` (N, 4) float32 [left, top, right, bottom] in
    pixels, `labels` (N,) int64 by `classes`, `image_id` int, as COCO's files have it, `area` (N,) float32 pixels of the
    masks, `iscrowd` (N,) int64, and with `masks` `masks` (N, H, W) uint8.

    Things that no human could annotate are left out; with `ignored` they are there as crowds, for evaluation.
    `transform` is given image and target and returns both; where processes are spawned it must be picklable.
    """

    def __init__(
        self, frames: Frames, transform: Transform | None = None, *, masks: bool = True, ignored: bool = False
    ) -> None:
        self.frames = frames
        self.transform = transform
        self.masks = masks
        self.ignored = ignored

    @property
    def classes(self) -> tuple[str, ...]:
        """Names by label; 0 is the background."""
        return class_names(self._taxonomy)

    @property
    def _taxonomy(self) -> Taxonomy:
        return self.frames.info.taxonomy

    def __len__(self) -> int:
        return len(self.frames)

    def __getitem__(self, position: int) -> tuple[Any, dict[str, Any]]:
        """The sample at a position; IndexError beyond them."""
        import torch

        frame = self.frames[position]
        things = frame.instances if self.ignored else frame.instances[~frame.instances.ignored]
        image = torch.from_numpy(frame.image).permute(2, 0, 1).contiguous().float() / 255
        target: dict[str, Any] = {
            "boxes": torch.from_numpy(things.corners).float(),
            "labels": torch.from_numpy(classes_of(things.category_ids, self._taxonomy)),
            "image_id": frame.index + 1,
            "area": torch.from_numpy(things.areas).float(),
            "iscrowd": torch.from_numpy(things.ignored).long(),
        }
        if self.masks:
            target["masks"] = torch.from_numpy(things.masks).to(torch.uint8)
        return (image, target) if self.transform is None else self.transform(image, target)


def collate(samples: Iterable[tuple[Any, Any]]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """A loader's `collate_fn`: pictures hold different numbers of things, and torchvision's detectors take lists."""
    images, targets = zip(*samples, strict=True)
    return images, targets
