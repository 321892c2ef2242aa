"""Numbers that come out the same on every processor, where numpy's own would not.

numpy's sine, cosine and arc tangent take other code, with other last digits, where the processor has AVX-512, and even
there not where an array's numbers lie apart and the result happens to be put right behind them (`is_mem_overlap` of
numpy's loops_utils.h takes that for an overlap); its matrix product is the BLAS library's, which has code for each
family of processors. These are as fast for a few thousand numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

_MANY = 1_000
"""Numbers from which on columns are made one by one, as numpy is slow along a last axis of three."""


def cos_sin(angle_rad: ArrayLike) -> tuple[Array, Array]:
    """(cos, sin) of angles, of their shape. Of complex numbers the exponential is the C library's everywhere.

    Examples:
        >>> cos, sin = cos_sin([0.0, np.pi])
        >>> cos.tolist(), sin.round(15).tolist()
        ([1.0, -1.0], [0.0, 0.0])
    """
    turned = np.exp(1j * np.asarray(angle_rad, dtype=np.float64))
    return np.asarray(turned.real), np.asarray(turned.imag)


def arctan2(y: ArrayLike, x: ArrayLike) -> Array:
    """The angle of (x, y) against the first axis, from -pi to pi, of the shape that both have together.

    Of complex numbers the logarithm is the C library's everywhere, and its imaginary part is this.

    Examples:
        >>> arctan2([1.0, 0.0], [0.0, -1.0]).round(9).tolist()
        [1.570796327, 3.141592654]
    """
    y, x = np.broadcast_arrays(np.asarray(y, dtype=np.float64), np.asarray(x, dtype=np.float64))
    both = np.empty(x.shape, dtype=np.complex128)
    # Put together by parts: 1j * inf would make the other part not a number.
    both.real, both.imag = x, y
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(both).imag)


def product(left: ArrayLike, right: ArrayLike) -> Array:
    """The matrix product of (..., N, K) and (K, M), or (..., K, M), in float64, added up in the order of K.

    Examples:
        >>> product([[1, 2], [3, 4]], [[0, 1], [1, 0]]).tolist()
        [[2.0, 1.0], [4.0, 3.0]]
    """
    a, b = np.asarray(left, dtype=np.float64), np.asarray(right, dtype=np.float64)
    # One matrix goes with points of any shape, a single one too; several go with the rows of each.
    # Factors that go with a column of `left` each: (..., K, 1, M), or (K, M).
    rows = np.moveaxis(b, -2, 0)[..., None, :] if b.ndim > 2 else b
    if a.size < _MANY:
        return _summed([a[..., k, None] for k in range(len(rows))], rows)
    found = np.empty((*np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), a.shape[-2], b.shape[-1]))
    for column in range(b.shape[-1]):
        found[..., column] = _summed([a[..., k] for k in range(len(rows))], rows[..., column])
    return found


def _summed(columns: Sequence[Array], factors: Array) -> Array:
    """The sum of columns times factors, in their order."""
    total: Array = columns[0] * factors[0]
    for column, factor in zip(columns[1:], factors[1:], strict=True):
        total += column * factor
    return total
