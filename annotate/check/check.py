"""Every invariant over a finished dataset."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Self

from longtail.annotate.check.asked import check_asked
from longtail.annotate.check.beside import check_beside
from longtail.annotate.check.checked import Checked, look
from longtail.annotate.check.credits import check_credits
from longtail.annotate.check.documents import DocumentCheck
from longtail.annotate.check.finding import Finding
from longtail.annotate.check.models import Model, ModelCheck, check_credited
from longtail.annotate.check.rigs import RigCheck
from longtail.annotate.check.siblings import SiblingCheck
from longtail.annotate.check.stated_statistics import Redraw, check_statistics
from longtail.annotate.check.strangers import check_strangers
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.documents import documents_of
from longtail.annotate.dataset.layout import DATASET, FAILED, failed_among, frame_name, record_path
from longtail.annotate.dataset.processes import in_processes
from longtail.annotate.errors import DatasetError
from longtail.annotate.wording import counted

# A frame at 640x360 takes some 50 ms, beginning a process half a second.
_WORTH_A_PROCESS, _AT_ONCE = 24, 4


def check(
    dataset_dir: Path | Dataset,
    progress: Callable[[int], None] | None = None,
    workers: int = 1,
    *,
    running: bool = False,
    known: Mapping[str, Model] | None = None,
    redraw: Redraw | None = None,
) -> list[Finding]:
    """What is wrong with a dataset: an empty list where all is well.

    Reads every file. A damaged or foreign file is a finding, never an exception. `progress`, if given, is called
    with the number of frames checked so far. The findings do not depend on the number of `workers` (processes), of
    which there are fewer where there is little to do.

    `known` are the models of the catalogue that the dataset was made with, by name. `redraw` draws what statistics of a
    closer look hold the frames against, which is compared where it is given.

    A dataset that a run is at work on (`running`) has frames, documents and credits still to come, and files that wait
    for their record: only the frames that are there are checked.
    """
    try:
        dataset = dataset_dir if isinstance(dataset_dir, Dataset) else Dataset.open(dataset_dir)
    except DatasetError as error:
        return [Finding(DATASET, None, "a Longtail dataset", str(error))]
    indices = dataset.frames()
    models = known or {}
    with _Whole(dataset, models, merged=not running) as whole, closing(_frames(dataset, indices, workers)) as frames:
        for done, checked in enumerate(frames, start=1):
            whole.add(checked)
            if progress is not None:
                progress(done)
        of_all = [] if running else list(whole.end())
    found = [*check_asked(dataset), *whole.of_frames, *whole.of_several, *of_all]
    if running:
        return found
    found += check_statistics(dataset, workers, redraw)
    found += check_beside(dataset, indices)
    return [*_missing(dataset, indices), *found, *check_strangers(dataset, indices)]


def _frames(dataset: Dataset, indices: list[int], workers: int) -> Generator[Checked, None, None]:
    processes = min(workers, math.ceil(len(indices) / _WORTH_A_PROCESS))
    return in_processes(partial(look, dataset), indices, processes, _AT_ONCE)


class _Whole:
    """What holds over all frames, which are added in ascending order."""

    def __init__(self, dataset: Dataset, known: Mapping[str, Model], *, merged: bool) -> None:
        self.of_frames: list[Finding] = []
        self.of_several: list[Finding] = []
        self._dataset = dataset
        self._known = known
        self._siblings = SiblingCheck(dataset)
        self._rigs = RigCheck()
        self._models = ModelCheck(known)
        self._documents = [DocumentCheck(dataset, document) for document in documents_of(dataset.info) if merged]
        self._assets: set[str] | None = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for document in self._documents:
            document.close()

    def add(self, checked: Checked) -> None:
        self.of_frames += checked.findings
        if checked.seen is not None:
            self.of_several += self._siblings.add(checked.seen)
            self.of_several += self._rigs.add(checked.mounted)
            self.of_several += self._models.add(checked.seen.frame, checked.shapes)
        for document in self._documents:
            document.add(checked.lines)
        # What a damaged record names is not known; it is a finding of its own.
        if checked.assets is None or self._assets is None:
            self._assets = None
        else:
            self._assets.update(checked.assets)

    def end(self) -> Iterator[Finding]:
        """Findings of the dataset's own files."""
        for document in self._documents:
            document.end()
            if document.finding is not None:
                yield document.finding
        if self._assets is not None:
            yield from check_credits(self._dataset, self._assets)
        yield from check_credited(self._dataset, self._known)


def _missing(dataset: Dataset, indices: list[int]) -> list[Finding]:
    """One finding for each gap between the frames that were asked for, and one for each frame too many."""
    findings = []
    asked = dataset.info.asked()
    expected = counted(len(asked), "frame")
    failed = failed_among(dataset.files.names(FAILED))
    for missing, group in groupby(asked, frozenset(asked).difference(indices).__contains__):
        if missing:
            first, *others = group
            last = others[-1] if others else first
            gap = f"frames {first} to {last}" if others else f"frame {first}"
            known = [index for index in failed if first <= index <= last]
            why = f"; {FAILED}/{frame_name(known[0])}.txt says why" if known else ""
            none = f"none for {gap}{why}"
            findings.append(Finding(record_path(first), first, expected, none, missing=1 + len(others)))
    for index in sorted(frozenset(indices).difference(asked)):
        findings.append(Finding(record_path(index), index, expected, f"frame {index} as well"))
    return findings
