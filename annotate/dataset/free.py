"""Folders that a dataset may begin in."""

from __future__ import annotations

from pathlib import Path

from longtail.annotate.dataset.files import Folder
from longtail.annotate.dataset.layout import DATASET, LOCK, LOGS, TEMPORARY_SUFFIX


def is_free(folder: Path) -> bool:
    """Whether nothing is there but what a start of ours leaves that was cut off, and the lock of whoever begins."""
    files = Folder(folder)
    others = set(files.names(".")) - {f"{DATASET}{TEMPORARY_SUFFIX}", LOGS}
    return not others and set(files.names(LOGS)) <= {LOCK}
