"""What of the model packs yields nothing, and why: a user who names a place expects to see its models."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from longtail.annotate.wording import counted
from longtail.scenes.assets.packs.locate import CURATED, SUFFIX, find_packs, given_places, missing, open_packs, packs_at
from longtail.scenes.assets.packs.sh3f import Pack

_KNOWN = frozenset(row.entry for row in CURATED)


def pack_notes(packs: bool = True) -> Iterator[str]:
    """One line for each place of LONGTAIL_PACKS and each pack that yields no model; none where all do.

    `packs` is the setting `assets.packs`.
    """
    given = given_places()
    if not packs:
        if given:
            yield "LONGTAIL_PACKS is set, but assets.packs is false: no model of a pack is used"
        return
    for place in given:
        yield from (f"LONGTAIL_PACKS: {place}: {why}" for why in _empty(place))
    found = find_packs()
    for place in given:
        for path in packs_at(place):
            if path not in found:
                first = next(other for other in found if other.name == path.name)
                yield f"{path}: not read, because {first} has the same file name and is found first"
    for pack in open_packs(found):
        yield from _unknown(pack)
    if (line := missing()) is not None:
        yield line


def _empty(place: Path) -> Iterator[str]:
    """Why a place that was named holds no pack."""
    if packs_at(place):
        return
    if not place.exists():
        yield f"expected a folder of {SUFFIX} files or one such file, got nothing at that path"
    elif not place.is_dir():
        yield f"expected a folder of {SUFFIX} files or one such file, got another file"
    elif not os.access(place, os.R_OK | os.X_OK):
        yield "expected a folder that may be read, got one without the right to"
    else:
        yield f"expected {SUFFIX} files in the folder, got none"


def _unknown(pack: Pack) -> Iterator[str]:
    if not any(entry.id in _KNOWN for entry in pack.entries):
        yield (
            f"{pack.path}: holds {counted(len(pack.entries), 'model')}, of which Longtail knows none, so none is used: "
            f"`longtail assets add {pack.path}` makes models of your own of them"
        )
