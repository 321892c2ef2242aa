"""Files that nobody claims: remains of interrupted work, or another program's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from longtail.annotate.check.finding import Finding
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.documents import documents_of
from longtail.annotate.dataset.layers import LAYERS, Layer
from longtail.annotate.dataset.layout import (
    FAILED,
    FRAMES,
    LOGS,
    TEMPORARY_SUFFIX,
    failed_among,
    frame_index,
    record_path,
)
from longtail.annotate.labels.points import LIDAR

_OWN_FOLDERS = frozenset({FRAMES, "images", "annotations", LIDAR, *(layer.folder for layer in LAYERS.values())})


def check_strangers(dataset: Dataset, indices: Sequence[int]) -> list[Finding]:
    """Findings in the order of their paths. logs/ may hold anything, and so may folders that are not ours."""
    documents = {document.path for document in documents_of(dataset.info)}
    frames, layers = frozenset(indices), {layer.folder: layer for layer in dataset.info.layers().values()}
    found = []
    for path in dataset.files.walk():
        folder, _, name = path.rpartition("/")
        frame = frame_index(name.partition(".")[0])
        if path in documents or path.split("/")[0] == LOGS:
            continue
        if frame in frames and frame is not None and path in (record_path(frame), _claimed(layers, folder, frame)):
            continue
        if path.endswith(TEMPORARY_SUFFIX):
            found.append(
                Finding(path, None, "no temporary files", "one that an interrupted run left; it may be deleted")
            )
        elif any(str(parent) in _OWN_FOLDERS for parent in PurePosixPath(path).parents):
            stem = frame_index(PurePosixPath(path).stem)
            found.append(Finding(path, stem, "only files of committed frames", "a file that no record claims"))
    return sorted([*found, *_not_failed(dataset, frames)], key=lambda finding: finding.file)


def _claimed(layers: Mapping[str, Layer], folder: str, frame: int) -> str | None:
    return layers[folder].path(frame) if folder in layers else None


def _not_failed(dataset: Dataset, frames: frozenset[int]) -> Iterator[Finding]:
    """A frame that was made after all is no failed one."""
    for index in failed_among(dataset.files.names(FAILED)):
        if index in frames:
            path = next(name for name in sorted(dataset.files.names(FAILED)) if failed_among([name]) == [index])
            came = "one for a frame that is there; it may be deleted"
            yield Finding(f"{FAILED}/{path}", index, "reports of frames that could not be made", came)
