"""Committing frames to an object store: the frame's files first, its record last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from longtail.annotate.dataset.dataset import Dataset, DatasetInfo
from longtail.annotate.dataset.documents import FrameLines
from longtail.annotate.dataset.files import Files, read
from longtail.annotate.dataset.layout import DATASET, FAILED, FRAMES, failed_among, frames_among, record_path
from longtail.annotate.errors import DatasetError, RefusedError
from longtail.render.storage.quarantine import quarantine_paths
from longtail.render.storage.remote import Remote
from longtail.render.storage.store import Committer, going_on, read_lines, require_same_request
from longtail.render.watching.events import EVENTS

_CONNECTIONS = 8


@dataclass(frozen=True)
class RemoteStore:
    """The dataset under a URL, as `render.storage.store.FrameStore`.

    `root` is a local folder for the logs and for the documents in the making; `publish` uploads what changed in it.
    Frames go from memory to the object store and never lie in `root`.
    """

    root: Path
    remote: Remote
    _published: dict[str, int] = field(default_factory=dict, init=False)

    @classmethod
    def accepted(cls, remote: Remote, staging: Path, info: DatasetInfo) -> RemoteStore:
        """The store of a run that may begin there, or go on with what an earlier run of the same request began.

        Writes nothing. DatasetError where the place is foreign, was made from another request, or is not ours to read;
        UnreachableError where it does not answer.
        """
        with refused_at_once():
            if (found := dataset_or_nothing(remote, staging)) is not None:
                require_same_request(remote.url, info, found)
        return cls(staging, remote)

    def begin(self, info: DatasetInfo) -> DatasetInfo:
        """See `FrameStore`. DatasetError where the store does not let us write there."""
        with refused_at_once():
            begun = going_on(info, dataset_or_nothing(self.remote, self.root))
            self.write_info(begun)
            # What earlier runs did stays told.
            with suppress(FileNotFoundError):
                events = read(self.remote, EVENTS)
                (self.root / EVENTS).parent.mkdir(exist_ok=True)
                (self.root / EVENTS).write_bytes(events)
        return begun

    def write_info(self, info: DatasetInfo) -> None:
        self.remote.put(DATASET, info.dumps())

    @property
    def place(self) -> str:
        """Where it lies, for messages."""
        return self.remote.url

    @property
    def files(self) -> Files:
        return self.remote

    @property
    def committer(self) -> Committer:
        return self

    def committed(self) -> frozenset[int]:
        return frozenset(frames_among(self.remote.names(FRAMES)))

    def commit(self, index: int, files: Mapping[str, bytes], record: bytes) -> None:
        """Upload a frame."""
        with ThreadPoolExecutor(_CONNECTIONS) as pool:
            list(pool.map(self.remote.put, files, files.values()))
        self.remote.put(record_path(index), record)

    def lines(self, index: int) -> FrameLines:
        return read_lines(self.remote, index)

    def has_room(self) -> bool:
        """An object store takes any number."""
        return True

    def settle(self, index: int) -> None:
        """Nothing is left to do for a committed frame."""

    def discard(self, index: int) -> None:
        """Objects without a record are written over when the frame is made."""

    def quarantined(self) -> frozenset[int]:
        return frozenset(failed_among(self.remote.names(FAILED)))

    def quarantine(self, index: int, files: Mapping[str, bytes]) -> None:  # noqa: ARG002
        for path, data in files.items():
            self.remote.put(path, data)

    def release(self, index: int) -> None:
        self.remote.remove(quarantine_paths(index))

    def dataset(self) -> Dataset:
        return self.remote.dataset(self.root)

    def publish(self) -> None:
        for path in sorted(self._local(), key=_order):
            written = (self.root / path).stat().st_mtime_ns
            if self._published.get(path) != written:
                self.remote.upload(self.root / path, path)
                self._published[path] = written

    @property
    def untouched(self) -> bool:
        """Whether `publish` has written nothing yet."""
        return not self._published

    def _local(self) -> Iterator[str]:
        return (path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file())


@contextmanager
def refused_at_once() -> Iterator[None]:
    """DatasetError for what a store refuses before anything was written: it is the request that is wrong."""
    try:
        yield
    except RefusedError as error:
        raise DatasetError(str(error)) from error


def dataset_or_nothing(remote: Remote, root: Path) -> Dataset | None:
    """The dataset there, None where nothing is; DatasetError for the files of others."""
    try:
        return Dataset.of(remote, root)
    except FileNotFoundError:
        if stranger := next(remote.walk(), None):
            raise DatasetError(
                f"{remote.url}: expected an empty place or a Longtail dataset, got one with other files in it "
                f"({stranger}); choose another -o"
            ) from None
    return None


def _order(path: str) -> tuple[bool, bool, str]:
    """dataset.json first, so that the place is ours; records last, so that a frame is whole when it has one."""
    return path != DATASET, path.startswith(f"{FRAMES}/"), path
