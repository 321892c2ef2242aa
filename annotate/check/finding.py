"""What a check reports."""

from __future__ import annotations

from dataclasses import dataclass

from longtail.annotate.wording import fitted


@dataclass(frozen=True)
class Finding:
    """One broken invariant: in which file, of which frame (None for the dataset's own files), and what is wrong.

    `missing` counts the frames that are not there, where that is all that is wrong.
    """

    file: str
    frame: int | None
    expected: str
    came: str
    missing: int = 0

    def __str__(self) -> str:
        return fitted(f"{self.file}: expected {self.expected}, got {self.came}")
