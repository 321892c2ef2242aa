"""Meshes laid over a relief: cut where its faces meet, and lifted as it rises. What is upright stays upright."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.labels.relief import Relief
from longtail.scenes.geometry.mesh import Mesh

# What is nearer to a cut lies on it.
_ON_CUT_M = 1e-5


def draped(mesh: Mesh, relief: Relief) -> Mesh:
    """`mesh`, which was made for level ground, sheared upwards by `relief`: each of its points as high over the ground.

    Faces that reach over an edge of the relief are cut there, so that what lay on the ground lies on it.
    """
    if relief.is_level:
        return mesh
    corners = mesh.vertices_m.astype(np.float64)[mesh.triangles]
    owner = np.arange(len(corners))
    shares = np.broadcast_to(np.eye(3), (len(corners), 3, 3)).copy()
    done: list[tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]] = []
    while len(corners):
        cut = _cut_through(corners, relief.knots_m)
        whole = np.isnan(cut)
        done.append((corners[whole], shares[whole], owner[whole]))
        corners, shares, owner = _halved(corners[~whole], shares[~whole], owner[~whole], cut[~whole])
    points, weights, origin = (np.concatenate([part[place] for part in done]) for place in range(3))
    points[:, :, 2] += relief.height_m(points[:, :, 0])
    vertices, index = _merged(points.reshape(-1, 3).astype(np.float32))
    uv = None if mesh.uv is None else np.einsum("fij,fjk->fik", weights, mesh.uv[origin]).astype(np.float32)
    triangles = index.reshape(-1, 3).astype(np.int32)
    return Mesh(vertices, triangles, mesh.slots[origin], mesh.materials, mesh.smooth[origin], uv)


def _merged(points: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Points (N, 3) without repetitions, in ascending order, and the number of each among them (N,).

    What `np.unique` finds along axis 0, which compares rows one by one where this sorts columns.
    """
    order = np.lexsort(points.T[::-1])
    ordered = points[order]
    first = np.ones(len(points), dtype=bool)
    first[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    index = np.empty(len(points), dtype=np.intp)
    index[order] = np.cumsum(first) - 1
    return ordered[first], index


def _cut_through(corners: NDArray[np.float64], knots_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """The X (F,) of the middle one of the cuts through each face (F, 3, 3); NaN where there is none."""
    x = corners[:, :, 0]
    first = np.searchsorted(knots_m, x.min(axis=1) + _ON_CUT_M)
    last = np.searchsorted(knots_m, x.max(axis=1) - _ON_CUT_M)
    middle = np.clip((first + last) // 2, 0, len(knots_m) - 1)
    return np.where(last > first, knots_m[middle], np.nan)


def _halved(
    corners: NDArray[np.float64], shares: NDArray[np.float64], owner: NDArray[np.intp], cut_m: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """Faces (F, 3, 3) cut at X (F,), as up to three each: the one before the cut or behind it, and the rest in two.

    `shares` (F, 3, 3) says what each corner is of the corners of the face that it was at first.
    """
    away = corners[:, :, 0] - cut_m[:, None]
    side = np.where(np.abs(away) <= _ON_CUT_M, 0, np.sign(away)).astype(int)
    # The corner that is alone on its side, or on the cut between two others, comes first; the order stays.
    alone = np.where(
        (side == 0).any(axis=1),
        (side == 0).argmax(axis=1),
        (side == np.where(side.sum(axis=1) > 0, -1, 1)[:, None]).argmax(axis=1),
    )
    order = (alone[:, None] + np.arange(3)) % 3
    rows = np.arange(len(corners))[:, None]
    a, b, c = np.moveaxis(corners[rows, order], 1, 0)
    share_a, share_b, share_c = np.moveaxis(shares[rows, order], 1, 0)
    on = (side == 0).any(axis=1)
    parts = []
    # From a corner on the cut: the cut meets the opposite side.
    at, share = _between(b[on], c[on], share_b[on], share_c[on], cut_m[on])
    parts.append((_faces(a[on], b[on], at), _faces(share_a[on], share_b[on], share), owner[on]))
    parts.append((_faces(a[on], at, c[on]), _faces(share_a[on], share, share_c[on]), owner[on]))
    off = ~on
    p, share_p = _between(a[off], b[off], share_a[off], share_b[off], cut_m[off])
    q, share_q = _between(a[off], c[off], share_a[off], share_c[off], cut_m[off])
    parts.append((_faces(a[off], p, q), _faces(share_a[off], share_p, share_q), owner[off]))
    parts.append((_faces(p, b[off], c[off]), _faces(share_p, share_b[off], share_c[off]), owner[off]))
    parts.append((_faces(p, c[off], q), _faces(share_p, share_c[off], share_q), owner[off]))
    made = tuple(np.concatenate([part[place] for part in parts]) for place in range(3))
    return made[0], made[1], made[2]


def _between(
    one: NDArray[np.float64],
    other: NDArray[np.float64],
    share_one: NDArray[np.float64],
    share_other: NDArray[np.float64],
    cut_m: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the sides from `one` to `other` (F, 3) meet the cut, and what that is of the corners.

    Counted from the lower X, so that two faces that share a side are cut at the same point.
    """
    turned = (one[:, 0] > other[:, 0])[:, None]
    low, high = np.where(turned, other, one), np.where(turned, one, other)
    share_low, share_high = np.where(turned, share_other, share_one), np.where(turned, share_one, share_other)
    way = ((cut_m - low[:, 0]) / (high[:, 0] - low[:, 0]))[:, None]
    at = low + way * (high - low)
    at[:, 0] = cut_m
    return at, share_low + way * (share_high - share_low)


def _faces(*corners: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack(corners, axis=1)
