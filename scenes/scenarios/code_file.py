"""A Python file of the user's, as text: what is run of it, here and in every worker, is what was read once."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, TypeVar

from longtail.annotate.errors import ConfigError, LongtailError

SUFFIX = ".py"
_MOST_BYTES = 1 << 20
CallT = TypeVar("CallT", bound=Callable[..., Any])


@dataclass(frozen=True)
class CodeFile:
    """`path` is as it was spelled, on the machine where the file was read; `text` is all of it."""

    path: str
    text: str

    @classmethod
    def read(cls, path: Path, where: str) -> CodeFile:
        """The file at a path; ConfigError, beginning with `where`, for one that is none."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ConfigError(f"{where}: expected a Python file, got {path}: {error.strerror or error}") from error
        if len(data) > _MOST_BYTES:
            raise ConfigError(f"{where}: expected Python of at most {_MOST_BYTES >> 20} MiB, got a larger file, {path}")
        try:
            return cls(str(path), data.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path}: expected Python in UTF-8, got other bytes at offset {error.start}") from error

    @property
    def name(self) -> str:
        """The file's name without its folder: what a dataset says of it, with its digest."""
        return Path(self.path).name

    @cached_property
    def sha256(self) -> str:
        """SHA-256 (hex) of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @contextmanager
    def blamed(self, doing: str = "") -> Iterator[None]:
        """ConfigError with the file's last line that took part, for whatever its code raises in the block.

        `doing` tells what was asked of it. What we refuse by ourselves stays as it is.
        """
        try:
            yield
        except LongtailError:
            raise
        except (Exception, SystemExit) as error:
            line = self._line(error)
            where = self.path if line is None else f"{self.path}, line {line}"
            said = error.msg if isinstance(error, SyntaxError) else str(error)
            raise ConfigError(f"{where}: {doing}{type(error).__name__}{said and f': {said}'}") from error

    def _line(self, error: BaseException) -> int | None:
        """The line that does not parse, or else the last one that was being run; None where neither is of this file."""
        if isinstance(error, SyntaxError) and error.filename == self.path:
            return error.lineno
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == self.path]
        return lines[-1] if lines else None

    def watched(self, call: CallT, doing: str = "") -> CallT:
        """`call`, whose errors are `blamed`."""

        @wraps(call)
        def run(*arguments: Any, **named: Any) -> Any:
            with self.blamed(doing):
                return call(*arguments, **named)

        return run  # type: ignore[return-value]
