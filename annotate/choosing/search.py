"""Which frames of a dataset a statement is true of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from longtail.annotate.choosing.frame_values import FrameValues
from longtail.annotate.choosing.judged import Judged
from longtail.annotate.choosing.words import DatasetWords
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.processes import in_processes
from longtail.annotate.errors import ConfigError
from longtail.statements.checking import checked
from longtail.statements.evaluating import is_true

_AT_ONCE = 64
# Another process takes half a second of computing to begin, in which this one reads hundreds of records.
_FEW = 1000


def search(
    dataset: Dataset,
    query: str,
    indices: Sequence[int] | None = None,
    processes: int = 1,
    progress: Callable[[int], None] = lambda _: None,
) -> list[int]:
    """The numbers of the frames of which `query` is true: of all, in ascending order, or of `indices`, in theirs.

    The language is that of `longtail.statements`. Every record of these is looked at, by `processes` where there are
    many; `progress` hears how many have been. ConfigError for a query that is none, before any other record than the
    first is read; DatasetError for a record that is damaged.
    """
    indices = dataset.frames() if indices is None else indices
    statement = statement_of(dataset, query)
    look = _Look(dataset, statement, Judged.of(dataset, statement))
    found = []
    with closing(in_processes(look, indices, processes if len(indices) > _FEW else 1, _AT_ONCE)) as answers:
        for done, (index, answer) in enumerate(zip(indices, answers, strict=True), start=1):
            if answer:
                found.append(index)
            progress(done)
    return found


def statement_of(dataset: Dataset, query: str) -> str:
    """A query in the words of a dataset, checked and in one spelling. ConfigError where it is none."""
    try:
        return checked(query, DatasetWords(dataset))
    except ValueError as error:
        raise ConfigError(f"{dataset.place}: {error}") from error


@dataclass(frozen=True)
class _Look:
    """Whether a statement is true of a frame."""

    dataset: Dataset
    statement: str
    judged: Judged

    def __call__(self, index: int) -> bool:
        return is_true(self.statement, FrameValues(self.dataset, index, self.judged))
