"""Committing frames to an object store: the frame's files first, its record last."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from longtail.annotate.dataset import Dataset, DatasetInfo
from longtail.annotate.documents import FrameLines
from longtail.annotate.errors import DatasetError
from longtail.annotate.files import Files, read
from longtail.annotate.layout import DATASET, FAILED, FRAMES, failed_among, frames_among, record_path
from longtail.render.events import EVENTS
from longtail.render.quarantine import quarantine_paths
from longtail.render.remote import Remote
from longtail.render.store import Committer, read_lines, require_same_request

_CONNECTIONS = 8


@dataclass(frozen=True)
class RemoteStore:
    """The dataset under a URL, as `render.store.FrameStore`.

    `root` is a local folder for the logs and for the documents in the making; `publish` uploads what changed in it.
    Frames go from memory to the object store and never lie in `root`.
    """

    root: Path
    remote: Remote
    _published: dict[Path, int] = field(default_factory=dict, init=False)

    @classmethod
    def prepare(cls, remote: Remote, staging: Path, info: DatasetInfo) -> RemoteStore:
        """Begin a dataset, or go on with the one that an earlier run of the same request began.

        DatasetError where the place is foreign, cannot be written to, or was made from another request;
        UnreachableError where it does not answer.
        """
        with remote.troubles():
            try:
                found = Dataset.of(remote, staging)
            except FileNotFoundError:
                if stranger := next(remote.walk(), None):
                    raise DatasetError(
                        f"{remote.url}: expected an empty place or a Longtail dataset, got one with other files in it "
                        f"({stranger}); choose another -o"
                    ) from None
            else:
                require_same_request(remote.url, info, found)
            remote.put(DATASET, info.dumps())
            # What earlier runs did stays told.
            with suppress(FileNotFoundError):
                events = read(remote, EVENTS)
                (staging / EVENTS).parent.mkdir()
                (staging / EVENTS).write_bytes(events)
        return cls(staging, remote)

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
        with self.remote.troubles():
            return frozenset(frames_among(self.remote.names(FRAMES)))

    def commit(self, index: int, files: Mapping[str, bytes], record: bytes) -> None:
        """Upload a frame."""
        with self.remote.troubles():
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
        with self.remote.troubles():
            return frozenset(failed_among(self.remote.names(FAILED)))

    def quarantine(self, index: int, files: Mapping[str, bytes]) -> None:  # noqa: ARG002
        with self.remote.troubles():
            for path, data in files.items():
                self.remote.put(path, data)

    def release(self, index: int) -> None:
        with self.remote.troubles():
            self.remote.remove(quarantine_paths(index))

    def dataset(self) -> Dataset:
        return self.remote.dataset(self.root)

    def publish(self) -> None:
        with self.remote.troubles():
            for path in sorted(path for path in self.root.rglob("*") if path.is_file()):
                written = path.stat().st_mtime_ns
                if self._published.get(path) != written:
                    self.remote.upload(path, path.relative_to(self.root).as_posix())
                    self._published[path] = written
