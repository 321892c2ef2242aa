"""One point of a low-discrepancy sequence in hundreds of dimensions, at any index, in the time of one.

Six dimensions after six share a sequence of Sobol's first six (Joe and Kuo 2008), scrambled by Owen's nested
uniform permutation ("Randomly permuted (t,m,s)-nets and (t,s)-sequences", 1995), with every coin tossed by a hash of
(seed, block, path, place in the tree). Each six walk it in an order of their own, after B. Burley ("Practical
Hash-based Owen Scrambling", JCGT 9(4), 2020): indices are permuted in the same nested way, so that any aligned run of
2^k indices is one again, and stratified in every coordinate. Coordinates of one six are less related than random ones;
those of two are correlated by 1.25 / sqrt(count) in root mean square, random ones by 1 / sqrt(count), as two neighbours
always lie in different halves of both. Sobol's later dimensions are worse than random: in a hundred of them pairs of
the first 64 points are correlated by as much as 0.9, whatever the scramble.

scipy's own scramble draws the coins from one generator for all dimensions, so that one more parameter would change all
the others, and its sequence can only be walked from the start. Blocks of 16384 points are scrambled anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

_BLOCK_BITS = 14
BLOCK = 1 << _BLOCK_BITS
_BITS = 32
_RUN = 64
_TOGETHER = 6
"""Sobol's dimensions whose pairs are at most 1.3 / sqrt(count) correlated among any first points that were tried (32 to
1000, six seeds); with 8 it is 4.3, with 64 it is 9."""


# Of Sobol's second dimension and those after it: the inner coefficients of its primitive polynomial, as bits, and its
# first direction numbers, one for each degree (S. Joe and F. Y. Kuo, "Constructing Sobol sequences with better
# two-dimensional projections", SIAM J. Sci. Comput. 30, 2008; their table new-joe-kuo-6).
_JOE_KUO = ((0, (1,)), (1, (1, 3)), (1, (1, 3, 1)), (2, (1, 1, 1)), (1, (1, 1, 3, 3)))


@cache
def _sobol() -> NDArray[np.uint64]:
    """The first BLOCK points, unscrambled: (BLOCK, _TOGETHER) as 32-bit fractions. The same in every process.

    In the order of Gray's code, as `scipy.stats.qmc.Sobol` has them, whose import takes every process half a second.
    """
    indices = np.arange(BLOCK, dtype=np.uint64)
    gray = indices ^ (indices >> np.uint64(1))
    points = np.zeros((BLOCK, _TOGETHER), dtype=np.uint64)
    for dimension in range(_TOGETHER):
        for bit, direction in enumerate(_directions(dimension)):
            points[:, dimension] ^= ((gray >> np.uint64(bit)) & np.uint64(1)) * np.uint64(direction)
    return points


def _directions(dimension: int) -> list[int]:
    """The direction numbers of a dimension as 32-bit fractions, by the recurrence of Bratley and Fox (1988)."""
    if dimension == 0:
        return [1 << (_BITS - 1 - bit) for bit in range(_BLOCK_BITS)]
    inner, first = _JOE_KUO[dimension - 1]
    degree, numbers = len(first), list(first)
    for bit in range(degree, _BLOCK_BITS):
        number = numbers[bit - degree] ^ (numbers[bit - degree] << degree)
        for step in range(1, degree):
            number ^= ((inner >> (degree - 1 - step)) & 1) * (numbers[bit - step] << step)
        numbers.append(number)
    return [number << (_BITS - 1 - bit) for bit, number in enumerate(numbers)]


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
    keys, orders = _keys(seed, block, paths, attempt)
    chosen = np.arange(len(paths)) if places is None else np.array(places, dtype=np.intp)
    sixes, place = np.unique(chosen // _TOGETHER, return_inverse=True)
    indices = np.arange(offset, offset + count, dtype=np.uint64)[:, None]
    walked = _nested(indices, orders[sixes], _BLOCK_BITS)[:, place]
    digits = _sobol()[walked.astype(np.intp), chosen % _TOGETHER]
    result: NDArray[np.float64] = (_nested(digits, keys[chosen], _BITS).astype(np.float64) + 0.5) / 2.0**_BITS
    return result


def _nested(digits: NDArray[np.uint64], keys: NDArray[np.uint64], bits: int) -> NDArray[np.uint64]:
    """Numbers of so many bits (..., N) by Owen's nested uniform permutation of each of N keys."""
    leading = digits | np.uint64(1 << bits)
    flips = np.zeros(np.broadcast_shapes(digits.shape, keys.shape), dtype=np.uint64)
    # Level by level: all that is worked on then stays in a processor's cache.
    for level in range(bits):
        # Where a number stands in the binary tree before this digit: the digits before it behind a leading 1.
        standing = _mixed(leading >> np.uint64(bits - level))
        flips ^= _mixed(keys + standing) >> np.uint64(63) << np.uint64(bits - 1 - level)
    return digits ^ flips


@lru_cache(maxsize=16)
def _keys(seed: int, block: int, paths: tuple[str, ...], attempt: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Of each path its scramble's, and of each six, by the first of them, that of the order in which they walk."""
    child = f"#{attempt}" if attempt else ""
    keys = [_key(f"{seed}/{block}/{path}{child}") for path in paths]
    orders = [_key(f"{seed}/{block}/{path}{child}/order") for path in paths[::_TOGETHER]]
    return np.array(keys, dtype=np.uint64), np.array(orders, dtype=np.uint64)


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def _mixed(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every input bit reaches every output bit."""
    words = words + np.uint64(0x9E3779B97F4A7C15)
    words ^= words >> np.uint64(30)
    words *= np.uint64(0xBF58476D1CE4E5B9)
    words ^= words >> np.uint64(27)
    words *= np.uint64(0x94D049BB133111EB)
    words ^= words >> np.uint64(31)
    return words
