"""Every invariant over a finished dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path, PurePosixPath

from longtail.annotate.check.credits import check_credits
from longtail.annotate.check.finding import Finding
from longtail.annotate.check.frames import check_frame
from longtail.annotate.check.siblings import check_siblings
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.documents import Document, documents_of
from longtail.annotate.dataset.layers import LAYERS
from longtail.annotate.dataset.layout import (
    DATASET,
    FAILED,
    FRAMES,
    LOGS,
    TEMPORARY_SUFFIX,
    failed_among,
    frame_index,
    frame_name,
    record_path,
)
from longtail.annotate.dataset.merge import frame_lines
from longtail.annotate.errors import DatasetError
from longtail.annotate.wording import counted

_OWN_FOLDERS = (FRAMES, "images", "annotations", *(layer.folder for layer in LAYERS.values()))


def check(
    dataset_dir: Path | Dataset,
    progress: Callable[[int], None] | None = None,
    workers: int = 1,
    *,
    running: bool = False,
) -> list[Finding]:
    """What is wrong with a dataset: an empty list where all is well.

    Reads every file. A damaged or foreign file is a finding, never an exception. `progress`, if given, is called
    with the number of frames checked so far. The findings do not depend on the number of `workers` (processes).

    A dataset that a run is at work on (`running`) has frames, documents and credits still to come, and files that wait
    for their record: only the frames that are there are checked.
    """
    try:
        dataset = dataset_dir if isinstance(dataset_dir, Dataset) else Dataset.open(dataset_dir)
    except DatasetError as error:
        return [Finding(DATASET, None, "a Longtail dataset", str(error))]
    indices = dataset.frames()
    findings = [] if running else _missing(dataset, indices)
    for done, found in enumerate(_frames(dataset, indices, workers), start=1):
        findings += found
        if progress is not None:
            progress(done)
    findings += check_siblings(dataset, indices)
    if running:
        return findings
    findings += _documents(dataset, indices)
    findings += check_credits(dataset, indices)
    findings += _strangers(dataset, indices)
    return findings


def _frames(dataset: Dataset, indices: list[int], workers: int) -> Iterator[list[Finding]]:
    if workers <= 1:
        yield from (check_frame(dataset, index) for index in indices)
        return
    # Fresh processes: a fork would copy the threads' locks of whoever calls.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(partial(check_frame, dataset), indices, chunksize=8)


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


def _documents(dataset: Dataset, indices: list[int]) -> Iterator[Finding]:
    """The merged files against the records: they must be, byte for byte, what a merge would write now."""
    for document in documents_of(dataset.info):
        finding = _document(dataset, document, indices)
        if finding is not None:
            yield finding


def _document(dataset: Dataset, document: Document, indices: Iterable[int]) -> Finding | None:
    try:
        with dataset.files.open(document.path) as file:
            for index, expected in _pieces(dataset, document, indices):
                came = file.read(len(expected))
                if came != expected:
                    return _difference(document.path, index, expected, came, file.tell() - len(came))
            if file.read(1):
                return Finding(document.path, None, f"an end at byte {file.tell() - 1}", "more bytes")
    except OSError as error:
        return Finding(document.path, None, "a file merged from the records", f"none ({error.strerror})")
    except DatasetError:
        return None  # A damaged record is a finding of its own; past it there is nothing to compare with.
    return None


def _pieces(dataset: Dataset, document: Document, indices: Iterable[int]) -> Iterator[tuple[int | None, bytes]]:
    yield None, document.head()
    for index in indices:
        yield index, document.frame(frame_lines(dataset, index))
    yield None, document.tail()


def _difference(path: str, index: int | None, expected: bytes, came: bytes, start: int) -> Finding:
    common = min(len(expected), len(came))
    at = next((n for n in range(common) if expected[n] != came[n]), common)
    place = f"byte {start + at}" + ("" if index is None else f", frame {index}")
    what = repr(came[at : at + 40].decode("utf-8", "replace")) if at < len(came) else "the end of the file"
    wanted = repr(expected[at : at + 40].decode("ascii")) if at < len(expected) else "nothing more"
    return Finding(path, index, f"what the records say ({place}): {wanted}; merge again to mend it", what)


def _strangers(dataset: Dataset, indices: list[int]) -> Iterator[Finding]:
    """Files nobody claims: remains of interrupted work, or another program's. logs/ may hold anything."""
    expected = {record_path(index) for index in indices} | {document.path for document in documents_of(dataset.info)}
    layers = dataset.info.layers().values()
    expected.update(layer.path(index) for index in indices for layer in layers)
    for path in sorted(dataset.files.walk()):
        if path in expected or path.split("/")[0] == LOGS:
            continue
        if path.endswith(TEMPORARY_SUFFIX):
            yield Finding(path, None, "no temporary files", "one that an interrupted run left; it may be deleted")
        elif str(PurePosixPath(path).parent) in _OWN_FOLDERS:
            frame = frame_index(PurePosixPath(path).stem)
            yield Finding(path, frame, "only files of committed frames", "a file that no record claims")
