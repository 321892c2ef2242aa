"""Convex parts of meshes: by known cuts, or else kept on disk, in XDG_CACHE_HOME/longtail/parts.

To find a mug's cuts takes seconds, to make them or to read its parts milliseconds.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np

from longtail.scenes.physics.body import Points, Shape, Triangles
from longtail.scenes.physics.convex_parts import convex_parts
from longtail.scenes.physics.known_cuts import digest_of, known_cuts

# To be raised with whatever changes the parts of a mesh.
_VERSION = 2


def shape_of(vertices_m: Points, triangles: Triangles, environment: Mapping[str, str] = os.environ) -> Shape:
    """A mesh (V, 3), (F, 3) with its convex parts: by known cuts or kept ones, or else cut now and kept.

    A cache that cannot be read or written costs time, nothing else.
    """
    corners = np.asarray(vertices_m, dtype=np.float64)
    faces = np.asarray(triangles, dtype=np.int32)
    cuts = known_cuts(corners, faces)
    if cuts is not None:
        return Shape(corners, faces, convex_parts(corners, faces, cuts))
    path = _path(corners, faces, environment)
    parts = _read(path) if path else None
    if parts is None:
        parts = convex_parts(corners, faces)
        if path:
            _keep(path, parts)
    return Shape(corners, faces, parts)


def _path(vertices_m: Points, triangles: Triangles, environment: Mapping[str, str]) -> Path | None:
    """Where the parts of a mesh are kept; None where this user has no home.

    https://specifications.freedesktop.org/basedir-spec/latest/: a relative XDG_CACHE_HOME does not count.
    """
    given, home = environment.get("XDG_CACHE_HOME", ""), environment.get("HOME", "")
    folder = Path(given) if Path(given).is_absolute() else Path(home) / ".cache"
    if not folder.is_absolute():
        return None
    return folder / "longtail/parts" / f"{_VERSION}-{digest_of(vertices_m, triangles)}.npz"


def _read(path: Path) -> tuple[Points, ...] | None:
    """The parts of a file; None where there is none, or one that was written in part or by someone else."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            parts = tuple(kept[f"arr_{number}"] for number in range(len(kept.files)))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    sound = parts and all(p.dtype == np.float64 and p.ndim == 2 and p.shape[1] == 3 and len(p) > 3 for p in parts)
    return parts if sound and all(np.isfinite(p).all() for p in parts) else None


def _keep(path: Path, parts: tuple[Points, ...]) -> None:
    """Write under another name first: workers that start together cut the same meshes."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            try:
                np.savez(file, *parts)
                file.close()
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
