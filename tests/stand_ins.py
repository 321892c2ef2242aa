"""What takes the place of libraries that the tests do without: as much of each as is called, by its documentation."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from longtail import programs
from longtail.render.commands.preview import Sheet


class Tensor:
    """An array with as much of torch's tensors as is called."""

    def __init__(self, array: np.ndarray[Any, Any]) -> None:
        self.array = array

    def permute(self, *axes: int) -> Tensor:
        return Tensor(self.array.transpose(axes))

    def contiguous(self) -> Tensor:
        return Tensor(np.ascontiguousarray(self.array))

    def float(self) -> Tensor:
        return Tensor(self.array.astype(np.float32))

    def long(self) -> Tensor:
        return Tensor(self.array.astype(np.int64))

    def to(self, dtype: type) -> Tensor:
        return Tensor(self.array.astype(dtype))

    def __len__(self) -> int:
        return len(self.array)

    def __truediv__(self, number: int) -> Tensor:
        return Tensor(self.array / np.float32(number))


class Loader:
    """A loader without processes that shuffles nothing."""

    def __init__(
        self, dataset: Sequence[Any], batch_size: int, collate_fn: Callable[[list[Any]], Any], **_: Any
    ) -> None:
        starts = range(0, len(dataset), batch_size)
        self._batches = [range(start, min(start + batch_size, len(dataset))) for start in starts]
        self._dataset, self._collate = dataset, collate_fn

    def __iter__(self) -> Iterator[Any]:
        return (self._collate([self._dataset[n] for n in batch]) for batch in self._batches)


def torch(monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = ModuleType("torch")
    module.from_numpy, module.uint8 = Tensor, np.uint8
    module.utils = ModuleType("torch.utils")
    module.utils.data = ModuleType("torch.utils.data")
    module.utils.data.DataLoader = Loader
    monkeypatch.setitem(sys.modules, "torch", module)


def tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """pandas, Polars and supervision, which say what they were made of."""
    for name in ("pandas", "polars"):
        module: Any = ModuleType(name)
        module.DataFrame = lambda data, **_: {"made of": data}
        monkeypatch.setitem(sys.modules, name, module)
    supervision: Any = ModuleType("supervision")
    supervision.Detections = dict
    monkeypatch.setitem(sys.modules, "supervision", supervision)


def rendering(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    """A run that finds all of its frames in `root`, and a sheet of a grey picture."""
    assert root.exists()
    monkeypatch.setattr(programs, "render_dataset", lambda _: 0)
    grey = np.full((4, 6, 3), 128, dtype=np.uint8)
    monkeypatch.setattr(programs, "made_sheet", lambda *_, **__: Sheet(grey, 1))
