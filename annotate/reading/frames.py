"""The frames of a dataset as a sequence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import index as whole
from typing import Any, SupportsIndex, overload

from longtail.annotate.choosing.chosen import Wanted, choose
from longtail.annotate.choosing.frame_values import FrameValues
from longtail.annotate.choosing.search import search
from longtail.annotate.choosing.splits import SPLITS, Splits
from longtail.annotate.choosing.stratified import stratified
from longtail.annotate.dataset.dataset import Dataset, DatasetInfo
from longtail.annotate.dataset.encoders import encode_png
from longtail.annotate.errors import DatasetError
from longtail.annotate.labels.taxonomy import Category
from longtail.annotate.reading.frame import ReadFrame
from longtail.annotate.reading.sheet import sheet
from longtail.annotate.reading.tables import Rows, columns
from longtail.annotate.wording import counted, listed


class Frames(Sequence[ReadFrame]):
    """Frames of a dataset, in ascending order of their numbers unless they were chosen in another.

    Positions count from 0 and, as in a list, from the end: `frames[-1]` is the last frame, `frames[10:20]` are ten of
    them, again as `Frames`. A frame's own number is its `index`, which is its position too where none is missing and
    all were taken; `by_index` finds a frame by it. Opening reads the names of the files, and no frame.

    Frames can be pickled and handed to loaders that start processes.
    """

    def __init__(self, dataset: Dataset, indices: Sequence[int] | None = None) -> None:
        self.dataset = dataset
        self.indices: tuple[int, ...] = tuple(dataset.frames() if indices is None else indices)

    def __repr__(self) -> str:
        return f"<{counted(len(self), 'frame')} of {self.dataset.place}>"

    def _repr_png_(self) -> bytes | None:
        """What a notebook shows: a few of them, with their labels drawn on."""
        return encode_png(sheet(self)) if len(self) else None

    @property
    def info(self) -> DatasetInfo:
        """What the dataset was asked to be: config, seed, outputs, taxonomy, versions, credits."""
        return self.dataset.info

    @property
    def things(self) -> tuple[Category, ...]:
        """The categories that have instances, in ascending order of id."""
        return tuple(category for _, category in self.info.taxonomy if category.is_thing)

    def __len__(self) -> int:
        return len(self.indices)

    @overload
    def __getitem__(self, position: SupportsIndex) -> ReadFrame: ...
    @overload
    def __getitem__(self, position: slice) -> Frames: ...

    def __getitem__(self, position: SupportsIndex | slice) -> ReadFrame | Frames:
        """The frame at a position, or those of a slice; IndexError beyond them."""
        if isinstance(position, slice):
            return Frames(self.dataset, self.indices[position])
        try:
            return ReadFrame(self.dataset, self.indices[whole(position)])
        except IndexError:
            raise IndexError(f"expected a position below {len(self)}, got {whole(position)}") from None

    def __iter__(self) -> Iterator[ReadFrame]:
        return (ReadFrame(self.dataset, index) for index in self.indices)

    def find(self, query: str) -> Frames:
        """Those of these frames of which a query is true: `"flood and night and count(person, visible > 0.5) >= 2"`.

        docs/python.md has the language. ConfigError for a query that is none, DatasetError for a damaged record.
        """
        return Frames(self.dataset, search(self.dataset, query, self.indices))

    def choose(
        self, where: str = "", classes: str | Sequence[str] = (), min_area_px: int = 0, min_visible: float = 0.0
    ) -> Frames:
        """What `longtail export` takes with the same words: frames where a query is true, some classes of things.

        Things of fewer than `min_area_px` visible pixels, or of which less than `min_visible` can be seen, are ignored.
        Pixels of things of other classes are void (0) in the masks. ConfigError for what is no query, class or share,
        DatasetError where no frame is left.
        """
        names = (classes,) if isinstance(classes, str) else tuple(classes)
        chosen = choose(self.dataset, Wanted(where, names, min_area_px, min_visible))
        known = frozenset(chosen.frames())
        return Frames(chosen, [index for index in self.indices if index in known])

    def split(self, train: float = 0.8, val: float = 0.1, test: float = 0.1) -> dict[str, Frames]:
        """These frames as `train`, `val` and `test`, without those whose share is 0.

        All pictures of a scene stay together; conditions and classes come into all splits in these shares
        (`annotate/choosing/stratified.py`). ConfigError for shares that do not add up to 1, DatasetError where there
        are fewer scenes than splits.
        """
        return self._by(stratified(self.dataset, Splits(train, val, test), self.indices))

    def decided_splits(self) -> dict[str, Frames]:
        """These frames by the splits that `longtail split` has decided; DatasetError where it has not."""
        splits = Splits.decided(self.dataset)
        if splits is None:
            raise DatasetError(
                f"{self.dataset.files.at(SPLITS)}: expected splits, got none; `longtail split` decides them, and "
                "Frames.split makes others"
            )
        return self._by(splits)

    def _by(self, splits: Splits) -> dict[str, Frames]:
        found: dict[str, list[int]] = {name: [] for name in splits.names}
        for index in self.indices:
            found[splits.of(self.info.seed, FrameValues(self.dataset, index)["scene"])].append(index)
        return {name: Frames(self.dataset, indices) for name, indices in found.items()}

    def torch(self, transform: Callable[..., Any] | None = None, *, masks: bool = True, ignored: bool = False) -> Any:
        """A `DetectionDataset` (`annotate/reading/for_torch.py`) for torch's loaders and torchvision's detectors."""
        from longtail.annotate.reading.for_torch import DetectionDataset

        return DetectionDataset(self, transform, masks=masks, ignored=ignored)

    def fiftyone(self, name: str | None = None, *, ignored: bool = False) -> Any:
        """A new `fiftyone.Dataset` of these pictures with their things as `ground_truth`."""
        from longtail.annotate.reading.for_fiftyone import fiftyone_dataset

        return fiftyone_dataset(self, name, ignored=ignored)

    def columns(self, rows: Rows = "frames") -> dict[str, list[Any]]:
        """A table as equally long lists by name: a row a frame, or a row each of their `instances`."""
        return columns(self, rows)

    def pandas(self, rows: Rows = "frames") -> Any:
        """The same table as a `pandas.DataFrame`."""
        import pandas

        return pandas.DataFrame(self.columns(rows))

    def polars(self, rows: Rows = "frames") -> Any:
        """The same table as a `polars.DataFrame`, whose columns have the type of all of their values."""
        import polars

        return polars.DataFrame(self.columns(rows), infer_schema_length=None, strict=False)

    def by_index(self, index: int) -> ReadFrame:
        """The frame of that number; DatasetError where it is not among these."""
        if index not in self.indices:
            raise DatasetError(
                f"{self.dataset.place}: expected one of {counted(len(self), 'frame')} ({listed(self.indices)}), got "
                f"frame {index}"
            )
        return ReadFrame(self.dataset, index)
