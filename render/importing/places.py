"""A .blend of the user's as a place: read once, by a process that sees nothing else, and kept by its content."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

import longtail
from longtail.annotate.errors import ConfigError
from longtail.render.importing.reader import answer_alone
from longtail.render.machine.model_request import ARRAYS, PLACE, Asked
from longtail.render.storage.staging import staging_folder
from longtail.scenes.kept.arrays import keep_arrays, read_arrays
from longtail.scenes.kept.folder import kept_folder
from longtail.scenes.scenarios.own_place.place import unpacked
from longtail.scenes.scenarios.own_place.place_file import PlaceFile

_MOST_BYTES = 2 << 30
_MAKERS = (
    "render/blender/as_rendered.py", "render/blender/model_materials.py", "render/blender/panes.py",
    "render/blender/place_roles.py", "render/blender/reading_models.py", "render/blender/reading_places.py",
    "render/blender/shader_inputs.py", "render/blender/shader_links.py", "render/blender/shader_values.py",
    "render/blender/shapes_elsewhere.py", "render/blender/tiles.py",
    "scenes/assets/packs/fitting.py", "scenes/blender/meshes.py",
    "scenes/scenarios/own_place/place.py",
)  # fmt: skip
"""The modules that say what a file comes to."""


def read_place(path: Path, where: str) -> PlaceFile:
    """The place at a path; ConfigError, beginning with `where` or the path, for a file that is none."""
    data = _bytes(path, where)
    digest = hashlib.sha256(data).hexdigest()
    kept = _kept(digest)
    found = read_arrays(kept) if kept else None
    if found is not None and unpacked(found["place"].tobytes()) is not None:
        return PlaceFile(str(path), digest, found["place"].tobytes())
    made = _read(path, data)
    if kept:
        keep_arrays(kept, {"place": np.frombuffer(made, np.uint8)})
    return PlaceFile(str(path), digest, made)


def _bytes(path: Path, where: str) -> bytes:
    try:
        size = path.stat().st_size
        if size > _MOST_BYTES:
            raise ConfigError(f"{path}: expected a .blend of at most {_MOST_BYTES >> 30} GiB, got {size / 2**30:.1f}")
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{where}: expected a .blend, got {path}: {error.strerror or error}") from error


def _read(path: Path, data: bytes) -> bytes:
    """What a process that sees a copy of the file, and no other of the user's, makes of it."""
    with staging_folder() as home:
        root, desk = home / "file", home / "desk"
        root.mkdir()
        desk.mkdir()
        copy = root / "place.blend"
        copy.write_bytes(data)
        answer = answer_alone(Asked(str(copy), PLACE, str(root), str(desk)), desk)
        if "refused" in answer:
            raise ConfigError(f"{path}: {answer['refused']}")
        made = (desk / ARRAYS).read_bytes()
    if unpacked(made) is None:
        raise ConfigError(f"{path}: expected a place, got a file of which what was read is damaged")
    return made


def _kept(digest: str) -> Path | None:
    folder, makers = kept_folder(), _makers_digest()
    return None if folder is None or makers is None else folder / "places" / makers / f"{digest}.npz"


@cache
def _makers_digest() -> str | None:
    """Of the code that reads places, and the version of Blender; None where there is no source to be read."""
    home = Path(longtail.__file__).parent
    try:
        digest = hashlib.sha256(version("bpy").encode())
        for name in _MAKERS:
            digest.update((home / name).read_bytes())
    except (OSError, PackageNotFoundError):
        return None
    return digest.hexdigest()[:24]
