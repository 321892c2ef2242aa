"""Datasets in object stores: any URL that fsspec knows, such as s3://bucket/set, gs://, az:// or memory://."""

from __future__ import annotations

import io
import logging
import posixpath
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from longtail.annotate.dataset import Dataset
from longtail.annotate.errors import ConfigError, DatasetError, UnreachableError
from longtail.annotate.layout import DATASET
from longtail.render.extras import install_command

# Its client logs each retry with a traceback; what it gives up on reaches us as an error.
logging.getLogger("gcsfs").addHandler(logging.NullHandler())
# Clients raise their own errors for missing credentials and hosts that do not answer.
_CLIENTS = ("botocore", "aiohttp", "google", "azure", "gcsfs")


@dataclass(frozen=True)
class Remote:
    """The files under a URL, as `annotate.files.Files`, and ways to put files there.

    An object appears whole or not at all, as object stores have it. Options, such as an S3 endpoint, come from fsspec's
    own configuration: https://filesystem-spec.readthedocs.io/en/latest/features.html#configuration. What is not there
    raises FileNotFoundError, what is forbidden PermissionError, and all other trouble UnreachableError.
    """

    url: str

    @classmethod
    def of(cls, url: str) -> Remote:
        """ConfigError where nothing that is installed knows such URLs."""
        remote = cls(url.rstrip("/"))
        try:
            _ = remote._place
        except ModuleNotFoundError as error:
            raise ConfigError(f"{url}: needs {error.name}, not installed; run {install_command('cloud')}") from error
        except (ImportError, ValueError) as error:
            raise ConfigError(
                f"{url}: expected a folder or the URL of a store within reach (s3://, gs://, az://), but: {error}"
            ) from error
        return remote

    def __str__(self) -> str:
        return self.url

    def at(self, path: str) -> str:
        return posixpath.join(self.url, path)

    def names(self, folder: str) -> list[str]:
        store, root = self._place
        # Another process may have written since this one looked.
        store.invalidate_cache()
        try:
            with _answering(self.url):
                entries = store.ls(posixpath.join(root, folder), detail=True)
        except FileNotFoundError:
            return []
        return [posixpath.basename(entry["name"]) for entry in entries if entry["type"] == "file"]

    def walk(self) -> Iterator[str]:
        store, root = self._place
        store.invalidate_cache()
        inside = root.strip("/") + "/"
        with _answering(self.url):
            paths = store.find(root)
        yield from (path.strip("/").removeprefix(inside) for path in paths)

    def open(self, path: str) -> BinaryIO:
        store, root = self._place
        with _answering(self.url):
            opened = store.open(posixpath.join(root, path), "rb")
        return io.BufferedReader(_Reader(self.url, opened))

    def size(self, path: str) -> int:
        store, root = self._place
        with _answering(self.url):
            return int(store.info(posixpath.join(root, path))["size"])

    def led_outside(self, path: str) -> None:  # noqa: ARG002  (no object store has links)
        return None

    def put(self, path: str, data: bytes) -> None:
        """Write an object in one go."""
        store, root = self._place
        with _answering(self.url):
            store.pipe_file(posixpath.join(root, path), data)

    def upload(self, file: Path, path: str) -> None:
        """Write an object from a file of any size."""
        store, root = self._place
        with _answering(self.url):
            store.put_file(str(file), posixpath.join(root, path))

    def remove(self, paths: Iterable[str]) -> None:
        """Remove objects that are there."""
        store, root = self._place
        for path in paths:
            with suppress(FileNotFoundError), _answering(self.url):
                store.rm_file(posixpath.join(root, path))

    def dataset(self, root: Path) -> Dataset:
        """The dataset there, which writes its own documents to `root`; DatasetError where there is none."""
        with self.troubles():
            try:
                return Dataset.of(self, root)
            except FileNotFoundError as error:
                raise DatasetError(
                    f"{self.url}: expected a dataset that `longtail render` made, but there is no {DATASET}"
                ) from error

    @contextmanager
    def troubles(self) -> Iterator[None]:
        """DatasetError in place of FileNotFoundError and PermissionError."""
        try:
            yield
        except FileNotFoundError as error:
            raise DatasetError(f"{self.url}: nothing there: {error}; a bucket must exist before it is used") from error
        except PermissionError as error:
            raise DatasetError(f"{self.url}: not allowed: {_first_line(error)}") from error

    @property
    def _place(self) -> tuple[Any, str]:
        # fsspec keeps one client per process and set of options; looking it up again costs microseconds.
        import fsspec

        found: tuple[Any, str] = fsspec.core.url_to_fs(self.url)
        return found


class _Reader(io.RawIOBase):
    """An open object, whose reads fail as all else of `Remote` does."""

    def __init__(self, url: str, opened: Any) -> None:
        self._url = url
        self._opened = opened

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with _answering(self._url):
            data = self._opened.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        with _answering(self._url):
            return bytes(self._opened.read())

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self._opened.seek(offset, whence))

    def tell(self) -> int:
        return int(self._opened.tell())

    def close(self) -> None:
        self._opened.close()
        super().close()


@contextmanager
def _answering(url: str) -> Iterator[None]:
    """One kind of error for all that clients raise when a store does not do as it is told."""
    try:
        yield
    except (FileNotFoundError, PermissionError):
        raise
    except Exception as error:
        kind = type(error)
        if not isinstance(error, OSError) and kind.__module__.split(".")[0] not in _CLIENTS:
            raise
        said = f"{kind.__name__}: {_first_line(error)}"
        if "Credential" in kind.__name__:
            raise PermissionError(said) from error
        raise UnreachableError(f"{url}: {said}") from error


def _first_line(error: BaseException) -> str:
    # Some go on for pages, with the server's answer in full.
    return (str(error).splitlines() or [""])[0]
