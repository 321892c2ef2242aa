"""A merged file against the records: it must be, byte for byte, what a merge would write now."""

from __future__ import annotations

from contextlib import suppress
from typing import BinaryIO

from longtail.annotate.check.finding import Finding
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.documents import Document, FrameLines


class DocumentCheck:
    """Takes the frames' lines in ascending order and reads the file beside them; `finding` is what is wrong with it."""

    def __init__(self, dataset: Dataset, document: Document) -> None:
        self.finding: Finding | None = None
        self._document = document
        self._file: BinaryIO | None = None
        self._at = 0
        try:
            self._file = dataset.files.open(document.path)
        except OSError as error:
            self._unreadable(error)
        self._expect(document.head(), None)

    def add(self, lines: FrameLines | None) -> None:
        """One more frame; None for a damaged one, past which there is nothing to compare with."""
        if lines is None:
            self.close()
        elif self._file is not None:
            self._expect(self._document.frame(lines), lines.index)

    def end(self) -> None:
        """After the last frame."""
        for piece in self._document.tail() if self._file else ():
            self._expect(piece, None)
        if self._read(1):
            self.finding = Finding(self._document.path, None, f"an end at byte {self._at - 1}", "more bytes")
        self.close()

    def close(self) -> None:
        """Compare nothing more."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
        self._file = None

    def _expect(self, expected: bytes, index: int | None) -> None:
        start = self._at
        came = self._read(len(expected))
        if self._file is not None and came != expected:
            self.finding = _difference(self._document.path, index, expected, came, start)
            self.close()

    def _read(self, length: int) -> bytes:
        came = b""
        try:
            came = b"" if self._file is None else self._file.read(length)
        except OSError as error:
            self._unreadable(error)
        self._at += len(came)
        return came

    def _unreadable(self, error: OSError) -> None:
        path = self._document.path
        self.finding = Finding(path, None, "a file merged from the records", f"none ({error.strerror})")
        self.close()


def _difference(path: str, index: int | None, expected: bytes, came: bytes, start: int) -> Finding:
    common = min(len(expected), len(came))
    at = next((n for n in range(common) if expected[n] != came[n]), common)
    place = f"byte {start + at}" + ("" if index is None else f", frame {index}")
    what = repr(came[at : at + 40].decode("utf-8", "replace")) if at < len(came) else "the end of the file"
    wanted = repr(expected[at : at + 40].decode("ascii")) if at < len(expected) else "nothing more"
    return Finding(path, index, f"what the records say ({place}): {wanted}; merge again to mend it", what)
