"""Models kept ready on disk, in XDG_CACHE_HOME/longtail/models: importing a pack's takes 0.26 s, reading it 2 ms.

What lies there is what Blender is given in either case. A file's place tells what it was made of: the model, and all of
the code that makes meshes, with the versions of what that code calls.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path

import bpy
import numpy as np

import longtail
from longtail.scenes.assets.asset import Asset
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.spelled import read_spelled, spelled
from longtail.scenes.kept.arrays import Arrays, keep_arrays, read_arrays
from longtail.scenes.kept.folder import kept_folder

MAKERS = (
    "annotate/rounding.py",
    "curves.py",
    "scenes/assets",
    "scenes/blender/kept_models.py",
    "scenes/blender/meshes.py",
    "scenes/blender/packs.py",
    "scenes/geometry",
    "scenes/lamps",
)
"""The modules and rooms of longtail that say what a mesh is like."""

# Of code that has changed: what was made by that of before is kept for who goes back to it, or has both.
_GENERATIONS = 3
# A mesh of fewer faces is made about as fast as it is read.
_WORTH_FACES = 500


@dataclass(frozen=True, eq=False)
class Ready:
    """A mesh, and the image files that its materials name."""

    mesh: Mesh
    images: Mapping[str, bytes] = field(default_factory=dict)


def ready(asset: Asset, content: str, make: Callable[[], Ready], environment: Mapping[str, str] = os.environ) -> Ready:
    """What `make` makes of an asset: as it was kept, or else made now and kept.

    `content` tells what `make` reads beyond the asset. A cache that cannot be read or written costs time, nothing else.
    """
    path = _path(asset, content, environment)
    kept = read_arrays(path) if path else None
    found = _read(kept) if kept is not None else None
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
    key = hashlib.sha256(f"{content}\n{_told(asset)}".encode()).hexdigest()
    return folder / "models" / generation / f"{key}.npz"


def _told(asset: Asset) -> str:
    """All that makes an asset what it is, in the same words in every process: sets have no order."""
    values = {item.name: getattr(asset, item.name) for item in fields(asset) if item.compare}
    return repr({name: sorted(map(repr, v)) if isinstance(v, frozenset) else v for name, v in values.items()})


@cache
def makers_digest() -> str | None:
    """Of the source of `MAKERS` and of the versions that they build on; None where there is no source to be read."""
    digest = hashlib.sha256(f"{bpy.app.version_string} {np.__version__} {platform.machine()}".encode())
    try:
        for path in maker_files():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    except OSError:
        return None
    return digest.hexdigest()[:24]


def maker_files() -> list[Path]:
    """The files of `MAKERS`."""
    home = Path(longtail.__file__).parent
    files = []
    for part in MAKERS:
        place = home / part
        files += [place] if place.suffix == ".py" else sorted(place.rglob("*.py"))
    return files


def _read(kept: Arrays) -> Ready | None:
    """The model that arrays tell; None where they tell none: somebody else has written them."""
    try:
        materials = read_spelled(kept["materials"].tobytes().decode())
        mesh = Mesh(
            kept["vertices_m"], kept["triangles"], kept["slots"], materials, kept["smooth"], kept.get("uv")
        )  # fmt: skip
        names = kept["images"].tobytes().decode().split("\n")
        images = {name: kept[f"image {number}"].tobytes() for number, name in enumerate(filter(None, names))}
    except (KeyError, TypeError, ValueError):
        return None
    return Ready(mesh, images) if _is_sound(mesh) else None


def _is_sound(mesh: Mesh) -> bool:
    """Whether Blender can be given it: it believes what corners and slots say."""
    faces = len(mesh.triangles)
    shapes = {
        "vertices_m": (mesh.vertices_m, np.float32, (len(mesh.vertices_m), 3)),
        "triangles": (mesh.triangles, np.int32, (faces, 3)),
        "slots": (mesh.slots, np.int32, (faces,)),
        "smooth": (mesh.smooth, np.bool_, (faces,)),
        **({} if mesh.uv is None else {"uv": (mesh.uv, np.float32, (faces, 3, 2))}),
    }
    return (
        faces > 0
        and all(values.dtype == dtype and values.shape == shape for values, dtype, shape in shapes.values())
        and 0 <= mesh.triangles.min() <= mesh.triangles.max() < len(mesh.vertices_m)
        and 0 <= mesh.slots.min() <= mesh.slots.max() < len(mesh.materials)
    )


def _keep(path: Path, made: Ready) -> None:
    mesh, text = made.mesh, None
    with suppress(TypeError, ValueError, KeyError):
        text = spelled(mesh.materials)
        # A material's own text is what names it in Blender.
        if repr(read_spelled(text)) != repr(mesh.materials):
            return
    if text is None:
        return
    arrays = {
        "vertices_m": np.asarray(mesh.vertices_m, np.float32),
        "triangles": np.asarray(mesh.triangles, np.int32),
        "slots": np.asarray(mesh.slots, np.int32),
        "smooth": np.asarray(mesh.smooth, np.bool_),
        "materials": np.frombuffer(text.encode(), np.uint8),
        "images": np.frombuffer("\n".join(made.images).encode(), np.uint8),
        **{f"image {number}": np.frombuffer(data, np.uint8) for number, data in enumerate(made.images.values())},
    }
    if mesh.uv is not None:
        arrays["uv"] = np.asarray(mesh.uv, np.float32)
    if not path.parent.exists():
        _forget_old(path.parent.parent)
    keep_arrays(path, arrays)


def _forget_old(models: Path) -> None:
    """Make room for a generation: the one that was written to longest ago goes, if there are as many as may be."""
    with suppress(OSError):
        generations = sorted(models.iterdir(), key=lambda place: place.stat().st_mtime_ns)
        for place in generations[: max(len(generations) - _GENERATIONS + 1, 0)]:
            shutil.rmtree(place, ignore_errors=True)
