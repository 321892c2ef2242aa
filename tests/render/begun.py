"""Stores as a run has them once it has begun."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from longtail.annotate import DatasetInfo
from longtail.render.storage.place import LAYOUTS, Place, accepted, begun
from longtail.render.storage.remote import Remote
from longtail.render.storage.remote_store import RemoteStore
from longtail.render.storage.store import FrameStore, Store


def folder_store(root: Path, about: DatasetInfo) -> Store:
    store = Store.accepted(root, about)
    store.begin(about)
    return store


def object_store(remote: Remote, staging: Path, about: DatasetInfo) -> RemoteStore:
    store = RemoteStore.accepted(remote, staging, about)
    store.begin(about)
    return store


@contextmanager
def opened(
    where: Place, about: DatasetInfo, layout: str = LAYOUTS[0], say: Callable[[str], None] = lambda _: None
) -> Iterator[FrameStore]:
    """A store that is accepted, and begun in."""
    with accepted(where, about, layout) as store, begun(store, about, say):
        yield store
