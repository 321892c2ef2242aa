"""Where a command's dataset lies: a folder, or a URL of an object store with a local folder to stage in."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from annotate.dataset import Dataset, DatasetInfo
from render.remote import Remote
from render.remote_store import RemoteStore
from render.store import FrameStore, Store

Place = Path | Remote
_LOCAL = "file://"


def place(text: str) -> Place:
    """A folder's path or a URL as the command line has it; ConfigError for a URL that nothing installed knows."""
    if text.startswith(_LOCAL):
        return Path(text.removeprefix(_LOCAL))
    return Remote.of(text) if "://" in text else Path(text)


def beside(where: Place, path: str) -> str:
    """A file's path as messages name it."""
    return where.at(path) if isinstance(where, Remote) else str(where / path)


def dataset_at(where: Place, root: Path) -> Dataset:
    """The dataset there; one of an object store writes its documents to `root`."""
    return where.dataset(root) if isinstance(where, Remote) else Dataset.open(where)


@contextmanager
def opened(where: Place, info: DatasetInfo) -> Iterator[FrameStore]:
    """The store of a run. DatasetError where frames of this request cannot go there."""
    if isinstance(where, Path):
        yield Store.prepare(where, info)
        return
    with tempfile.TemporaryDirectory(prefix="longtail-") as staging:
        yield RemoteStore.prepare(where, Path(staging), info)


@contextmanager
def staged(where: Place) -> Iterator[Path]:
    """A folder to write to: the place itself, or one whose files go there once the block has ended well."""
    if isinstance(where, Path):
        yield where
        return
    with tempfile.TemporaryDirectory(prefix="longtail-") as staging:
        yield Path(staging)
        RemoteStore(Path(staging), where).publish()
