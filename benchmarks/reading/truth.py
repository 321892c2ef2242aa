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

_WHOLE = ("ring", "instance", "category")
_POINT = np.dtype([*((name, "<f4") for name in ("x", "y", "z", "intensity")), *((name, "<u2") for name in _WHOLE)])


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
        self.sensors: list[str] = list(self.about["config"].get("lidar", {}))
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

    def has(self, pattern: str) -> bool:
        return next(self.root.glob(pattern), None) is not None

    def depth_m(self, frame: int) -> np.ndarray[Any, np.dtype[np.float64]]:
        """(H, W), infinite where nothing is."""
        found = self.picture("depth", frame) / 256
        return np.where(found > 0, found, np.inf)

    def points(self, sensor: str, frame: int) -> np.ndarray[Any, np.dtype[Any]]:
        """(N,) of x y z intensity ring instance category, by the rules in docs/labels.md."""
        (path,) = (self.root / "lidar" / sensor).glob(f"{frame:06d}.*")
        if path.suffix == ".npy":
            return np.asarray(np.load(path))
        if path.suffix == ".pcd":
            return np.frombuffer(path.read_bytes().partition(b"DATA binary\n")[2], _POINT)
        columns = np.fromfile(path, "<f4").reshape(-1, len(_POINT.names or ()))
        points = np.empty(len(columns), _POINT)
        for name, column in zip(_POINT.names or (), columns.T, strict=True):
            points[name] = column
        return points

    def picture(self, layer: str, frame: int) -> np.ndarray[Any, np.dtype[Any]]:
        return np.array(Image.open(self.root / f"{layer}/{frame:06d}.png"))


def iou(one: Any, other: Any) -> float:
    """Of two masks; 1 where both are empty."""
    both, any_ = np.count_nonzero(one & other), np.count_nonzero(one | other)
    return both / any_ if any_ else 1.0
