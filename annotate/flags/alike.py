"""Pictures that are the same, or nearly, though they should show different scenes.

A perceptual hash finds who may be alike without comparing everybody with everybody: 64 signs of a picture's lowest
frequencies (pHash; Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010). Of hashes that
differ by at most `MOST_BITS`, 7, one of four pieces of 16 bits differs by one bit or none (Norouzi, Punjani and Fleet,
"Fast Search in Hamming Space with Multi-Index Hashing", CVPR 2012). Who is found is then compared by thumbnails, whose
details must correlate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.pixels.measure import luma_of

Places = NDArray[np.int64]

MOST_BITS = 7
_SIDE = 32
_THUMB = 24
_PIECE_BITS = 16


@dataclass(frozen=True, eq=False)
class Print:
    """What a picture is recognised by: its hash, and the details of its thumbnail, (24, 24) int8."""

    hash: int
    details: NDArray[np.int8]


def print_of(rgb: NDArray[np.uint8]) -> Print:
    """That of an sRGB picture (H, W, 3)."""
    return print_of_luma(luma_of(rgb))


def print_of_luma(luma: NDArray[np.float32]) -> Print:
    """That of a picture's luma (H, W), 0 to 1."""
    small = np.asarray(cv2.resize(luma, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA))
    low = cv2.dct(small)[:8, :8].ravel()
    signs = low > np.median(low[1:])
    # The first is the mean, which says nothing of what is shown.
    signs[0] = False
    thumb = np.asarray(cv2.resize(luma, (_THUMB, _THUMB), interpolation=cv2.INTER_AREA))
    details = thumb - cv2.GaussianBlur(thumb, (0, 0), 3.0)
    largest = max(float(np.abs(details).max()), 1e-6)
    return Print(int(np.packbits(signs).view(">u8")[0]), np.rint(details / largest * 127).astype(np.int8))


@dataclass(frozen=True)
class Alike:
    """Two frames, by their places, and how alike they are: the correlation of their details, at most 1."""

    later: int
    earlier: int
    correlation: float


def most_alike(prints: Sequence[Print], scenes: Sequence[int]) -> dict[int, Alike]:
    """For each place the earlier frame of another scene that is most like it, among those whose hashes are near."""
    hashes = np.array([one.hash for one in prints], dtype=np.uint64)
    pairs = _near(hashes, np.array(scenes, dtype=np.int64))
    parts = [_correlations(prints, pairs[start : start + _AT_ONCE]) for start in range(0, len(pairs), _AT_ONCE)]
    correlations = np.concatenate([np.empty(0), *parts])
    found: dict[int, Alike] = {}
    # The first of those that are most alike stays.
    for place in np.lexsort((pairs[:, 1], -correlations, pairs[:, 0])).tolist():
        later, earlier = pairs[place].tolist()
        found.setdefault(later, Alike(later, earlier, float(correlations[place])))
    return found


_AT_ONCE = 4096


def _correlations(prints: Sequence[Print], pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    """(M,), of the details of pairs (M, 2) of places; 0 where one has none."""
    one, other = (np.array([prints[place].details.ravel() for place in side], dtype=np.float32) for side in pairs.T)
    norms = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.asarray((one * other).sum(axis=1, dtype=np.float64) / np.maximum(norms, 1.0))


def _near(hashes: NDArray[np.uint64], scenes: NDArray[np.int64]) -> Places:
    """Pairs (M, 2), later and earlier, of different scenes whose hashes differ by at most `MOST_BITS`, each once.

    Of a frame that is near very many, as where all are black, some are taken.
    """
    found = [np.empty((0, 2), dtype=np.int64)]
    for start in range(0, 64, _PIECE_BITS):
        piece = ((hashes >> np.uint64(start)) & np.uint64((1 << _PIECE_BITS) - 1)).astype(np.int64)
        for flipped in (0, *(1 << bit for bit in range(_PIECE_BITS))):
            for pairs in _joined(piece, piece ^ flipped):
                later, earlier = pairs.T
                near = _bits(hashes[earlier] ^ hashes[later]) <= MOST_BITS
                near &= scenes[earlier] != scenes[later]
                found.append(_first_of_each(pairs[near]))
    return np.unique(np.concatenate(found), axis=0)


def _joined(piece: Places, wanted: Places) -> Iterator[Places]:
    """Pairs (M, 2) of places, later and earlier, in order: the `piece` (N,) of the earlier is `wanted` (N,) by the
    later. Of very many that are wanted by one the first are taken.
    """
    places = np.arange(len(piece))
    order = np.argsort(piece, kind="stable")
    # By piece and then by place, so that what one place wants and what is earlier are a stretch.
    keys = (piece[order] << 32) | order
    first, behind = np.searchsorted(keys, wanted << 32), np.searchsorted(keys, (wanted << 32) | places)
    counts = np.minimum(behind - first, _MOST_LOOKED_AT)
    ends = np.cumsum(counts)
    start = 0
    while start < len(piece):
        before = int(ends[start - 1]) if start else 0
        stop = max(int(np.searchsorted(ends, before + _PAIRS_AT_ONCE, side="right")), start + 1)
        some = counts[start:stop]
        if some.any():
            within = np.arange(int(some.sum())) - np.repeat(ends[start:stop] - some - before, some)
            yield np.column_stack(
                [np.repeat(places[start:stop], some), order[np.repeat(first[start:stop], some) + within]]
            )
        start = stop


def _first_of_each(pairs: Places) -> Places:
    """Those of pairs (M, 2) that are among the first `_MOST_NEAR` of their first column, which ascends."""
    starts = np.searchsorted(pairs[:, 0], pairs[:, 0])
    return np.asarray(pairs[np.arange(len(pairs)) - starts < _MOST_NEAR])


_MOST_NEAR = 32
_MOST_LOOKED_AT = 256
_PAIRS_AT_ONCE = 1 << 20


_COUNTS = np.array([bin(number).count("1") for number in range(1 << 16)], dtype=np.uint8)


def _bits(words: NDArray[np.uint64]) -> NDArray[np.int64]:
    """How many bits are set in each."""
    parts = np.ascontiguousarray(words).view(np.uint16).reshape(-1, 4)
    return np.asarray(_COUNTS[parts].sum(axis=1, dtype=np.int64))
