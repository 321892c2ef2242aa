"""Sweet Home 3D furniture libraries (.sh3f): a zip with a Java properties catalogue and Wavefront OBJ models.

The format is described at https://www.sweethome3d.com/userGuide/ ("Importing furniture libraries") and by the class
`DefaultFurnitureCatalog` of Sweet Home 3D: latin-1 keys `id#N`, `name#N`, `model#N`, `width#N` in centimetres, ...
Packs come from users, so nothing in one is believed: names may not leave the archive, sizes are counted while they are
read instead of being taken from the zip's directory, and every number must be finite and in range.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath
from typing import NoReturn

from longtail.annotate.errors import AssetError

CATALOGUE = "PluginFurnitureCatalog.properties"

# The largest of Debian's five packs has 1,931 members, a 10 MB model and unpacks to 180 MB.
MAX_MEMBERS = 50_000
MAX_MEMBER_BYTES = 96 * 2**20
MAX_CATALOGUE_BYTES = 8 * 2**20
MAX_SIZE_CM = 100_000.0
# Names that nothing need be done to, as nearly all are; a path object for each of thousands takes long.
_CLEAN = re.compile(r"[^/\\:\0.][^/\\:\0]*(?:/[^/\\:\0.][^/\\:\0]*)*")

Rotation = tuple[float, float, float, float, float, float, float, float, float]
UPRIGHT: Rotation = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Entry:
    """One model of a pack, as its catalogue describes it; `model` is the OBJ's name inside the archive.

    Sizes are in centimetres as in the file. `rotation` (row by row) turns the model upright before it is measured:
    then X runs along the width, Y up along the height and Z along the depth, out of the model's front.
    """

    id: str
    name: str
    category: str
    model: str
    width_cm: float
    depth_cm: float
    height_cm: float
    elevation_cm: float = 0.0
    rotation: Rotation = UPRIGHT
    creator: str = ""
    licence: str = ""


@dataclass(frozen=True)
class Pack:
    """A furniture library: where it is, what it calls itself, and its models by id; `digest` tells its content."""

    path: Path
    id: str
    name: str
    licence: str
    entries: tuple[Entry, ...]
    digest: str

    def entry(self, entry_id: str) -> Entry | None:
        """The model of that id, or None."""
        return next((entry for entry in self.entries if entry.id == entry_id), None)


def open_pack(path: Path) -> Pack:
    """Read the catalogue of the .sh3f file at `path`."""
    with Archive(path) as archive:
        text = archive.read(CATALOGUE, MAX_CATALOGUE_BYTES).decode("latin-1")
        properties = parse_properties(text)
        numbers = sorted({int(m[1]) for key in properties if (m := re.fullmatch(r"id#(\d{1,6})", key))})
        entries = tuple(_entry(archive, properties, number) for number in numbers)
        digest = archive.digest
    twins = [entry_id for entry_id, count in Counter(entry.id for entry in entries).items() if count > 1]
    if twins:
        _fail(path, f"expected every model id once, got {twins[0]!r} more than once")
    return Pack(
        path,
        properties.get("id", path.stem),
        properties.get("name", path.stem),
        properties.get("license", "unknown"),
        entries,
        digest,
    )


class Archive:
    """A zip whose members can be read, but only by clean names and only up to a size.

    Its list of members is read once for as long as the file stays as it is: to read one model takes less time than to
    read a list of 1,931.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            state = path.stat()
            # A file that two processes have open they read from one place, so each opens its own.
            version = (os.getpid(), state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
            self._listed = _listed(path, version)
        except FileNotFoundError:
            _fail(path, "expected a .sh3f file, got nothing at that path")
        except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            _fail(path, f"expected a zip archive, got a file that cannot be opened as one ({error})")

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        """The file stays open for who reads the next model."""

    def __contains__(self, name: str) -> bool:
        return name in self._listed.members

    def names(self) -> tuple[str, ...]:
        """The names of all members."""
        return tuple(self._listed.members)

    @property
    def digest(self) -> str:
        """Of the names, sizes and checksums (CRC-32) of all members: another where one of them has changed.

        No member is read for it; one that its checksum is not true of cannot be read at all.
        """
        return self._listed.digest

    def fail(self, problem: str) -> NoReturn:
        """Raise an AssetError that names this archive."""
        _fail(self.path, problem)

    def clean(self, name: str, folder: str = "") -> str:
        """The member that `name` means, seen from `folder`; a name that leaves the archive is an error."""
        return _clean(self.path, name, folder)

    def read(self, name: str, limit: int = MAX_MEMBER_BYTES) -> bytes:
        """The bytes of one member; more than `limit` is an error, whatever the archive's directory says."""
        info = self._listed.members.get(name)
        if info is None:
            self.fail(f"expected the file {name!r} in the archive, got an archive without it")
        try:
            with self._listed.zip.open(info) as stream:
                data = stream.read(limit + 1)
        except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
            self.fail(f"expected {name!r} to unpack, got a damaged member ({error})")
        if len(data) > limit:
            self.fail(f"expected {name!r} to hold at most {limit} bytes, got more")
        return data


class _Listed:
    """An open zip, and its members by name."""

    def __init__(self, path: Path) -> None:
        self.zip = zipfile.ZipFile(path)
        infos = self.zip.infolist()
        if len(infos) > MAX_MEMBERS:
            _fail(path, f"expected at most {MAX_MEMBERS} files in the archive, got {len(infos)}")
        self.members: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            if info.is_dir():
                continue
            name = _clean(path, info.filename, "")
            if name in self.members:
                _fail(path, f"expected every file name once, got {name!r} more than once")
            self.members[name] = info

    @cached_property
    def digest(self) -> str:
        rows = sorted((name, info.file_size, info.CRC) for name, info in self.members.items())
        return hashlib.sha256(repr(rows).encode()).hexdigest()


@lru_cache(maxsize=8)
def _listed(path: Path, _version: tuple[int, ...]) -> _Listed:
    """The list of what lies there, as long as it is that version of it."""
    return _Listed(path)


def _clean(path: Path, name: str, folder: str) -> str:
    if not folder and _CLEAN.fullmatch(name):
        return name
    parts = PurePosixPath(folder, name.lstrip("/")).parts
    if "\\" in name or "\0" in name or ":" in name or ".." in parts or not parts:
        _fail(path, f"expected file names that stay inside the archive, got {name!r}")
    return "/".join(part for part in parts if part != ".")


def parse_properties(text: str) -> dict[str, str]:
    """Java properties: comments, continued lines and backslash escapes; of equal keys the last one counts."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for raw in lines:
        line = raw.lstrip()
        if not line or line[0] in "#!":
            continue
        while _continues(line):
            line = line[:-1] + next(lines, "").lstrip()
        match = re.match(r"((?:\\.|[^\\=:\s])*)\s*[=:]?\s*(.*)", line, re.DOTALL)
        if match:
            found[_unescape(match[1])] = _unescape(match[2]).strip()
    return found


def _continues(line: str) -> bool:
    return line.endswith("\\") and (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    plain = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
    return re.sub(
        r"\\(u[0-9a-fA-F]{4}|.)",
        lambda m: chr(int(m[1][1:], 16)) if len(m[1]) == 5 else plain.get(m[1], m[1]),
        text,
        flags=re.DOTALL,
    )


def _entry(archive: Archive, properties: dict[str, str], number: int) -> Entry:
    def text(key: str, default: str | None = None) -> str:
        value = properties.get(f"{key}#{number}", default)
        if value is None:
            archive.fail(f"{CATALOGUE}: expected a value for {key}#{number}, got none")
        return value

    def numeric(key: str, default: str | None = None, low: float = 0.01) -> float:
        given = text(key, default)
        try:
            value = float(given)
        except ValueError:
            value = math.nan
        if not low <= value <= MAX_SIZE_CM:
            archive.fail(f"{CATALOGUE}: {key}#{number}: expected {low} to {MAX_SIZE_CM:.0f} (cm), got {given!r}")
        return value

    model = archive.clean(text("model"))
    if model not in archive:
        archive.fail(f"{CATALOGUE}: model#{number}: expected a file of the archive, got {model!r}, which is not in it")
    return Entry(
        id=text("id"),
        name=text("name"),
        category=text("category", ""),
        model=model,
        width_cm=numeric("width"),
        depth_cm=numeric("depth"),
        height_cm=numeric("height"),
        elevation_cm=numeric("elevation", "0", -MAX_SIZE_CM),
        rotation=_rotation(archive, text("modelRotation", ""), number),
        creator=text("creator", ""),
        licence=text("license", properties.get("license", "")),
    )


def _rotation(archive: Archive, text: str, number: int) -> Rotation:
    if not text:
        return UPRIGHT
    try:
        a, b, c, d, e, f, g, h, i = (float(word) for word in text.split())
    except ValueError:
        archive.fail(f"{CATALOGUE}: modelRotation#{number}: expected nine numbers, got {text!r}")
    rows = (a, b, c), (d, e, f), (g, h, i)
    for j, row in enumerate(rows):
        for k, other in enumerate(rows):
            product = sum(x * y for x, y in zip(row, other, strict=True))
            if not abs(product - (j == k)) < 0.01:
                archive.fail(f"{CATALOGUE}: modelRotation#{number}: expected a rotation matrix, got {text!r}")
    return (a, b, c, d, e, f, g, h, i)


def _fail(path: Path, problem: str) -> NoReturn:
    raise AssetError(
        f"{path}: {problem}; try another copy of the pack (Debian: apt-get install sweethome3d-furniture), "
        "or take the file out of the folders in LONGTAIL_PACKS"
    )
