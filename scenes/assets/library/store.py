"""The library's files: models/PACK/MODEL.json say what each model is, arrays/SHA256.npz hold meshes and textures.

A folder of files, so that it can be copied to other machines or lie on a disk that they share. Two models of the same
arrays share a file. Whatever is broken is named and left out.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from longtail.annotate.dataset.atomic import replacing
from longtail.annotate.dataset.looking import files_below
from longtail.annotate.errors import AssetError, StorageError
from longtail.scenes.assets.library.description import Description
from longtail.scenes.assets.library.model import LibraryAsset, asset_of
from longtail.scenes.geometry.ready import Ready, arrays_of
from longtail.scenes.kept.arrays import packed

_MODELS, _ARRAYS = "models", "arrays"
_MOST_BYTES = 1 << 20


@dataclass(frozen=True)
class Fault:
    """What is wrong with something that was to be a model: its name or path, and why, with what to do."""

    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.what}: {self.why}"


@dataclass(frozen=True)
class Library:
    """The models in a folder, which need not exist."""

    folder: Path

    def models(self) -> tuple[tuple[LibraryAsset, ...], tuple[Fault, ...]]:
        """The models in the order of their names, and what is wrong with those that are left out.

        AssetError where the folder may not be looked at.
        """
        found, faults = [], []
        for path in self._descriptions():
            try:
                known = self._described(path)
                found.append(asset_of(known, self._arrays(known)))
            except AssetError as error:
                faults.append(Fault(str(path), str(error)))
        return tuple(sorted(found, key=lambda asset: asset.name)), tuple(faults)

    def _descriptions(self) -> list[Path]:
        folder = self.folder / _MODELS
        try:
            return sorted(path for path in files_below(folder) if path.suffix == ".json")
        except OSError as error:
            if isinstance(error, FileNotFoundError | NotADirectoryError) and not os.path.lexists(folder):
                return []
            raise unreadable(self.folder, error) from error

    def description(self, name: str) -> Description:
        """What is known of a model; AssetError where the library has none of that name, or a broken one."""
        path = self._path(name)
        if not path.is_file():
            raise AssetError(f"{name}: expected a model of the library {self.folder}, which has none of that name")
        return self._described(path)

    def add(self, known: Description, made: Ready) -> Description:
        """Keep a model, in the place of one that has its name; the description with what its arrays came to."""
        data = packed(arrays_of(made))
        digest = hashlib.sha256(data).hexdigest()
        full = known.model_copy(update={"arrays": digest, "bytes": len(data), "triangles": len(made.mesh.triangles)})
        before = self._arrays_named(self._path(known.name))
        target = self._arrays(full)
        try:
            if not target.exists() or target.read_bytes() != data:  # damage may leave the size as it was
                with replacing(target) as file:
                    file.write(data)
            with replacing(self._path(known.name)) as file:
                file.write(full.spelled(indent=1).encode() + b"\n")
            self._sweep(before - {digest})
        except OSError as error:
            raise _refused(self.folder, error) from error
        return full

    def remove(self, name: str) -> None:
        """Take a model out, with its arrays where no other model has them; AssetError where there is none."""
        path = self._path(name)
        if not path.is_file():
            raise AssetError(f"{name}: expected a model of the library {self.folder}, which has none of that name")
        arrays = self._arrays_named(path)
        try:
            path.unlink()
            self._sweep(arrays)
            if path.parent != self.folder / _MODELS and not any(path.parent.iterdir()):
                path.parent.rmdir()
        except OSError as error:
            raise _refused(self.folder, error) from error

    def damaged(self, known: Description) -> str:
        """What is wrong with a model's arrays, byte by byte; "" where nothing is."""
        try:
            data = self._arrays(known).read_bytes()
        except OSError as error:
            return f"its arrays cannot be read ({error.strerror}); add it again"
        return "" if hashlib.sha256(data).hexdigest() == known.arrays else "its arrays are damaged; add it again"

    def _described(self, path: Path) -> Description:
        status = path.stat()
        if status.st_size > _MOST_BYTES:
            raise AssetError(f"expected a description of at most {_MOST_BYTES} bytes; add the model again")
        known = _read(path, status.st_mtime_ns, status.st_size)
        if self._path(known.name) != path:
            raise AssetError(f"expected the description of the model that the file is named after, got {known.name}'s")
        try:
            size = self._arrays(known).stat().st_size
        except OSError:
            raise AssetError(
                f"expected its arrays in {self._arrays(known)}, got no file; add the model again"
            ) from None
        if size != known.bytes:
            raise AssetError(f"expected arrays of {known.bytes} bytes, got {size}; add the model again")
        return known

    def _path(self, name: str) -> Path:
        return self.folder / _MODELS / f"{name.removeprefix('own/')}.json"

    def _arrays(self, known: Description) -> Path:
        return self.folder / _ARRAYS / f"{known.arrays}.npz"

    def _arrays_named(self, path: Path) -> set[str]:
        """The digest of the arrays that a description names; none where it says nothing."""
        try:
            return {_read(path, path.stat().st_mtime_ns, path.stat().st_size).arrays}
        except (OSError, AssetError):
            return set()

    def _sweep(self, digests: set[str]) -> None:
        """Remove arrays that no model has any more."""
        if digests:
            used = {name for path in self._descriptions() for name in self._arrays_named(path)}
            for digest in digests - used:
                (self.folder / _ARRAYS / f"{digest}.npz").unlink(missing_ok=True)


def unreadable(folder: Path, error: OSError) -> AssetError:
    """What to tell where nobody can say what a library's folder holds."""
    return AssetError(
        f"{folder}: expected a library of models that may be looked at, or none, but {error.strerror}; have HOME or "
        "LONGTAIL_LIBRARY name a folder that this user may read"
    )


def all_faults(library: Library) -> Iterator[Fault]:
    """What is wrong with the library's files, arrays looked at byte by byte."""
    models, faults = library.models()
    yield from faults
    for asset in models:
        if why := library.damaged(library.description(asset.name)):
            yield Fault(asset.name, why)


@lru_cache(maxsize=20_000)
def _read(path: Path, _changed_ns: int, _bytes: int) -> Description:
    try:
        return Description.model_validate_json(path.read_bytes())
    except OSError as error:
        raise AssetError(f"expected a description that can be read, got {error.strerror}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise AssetError(f"expected a model's description, got {where}: {first['msg']}; add the model again") from error


def _refused(folder: Path, error: OSError) -> StorageError:
    return StorageError(f"{folder}: the library cannot be written ({error.strerror}); LONGTAIL_LIBRARY names another")
