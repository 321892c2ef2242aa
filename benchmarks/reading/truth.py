"""What a dataset says, read without Longtail: from its records and its pictures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from pycocotools import mask as coco_mask


@dataclass(frozen=True)
class Thing:
    """One thing that a picture shows: its category's name, box [x, y, width, height] and mask (H, W)."""

    name: str
    box: tuple[float, float, float, float]
    mask: np.ndarray[Any, np.dtype[np.bool_]]
    ignored: bool
    number: int


class Truth:
    """A dataset of loose files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.about = json.loads((root / "dataset.json").read_bytes())
        self.rows = {row["id"]: row for row in self.about["categories"]}
        self.classes = [row["name"] for row in self.about["categories"] if row["isthing"]]
        self.frames = sorted(int(path.stem) for path in (root / "frames").glob("*.json"))

    def record(self, frame: int) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.root / f"frames/{frame:06d}.json").read_bytes())
        return found

    def things(self, frame: int, *, ignored: bool = False) -> Iterator[Thing]:
        """Those that count, or all."""
        for row in self.record(frame)["annotations"]:
            if row["iscrowd"] and not ignored:
                continue
            code = {**row["segmentation"], "counts": row["segmentation"]["counts"].encode()}
            mask = coco_mask.decode(code).astype(bool)
            name = self.rows[row["category_id"]]["name"]
            yield Thing(name, tuple(row["bbox"]), mask, bool(row["iscrowd"]), row["instance_id"])

    def picture(self, layer: str, frame: int) -> np.ndarray[Any, np.dtype[Any]]:
        return np.array(Image.open(self.root / f"{layer}/{frame:06d}.png"))


def iou(one: Any, other: Any) -> float:
    """Of two masks; 1 where both are empty."""
    both, any_ = np.count_nonzero(one & other), np.count_nonzero(one | other)
    return both / any_ if any_ else 1.0
