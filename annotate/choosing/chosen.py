"""A dataset of which only some frames, classes and things are taken: a view, which whatever reads datasets can read.

Nothing is copied. Records, masks and dataset.json are rewritten as they are read; other files are the dataset's own.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.choosing.search import search
from longtail.annotate.dataset.dataset import Dataset, DatasetInfo
from longtail.annotate.dataset.files import Files
from longtail.annotate.dataset.layout import DATASET, FRAMES, frame_index, record_path
from longtail.annotate.dataset.record import dumps
from longtail.annotate.dataset.stored_instance import appearance_of
from longtail.annotate.errors import ConfigError, DatasetError
from longtail.annotate.labels.ignore import IgnoreRule
from longtail.annotate.labels.occlusion import Cover
from longtail.annotate.labels.taxonomy import VOID, Taxonomy
from longtail.distributions.grammar import shown, suggestion


@dataclass(frozen=True)
class Wanted:
    """What is taken of a dataset. Nothing that is set takes all of it.

    Attributes:
        where: a query in the language of `longtail.statements`, which a frame must make true; it speaks of all labels
        classes: names of the things that stay; the pixels of others are void. Stuff stays as it is
        min_area_px: things of fewer visible pixels are ignored, as the record's own rule has it for smaller ones
        min_visible: things of which a smaller share is visible are ignored
    """

    where: str = ""
    classes: tuple[str, ...] = ()
    min_area_px: int = 0
    min_visible: float = 0.0

    def __post_init__(self) -> None:
        if self.min_area_px < 0:
            raise ConfigError(f"min-area: expected 0 pixels or more, got {self.min_area_px}")
        if not 0 <= self.min_visible <= 1:
            raise ConfigError(f"min-visible: expected a share in 0..1, got {self.min_visible:g}")

    def words(self) -> str:
        """What was chosen, for those who read the outcome; "" where it is all."""
        said = [f"frames where {self.where}" if self.where else "", ", ".join(self.classes)]
        said += [f"things of {self.min_area_px} pixels or more" if self.min_area_px else ""]
        said += [f"things that are visible by {self.min_visible:g} or more" if self.min_visible else ""]
        return "; ".join(filter(None, said))


ALL = Wanted()
"""Everything."""


def choose(
    dataset: Dataset, wanted: Wanted, processes: int = 1, progress: Callable[[int], None] = lambda _: None
) -> Dataset:
    """What `wanted` takes of a dataset, as a dataset.

    ConfigError for a query that is none and for a class that is no thing of the dataset; DatasetError where no frame is
    left.
    """
    taxonomy = _restricted(dataset.info.taxonomy, wanted.classes)
    if wanted == ALL:
        return dataset
    frames = None
    if wanted.where:
        frames = tuple(search(dataset, wanted.where, processes=processes, progress=progress))
        if not frames:
            raise DatasetError(f"{dataset.place}: expected frames where {wanted.where}, got none of {len(dataset):,}")
    info = replace(dataset.info, taxonomy=taxonomy)
    return Dataset(dataset.root, info, ChosenFiles(dataset.files, dataset.info, info, wanted, frames))


def _restricted(taxonomy: Taxonomy, classes: tuple[str, ...]) -> Taxonomy:
    """The taxonomy without other things than these. Ids stay."""
    things = [category.name for _, category in taxonomy if category.is_thing]
    for name in classes:
        if name not in things:
            raise ConfigError(f"classes: expected some of {', '.join(things)}, got {shown(name)}"
                              f"{suggestion(name, things)}")  # fmt: skip
    if not classes:
        return taxonomy
    kept = {number: kind for number, kind in taxonomy if not kind.is_thing or kind.name in classes}
    return Taxonomy(kept, taxonomy.background)


@dataclass(frozen=True)
class ChosenFiles:
    """The files of a dataset as `wanted` leaves them. `frames` are those that stay, None for all."""

    base: Files
    whole: DatasetInfo
    info: DatasetInfo
    wanted: Wanted
    frames: tuple[int, ...] | None

    def at(self, path: str) -> str:
        return self.base.at(path)

    def names(self, folder: str) -> list[str]:
        names = self.base.names(folder)
        return [name for name in names if self._stays(f"{folder}/{name}")] if folder == FRAMES else names

    def walk(self) -> Iterator[str]:
        return (path for path in self.base.walk() if self._stays(path))

    def open(self, path: str) -> BinaryIO:
        made = self._made(path)
        return self.base.open(path) if made is None else io.BytesIO(made)

    def size(self, path: str) -> int:
        made = self._made(path)
        return self.base.size(path) if made is None else len(made)

    def led_outside(self, path: str) -> str | None:
        return self.base.led_outside(path)

    def on_disk(self, path: str) -> Path | None:
        return None if self._is_made(path) else self.base.on_disk(path)

    def _stays(self, path: str) -> bool:
        index = frame_index(PurePosixPath(path).stem)
        return self._kept is None or index is None or index in self._kept

    @cached_property
    def _kept(self) -> frozenset[int] | None:
        return None if self.frames is None else frozenset(self.frames)

    @cached_property
    def _masks(self) -> Mapping[str, str]:
        """The layers that have ids of categories or things, by folder, where some of these are taken out."""
        if not self.wanted.classes:
            return {}
        layers = self.whole.layers()
        masks = ("semantic", "instance", "panoptic", "parts", "links")
        return {one.folder: name for name, one in layers.items() if name in masks or not one.raster}

    def _is_made(self, path: str) -> bool:
        folder = PurePosixPath(path).parent.as_posix()
        return path == DATASET or (folder in (FRAMES, *self._masks) and self._index(path) is not None)

    def _index(self, path: str) -> int | None:
        return frame_index(PurePosixPath(path).stem)

    def _made(self, path: str) -> bytes | None:
        """The bytes of what is rewritten; None for what is as it is."""
        index = self._index(path)
        if path == DATASET:
            return self.info.dumps()
        if index is None or not self._is_made(path):
            return None
        if not self._stays(path):
            raise FileNotFoundError(2, "not among the chosen frames", self.at(path))
        folder = PurePosixPath(path).parent.as_posix()
        return self._record(index) if folder == FRAMES else self._mask(self._masks[folder], index)

    @cached_property
    def _dataset(self) -> Dataset:
        """The whole one."""
        return Dataset(Path(), self.whole, self.base)

    def _record(self, index: int) -> bytes:
        where = self.at(record_path(index))
        record = self._dataset.record_text(index).parsed()
        try:
            self._label(record)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DatasetError(f"{where}: {error}") from error
        return dumps(record)

    def _label(self, record: dict[str, Any]) -> None:
        """Take out the things of other classes, and flag those that are ignored now."""
        known = self.info.taxonomy.categories
        for key in ("objects", "annotations", "segments_info"):
            record[key] = [row for row in record[key] if row["category_id"] in known]
        left = {row["id"] for row in record["objects"]}
        for row in (*record["objects"], *record["annotations"]):
            if "occluded_by" in row:
                row["occluded_by"] = _covers(row["occluded_by"], known)
                row["occlusion_order"] = [order for order in row["occlusion_order"] if order["instance_id"] in left]
        # Nobody has the digests of masks that are made when they are read.
        record["files"] = {path: entry for path, entry in record["files"].items() if not self._is_made(path)}
        rule = IgnoreRule.from_json(record["ignore_rule"])
        rule = replace(
            rule,
            min_area_px=max(rule.min_area_px, self.wanted.min_area_px),
            min_visible_fraction=max(rule.min_visible_fraction, self.wanted.min_visible),
        )
        record["ignore_rule"] = rule.to_json()
        ignored: dict[int, int] = {}
        for row in record["annotations"]:
            reasons = rule.reasons(row["area"], row["visible_fraction"], appearance_of(row))
            row["ignored_for"] = list(reasons)
            ignored[row["instance_id"]] = row["iscrowd"] = int(bool(reasons))
        for row in record["objects"]:
            row["ignore"] = ignored.get(row["id"])
        for row in record["segments_info"]:
            row["iscrowd"] = ignored.get(row["id"] & 0xFFFF, 0)

    def _mask(self, layer: str, index: int) -> bytes:
        """A mask without the things that were taken out."""
        made = self.whole.layers()[layer]
        mask: NDArray[Any] = self._dataset.read(layer, index)
        if not made.raster:
            # Of what is in the air nobody takes anything out.
            return made.encode(mask[np.isin(mask["category"], [VOID, *self.info.taxonomy.categories])])
        return made.encode(np.where(self._stay(layer, mask, index), mask, 0).astype(mask.dtype))

    def _stay(self, layer: str, mask: NDArray[Any], index: int) -> NDArray[np.bool_]:
        known = list(self.info.taxonomy.categories)
        if layer in ("parts", "links"):
            return self._owners_stay(mask, index)
        if layer == "instance":
            kept = [thing.id for thing in self._dataset.record(index).instances if thing.category_id in known]
            return np.isin(mask, kept)
        return np.isin(mask >> 16 if layer == "panoptic" else mask, known)

    def _owners_stay(self, mask: NDArray[Any], index: int) -> NDArray[np.bool_]:
        """Where what a mask of parts or links is of stays; everywhere where no other mask says what that is."""
        for layer in ("semantic", "panoptic", "instance"):
            if layer in self.whole.layers():
                return self._stay(layer, self._dataset.read(layer, index), index)
        return np.ones(mask.shape, dtype=np.bool_)


def _covers(rows: list[dict[str, int]], known: Container[int]) -> list[dict[str, int]]:
    """What hides a thing, where things of other classes are void, as in masks."""
    gone = sum(row["px"] for row in rows if row["category_id"] not in known)
    void = [Cover(0, VOID, gone).to_json()] if gone else []
    kept = [row for row in rows if row["category_id"] in known]
    return sorted([*kept, *void], key=lambda row: (-row["px"], row["instance_id"], row["category_id"]))
