"""From a path to models of the library: looked at first, kept when whoever asked has seen what they were taken for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from longtail.annotate.errors import AssetError, ConfigError
from longtail.render.importing.archive import unpack
from longtail.render.importing.atlas import with_one_image
from longtail.render.importing.checks import remarks
from longtail.render.importing.fitting import Fitted, fitted, links_of
from longtail.render.importing.guesses import Guess, guess
from longtail.render.importing.laying import laying_of, texture_remarks
from longtail.render.importing.reader import Read, read_all
from longtail.render.importing.robots import placed
from longtail.render.importing.sources import Source, sources_in, sources_of
from longtail.render.importing.sweet_home import sources_of_pack
from longtail.render.importing.urdf import read_urdf
from longtail.render.machine.model_request import PANORAMA, ROBOT
from longtail.render.storage.staging import staging_folder
from longtail.scenes.assets.library.description import Description, LinkSeen
from longtail.scenes.assets.library.store import Fault, Library
from longtail.scenes.assets.library.surface import Textured
from longtail.scenes.assets.shapes.backdrops import RADIUS_M
from longtail.scenes.geometry.edges import edges_of
from longtail.scenes.geometry.pattern_materials import Panorama
from longtail.scenes.geometry.ready import Ready

# Physics knows each face of what lies on a table.
_FACES_ON_TABLES = 30_000
_LEAST_M = 1e-4
_BALL_M = 2 * RADIUS_M
_PANORAMA = Guess(
    "backdrop", "", "", "shapes", np.eye(3), (1.0, 1.0, 1.0), (_BALL_M, _BALL_M, _BALL_M), ("panorama",), "m", True, ()
)
"""What a panorama is, whatever it is called."""

Tell = Callable[[int, int], None]
"""Who is told how many models have been read, of how many."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A model that has been read: what it is taken for, and what is to be said of it."""

    source: Source
    read: Read
    guess: Guess
    triangles: int
    paint: tuple[str, ...]
    emissive: tuple[tuple[str, str], ...]
    guessed: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Looked:
    """What a path holds: models to be kept, what is broken and why, and what was not looked at and why."""

    candidates: tuple[Candidate, ...]
    broken: tuple[Fault, ...]
    skipped: tuple[Fault, ...]


@contextmanager
def looked_at(path: Path, faces: int | None = None, tell: Tell = lambda _done, _of: None) -> Iterator[Looked]:
    """The models at a path, read into a folder that is there for as long as the block lasts.

    AssetError or ConfigError where the path as a whole is not to be read; a model that is not is one of the broken.
    `tell` hears of each that has been read.
    """
    with staging_folder() as home:
        sources, skipped = _sources(path, home / "unpacked")
        if not sources:
            told = "; ".join(map(str, skipped[:3]))
            raise AssetError(
                f"{path}: expected models (glTF, OBJ, PLY, STL, FBX, USD or .blend), URDF, panoramas (.hdr, .exr) "
                "or textures (..._Color.jpg, ..._diff_2k.jpg and the like), got none"
                f"{'; ' + told if told else ''}"
            )
        reads = _read(sources, home, faces, tell)
        candidates, broken = [], []
        for source, read in zip(sources, reads, strict=True):
            try:
                candidates.append(_candidate(source, read))
            except AssetError as error:
                broken.append(Fault(source.shown, str(error)))
        # What ails all poses of a robot is said once.
        yield Looked(tuple(candidates), tuple(dict.fromkeys(broken)), tuple(skipped))


def _read(sources: Sequence[Source], home: Path, faces: int | None, tell: Tell) -> list[Read]:
    """What the files come to; what lies on tables and has too many faces for that is read once more, and reduced."""
    limits = {} if faces is None else {"faces": faces}
    desk, again = home / "desk", home / "again"
    desk.mkdir()
    again.mkdir()
    reads = []
    for read in read_all(sources, desk, limits):
        reads.append(read)
        tell(len(reads), len(sources))
    heavy = [k for k, read in enumerate(reads) if faces is None and _too_heavy(sources[k], read)]
    for k, read in zip(heavy, read_all([sources[k] for k in heavy], again, {"faces": _FACES_ON_TABLES}), strict=True):
        reads[k] = read
    return reads


def _too_heavy(source: Source, read: Read) -> bool:
    if read.refused or read.before <= _FACES_ON_TABLES:
        return False
    try:
        return _guessed(source, read).family == "household"
    except AssetError:
        return False


def require_one_meaning(candidates: Sequence[Candidate], library: Library) -> None:
    """ConfigError where a category of one's own would be of two supercategories, among these and in the library."""
    known = {model.category: model.kind.supercategory for model in library.models()[0]}
    for candidate in candidates:
        found = candidate.guess
        if found.supercategory and known.setdefault(found.category, found.supercategory) != found.supercategory:
            raise ConfigError(
                f"{candidate.source.name}: expected {found.category} to be of one supercategory, got "
                f"{found.supercategory}, and {known[found.category]} for others; nothing was kept"
            )


def keep(candidate: Candidate, library: Library) -> Description:
    """Keep a model in a library, in the place of one that has its name."""
    source, guessed, stated = candidate.source, candidate.guess, candidate.source.stated
    ready, made = _fitted(source, candidate.read, guessed)
    length, width, height = (round(float(side), 4) for side in made.mesh.size_m)
    description = Description(
        name=source.name,
        category=guessed.category,
        supercategory=guessed.supercategory,
        family=guessed.family,
        serves=guessed.serves,
        size_m=(max(length, _LEAST_M), max(width, _LEAST_M), max(height, _LEAST_M)),
        tags=guessed.tags,
        weight=4.0 if stated.weight is None else stated.weight,
        tints=made.tints,
        lamps=made.lamps,
        mass_kg=stated.mass_kg,
        friction=0.5 if stated.friction is None else stated.friction,
        branded=bool(stated.branded),
        surface=candidate.read.surface,
        sky=candidate.read.sky if "sky" in guessed.tags else None,
        links=_links(source, guessed, made),
        creator=stated.creator or "unknown",
        licence=stated.licence or "unknown",
        source=_told_source(source),
        triangles=1,
        bytes=1,
        arrays="0" * 64,
    )
    merged = with_one_image(Ready(made.mesh, ready.images))
    return library.add(description, replace(merged, images=_used(merged), edges=edges_of(merged.mesh.triangles)))


def _links(source: Source, guessed: Guess, made: Fitted) -> tuple[LinkSeen, ...] | None:
    """Those of a robot in the pose that it is kept in; None of all else."""
    if source.format != ROBOT:
        return None
    return links_of(placed(read_urdf(source.path), source.pose or {}), guessed, made.middle_m)


def _told_source(source: Source) -> str:
    """Where a model is from; of a robot with its joints' values."""
    told = source.stated.source or source.path.name
    pose = ", ".join(f"{joint} {value:g}" for joint, value in (source.pose or {}).items())
    return f"{told}; joints {pose}"[:500] if pose else told


def _sources(path: Path, unpacked: Path) -> tuple[list[Source], list[Fault]]:
    if path.is_dir():
        return sources_in(path.absolute(), path.absolute().name)
    if not path.exists():
        raise AssetError(f"{path}: expected a folder, a .zip or a model, got nothing at that path")
    if path.suffix.lower() == ".zip":
        unpacked.mkdir()
        unpack(path, unpacked)
        inside = [place for place in unpacked.iterdir() if not place.name.startswith((".", "__MACOSX"))]
        # As most are made: one folder, and all in it.
        home = inside[0] if len(inside) == 1 and inside[0].is_dir() else unpacked
        return sources_in(home, path.stem)
    if path.suffix.lower() == ".sh3f":
        unpacked.mkdir()
        return sources_of_pack(path, unpacked)
    return sources_of(path), []


def _candidate(source: Source, read: Read) -> Candidate:
    """What a model is taken for; AssetError where there is none that could be kept."""
    found = _guessed(source, read)
    _, made = _fitted(source, read, found)
    if made.mesh.size_m.max() < _LEAST_M:
        raise AssetError("it has no extent; state size_m or units")
    if made.mesh.size_m.max() > 1000:
        raise AssetError(
            f"it is {made.mesh.size_m.max():,.0f} m long, and a model may have 1,000; state size_m or units"
        )
    return Candidate(
        source, read, found, len(made.mesh.triangles), made.paint, tuple(made.emissive.items()),
        (*found.guessed, *made.guessed), tuple(_remarks(source, read, found, made)),
    )  # fmt: skip


def _remarks(source: Source, read: Read, found: Guess, made: Fitted) -> Iterable[str]:
    if source.maps is not None:
        return texture_remarks(source, found)
    return remarks(read, found, made, source.stated)


def _guessed(source: Source, read: Read) -> Guess:
    ready = _ready(source, read)
    if source.format == PANORAMA:
        return replace(_PANORAMA, tags=_tags_of(source, read))
    if source.maps is not None:
        return laying_of(source, read)
    used = np.unique(ready.mesh.triangles)
    return guess(f"{source.words}/{source.name}", source.format, source.stated, ready.mesh.vertices_m[used])


def _tags_of(source: Source, read: Read) -> tuple[str, ...]:
    """Of a panorama: "sky" where it may be one, unless its file says that it is none."""
    stated = source.stated.tags
    if stated is None:
        return ("panorama", "sky") if read.sky else ("panorama",)
    if "sky" in stated and read.sky is None:
        raise AssetError(
            "expected a sun 5 degrees up or more, or an even cover of clouds, in a picture whose tags say sky, got "
            "neither; leave the tag out, and it stands behind the things of random alone"
        )
    return tuple(dict.fromkeys(("panorama", *stated)))


def _fitted(source: Source, read: Read, found: Guess) -> tuple[Ready, Fitted]:
    ready = _ready(source, read)
    if source.format == PANORAMA:
        return ready, Fitted(ready.mesh, (), ((1.0, 1.0, 1.0),), (), {}, ())
    if source.maps is not None:
        plate = replace(ready.mesh, vertices_m=ready.mesh.vertices_m * np.array(found.size_m, np.float32))
        return ready, Fitted(plate, (), (), (), {}, ())
    made = fitted(ready.mesh, list(read.names), found, source.stated)
    return ready, made


def _ready(source: Source, read: Read) -> Ready:
    if read.refused:
        raise AssetError(read.refused)
    ready = read.ready()
    if ready is None:
        raise AssetError("what was read of it is damaged")
    if source.turn is None:
        return ready
    turned = ready.mesh.vertices_m.astype(np.float64) @ np.array(source.turn).reshape(3, 3).T
    return replace(ready, mesh=replace(ready.mesh, vertices_m=turned.astype(np.float32)))


def _used(ready: Ready) -> dict[str, bytes]:
    """The images that the materials of a model name."""
    names = {name for material in ready.mesh.materials for name in _images_of(material)}
    return {name: data for name, data in ready.images.items() if name in names}


def _images_of(material: object) -> Iterable[str]:
    if isinstance(material, Panorama):
        return (material.image, material.light)
    if not isinstance(material, Textured):
        return ()
    maps: Sequence[str] = [given[0] for given in (material.roughness_map, material.metallic_map) if given is not None]
    return (material.image, material.normal_image, material.emission_image, *maps)
