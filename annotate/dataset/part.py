"""Which of a run's frames a dataset was asked for, where that is not all of them.

In dataset.json a part is a list of ranges, each its first and last frame and the step between frames where that is not
1: "4", "0-99", "1-97/4".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

Part = tuple[range, ...]
"""Ranges of frames; none at all is a part without frames."""

_RANGE = re.compile(r"(\d{1,15})(?:-(\d{1,15})(?:/(\d{1,15}))?)?")


def part_of(indices: Sequence[int]) -> Part:
    """Frames in ascending order as ranges."""
    if isinstance(indices, range):
        return (indices,) if indices else ()
    return tuple(_runs(indices))


def joined(parts: Iterable[Part], frames: int) -> Part | None:
    """All frames of the parts below `frames`; None where these are all.

    The ranges stay as they are, so that parts of a job array stay short; those that add nothing are left out.

    Examples:
        >>> even, odd = (range(0, 10, 2),), (range(1, 10, 2),)
        >>> joined([even], 10)
        (range(0, 10, 2),)
        >>> joined([even, odd], 10) is None
        True
    """
    asked: set[int] = set()
    ranges = []
    cut = {range(piece.start, min(piece.stop, frames), piece.step) for part in parts for piece in part}
    for piece in sorted(cut, key=lambda piece: (-len(piece), piece.start)):
        if not asked.issuperset(piece):
            asked.update(piece)
            ranges.append(piece)
    if len(asked) == frames:
        return None
    return tuple(sorted(ranges, key=lambda piece: (piece.start, piece.step)))


def frames_of(part: Part) -> Sequence[int]:
    """The frames of a part, in ascending order."""
    return part[0] if len(part) == 1 else sorted(set().union(*part))


def to_json(part: Part) -> list[str]:
    """A part as dataset.json has it.

    Examples:
        >>> to_json(part_of([0, 1, 2, 3, 7])), to_json((range(1, 98, 4),))
        (['0-3', '7'], ['1-97/4'])
    """
    return [_text(piece) for piece in part]


def from_json(texts: Sequence[str]) -> Part:
    """A part from dataset.json; ValueError for anything else."""
    return tuple(map(_range, texts))


def _text(piece: range) -> str:
    if len(piece) == 1:
        return f"{piece[0]}"
    return f"{piece[0]}-{piece[-1]}" + (f"/{piece.step}" if piece.step != 1 else "")


def _range(text: str) -> range:
    match = _RANGE.fullmatch(text)
    if match is None:
        raise ValueError(f"part: expected ranges such as 4, 0-99 or 1-97/4, got {text!r}")
    first, last, step = match[1], match[2] or match[1], match[3] or "1"
    if int(step) < 1 or int(last) < int(first):
        raise ValueError(f"part: expected a range that goes up, got {text!r}")
    return range(int(first), int(last) + 1, int(step))


def _runs(indices: Iterable[int]) -> Iterator[range]:
    """Ranges of frames that follow each other."""
    start = end = None
    for index in indices:
        if start is not None and index == end:
            end += 1
            continue
        if start is not None and end is not None:
            yield range(start, end)
        start, end = index, index + 1
    if start is not None and end is not None:
        yield range(start, end)
