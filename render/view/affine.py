"""Affine matrices the other way round, without BLAS, whose last digits differ from machine to machine."""

from __future__ import annotations

import numpy as np

from longtail.annotate.camera.transform import Matrix
from longtail.annotate.rounding import product


def cofactors(matrices: Matrix) -> Matrix:
    """Of matrices (..., 3, 3), as many: by them goes what is square to a surface, but for its length and sign."""
    rows = [matrices[..., number, :] for number in range(3)]
    return np.stack([np.cross(rows[(number + 1) % 3], rows[(number + 2) % 3]) for number in range(3)], axis=-2)


def inverse(matrix: Matrix) -> Matrix:
    """Of an affine matrix (4, 4) that can be turned round.

    Examples:
        >>> stretched = np.array([[2.0, 0, 0, 6], [0, 1, 0, 0], [0, 0, 4, 0], [0, 0, 0, 1]])
        >>> bool((inverse(stretched) @ stretched == np.eye(4)).all())
        True
    """
    turned = cofactors(matrix[:3, :3])
    found = np.eye(4)
    found[:3, :3] = turned.T / (matrix[0, :3] * turned[0]).sum()
    found[:3, 3] = -product(matrix[None, :3, 3], found[:3, :3].T)[0]
    return found
