"""What of a dataset is exported: which frames, each in which split, and which of their things.

Exporters read a dataset by way of its selection alone. What is to be left out is left out here, for all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from numpy.typing import NDArray

from longtail.annotate.card.facts import Facts, Tally
from longtail.annotate.choosing.splits import Splits
from longtail.annotate.dataset.dataset import Dataset, DatasetInfo
from longtail.annotate.dataset.files import read
from longtail.annotate.dataset.layers import IMAGE_FORMATS
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.errors import DatasetError
from longtail.annotate.labels.taxonomy import Taxonomy
from longtail.annotate.wording import counted


@dataclass(frozen=True, eq=False)
class Sample:
    """One picture with its labels, and the split that it belongs to.

    Attributes:
        split: one of the selection's splits
        record: all that is known of it
        source: the path of its picture in the dataset
        things: what is seen and counts, in ascending order of id
        ignored: what is seen, and no human could annotate
    """

    split: str
    record: StoredFrame
    source: str
    things: tuple[StoredInstance, ...]
    ignored: tuple[StoredInstance, ...]
    _dataset: Dataset

    @property
    def index(self) -> int:
        """The frame's."""
        return self.record.index

    @property
    def name(self) -> str:
        """The name of the picture's file, without its ending: `000012`."""
        return PurePosixPath(self.source).stem

    @property
    def file(self) -> str:
        """The name of the picture's file: `000012.png`."""
        return PurePosixPath(self.source).name

    def path(self, layer: str) -> str:
        """The path of one of its layers in the dataset."""
        return self._dataset.info.layers()[layer].path(self.index)

    def read(self, layer: str) -> NDArray[Any]:
        """One of its layers as an array, read anew each time; DatasetError where it is missing or damaged."""
        return self._dataset.read(layer, self.index)

    def stored(self, layer: str) -> bytes:
        """The bytes of one of its layers as they are stored; DatasetError where there are none."""
        path = self.path(layer)
        try:
            return read(self._dataset.files, path)
        except OSError as error:
            raise DatasetError(f"{self._dataset.files.at(path)}: expected a file of {layer}, got none") from error

    def picture(self, ending: str = "") -> bytes:
        """The bytes of its picture, in another format (`IMAGE_FORMATS`) where `ending` asks for one."""
        if ending and ending != self._dataset.info.image_format:
            return IMAGE_FORMATS[ending](self.read("images"))
        return self.stored("images")


def _unheard(_: int) -> None:
    """Nobody is told."""


@dataclass(frozen=True, eq=False)
class Selection:
    """Frames of a dataset by their splits.

    Attributes:
        dataset: what is selected from
        splits: which scenes go where
        frames: the indices of the frames, in ascending order
        facts: what they show
        counts: how many frames each split has
        chosen: what was taken of the dataset, in words; "" where it is all
        progress: is told how many samples were taken
    """

    dataset: Dataset
    splits: Splits
    frames: tuple[int, ...]
    facts: Facts
    counts: Mapping[str, int]
    chosen: str = ""
    progress: Callable[[int], None] = _unheard

    @classmethod
    def of(cls, dataset: Dataset, splits: Splits, progress: Callable[[int], None] = _unheard) -> Selection:
        """All frames of a dataset, in one look at each record, of which `progress` is told how many were looked at.

        DatasetError where there are none, where a record is damaged, or where a split would get no scene.
        """
        frames = dataset.frames()
        if not frames:
            raise DatasetError(f"{dataset.root}: expected a dataset with frames, got one without any")
        tally, scenes = Tally(dataset.info.taxonomy), Counter[int]()
        for done, index in enumerate(frames, start=1):
            glance = dataset.glance(index)
            tally.add(glance)
            scenes[glance.scene] += 1
            progress(done)
        seed = dataset.info.seed
        splits.require_scenes(seed, scenes)
        counts = Counter[str]()
        for scene, count in scenes.items():
            counts[splits.of(seed, scene)] += count
        return cls(dataset, splits, tuple(frames), tally.facts(), {name: counts[name] for name in splits.names})

    @property
    def info(self) -> DatasetInfo:
        """What the dataset was asked to be."""
        return self.dataset.info

    @property
    def taxonomy(self) -> Taxonomy:
        """The dataset's."""
        return self.dataset.info.taxonomy

    @cached_property
    def classes(self) -> Mapping[int, int]:
        """A class for the id of each category of things: 0 to K-1, in the order of the ids."""
        return {number: place for place, number in enumerate(n for n, kind in self.taxonomy if kind.is_thing)}

    @property
    def class_names(self) -> list[str]:
        """The names of the classes, 0 to K-1."""
        return [self.taxonomy.categories[number].name for number in self.classes]

    def samples(self) -> Iterator[Sample]:
        """The frames in ascending order, one at a time; DatasetError where a record is missing or damaged, or one of a
        frame's files is cut off."""
        picture = self.info.layers()["images"]
        for done, index in enumerate(self.frames):
            self.progress(done)
            record = self.dataset.record(index)
            self._require_whole(record)
            yield Sample(
                split=self.splits.of(self.info.seed, record.shown.scene),
                record=record,
                source=picture.path(index),
                things=tuple(thing for thing in record.instances if not thing.ignore),
                ignored=tuple(thing for thing in record.instances if thing.ignore),
                _dataset=self.dataset,
            )

    def _require_whole(self, record: StoredFrame) -> None:
        """Files of this machine are taken as they are, and looked at by nobody but for this."""
        files = self.dataset.files
        for path, entry in record.files.items():
            place = files.on_disk(path)
            if place is not None and place.is_file() and (found := place.stat().st_size) != entry.size_bytes:
                raise DatasetError(
                    f"{files.at(path)}: expected {counted(entry.size_bytes, 'byte')}, as its record says, got "
                    f"{found:,}; `longtail check` says what else is damaged"
                )

    def require_layers(self, layers: tuple[str, ...], format_name: str) -> None:
        """DatasetError where the dataset lacks one of these layers."""
        if missing := [name for name in layers if name not in self.info.layers()]:
            raise DatasetError(
                f"{self.dataset.root}: {format_name} needs the {counted(len(missing), 'output')} "
                f"{', '.join(missing)}, which this dataset does not have; it has {', '.join(self.info.outputs)}. "
                f"Render with --set outputs=[{', '.join([*self.info.outputs, *missing])}]"
            )
