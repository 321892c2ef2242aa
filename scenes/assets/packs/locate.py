"""Where model packs are found, and the assets that the curated tables make of them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from longtail.annotate.dataset.looking import paths_in
from longtail.annotate.errors import AssetError
from longtail.distributions.scalar import Scalar
from longtail.scenes.assets.asset import Credit, Lamp, Vector
from longtail.scenes.assets.packs.asset import PackAsset
from longtail.scenes.assets.packs.curated import Curated, Spot
from longtail.scenes.assets.packs.household import HOUSEHOLD
from longtail.scenes.assets.packs.people import ANIMALS, PEOPLE
from longtail.scenes.assets.packs.plants import PLANTS
from longtail.scenes.assets.packs.sh3f import Entry, Pack, open_pack
from longtail.scenes.assets.packs.things import THINGS
from longtail.scenes.assets.packs.vehicles import VEHICLES
from longtail.scenes.assets.packs.wavefront import Glow
from longtail.scenes.assets.vehicles.fleet import WEIGHTS
from longtail.scenes.lamps import kinds
from longtail.scenes.lamps.kinds import LampKind

MODELS: Mapping[str, tuple[Curated, ...]] = {
    "vehicles": VEHICLES,
    "people": PEOPLE + ANIMALS,
    "vegetation": PLANTS,
    "furniture": THINGS,
    "household": tuple(row.model for row in HOUSEHOLD),
}
"""What we know of the packs' models, by the family that they belong to."""
CURATED: tuple[Curated, ...] = tuple(row for rows in MODELS.values() for row in rows)

SUFFIX = ".sh3f"

_PROJECT = Path(__file__).resolve().parents[3]
_DEBIAN = "http://www.sweethome3d.com/importModels.jsp"

# Licences as each pack's LICENSE.TXT and Debian's copyright file name them, by the pack's id: SPDX name and file.
_LICENCES = {
    "SweetHome3D#BlendSwap-CC-0-Models": ("CC0-1.0", "BlendSwap-CC-0.sh3f"),
    "SweetHome3D#BlendSwap-CC-BY-Models": ("CC-BY-3.0", "BlendSwap-CC-BY.sh3f"),
    "SweetHome3D#KatorLegazModels": ("CC-BY-3.0-US", "KatorLegaz.sh3f"),
    "SweetHome3D#ReallusionModels": ("CC-BY-3.0-US", "Reallusion.sh3f"),
    "SweetHome3D#ScopiaModels": ("CC-BY-3.0", "Scopia.sh3f"),
}
_CREATORS = {
    # Scopia's LICENSE.TXT asks for both names.
    "Scopia": "Scopia Visual Interfaces Systems, s.l. (http://www.scopia.es) and Emmanuel Puybaret / eTeks",
    "Kator Legaz": "Andrew Kator & Jennifer Legaz",
    "Reallusion": "Reallusion (http://www.reallusion.com)",
}


def pack_folders() -> tuple[Path, ...]:
    """The folders that may hold packs: LONGTAIL_PACKS, the project's .packs/, the user's own, the system's."""
    system = Path("usr/share/sweethome3d/furniture")
    own = Path("~/.local/share/longtail/packs").expanduser()
    return (*given_places(), _PROJECT / ".packs", _PROJECT / ".packs" / system, own, Path("/") / system)


def given_places() -> tuple[Path, ...]:
    """The folders and files that LONGTAIL_PACKS names."""
    return tuple(Path(part).expanduser() for part in os.environ.get("LONGTAIL_PACKS", "").split(os.pathsep) if part)


def find_packs() -> tuple[Path, ...]:
    """Every .sh3f file of those folders; of equal file names the first folder's counts."""
    found: dict[str, Path] = {}
    for folder in pack_folders():
        for path in packs_at(folder):
            found.setdefault(path.name, path)
    return tuple(found.values())


def packs_at(place: Path) -> list[Path]:
    """The .sh3f files of a folder; the place itself where it is named like one.

    AssetError where nobody can tell what is there: with fewer models the same seed would give other scenes.
    """
    if place.suffix == SUFFIX:
        return [place]
    try:
        return [path for path in paths_in(place) if path.suffix == SUFFIX] if place.is_dir() else []
    except OSError as error:
        raise AssetError(
            f"{place}: expected a folder of model packs that may be looked at, or none, but {error.strerror}; "
            "have HOME or LONGTAIL_PACKS name a folder that this user may read"
        ) from error


def missing() -> str | None:
    """One line for the user where the packs are missing; None where they are there."""
    if find_packs():
        return None
    return (
        "no model packs found: procedural vehicles, people and plants serve; for the detailed ones run "
        "docker/get-packs.sh or `apt-get install sweethome3d-furniture`, or set LONGTAIL_PACKS to a folder of .sh3f"
    )


def load_packs(families: Collection[str] = tuple(MODELS)) -> tuple[PackAsset, ...]:
    """The curated models of `families` in all packs that are installed, in the order of the tables."""
    paths = find_packs()
    return tuple(asset for name in MODELS if name in families for asset in _load(paths, name))


@lru_cache(maxsize=8)
def open_packs(paths: tuple[Path, ...]) -> tuple[Pack, ...]:
    """The packs at `paths`, read once; AssetError where one cannot be."""
    return tuple(map(open_pack, paths))


@lru_cache(maxsize=64)
def _load(paths: tuple[Path, ...], family: str) -> tuple[PackAsset, ...]:
    homes = {entry.id: (pack, entry) for pack in open_packs(paths) for entry in pack.entries}
    return of_one_shape(pack_asset(row, *homes[row.entry]) for row in MODELS[family] if row.entry in homes)


def of_one_shape(assets: Iterable[PackAsset]) -> tuple[PackAsset, ...]:
    """The assets, of which those that differ from an earlier one in size alone show that one's mesh.

    Lamps that are drawn on a model are where they are in metres, whatever its size.
    """
    first: dict[object, PackAsset] = {}
    found = []
    for asset in assets:
        alike = (asset.entry, asset.yaw_deg, asset.surfaces, asset.leaves, asset.texture_rgb)
        shape = None if asset.glows else first.setdefault(alike, asset)
        found.append(asset if shape is None or shape is asset else replace(asset, shape=shape))
    return tuple(found)


def name_of(row: Curated) -> str:
    """The name of the asset that a row of the tables yields."""
    family, _, model = row.entry.partition("#")
    return f"sh3f/{_slug(family)}/{model}{row.variant}"


def pack_asset(row: Curated, pack: Pack, entry: Entry) -> PackAsset:
    """The asset that a row of the tables makes of a pack's entry."""
    length, width, height = row.size_m or (
        entry.depth_cm * row.scale / 100,
        entry.width_cm * row.scale / 100,
        entry.height_cm * row.scale / 100,
    )
    if row.size_m is None and abs(row.yaw_deg) % 180 == 90:
        length, width = width, length
    size = (round(length, 4), round(width, 4), round(height, 4))
    licence, file = _LICENCES.get(pack.id, (entry.licence or pack.licence, pack.path.name))
    return PackAsset(
        name=name_of(row),
        category=row.category,
        size_m=size,
        credit=Credit(
            _CREATORS.get(entry.creator, entry.creator or pack.name),
            licence,
            f"{file} of Debian's sweethome3d-furniture, {entry.id!r}, with other scale and materials; {_DEBIAN}",
        ),
        tags=row.tags,
        tints=row.tints,
        lamps=_lamps(row, size),
        branded=row.branded,
        species=row.species,
        attributes=_age(row),
        pack=pack,
        entry=entry,
        yaw_deg=row.yaw_deg,
        surfaces=tuple(sorted(row.surfaces.items())),
        leaves=row.leaves,
        texture_rgb=row.texture_rgb,
        lit=row.lit,
        glows=_glows(row),
        weight=WEIGHTS.get(name_of(row), PackAsset.weight),
    )


def _age(row: Curated) -> Mapping[str, Scalar]:
    """What is known of whom a pack scanned; nothing of what is no person."""
    ages = [age for age in ("child", "adult") if age in row.tags] if row.category == "person" else []
    return {"age_group": ages[0]} if ages else {}


def _slug(family: str) -> str:
    return family.lower().replace(" ", "-")


def _glows(row: Curated) -> tuple[Glow, ...]:
    heads: tuple[Glow, ...] = ((kinds.HEAD, *row.head),) if row.head else ()
    tails: tuple[Glow, ...] = ((kinds.TAIL, *row.tail),) if row.tail else ()
    return heads + tails


def _lamps(row: Curated, size_m: Vector) -> tuple[Lamp, ...]:
    """Just outside the body, so that it does not shade them; headlights dip by 1 % (UN Regulation 48)."""
    end = size_m[0] / 2 + 0.02
    lamps: list[Lamp] = []
    ends: tuple[tuple[LampKind, Spot | None, float, Vector], ...] = (
        (kinds.HEAD, row.head, end, (1.0, 0.0, -0.01)),
        (kinds.TAIL, row.tail, -end, (-1.0, 0.0, 0.0)),
    )
    for kind, spot, x, aim in ends:
        if spot:
            y, z, _ = spot
            lamps += [Lamp(kind, (x, side, z), aim) for side in ((y, -y) if y > 0 else (0.0,))]
    if row.street:
        lamps.append(Lamp(kinds.STREET, row.street, (0.0, 0.0, -1.0)))
    return tuple(lamps)
