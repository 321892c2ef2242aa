"""One point of a scrambled Sobol sequence, at any index, in the time of one.

The sequence is scipy's (Joe and Kuo 2008). The scramble is Owen's nested uniform one ("Randomly permuted (t,m,s)-nets
and (t,s)-sequences", 1995), with every coin tossed by a hash of (seed, block, path, place in the tree). scipy's own
scramble draws the coins from one generator for all dimensions, so that one more parameter would change all the others,
and its sequence can only be walked from the start. Blocks of 16384 points are scrambled anew; within each, all of
Sobol's balance holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_BLOCK_BITS = 14
BLOCK = 1 << _BLOCK_BITS
_BITS = 32
_RUN = 64


@lru_cache(maxsize=2)
def _sobol(dimensions: int) -> NDArray[np.uint64]:
    """The first BLOCK points, unscrambled: (BLOCK, dimensions) as 32-bit fractions. The same in every process."""
    from scipy.stats import qmc

    points = qmc.Sobol(dimensions, scramble=False, bits=30).random_base2(_BLOCK_BITS)
    return (points * 2.0**_BITS).astype(np.uint64)


def point(seed: int, index: int, paths: Sequence[str], attempt: int = 0) -> NDArray[np.float64]:
    """Point `index` (>= 0), one coordinate per path, each in the open interval 0..1.

    A coordinate depends on the seed, the index, its path and its place in `paths`: names appended change nothing.
    `attempt` 1, 2, ... are child points, of the same sequence under other scrambles: for draws that were rejected.
    """
    if attempt:
        start, run = index, _scrambled(seed, index, 1, tuple(paths), attempt)
    else:
        start = index - index % _RUN
        run = _run(seed, start, tuple(paths))
    result: NDArray[np.float64] = run[index - start].copy()
    return result


def independent(seed: int, index: int, path: str, attempt: int = 0) -> float:
    """A coordinate (0..1, both excluded) of a parameter without a dimension: by chance, whatever else there is."""
    child = f"#{attempt}" if attempt else ""
    return ((_key(f"{seed}/{index}/{path}{child}") >> 12) + 0.5) / 2.0**52


def columns(seed: int, start: int, count: int, paths: Sequence[str], chosen: Sequence[str]) -> NDArray[np.float64]:
    """Points start, start + 1, ... in the coordinates of `chosen` alone: (count, len(chosen))."""
    places = tuple(paths.index(path) for path in chosen)
    ends = [*range(start - start % BLOCK + BLOCK, start + count, BLOCK), start + count]
    parts = []
    for end in ends:
        parts.append(_scrambled(seed, start, end - start, tuple(paths), 0, places))
        start = end
    return np.concatenate(parts)


@lru_cache(maxsize=16)
def _run(seed: int, start: int, paths: tuple[str, ...]) -> NDArray[np.float64]:
    """A run of neighbours costs little more than one point, and whoever asks for one mostly asks for the next."""
    return _scrambled(seed, start, _RUN, paths, 0)


def _scrambled(
    seed: int, start: int, count: int, paths: tuple[str, ...], attempt: int, places: tuple[int, ...] | None = None
) -> NDArray[np.float64]:
    """Points of one block (`start` .. `start + count - 1` lie in it), in all coordinates or those at `places`."""
    block, offset = divmod(start, BLOCK)
    # A multiple of 16 dimensions, so that scenarios of about one size share a table.
    digits = _sobol(-(-len(paths) // 16) * 16)[offset : offset + count, : len(paths)]
    keys = _keys(seed, block, paths, attempt)
    if places is not None:
        digits, keys = digits[:, places], keys[list(places)]
    levels = np.arange(_BITS, dtype=np.uint64)
    # Where a point stands in the binary tree before its digit k: its first k digits behind a leading 1.
    standing = (digits[..., None] | np.uint64(1 << _BITS)) >> (np.uint64(_BITS) - levels)
    flips = _mixed(keys[:, None] + _mixed(standing)) >> np.uint64(63)
    scrambled = digits ^ (flips << (np.uint64(_BITS - 1) - levels)).sum(axis=-1, dtype=np.uint64)
    result: NDArray[np.float64] = (scrambled.astype(np.float64) + 0.5) / 2.0**_BITS
    return result


@lru_cache(maxsize=16)
def _keys(seed: int, block: int, paths: tuple[str, ...], attempt: int) -> NDArray[np.uint64]:
    child = f"#{attempt}" if attempt else ""
    return np.array([_key(f"{seed}/{block}/{path}{child}") for path in paths], dtype=np.uint64)


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def _mixed(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every input bit reaches every output bit."""
    words = words + np.uint64(0x9E3779B97F4A7C15)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))
