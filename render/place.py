"""Where a command's dataset lies: a folder, or a URL of an object store with a local folder to stage in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from longtail.annotate.dataset import Dataset, DatasetInfo
from longtail.annotate.errors import DatasetError
from longtail.annotate.tars import Tars
from longtail.render.lock import locked
from longtail.render.remote import Remote
from longtail.render.remote_store import RemoteStore
from longtail.render.staging import staging_folder
from longtail.render.store import FrameStore, Store
from longtail.render.tar_store import TarStore

Place = Path | Remote
LAYOUTS = ("files", "webdataset")
"""How frames are kept: as loose files, or in tars that WebDataset reads."""
_LOCAL = "file://"
# A thousand take a second, a million many minutes of silence.
_QUICKLY_LOOKED_AT = 5_000


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
def opened(
    where: Place, info: DatasetInfo, layout: str = LAYOUTS[0], say: Callable[[str], None] = lambda _: None
) -> Iterator[FrameStore]:
    """The store of a run, which keeps frames as `layout` says; DatasetError where they cannot go there.

    Frames that an earlier run left damaged are taken out, to be made again; `say` hears of them.
    """
    with ExitStack() as stack:
        base: Store | RemoteStore
        if isinstance(where, Remote):
            staging = stack.enter_context(staging_folder())
            base = RemoteStore.prepare(where, staging, info)
        else:
            base = Store.prepare(where, info)
            stack.enter_context(locked(where))
        tars = Tars.among(base.files) is not None
        if tars and layout == "files":
            raise DatasetError(f"{base.place}: holds frames in tars; add --format webdataset, or choose another -o")
        store = base if layout == "files" else TarStore.over(base, info.frames)
        for local in (base, store.waiting if isinstance(store, TarStore) else None):
            if isinstance(local, Store):
                if (there := len(local.committed())) > _QUICKLY_LOOKED_AT:
                    say(f"looking whether the {there} frames that are there are whole")
                for fault in local.heal(info):
                    say(f"damaged, and made again: {fault}")
        yield store


@contextmanager
def staged(where: Place) -> Iterator[Path]:
    """A folder to write to: the place itself, or one whose files go there once the block has ended well."""
    if isinstance(where, Path):
        yield where
        return
    with staging_folder() as staging:
        yield staging
        RemoteStore(staging, where).publish()
