"""Every invariant over a finished dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path, PurePosixPath

from longtail.annotate.check_frame import check_frame
from longtail.annotate.check_siblings import check_siblings
from longtail.annotate.dataset import Dataset
from longtail.annotate.documents import Document, documents_of
from longtail.annotate.errors import DatasetError
from longtail.annotate.finding import Finding
from longtail.annotate.layers import LAYERS
from longtail.annotate.layout import (
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
from longtail.annotate.merge import frame_lines
from longtail.annotate.wording import counted

_OWN_FOLDERS = (FRAMES, "images", "annotations", *(layer.folder for layer in LAYERS.values()))


def check(
    dataset_dir: Path | Dataset, progress: Callable[[int], None] | None = None, workers: int = 1
) -> list[Finding]:
    """What is wrong with a dataset: an empty list where all is well.

    Reads every file. A damaged or foreign file is a finding, never an exception. `progress`, if given, is called
    with the number of frames checked so far. The findings do not depend on the number of `workers` (processes).
    """
    try:
        dataset = dataset_dir if isinstance(dataset_dir, Dataset) else Dataset.open(dataset_dir)
    except DatasetError as error:
        return [Finding(DATASET, None, "a Longtail dataset", str(error))]
    indices = dataset.frames()
    findings = _missing(dataset, indices)
    for done, found in enumerate(_frames(dataset, indices, workers), start=1):
        findings += found
        if progress is not None:
            progress(done)
    findings += check_siblings(dataset, indices)
    findings += _documents(dataset, indices)
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
    """One finding for each gap between the frames, and one for each frame too many."""
    findings = []
    end = dataset.info.frames
    failed = failed_among(dataset.files.names(FAILED))
    for before, after in pairwise([-1, *(index for index in indices if index < end), end]):
        if after - before > 1:
            gap = f"frame {before + 1}" if after - before == 2 else f"frames {before + 1} to {after - 1}"
            known = [n for n in failed if before < n < after]
            why = f"; {FAILED}/{frame_name(known[0])}.txt says why" if known else ""
            findings.append(Finding(record_path(before + 1), before + 1, counted(end, "frame"), f"none for {gap}{why}"))
    for index in indices:
        if index >= end:
            findings.append(Finding(record_path(index), index, counted(end, "frame"), f"frame {index} as well"))
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
