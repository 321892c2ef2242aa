"""Where things lie in a dataset folder. A frame without a record does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

DATASET = "dataset.json"
FRAMES = "frames"
LOGS = "logs"
LOCK = "lock"
"""The file in `LOGS` by whose lock the kernel keeps others out."""
FAILED = "failed"
"""What is known of frames that could not be made."""
TEMPORARY_SUFFIX = ".tmp"
"""Files are written under their name plus this suffix, synced and renamed; one that is left over was interrupted."""


def frame_name(index: int) -> str:
    """000000, 000001, ...: six digits, more from a million on."""
    if index < 0:
        raise ValueError(f"frame index: expected 0 or more, got {index}")
    return f"{index:06d}"


def frame_index(name: str) -> int | None:
    """The index that `frame_name` wrote; None for any other name."""
    if not (name.isascii() and name.isdigit()):
        return None
    index = int(name)
    return index if frame_name(index) == name else None


def record_path(index: int) -> str:
    """The path of a frame's record, relative to the dataset."""
    return f"{FRAMES}/{frame_name(index)}.json"


def frames_among(names: Iterable[str]) -> list[int]:
    """The frames whose records are among the names of a `FRAMES` folder's files, in ascending order.

    Examples:
        >>> frames_among(["000010.json", "000002.json", "000003.json.tmp", "4.json"])
        [2, 10]
    """
    stems = (name.removesuffix(".json") for name in names if name.endswith(".json"))
    return sorted(index for index in map(frame_index, stems) if index is not None)


def failed_among(names: Iterable[str]) -> list[int]:
    """The frames that have files among the names of a `FAILED` folder's files, in ascending order."""
    found = {frame_index(name.partition(".")[0]) for name in names}
    return sorted(index for index in found if index is not None)


def is_inside(path: str) -> bool:
    """Whether a relative path from a file stays inside its folder, written the one canonical way.

    Examples:
        >>> is_inside("images/000000.png"), is_inside("../000000.png"), is_inside("images//000000.png")
        (True, False, False)
    """
    pure = PurePosixPath(path)
    if not path or pure.is_absolute() or "\\" in path or ":" in path or "\0" in path:
        return False
    return ".." not in pure.parts and str(pure) == path and path != "."
