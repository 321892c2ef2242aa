"""Numbers that come out the same on every processor, where numpy's own would not.

numpy's sine and cosine take other code, with other last digits, where the processor has AVX-512; its matrix product is
the BLAS library's, which has code for each family of processors. These are as fast for a few thousand numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def cos_sin(angle_rad: ArrayLike) -> tuple[Array, Array]:
    """(cos, sin) of angles, of their shape. Of complex numbers the exponential is the C library's everywhere.

    Examples:
        >>> cos, sin = cos_sin([0.0, np.pi])
        >>> cos.tolist(), sin.round(15).tolist()
        ([1.0, -1.0], [0.0, 0.0])
    """
    turned = np.exp(1j * np.asarray(angle_rad, dtype=np.float64))
    return np.asarray(turned.real), np.asarray(turned.imag)


def product(left: ArrayLike, right: ArrayLike) -> Array:
    """The matrix product of (..., N, K) and (K, M) in float64, added up in the order of K.

    Examples:
        >>> product([[1, 2], [3, 4]], [[0, 1], [1, 0]]).tolist()
        [[2.0, 1.0], [4.0, 3.0]]
    """
    a, b = np.asarray(left, dtype=np.float64), np.asarray(right, dtype=np.float64)
    total: Array = a[..., :1] * b[0]
    for k in range(1, len(b)):
        total = total + a[..., k : k + 1] * b[k]
    return total
