"""Sweet Home 3D's furniture libraries (.sh3f) with whatever entries: a model each, with its catalogue's word for it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import numpy as np

from longtail.annotate.errors import AssetError
from longtail.render.importing.pack_file import Stated
from longtail.render.importing.sources import Source, slug
from longtail.scenes.assets.library.store import Fault
from longtail.scenes.assets.packs.sh3f import UPRIGHT, Archive, Entry, Pack, open_pack

_MOST_BYTES = 512 << 20
# As importers turn Sweet Home's axes (X along the width, Y up, Z out of the front): (x, y, z) becomes (x, -z, y).
_TURNED = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])


def sources_of_pack(path: Path, folder: Path) -> tuple[list[Source], list[Fault]]:
    """The entries of a pack, unpacked below `folder`; AssetError where the pack as a whole cannot be read."""
    pack = open_pack(path)
    found: dict[str, Source] = {}
    faults = []
    with Archive(path) as archive:
        for number, entry in enumerate(pack.entries):
            name = f"own/{slug(pack.name)}/{slug(entry.id.partition('#')[2] or entry.id)}"
            if name in found:
                name = f"{name[:-8]}-{number}"
            try:
                found[name] = _source(archive, pack, entry, folder / str(number), name, folder)
            except AssetError as error:
                faults.append(Fault(entry.id, str(error)))
    return list(found.values()), faults


def _source(archive: Archive, pack: Pack, entry: Entry, folder: Path, name: str, root: Path) -> Source:
    folder.mkdir()
    home = PurePosixPath(entry.model).parent
    total = 0
    for member in archive.names():
        if PurePosixPath(member).is_relative_to(home):
            data = archive.read(member)
            total += len(data)
            if total > _MOST_BYTES:
                archive.fail(f"expected a model of at most {_MOST_BYTES >> 20} MiB, got more for {entry.id}")
            path = folder / PurePosixPath(member).relative_to(home)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    model = folder / PurePosixPath(entry.model).name
    if model.suffix.lower() != ".obj":
        raise AssetError(f"expected a Wavefront OBJ, got {model.name}")
    size = (entry.depth_cm / 100, entry.width_cm / 100, entry.height_cm / 100)
    stated = Stated(
        size_m=size,
        up="y",
        front="z",
        licence=entry.licence[:200] or None,
        creator=entry.creator[:300] or None,
        source=f"{pack.path.name}, {entry.id!r}"[:300],
    )
    turn = None
    if entry.rotation != UPRIGHT:
        turn = tuple((_TURNED @ np.array(entry.rotation).reshape(3, 3) @ _TURNED.T).ravel().tolist())
    return Source(
        model, root, name, stated, f"{pack.path.name}: {entry.name}", turn, f"{entry.category}/{entry.name}".lower()
    )
