"""Things as physics knows them, kept ready on disk, in XDG_CACHE_HOME/longtail/shapes.

To read a pack's model takes 25 ms and to cut a new one into convex parts seconds, to read what came of it a
millisecond. A file's place tells what it was made of: the thing, and all of the code that makes shapes of things.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import scipy
import shapely

from longtail.scenes.assets import WITH_ATTACHED
from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.exact import mesh_of
from longtail.scenes.assets.packs.asset import PackAsset
from longtail.scenes.assets.told import told
from longtail.scenes.kept.arrays import Arrays, keep_arrays, read_arrays
from longtail.scenes.kept.folder import kept_folder
from longtail.scenes.kept.generations import code_digest, make_room, note_use
from longtail.scenes.physics.body import Shape
from longtail.scenes.physics.kept_parts import shape_of

MAKERS = (
    "annotate/labels/wheels.py",
    "annotate/rounding.py",
    "curves.py",
    "scenes/assets",
    "scenes/geometry",
    "scenes/lamps",
    "scenes/moving/cranks.py",
    "scenes/moving/forks.py",
    "scenes/moving/pieces.py",
    "scenes/physics/body.py",
    "scenes/physics/convex_parts.py",
    "scenes/physics/kept_parts.py",
    "scenes/physics/known_cuts.py",
    "scenes/physics/known_parts.py",
    "scenes/physics/parts.zip",
    "scenes/physics/voids.py",
    "scenes/scenarios/tabletop/kept_shapes.py",
)
"""The modules, rooms and tables of longtail that say what a shape is like."""


def shape_of_asset(asset: Asset, environment: Mapping[str, str] = os.environ) -> Shape:
    """A thing's exact mesh with its convex parts: as they were kept, or else made now and kept.

    A cache that cannot be read or written costs time, nothing else.
    """
    path = _path(asset, environment)
    if path:
        note_use(path.parent)
    kept = read_arrays(path) if path else None
    found = _shape(kept) if kept is not None else None
    if found is None:
        mesh = mesh_of(asset)
        found = shape_of(mesh.vertices_m.astype(np.float64), mesh.triangles, environment)
        if path:
            make_room(path.parent)
            keep_arrays(path, _arrays(found))
    return found


def _path(asset: Asset, environment: Mapping[str, str]) -> Path | None:
    """Where a thing is kept; None where nothing is, and of what is made by code of which nothing is known."""
    if isinstance(asset, Procedural) and WITH_ATTACHED.get(asset.name) is not asset:
        return None
    folder, generation = kept_folder(environment), code_digest(MAKERS, scipy.__version__, shapely.__version__)
    if folder is None or generation is None:
        return None
    content = asset.pack.digest if isinstance(asset, PackAsset) else ""
    key = hashlib.sha256(f"{type(asset).__name__} {content}\n{told(asset)}".encode()).hexdigest()
    return folder / "shapes" / generation / f"{key}.npz"


def _arrays(shape: Shape) -> Arrays:
    return {
        "vertices_m": shape.vertices_m,
        "triangles": np.asarray(shape.triangles, np.int32),
        "corners_m": shape.corners_m,
        "part_ends": np.cumsum([len(part) for part in shape.parts_m]),
        "volumes_m3": np.array(shape.volumes_m3),
        "outline_m": shape.outline_m,
    }


def _shape(kept: Arrays) -> Shape | None:
    """The shape that arrays tell; None where they tell none: somebody else has written them."""
    try:
        vertices, triangles, corners, outline = (
            kept[name] for name in ("vertices_m", "triangles", "corners_m", "outline_m")
        )
        ends, volumes = kept["part_ends"], kept["volumes_m3"]
        points = [vertices, corners, outline]
        sound = (
            all(p.dtype == np.float64 and p.ndim == 2 and p.shape[1] == 3 and np.isfinite(p).all() for p in points)
            and triangles.dtype == np.int32
            and triangles.ndim == 2
            and triangles.shape[1] == 3
            and 0 <= triangles.min() <= triangles.max() < len(vertices)
            and ends.dtype == np.int64
            and volumes.dtype == np.float64
            and ends.ndim == 1
            and ends.shape == volumes.shape
            and ends[-1] == len(corners)
            and bool((np.diff(ends, prepend=0) > 3).all())
            and bool((np.isfinite(volumes) & (volumes > 0)).all())
            and len(outline) > 3
        )
    except (KeyError, ValueError, IndexError):
        return None
    if not sound:
        return None
    return Shape.measured(vertices, triangles, tuple(np.split(corners, ends[:-1])), volumes.tolist(), outline)
