"""Models kept ready on disk, in XDG_CACHE_HOME/longtail/models: importing a pack's takes 0.26 s, reading it 2 ms.

What lies there is what Blender is given in either case. A file's place tells what it was made of: the model, and all of
the code that makes meshes, with the versions of what that code calls.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import bpy

from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.told import told
from longtail.scenes.geometry.ready import Ready, arrays_of, ready_of
from longtail.scenes.kept.arrays import keep_arrays, read_arrays
from longtail.scenes.kept.folder import kept_folder
from longtail.scenes.kept.generations import code_digest, make_room, note_use, source_files

MAKERS = (
    "annotate/labels/wheels.py",
    "annotate/rounding.py",
    "curves.py",
    "scenes/assets",
    "scenes/blender/assets.py",
    "scenes/blender/kept_models.py",
    "scenes/blender/meshes.py",
    "scenes/blender/packs.py",
    "scenes/geometry",
    "scenes/lamps",
    "scenes/moving/cranks.py",
    "scenes/moving/forks.py",
    "scenes/moving/pieces.py",
)
"""The modules and rooms of longtail that say what a mesh is like."""

# A mesh of fewer faces is made about as fast as it is read, in some 0.3 ms; one of 200 to 500 takes ten times that.
_WORTH_FACES = 50


def ready(asset: Asset, content: str, make: Callable[[], Ready], environment: Mapping[str, str] = os.environ) -> Ready:
    """What `make` makes of an asset: as it was kept, or else made now and kept.

    `content` tells what `make` reads beyond the asset. A cache that cannot be read or written costs time, nothing else.
    """
    path = _path(asset, content, environment)
    if path:
        note_use(path.parent)
    kept = read_arrays(path) if path else None
    found = ready_of(kept) if kept is not None else None
    if found is None:
        found = make()
        if path and len(found.mesh.triangles) >= _WORTH_FACES:
            _keep(path, found)
    return found


def _path(asset: Asset, content: str, environment: Mapping[str, str]) -> Path | None:
    """Where an asset is kept; None where nothing is."""
    folder, generation = kept_folder(environment), makers_digest()
    if folder is None or generation is None:
        return None
    key = hashlib.sha256(f"{content}\n{told(asset)}".encode()).hexdigest()
    return folder / "models" / generation / f"{key}.npz"


def makers_digest() -> str | None:
    """Of the source of `MAKERS` and of the versions that they build on; None where there is no source to be read."""
    return code_digest(MAKERS, bpy.app.version_string)


def maker_files() -> list[Path]:
    """The files of `MAKERS`."""
    return source_files(MAKERS)


def _keep(path: Path, made: Ready) -> None:
    try:
        arrays = arrays_of(made)
    except (TypeError, ValueError, KeyError):
        return
    make_room(path.parent)
    keep_arrays(path, arrays)
