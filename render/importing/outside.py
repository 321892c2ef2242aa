"""References of text formats, looked at before any importer follows them: none may lead out of the model's folder.

Where the kernel confines the importing process it could not follow them anyway; here they get a reason. Textures that
an OBJ's materials name are not meant: one outside the folder is as good as missing.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from longtail.annotate.wording import visible

_MOST_JSON = 256 << 20
_MOST_TEXT = 256 << 20


def reference_outside(path: Path, root: Path) -> str:
    """The first reference of a glTF or OBJ file that leads out of `root`; "" where none does, or in other formats."""
    for name in _references(path):
        target = Path(name.replace("\\", "/"))
        if "://" in name or target.is_absolute() or "\0" in name:
            return visible(name)[:200]
        if not (path.parent / target).resolve().is_relative_to(root.resolve()):
            return visible(name)[:200]
    return ""


def _references(path: Path) -> Iterator[str]:
    suffix = path.suffix.lower()
    if suffix in (".gltf", ".glb"):
        yield from _of_gltf(path)
    elif suffix == ".obj":
        yield from _of_lines(path, "mtllib")


def _of_gltf(path: Path) -> Iterator[str]:
    document = _json(path)
    for kind in ("buffers", "images"):
        rows = document.get(kind) if isinstance(document, dict) else None
        for row in rows if isinstance(rows, list) else ():
            uri = row.get("uri") if isinstance(row, dict) else None
            if isinstance(uri, str) and not uri.startswith("data:"):
                yield unquote(uri)


def _json(path: Path) -> Any:
    """The JSON of a .gltf, or the first chunk of a .glb; nothing where it cannot be read: the importer says why."""
    try:
        with path.open("rb") as file:
            if file.read(4) == b"glTF":
                _, _, length, _ = struct.unpack("<IIII", file.read(16))
                return json.loads(file.read(min(length, _MOST_JSON)))
            file.seek(0)
            return json.loads(file.read(_MOST_JSON))
    except (OSError, ValueError, struct.error, RecursionError):
        return {}


def _of_lines(path: Path, key: str) -> Iterator[str]:
    """What stands behind a word where lines begin with it."""
    try:
        with path.open("rb") as file:
            for line in file.read(_MOST_TEXT).split(b"\n"):
                word, _, rest = line.strip().partition(b" ")
                if word.decode("latin-1").lower() == key and rest.strip():
                    yield rest.strip().decode("utf-8", "replace")
    except OSError:
        return
