"""Where a command's dataset lies: a folder, or a URL of an object store with a local folder to stage in."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from longtail.annotate.dataset.dataset import Dataset, DatasetInfo
from longtail.annotate.dataset.layout import LOGS
from longtail.annotate.dataset.tars import Tars
from longtail.annotate.errors import ConfigError, DatasetError, LongtailError, RefusedError
from longtail.annotate.wording import counted
from longtail.render.storage.lock import LOCK_PATH, at_work, locked, require_nobody_at_work
from longtail.render.storage.patience import patiently
from longtail.render.storage.remote import Remote
from longtail.render.storage.remote_store import RemoteStore, refused_at_once
from longtail.render.storage.staging import staging_folder
from longtail.render.storage.store import FrameStore, Store, refused
from longtail.render.storage.tar_store import TarStore

Place = Path | Remote
LAYOUTS = ("files", "webdataset")
"""How frames are kept: as loose files, or in tars that WebDataset reads."""
# RFC 3986, 3.1, but for single letters, which are drives of Windows.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(.*)", re.DOTALL)
_STORES = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "oci", "hdfs", "http", "https", "sftp", "ftp")
_LOCAL = ("file", "local")
# A thousand take a second, a million many minutes of silence.
_QUICKLY_LOOKED_AT = 5_000


def place(text: str) -> Place:
    """A folder's path or a URL as the command line has it.

    ConfigError for whatever looks like a URL and is none, and for one that nothing installed knows.
    """
    found = _local_or_url(text)
    return Remote.of(found) if isinstance(found, str) else found


def local_place(text: str) -> Path:
    """A path of this machine; ConfigError for a URL of another."""
    found = _local_or_url(text)
    if isinstance(found, str):
        raise ConfigError(f"expected a path on this machine, got the URL {text}")
    return found


def config_source(text: str) -> str:
    """A scenario's name or the path of a config; ConfigError for a URL of another machine."""
    return str(local_place(text)) if _SCHEME.match(text.strip()) else text


def _local_or_url(text: str) -> Path | str:
    """A path, or a URL in the one way to write it."""
    if not text:
        raise ConfigError("expected a path or a URL, got nothing")
    if text != text.strip() and _SCHEME.match(text.strip()):
        raise ConfigError(f"{text!r}: expected a folder or a URL, got one with blanks around it; try {text.strip()}")
    match = _SCHEME.match(text)
    scheme, rest = (match[1].lower(), match[2]) if match else ("", "")
    if not rest.startswith(("/", "\\")) and scheme not in (*_STORES, *_LOCAL):
        return Path(text)
    if scheme in _LOCAL:
        return _local(text, rest)
    host_and_path = rest.removeprefix("//").removesuffix("/")
    if not rest.startswith("//") or not host_and_path:
        raise ConfigError(
            f"{text}: expected a folder, or a URL such as {scheme}://bucket/set; ./{text} is a folder of that name"
        )
    if "::" in text or any(part in ("", ".", "..") for part in host_and_path.split("/")):
        raise ConfigError(
            f"{text}: expected a URL such as {scheme}://bucket/set with a name between any two slashes, neither . nor "
            "..: object stores take them as they are written, and nothing would be found there again"
        )
    return f"{scheme}://{host_and_path}"


def _local(text: str, rest: str) -> Path:
    """The path of a file: URL, RFC 8089."""
    path = rest.removeprefix("//localhost") if rest.startswith("//localhost/") else rest.removeprefix("//")
    if not path.startswith("/"):
        raise ConfigError(f"{text}: expected the URL of a path of this machine, such as file:///data/set")
    return Path(path)


def beside(where: Place, path: str) -> str:
    """A file's path as messages name it."""
    return where.at(path) if isinstance(where, Remote) else str(where / path)


def dataset_at(where: Place, root: Path) -> Dataset:
    """The dataset there; one of an object store writes its documents to `root`."""
    if isinstance(where, Path):
        return Dataset.open(where)
    with refused_at_once():
        return where.dataset(root)


def run_note(where: Place) -> str | None:
    """One line where a run is at work on the dataset; an object store does not tell."""
    who = at_work(where) if isinstance(where, Path) else None
    return None if who is None else f"{where}: a run is at work there ({who})"


def missing_note(where: Place, dataset: Dataset) -> str | None:
    """One line where frames that were asked for are not there, and no run is known to be at work on them."""
    missing = len(dataset.info.asked()) - len(dataset.frames())
    if missing <= 0 or run_note(where) is not None:
        return None
    verb = "is" if missing == 1 else "are"
    return f"{where}: {missing:,} of the {counted(len(dataset.info.asked()), 'frame')} asked for {verb} not there"


@contextmanager
def accepted(where: Place, info: DatasetInfo, layout: str = LAYOUTS[0]) -> Iterator[FrameStore]:
    """The store of a run that may begin there, with frames kept as `layout` says. Nothing is written there.

    DatasetError where frames of `info` cannot go there, StorageError where another run is at work.
    """
    with ExitStack() as stack:
        base: Store | RemoteStore
        if isinstance(where, Remote):
            staging = stack.enter_context(staging_folder())
            base = RemoteStore.accepted(where, staging, info)
        else:
            base = Store.accepted(where, info)
            require_nobody_at_work(where)
        with refused_at_once():
            store = _kept_as(layout, base, info.frames)
        yield store


def _kept_as(layout: str, base: Store | RemoteStore, frames: int) -> FrameStore:
    if layout != "files":
        return TarStore.over(base, frames)
    if Tars.among(base.files) is not None:
        raise DatasetError(f"{base.place}: holds frames in tars; add --format webdataset, or choose another -o")
    return base


@contextmanager
def begun(store: FrameStore, info: DatasetInfo, say: Callable[[str], None] = lambda _: None) -> Iterator[DatasetInfo]:
    """Begin to write to a store that was accepted, alone while the block lasts; what its dataset.json says.

    Frames that an earlier run left damaged are taken out, to be made again; `say` hears of them.
    """
    base = store.base if isinstance(store, TarStore) else store
    with ExitStack() as stack:
        whole = stack.enter_context(_alone(base, info)) if isinstance(base, Store) else store.begin(info)
        for local in (base, store.waiting if isinstance(store, TarStore) else None):
            if isinstance(local, Store):
                if (there := len(local.committed())) > _QUICKLY_LOOKED_AT:
                    say(f"looking whether the {there} frames that are there are whole")
                for fault in local.heal(info):
                    say(f"damaged, and made again: {fault}")
        yield whole


@contextmanager
def _alone(store: Store, info: DatasetInfo) -> Iterator[DatasetInfo]:
    """Lock a folder and begin there; what its dataset.json says. A beginning that fails leaves no new folder."""
    with held(store.root) as failing:
        with failing():
            # Since it was accepted, another run may have begun and ended there.
            Store.accepted(store.root, info)
            whole = store.begin(info)
        yield whole


@contextmanager
def held(root: Path) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Keep other commands that write a dataset out of a folder; StorageError where one is at work there.

    What is made for the lock is gone again where a block of what this gives ends in an error before anything else is
    there.
    """
    made = [folder for folder in (root / LOGS, root, *root.parents) if not folder.exists()]

    @contextmanager
    def failing() -> Iterator[None]:
        try:
            yield
        except LongtailError:
            _remove(root, made)
            raise

    with ExitStack() as stack:
        with refused(root):
            stack.enter_context(locked(root))
        yield failing


def _remove(root: Path, made: Collection[Path]) -> None:
    """Remove the new folders around a lock that we hold."""
    with suppress(OSError):
        if root / LOGS in made:
            (root / LOCK_PATH).unlink()
        for folder in made:
            folder.rmdir()


@contextmanager
def staged(where: Place) -> Iterator[Path]:
    """A folder to write to: the place itself, or one whose files go there once the block has ended well.

    DatasetError where an object store refuses the first of them.
    """
    if isinstance(where, Path):
        yield where
        return
    with staging_folder() as staging:
        yield staging
        store = RemoteStore(staging, where)
        patiently(partial(_publish, store))


def _publish(store: RemoteStore) -> None:
    try:
        store.publish()
    except RefusedError as error:
        if store.untouched:
            raise DatasetError(str(error)) from error
        raise
