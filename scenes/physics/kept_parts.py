"""Convex parts of meshes: known ones, or else kept on disk, in XDG_CACHE_HOME/longtail/parts.

To cut a mug takes seconds, to read its parts a millisecond.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from longtail.scenes.kept.arrays import keep_arrays, read_arrays
from longtail.scenes.kept.folder import kept_folder
from longtail.scenes.physics.body import Points, Shape, Triangles
from longtail.scenes.physics.convex_parts import convex_parts
from longtail.scenes.physics.known_cuts import digest_of
from longtail.scenes.physics.known_parts import known_shape

# To be raised with whatever changes the parts of a mesh.
_VERSION = 2


def shape_of(vertices_m: Points, triangles: Triangles, environment: Mapping[str, str] = os.environ) -> Shape:
    """A mesh (V, 3), (F, 3) with its convex parts: known or kept ones, or else cut now and kept.

    A cache that cannot be read or written costs time, nothing else.
    """
    corners = np.asarray(vertices_m, dtype=np.float64)
    faces = np.asarray(triangles, dtype=np.int32)
    known = known_shape(corners, faces)
    if known is not None:
        return known
    path = _path(corners, faces, environment)
    parts = _read(path) if path else None
    if parts is None:
        parts = convex_parts(corners, faces)
        if path:
            keep_arrays(path, {f"arr_{number}": part for number, part in enumerate(parts)})
    return Shape(corners, faces, parts)


def _path(vertices_m: Points, triangles: Triangles, environment: Mapping[str, str]) -> Path | None:
    folder = kept_folder(environment)
    if folder is None:
        return None
    return folder / "parts" / f"{_VERSION}-{digest_of(vertices_m, triangles)}.npz"


def _read(path: Path) -> tuple[Points, ...] | None:
    """The parts of a file; None where there is none, or one that was written in part or by someone else."""
    kept = read_arrays(path) or {}
    parts = tuple(kept.get(f"arr_{number}", np.empty(0)) for number in range(len(kept)))
    sound = parts and all(p.dtype == np.float64 and p.ndim == 2 and p.shape[1] == 3 and len(p) > 3 for p in parts)
    return parts if sound and all(np.isfinite(p).all() for p in parts) else None
