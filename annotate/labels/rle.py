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
    size, counts = segmentation.get("size"), segmentation.get("counts")
    if not (isinstance(size, list) and len(size) == 2 and all(isinstance(side, int) and side > 0 for side in size)):
        raise ValueError(f"segmentation size: expected [height, width], got {size!r}")
    if not isinstance(counts, str) or not counts.isascii():
        raise ValueError(f"segmentation counts: expected a compressed RLE string, got {type(counts).__name__}")
    total = sum(run_lengths(counts))
    if total != size[0] * size[1]:
        raise ValueError(f"segmentation counts: expected {size[0] * size[1]} pixels in all, got {total}")
    mask = coco_mask.decode({"size": size, "counts": counts.encode("ascii")})
    return cast("NDArray[np.bool_]", mask.astype(np.bool_))


def run_lengths(counts: str) -> list[int]:
    """The run lengths in a compressed string; ValueError where the string is no RLE.

    The format (cocoapi, maskApi.c, rleToString): little-endian groups of five bits, each plus 48; the sixth bit says
    that more follow, the fifth of the last group is the sign; from the fourth run on, the difference to the run
    two before is stored.

    Examples:
        The fourth run is 1 more than the second:

        >>> run_lengths("1221")
        [1, 2, 2, 3]
    """
    lengths: list[int] = []
    value = shift = 0
    for character in counts:
        group = ord(character) - 48
        if not 0 <= group < 64:
            raise ValueError(f"segmentation counts: {character!r} is no RLE character")
        value |= (group & 31) << shift
        shift += 5
        if group & 32:
            if shift > 35:
                raise ValueError("segmentation counts: a number has too many digits")
            continue
        if group & 16:
            value -= 1 << shift
        if len(lengths) > 2:
            value += lengths[-2]
        if value < 0:
            raise ValueError("segmentation counts: a run has a negative length")
        lengths.append(value)
        value = shift = 0
    if shift:
        raise ValueError("segmentation counts: the string ends within a number")
    return lengths
