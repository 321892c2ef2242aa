"""Which models a folder or a file holds, what each is to be called, and what is left out from the start."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from longtail.annotate.errors import AssetError
from longtail.annotate.wording import listed
from longtail.distributions.grammar import shown
from longtail.render.importing import panoramas, urdf
from longtail.render.importing.pack_file import FILE, PackFile, Stated, read_pack_file
from longtail.render.importing.panoramas import is_panorama
from longtail.render.importing.robot_parts import beside_robots
from longtail.render.importing.robots import POSES, poses_of
from longtail.render.importing.textures import PICTURES, TextureSet, texture_sets
from longtail.render.machine.model_request import ROBOT, TEXTURE
from longtail.scenes.assets.library.store import Fault

FORMATS: dict[str, str] = {
    ".glb": "gltf", ".gltf": "gltf", ".usdz": "usd", ".usdc": "usd", ".usda": "usd", ".usd": "usd", ".fbx": "fbx",
    ".blend": "blend", ".dae": "dae", ".obj": "obj", ".ply": "ply", ".stl": "stl", **panoramas.FORMATS,
    urdf.SUFFIX: ROBOT, ".xacro": ROBOT,
}  # fmt: skip
"""What can be read, best first: of a model that a pack has in several formats the first counts."""
_UNREAD = {
    ".3dm", ".3ds", ".abc", ".c4d", ".fcstd", ".iges", ".igs", ".lwo", ".ma", ".max", ".mb", ".off", ".skp", ".step",
    ".stp", ".wrl", ".x3d", ".zpr", ".ztl",
}  # fmt: skip
"""What models come in as well, and cannot be read."""
BOP_FILE = "models_info.json"
# What a ROS package has in its folder, and how far up it is looked for.
_PACKAGE, _UP = "package.xml", 4
_ORDER = {suffix: number for number, suffix in enumerate(FORMATS)}
_MOST_FILES = 20_000
# Exporters call what they write so: the folder says what it is.
_NAMELESS = {"scene", "model", "mesh", "untitled", "textured", "object", "export"}


@dataclass(frozen=True)
class Source:
    """A model's file, what it is to be called (own/...), and what is stated of it.

    Attributes:
        root: the folder that its textures may lie in
        shown: its path as the user knows it
        turn: a rotation (3, 3), row by row, that comes before all others: its catalogue's; None for most
        words: what its catalogue calls it, "kind/name", where there is one
        pose: of a robot, its joints' values
        maps: of a texture its pictures, of which `path` is one; None of all else
        wrong: what is known to be wrong with it before it is read
    """

    path: Path
    root: Path
    name: str
    stated: Stated
    shown: str
    turn: tuple[float, ...] | None = None
    words: str = ""
    pose: Mapping[str, float] | None = None
    wrong: str = ""
    maps: TextureSet | None = None

    @property
    def format(self) -> str:
        if self.maps is not None:
            return TEXTURE
        return FORMATS[self.path.suffix.lower()]


def sources_in(folder: Path, title: str) -> tuple[list[Source], list[Fault]]:
    """The models of a folder that is called `title`, with its pack.yaml if it has one."""
    files, faults = _files(folder)
    pack = _pack_file(folder)
    pack_name = pack.name or slug(title)
    # Of pictures only those are models that show all that is around: others are textures.
    models = [path for path in files if path.suffix.lower() in FORMATS and (not _pictured(path) or is_panorama(path))]
    textures: list[Source] = []
    if all(map(_pictured, models)):
        # Beside models pictures are theirs.
        sets = [maps for maps in texture_sets(files) if len(maps.maps) > 1 or "colour" in maps.maps]
        textures = [_texture(maps, folder, pack_name, pack) for maps in sets]
        worn = {path for maps in sets for path in maps.maps.values()}
        models = [path for path in models if path not in worn]
    if robots := [path for path in models if FORMATS[path.suffix.lower()] == ROBOT]:
        others, unused = beside_robots(models, robots, folder)
        plain = [path for path in robots if path.suffix.lower() == urdf.SUFFIX]
        models = [*(plain or robots), *others]
        if unused:
            names = listed([path.relative_to(folder).as_posix() for path in unused], most=4)
            why = "left out, as parts of robots to which no robot refers; a file that is named alone is added"
            faults.append(Fault(names, why))
    if (folder / BOP_FILE).is_file():
        pack = _of_bop(folder, pack)
    groups: dict[str, list[Path]] = {}
    for path in models:
        groups.setdefault(slug(_own_name(path, folder)), []).append(path)
    if unread := _unread(files, models):
        names = listed([path.relative_to(folder).as_posix() for path in unread], most=4)
        faults.append(Fault(names, "left out, in a format that is not read; export glTF of what is to be a model"))
    found = []
    for stem, paths in sorted(groups.items()):
        paths.sort(key=lambda path: (_ORDER[path.suffix.lower()], str(path)))
        best = [path for path in paths if path.suffix.lower() == paths[0].suffix.lower()]
        for path in paths[len(best) :]:
            why = f"left out: {best[0].relative_to(folder)} is the model of that name in another format"
            faults.append(Fault(str(path.relative_to(folder)), why))
        for path in best:
            own = stem if len(best) == 1 else slug(f"{path.parent.name}-{stem}")
            relative = path.relative_to(folder).as_posix()
            source = Source(path, folder, f"own/{pack_name}/{own}", pack.of(relative, path.stem), relative)
            found += _posed(source) if source.format == ROBOT else [source]
    known = [(path.relative_to(folder).as_posix(), path.stem) for path in models]
    for name in pack.unmet([*known, *((source.shown, source.words) for source in textures)]):
        faults.append(
            Fault(FILE, f"models: {shown(name)} names no model of the folder; correct the name, or leave it out")
        )
    return _each_once([*found, *textures], faults)


def _unread(files: Sequence[Path], models: Sequence[Path]) -> list[Path]:
    """The models that are there in formats alone that cannot be read; what a .blend may take its shape from is none."""
    known = {path.stem for path in models}
    caches = {".abc"} if any(path.suffix.lower() == ".blend" for path in models) else set()
    return [path for path in files if path.suffix.lower() in _UNREAD - caches and path.stem not in known]


def sources_of(path: Path) -> list[Source]:
    """A single file, with the pack.yaml that lies beside it if there is one; of a robot each of its poses."""
    source = source_of(path)
    if source.format != ROBOT:
        return [source]
    home = next((folder for folder in source.path.parents[:_UP] if (folder / _PACKAGE).is_file()), source.root)
    return _posed(replace(source, root=home))


def _texture(maps: TextureSet, folder: Path, pack_name: str, pack: PackFile) -> Source:
    """A texture, called after what its pictures' names share, or after its folder where they share nothing else."""
    path = maps.maps.get("colour", next(iter(maps.maps.values())))
    shown_as = path.relative_to(folder).as_posix()
    wrong = ""
    if "colour" not in maps.maps:
        wrong = f"expected a colour map (such as {maps.stem}_Color.jpg) beside {', '.join(maps.maps)}, got none"
    stated = pack.of(shown_as, maps.stem)
    name = f"own/{pack_name}/{slug(maps.stem)}"
    return Source(path, folder, name, stated, shown_as, words=maps.stem, wrong=wrong, maps=maps)


def _posed(source: Source) -> list[Source]:
    """A robot in each of the poses that are kept of it, which share its weight."""
    stated = source.stated.over(Stated(units="m", up="z", front="x"))
    try:
        poses = poses_of(urdf.read_urdf(source.path), stated.joints or {}, stated.poses or POSES)
    except AssetError as error:
        return [replace(source, stated=stated, wrong=str(error))]
    one = stated.model_copy(update={"weight": (4.0 if stated.weight is None else stated.weight) / len(poses)})
    if len(poses) == 1:
        return [replace(source, stated=one, pose=poses[0])]
    return [
        replace(source, stated=one, pose=pose, name=f"{source.name[:60]}-{number}")
        for number, pose in enumerate(poses, start=1)
    ]


def source_of(path: Path) -> Source:
    """A single file, with the pack.yaml that lies beside it if there is one."""
    if path.suffix.lower() in PICTURES and path.suffix.lower() not in FORMATS:
        raise AssetError(f"{path}: expected the folder of a texture's pictures, which belong together, got one of them")
    if path.suffix.lower() not in FORMATS:
        raise AssetError(
            f"{path}: expected a folder, a .zip or a model ({', '.join(FORMATS)}), got a file of another kind"
        )
    folder = path.absolute().parent
    pack = _pack_file(folder)
    own = slug(_own_name(path.absolute(), folder.parent))
    name = f"own/{pack.name}/{own}" if pack.name else f"own/{own}"
    return Source(path.absolute(), folder, name, pack.of(path.name, path.stem), path.name)


def _pictured(path: Path) -> bool:
    return path.suffix.lower() in panoramas.FORMATS


def slug(text: str) -> str:
    """A name that may stand in a shell and in a dataset's files."""
    word = re.sub(r"[^a-z0-9_.-]+", "-", text.lower()).strip("-._")[:64].strip("-._")
    return word or "model"


def _own_name(path: Path, folder: Path) -> str:
    stem = path.stem
    return path.parent.name if stem.lower() in _NAMELESS and path.parent != folder else stem


def _pack_file(folder: Path) -> PackFile:
    path = folder / FILE
    return read_pack_file(path) if path.is_file() else PackFile()


def _of_bop(folder: Path, pack: PackFile) -> PackFile:
    """BOP's models are in millimetres (https://github.com/thodan/bop_toolkit/blob/master/docs/bop_datasets_format.md)."""
    try:
        rows = json.loads((folder / BOP_FILE).read_bytes()[: 16 << 20])
    except (OSError, ValueError) as error:
        raise AssetError(f"{folder / BOP_FILE}: expected BOP's JSON of models, got {str(error)[:200]}") from error
    if not isinstance(rows, dict) or not all(isinstance(row, dict) and "diameter" in row for row in rows.values()):
        raise AssetError(f"{folder / BOP_FILE}: expected BOP's JSON, a diameter for each model, got another form")
    bop = Stated(units="mm", up="z", front="x")
    return PackFile(name=pack.name, every=pack.every.over(bop), models=pack.models)


def _files(folder: Path) -> tuple[list[Path], list[Fault]]:
    """Every file below a folder but hidden ones; links that lead out of it are left out, and named."""
    found: list[Path] = []
    faults: list[Fault] = []
    home = folder.resolve()
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__MACOSX")
        for name in sorted(names):
            path = Path(place) / name
            if name.startswith("."):
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(home):
                faults.append(
                    Fault(str(path.relative_to(folder)), "left out: it is a link that leads out of the folder")
                )
            elif path.is_file():
                found.append(path)
        if len(found) > _MOST_FILES:
            raise AssetError(
                f"{folder}: expected a folder of at most {_MOST_FILES:,} files, got more; name one below it"
            )
    return found, faults


def _each_once(found: Iterable[Source], faults: Sequence[Fault]) -> tuple[list[Source], list[Fault]]:
    kept: dict[str, Source] = {}
    more = []
    for source in found:
        if source.name in kept:
            more.append(Fault(source.shown, f"left out: {kept[source.name].shown} is called {source.name} already"))
        else:
            kept[source.name] = source
    return list(kept.values()), [*faults, *more]
