"""Run-length masks as COCO writes them.

COCO's RLE counts pixels down the columns (Fortran order), alternating outside and inside and starting with outside.
A raster of ids is cut into runs once, and every object's counts are read off its own runs: the cost is one pass over
the picture plus the number of runs, however many objects there are. The string form is pycocotools' own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

Box = tuple[int, int, int, int]

_MOST_GROUPS = 7
"""35 bits: no picture has more pixels."""


def encode_ids(raster: NDArray[np.integer[Any]]) -> dict[int, str]:
    """Compressed RLE counts of every id above 0 in a raster (H, W), in ascending order of id.

    Equal to `pycocotools.mask.encode(asfortranarray(raster == id))["counts"]` for each id.

    Examples:
        Down the columns id 2 has one pixel outside, one inside and two outside; id 1 has two outside and two inside.

        >>> encode_ids(np.array([[0, 1], [2, 1]]))
        {1: '22', 2: '112'}
    """
    height, width = raster.shape
    flat = np.ascontiguousarray(raster.T).ravel()
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    starts = np.concatenate(([0], changes))
    ends = np.concatenate((changes, [flat.size]))
    owners = flat[starts]
    inside = np.flatnonzero(owners > 0)
    inside = inside[np.argsort(owners[inside], kind="stable")]
    if inside.size == 0:
        return {}
    owners, edges = owners[inside], np.stack([starts[inside], ends[inside]], axis=1)
    firsts = np.flatnonzero(np.diff(owners, prepend=-1))
    runs = []
    for own in np.split(edges, firsts[1:]):
        counts = np.diff(own.ravel(), prepend=0, append=flat.size)
        # pycocotools writes no last count of zero, so that equal masks have equal strings.
        runs.append({"size": [height, width], "counts": counts if counts[-1] else counts[:-1]})
    encoded = coco_mask.frPyObjects(runs, height, width)
    return {int(owner): item["counts"].decode("ascii") for owner, item in zip(owners[firsts], encoded, strict=True)}


def decode(segmentation: Mapping[str, Any]) -> NDArray[np.bool_]:
    """The mask (H, W) of a COCO segmentation `{"size": [H, W], "counts": str}`; ValueError where it is not one.

    Counts that do not add up to the size are refused here, in words, before they reach pycocotools' C code.

    Examples:
        >>> decode({"size": [2, 2], "counts": "112"}).tolist()
        [[False, False], [True, False]]
    """
    runs_of(segmentation)
    size, counts = segmentation["size"], segmentation["counts"]
    mask = coco_mask.decode({"size": size, "counts": counts.encode("ascii")})
    return cast("NDArray[np.bool_]", mask.astype(np.bool_))


def runs_of(segmentation: Mapping[str, Any]) -> NDArray[np.int64]:
    """Where the runs (N, 2) of a mask begin and end, counted down the columns; ValueError where it is no mask.

    Examples:
        >>> runs_of({"size": [2, 2], "counts": "112"}).tolist()
        [[1, 2]]
    """
    size, counts = segmentation.get("size"), segmentation.get("counts")
    if not (isinstance(size, list) and len(size) == 2 and all(isinstance(side, int) and side > 0 for side in size)):
        raise ValueError(f"segmentation size: expected [height, width], got {size!r}")
    if not isinstance(counts, str) or not counts.isascii():
        raise ValueError(f"segmentation counts: expected a compressed RLE string, got {type(counts).__name__}")
    edges = np.cumsum(run_lengths(counts))
    total = int(edges[-1]) if edges.size else 0
    if total != size[0] * size[1]:
        raise ValueError(f"segmentation counts: expected {size[0] * size[1]} pixels in all, got {total}")
    return edges[: edges.size // 2 * 2].reshape(-1, 2)


def pixels_of(runs: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places of all pixels in runs (N, 2), counted down the columns.

    Examples:
        >>> pixels_of(np.array([[1, 3], [7, 8]])).tolist()
        [1, 2, 7]
    """
    lengths = runs[:, 1] - runs[:, 0]
    before = np.cumsum(lengths) - lengths
    return np.asarray(np.repeat(runs[:, 0] - before, lengths) + np.arange(lengths.sum()), dtype=np.int64)


def box_of(runs: NDArray[np.int64], height: int) -> Box | None:
    """The tight [x, y, width, height] of runs (N, 2) in a picture of that height; None where they have no pixel.

    Examples:
        >>> box_of(np.array([[1, 2]]), 2), box_of(np.array([[1, 3]]), 2)
        ((0, 1, 1, 1), (0, 0, 2, 2))
    """
    first, last = runs[runs[:, 1] > runs[:, 0]].T - ((0,), (1,))
    if not first.size:
        return None
    x, right = int(first[0]) // height, int(last[-1]) // height
    # A run from one column into the next has the lowest pixel of one and the topmost of the other.
    whole = bool((first // height != last // height).any())
    y, bottom = (0, height - 1) if whole else (int((first % height).min()), int((last % height).max()))
    return x, y, right - x + 1, bottom - y + 1


def run_lengths(counts: str) -> NDArray[np.int64]:
    """The run lengths in a compressed string; ValueError where the string is no RLE.

    The format (cocoapi, maskApi.c, rleToString): little-endian groups of five bits, each plus 48; the sixth bit says
    that more follow, the fifth of the last group is the sign; from the fourth run on, the difference to the run
    two before is stored.

    Examples:
        The fourth run is 1 more than the second:

        >>> run_lengths("1221").tolist()
        [1, 2, 2, 3]
    """
    groups = np.frombuffer(counts.encode("utf-32-le"), dtype=np.uint32).astype(np.int64) - 48
    if (strange := (groups < 0) | (groups >= 64)).any():
        raise ValueError(f"segmentation counts: {counts[int(strange.argmax())]!r} is no RLE character")
    if not groups.size:
        return np.empty(0, dtype=np.int64)
    last = groups & 32 == 0
    if not last[-1]:
        raise ValueError("segmentation counts: the string ends within a number")
    ends = np.flatnonzero(last) + 1
    starts = np.concatenate(([0], ends[:-1]))
    if (ends - starts).max() > _MOST_GROUPS:
        raise ValueError("segmentation counts: a number has too many digits")
    shifts = 5 * (np.arange(groups.size) - np.repeat(starts, ends - starts))
    lengths = np.add.reduceat((groups & 31) << shifts, starts)
    lengths -= np.where(groups[last] & 16, np.int64(1) << (5 * (ends - starts)), 0)
    for others in (lengths[1::2], lengths[2::2]):
        np.cumsum(others, out=others)
    if (lengths < 0).any():
        raise ValueError("segmentation counts: a run has a negative length")
    return lengths
