"""Which pictures a person is shown: as many of ours as real ones, of the same conditions and classes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.against.opened import Box, Opened

KEPT_SHARE = 0.75
"""Of the smaller side's usual size: pictures of both sides are made smaller by a quarter or more, so that neither
shows its own pixels."""
CROP_PX, _AROUND, _MOST_OF_A_PICTURE = 64, 1.25, 2

Picture = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Shot:
    """Something to be shown. `alike` is what both sides must have as many of: a condition, a class or both."""

    ours: bool
    alike: str
    rgb: Picture


def framed(rgb: Picture, size_px: tuple[int, int]) -> Picture | None:
    """The middle of a picture in the shape of `size_px` (width, height), not shrunk yet; None where it is smaller."""
    height, width = rgb.shape[:2]
    scale = min(width / size_px[0], height / size_px[1])
    if scale < 1:
        return None
    wide, high = round(size_px[0] * scale), round(size_px[1] * scale)
    left, top = (width - wide) // 2, (height - high) // 2
    return np.ascontiguousarray(rgb[top : top + high, left : left + wide])


def crops(one: Opened, classes: Mapping[str, str]) -> Iterator[tuple[str, Picture]]:
    """Squares around the largest things whose name has one of `classes`, of 64 pixels or more, inside the picture."""
    height, width = one.rgb.shape[:2]
    rows = [(name, box) for name, box in zip(one.names, one.boxes_px, strict=True) if name in classes]
    found = 0
    for name, box in sorted(rows, key=lambda row: -row[1][2] * row[1][3]):
        square = _square(box, width, height)
        if square is not None and found < _MOST_OF_A_PICTURE:
            found += 1
            left, top, side = square
            yield classes[name], np.ascontiguousarray(one.rgb[top : top + side, left : left + side])


def _square(box: Box, width: int, height: int) -> tuple[int, int, int] | None:
    side = round(_AROUND * max(box[2:]))
    if not CROP_PX <= side <= min(width, height):
        return None
    left, top = round(box[0] + box[2] / 2 - side / 2), round(box[1] + box[3] / 2 - side / 2)
    return min(max(left, 0), width - side), min(max(top, 0), height - side), side


def paired(
    ours: Sequence[tuple[str, str]], theirs: Sequence[tuple[str, str]], pairs: int, seed: int
) -> tuple[list[int], list[int]]:
    """At most so many places of each side, as many of a kind here as there.

    Each row is (kind, group): kinds that both sides have take turns, and of each, groups do, so that few scenes are
    seen twice. Where a side does not say any kind ("") kinds do not count.
    """
    rng = np.random.default_rng(seed)
    if not any(kind for kind, _ in ours) or not any(kind for kind, _ in theirs):
        ours, theirs = [("", group) for _, group in ours], [("", group) for _, group in theirs]
    waiting = [_in_turns(side, rng) for side in (ours, theirs)]
    chosen: tuple[list[int], list[int]] = ([], [])
    while len(chosen[0]) < pairs:
        kinds = sorted(kind for kind, places in waiting[0].items() if places and waiting[1].get(kind))
        if not kinds:
            break
        for kind in kinds[: pairs - len(chosen[0])]:
            for side, into in zip(waiting, chosen, strict=True):
                into.append(side[kind].pop(0))
    return chosen


def _in_turns(rows: Sequence[tuple[str, str]], rng: np.random.Generator) -> dict[str, list[int]]:
    """Places by kind, in an order in which every group comes once before one comes twice."""
    times: dict[tuple[str, str], int] = defaultdict(int)
    ranked: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for rank, place in enumerate(rng.permutation(len(rows)).tolist()):
        kind, group = rows[place]
        ranked[kind].append((times[kind, group], rank, place))
        times[kind, group] += 1
    return {kind: [place for _, _, place in sorted(places)] for kind, places in ranked.items()}
