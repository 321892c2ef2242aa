"""Datasets in object stores: any URL that fsspec knows, such as s3://bucket/set, gs://, az:// or memory://."""

from __future__ import annotations

import errno
import io
import logging
import posixpath
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from longtail.annotate.dataset.clutter import holds_clutter, is_clutter
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layout import DATASET
from longtail.annotate.errors import ConfigError, DatasetError, RefusedError, UnreachableError
from longtail.render.machine.extras import install_command

# Its client logs each retry with a traceback; what it gives up on reaches us as an error.
logging.getLogger("gcsfs").addHandler(logging.NullHandler())
# Clients raise their own errors for missing credentials and hosts that do not answer.
_CLIENTS = ("botocore", "aiohttp", "google", "azure", "gcsfs")
# Of errors that never reached the store: botocore's and google.auth's about keys, tokens, profiles, bucket names.
_REFUSED_NAMES = re.compile("Credential|Token|Auth|Profile|Refresh|Region|Config|Validation")
# What s3fs makes of S3's codes: not implemented, not allowed, not valid; see s3fs.errors.
_REFUSED_NUMBERS = (errno.ENOSYS, errno.EPERM, errno.EINVAL)
# Too slow, in conflict with another request, too many: the same request may do later.
_PASSING_STATUSES = (408, 409, 425, 429)
_NOT_IMPLEMENTED = 501


@dataclass(frozen=True)
class Remote:
    """The files under a URL, as `annotate.dataset.files.Files`, and ways to put files there.

    An object appears whole or not at all, as object stores have it. Options, such as an S3 endpoint, come from fsspec's
    own configuration: https://filesystem-spec.readthedocs.io/en/latest/features.html#configuration. What is not there
    raises FileNotFoundError where it is read, what the store refuses RefusedError, and all other trouble
    UnreachableError.
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
        names = (posixpath.basename(entry["name"]) for entry in entries if entry["type"] == "file")
        return [name for name in names if name and not is_clutter(name)]

    def walk(self) -> Iterator[str]:
        store, root = self._place
        store.invalidate_cache()
        inside = root.strip("/") + "/"
        with _in_a_bucket(self.url), _answering(self.url):
            paths = store.find(root)
        inner = (path.lstrip("/").removeprefix(inside) for path in paths)
        yield from (path for path in inner if not holds_clutter(path))

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

    def on_disk(self, path: str) -> None:  # noqa: ARG002
        return None

    def put(self, path: str, data: bytes) -> None:
        """Write an object in one go."""
        store, root = self._place
        with _in_a_bucket(self.url), _answering(self.url):
            store.pipe_file(posixpath.join(root, path), data)

    def upload(self, file: Path, path: str) -> None:
        """Write an object from a file of any size."""
        store, root = self._place
        with _in_a_bucket(self.url), _answering(self.url):
            store.put_file(str(file), posixpath.join(root, path))

    def remove(self, paths: Iterable[str]) -> None:
        """Remove objects that are there."""
        store, root = self._place
        for path in paths:
            with suppress(FileNotFoundError), _answering(self.url):
                store.rm_file(posixpath.join(root, path))

    def dataset(self, root: Path) -> Dataset:
        """The dataset there, which writes its own documents to `root`; DatasetError where there is none."""
        try:
            return Dataset.of(self, root)
        except FileNotFoundError as error:
            raise DatasetError(
                f"{self.url}: expected a dataset that `longtail render` made, but there is no {DATASET}"
            ) from error

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
    except FileNotFoundError:
        raise
    except Exception as error:
        kind = type(error)
        # ValueError: gcsfs, for a request that the store calls invalid.
        if not isinstance(error, OSError | ValueError) and kind.__module__.split(".")[0] not in _CLIENTS:
            raise
        said = f"{kind.__name__}: {_first_line(error)}"
        if _is_refusal(error):
            raise RefusedError(f"{url}: not allowed: {said}") from error
        raise UnreachableError(f"{url}: {said}") from error


@contextmanager
def _in_a_bucket(url: str) -> Iterator[None]:
    """What is listed or written is nowhere to be found only where its bucket is not."""
    try:
        yield
    except FileNotFoundError as error:
        raise RefusedError(
            f"{url}: nothing there: {_first_line(error)}; a bucket must exist before it is used"
        ) from error


def _is_refusal(error: Exception) -> bool:
    """Whether a store said no, and did not fail to answer."""
    if isinstance(error, TimeoutError):
        return False
    if isinstance(error, PermissionError | ValueError) or str(error).startswith("Forbidden"):  # gcsfs, status 403
        return True
    status = _status(error)
    if status is not None:
        return (400 <= status < 500 and status not in _PASSING_STATUSES) or status == _NOT_IMPLEMENTED
    if isinstance(error, OSError) and error.errno in _REFUSED_NUMBERS:
        return True
    named = _REFUSED_NAMES.search(type(error).__name__) is not None
    return named and not getattr(error, "retryable", False)


def _status(error: BaseException | None) -> int | None:
    """The status of HTTP behind an error: of botocore, gcsfs, azure, aiohttp or requests."""
    while error is not None:
        answer = getattr(error, "response", None)
        if isinstance(answer, dict):
            return int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) or None
        for holder, name in ((error, "status_code"), (error, "status"), (error, "code"), (answer, "status_code")):
            if isinstance(found := getattr(holder, name, None), int):
                return found
        error = error.__cause__
    return None


def _first_line(error: BaseException) -> str:
    # Some go on for pages, with the server's answer in full.
    return (str(error).splitlines() or [""])[0]
