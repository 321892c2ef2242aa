"""Distances between features of a network that the user supplies: KID without bias, and FID, which has one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import linalg, special

from longtail.annotate.errors import ConfigError

Array = NDArray[np.float64]

_LEAST, _MOST = 8, 5000
"""Rows: fewer have no interval, more take the square of them in memory (600 MB)."""

_Z95 = float(special.ndtri(0.975))


def kernel_distance(ours: ArrayLike, theirs: ArrayLike) -> dict[str, float]:
    """KID: the squared maximum mean discrepancy (N, D) and (M, D) have under the kernel (x . y / D + 1)^3.

    `kid` is the unbiased estimate (M. Binkowski et al., "Demystifying MMD GANs", ICLR 2018), which may be below 0 where
    both are alike; `low` and `high` its 95 % interval, `std` its deviation by the jackknife of a two-sample U-statistic
    (J. N. Arvesen, Annals of Mathematical Statistics 40, 1969). ValueError for what are no features of one network.
    """
    a, b = _checked(ours), _checked(theirs)
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"expected features of one length on both sides, got {a.shape[1]} and {b.shape[1]}")
    within, among, between = _kernel(a, a), _kernel(b, b), _kernel(a, b)
    np.fill_diagonal(within, 0)
    np.fill_diagonal(among, 0)
    n, m = len(a), len(b)
    rows, columns, cross = within.sum(axis=1), among.sum(axis=1), between.sum()
    kid = rows.sum() / (n * (n - 1)) + columns.sum() / (m * (m - 1)) - 2 * cross / (n * m)
    left = _left_out(rows, columns.sum(), between.sum(axis=1), n, m)
    right = _left_out(columns, rows.sum(), between.sum(axis=0), m, n)
    std = math.sqrt(sum((len(one) - 1) / len(one) * float(((one - one.mean()) ** 2).sum()) for one in (left, right)))
    return {"kid": float(kid), "std": std, "low": float(kid) - _Z95 * std, "high": float(kid) + _Z95 * std}


def _left_out(own: Array, others: float, between: Array, n: int, m: int) -> Array:
    """The estimate (n,) without each row of one side."""
    first = (own.sum() - 2 * own) / ((n - 1) * (n - 2))
    return np.asarray(first + others / (m * (m - 1)) - 2 * (between.sum() - between) / ((n - 1) * m))


def _kernel(a: Array, b: Array) -> Array:
    return np.asarray((a @ b.T / a.shape[1] + 1) ** 3)


def frechet_distance(ours: ArrayLike, theirs: ArrayLike) -> float:
    """FID: |mean difference|^2 + trace(A + B - 2 (A B)^(1/2)) of the covariances A and B.

    M. Heusel et al., "GANs trained by a two time-scale update rule converge to a local Nash equilibrium", NIPS 2017.
    It is too large for few pictures, and the more so the fewer they are: compare only sets of one size. ValueError as
    in `kernel_distance`.
    """
    a, b = _checked(ours), _checked(theirs)
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"expected features of one length on both sides, got {a.shape[1]} and {b.shape[1]}")
    one, other = (np.atleast_2d(np.cov(side, rowvar=False)) for side in (a, b))
    # The trace of the root is the sum of the roots of the eigenvalues, which are not negative but for rounding.
    root = float(np.sqrt(np.clip(linalg.eigvals(one @ other).real, 0, None)).sum())
    apart = float(((a.mean(axis=0) - b.mean(axis=0)) ** 2).sum())
    return max(apart + float(np.trace(one) + np.trace(other)) - 2 * root, 0.0)


def _checked(features: ArrayLike) -> Array:
    found = np.asarray(features, dtype=np.float64)
    if found.ndim != 2 or not found.shape[1]:
        raise ValueError(f"expected features (pictures, length), got an array of shape {found.shape}")
    if not _LEAST <= len(found) <= _MOST:
        raise ValueError(f"expected features of {_LEAST} to {_MOST} pictures, got {len(found)}")
    if not np.isfinite(found).all():
        raise ValueError("expected finite features, got some that are not")
    return found


def distances_of_files(ours: Path, theirs: Path) -> Mapping[str, Any]:
    """KID and FID of two files of features as JSON values; ConfigError for a file that holds none.

    An .npy file holds one array (pictures, length); an .npz one or more, of which `features` is taken, or the only one.
    """
    one, other = read_features(ours), read_features(theirs)
    try:
        found = {**kernel_distance(one, other), "fid": frechet_distance(one, other)}
    except ValueError as error:
        raise ConfigError(f"--features {ours} {theirs}: {error}") from error
    return {"ours": len(one), "theirs": len(other), "length": int(one.shape[1]), **found}


def read_features(path: Path) -> NDArray[Any]:
    """The array of an .npy or .npz file; ConfigError for what is none. Nothing that is pickled is read."""
    try:
        found = np.load(path, allow_pickle=False)
        if isinstance(found, np.ndarray):
            return found
        with found:
            names = [name for name in found.files if name == "features"] or found.files
            if len(names) != 1:
                raise ValueError(
                    f"expected one array, or one called features, got {', '.join(sorted(names)) or 'none'}"
                )
            return np.asarray(found[names[0]])
    except (OSError, ValueError, EOFError, KeyError) as error:
        raise ConfigError(f"--features {path}: expected an .npy or .npz file of numbers, but {error}") from error
