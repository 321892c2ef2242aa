"""Zip archives from strangers: nothing in one is believed, and nothing of one lands outside its folder."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from longtail.annotate.errors import AssetError
from longtail.annotate.wording import visible

MOST_FILES = 20_000
MOST_BYTES = 4 << 30
# Text packs to a twentieth; a hundred and more is what zeros do. Small files may be of zeros.
MOST_RATIO = 100
_ANY_RATIO_BYTES = 16 << 20
_BLOCK = 1 << 20


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a zip into an empty folder. AssetError, before anything more is written, for one that is not harmless.

    Names that are absolute, hold `..`, a backslash, a colon or control characters, stand twice, or are links are
    refused. Bytes are counted as they come: the archive's own directory may lie.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = _members(archive, opened)
            written = 0
            for name, info in members.items():
                written += _write(archive, opened, info, folder / name, MOST_BYTES - written)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, zlib.error, RuntimeError) as error:
        raise _refused(archive, f"a zip that unpacks, got a damaged one or one with a password ({error})") from error
    except FileNotFoundError as error:
        raise _refused(archive, "a zip, got nothing at that path") from error


def _members(archive: Path, opened: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    infos = [info for info in opened.infolist() if not info.is_dir()]
    if len(infos) > MOST_FILES:
        raise _refused(archive, f"at most {MOST_FILES:,} files, got {len(infos):,}")
    members: dict[str, zipfile.ZipInfo] = {}
    taken: set[str] = set()
    for info in infos:
        name = _clean(archive, info)
        if name.casefold() in taken:
            raise _refused(archive, f"every name once, got {visible(name)} twice")
        taken.add(name.casefold())
        members[name] = info
    if (total := sum(info.file_size for info in infos)) > MOST_BYTES:
        raise _refused(archive, f"at most {MOST_BYTES >> 30} GiB of files, got {total / 2**30:.1f}")
    return members


def _clean(archive: Path, info: zipfile.ZipInfo) -> str:
    name = info.orig_filename
    parts = PurePosixPath(name).parts
    harmless = name.isprintable() and not any(letter in name for letter in "\\:") and not name.startswith("/")
    if not harmless or ".." in parts or not parts or len(name) > 400:
        raise _refused(archive, f"names that stay in the archive's folder, got {visible(name)[:100]!r}")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise _refused(archive, f"files and no links, got a link called {visible(name)[:100]!r}")
    return "/".join(part for part in parts if part != ".")


def _write(archive: Path, opened: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, most: int) -> int:
    """Write one member; how many bytes it has."""
    count = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with opened.open(info) as source, path.open("xb") as target:
        while block := source.read(_BLOCK):
            count += len(block)
            if count > _ANY_RATIO_BYTES and count > MOST_RATIO * max(info.compress_size, 1):
                raise _refused(archive, f"files that unpack to at most {MOST_RATIO} times their size, got "
                               f"{visible(info.filename)[:100]!r}, which is a decompression bomb")  # fmt: skip
            if count > most:
                raise _refused(archive, f"at most {MOST_BYTES >> 30} GiB of files, got more")
            target.write(block)
    return count


def _refused(archive: Path, expected: str) -> AssetError:
    return AssetError(f"{archive}: expected {expected}; nothing of it was taken")
