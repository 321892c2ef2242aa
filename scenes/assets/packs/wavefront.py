"""A pack's model as bytes that are safe to hand to an importer: the OBJ, its materials, and the images they use."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from longtail.annotate.errors import AssetError
from longtail.scenes.assets.packs.obj_faces import face_corners, whole_numbers
from longtail.scenes.assets.packs.sh3f import Archive, Entry, Pack
from longtail.scenes.geometry.materials import WHITE, Material, Rgb
from longtail.scenes.lamps.kinds import LampKind

_MAX_MTL_BYTES = 2**20
_MAX_IMAGE_PX = 8192
_VERTEX = re.compile(rb"[ \t](-?\d+)")
_FACES = re.compile(rb"(?:\nf .*+)++")
_PLAIN = re.compile(rb"[\d\s/]*")
_POINTS = (b"v", b"vt", b"vn")
_BLANKS = (b" ", b"\t")

Glow = tuple[LampKind, float, float, float]


@dataclass(frozen=True)
class Imported(Material):
    """A surface as its MTL file describes it. `image` names a texture, which `rgb` multiplies; empty if none.

    `cutout` tells that the image's alpha cuts the surface's shape; `leaf` that light shines through it. `glows` are
    lamps that are drawn on it: (kind, |y|, z, radius) in the asset frame, heads on what faces forward, tails on what
    faces back.
    """

    rgb: Rgb = WHITE
    shine: float = 0.0
    opacity: float = 1.0
    image: str = ""
    cutout: bool = False
    leaf: bool = False
    glows: tuple[Glow, ...] = ()


@dataclass(frozen=True, eq=False)
class Model:
    """One model's files. `obj` names its materials by number: `usemtl 3` is `names[3]`."""

    obj: bytes
    names: tuple[str, ...]
    materials: dict[str, Imported]
    images: dict[str, bytes]


def read_model(pack: Pack, entry: Entry) -> Model:
    """Everything of one model that the renderer needs; image names are unique over all packs."""
    with Archive(pack.path) as archive:
        if archive.digest != pack.digest:
            archive.fail("expected the archive that this process has listed, got one that was changed since")
        folder = str(PurePosixPath(entry.model).parent)
        raw = archive.read(entry.model)
        obj, names = _numbered(raw)
        if not re.search(rb"\nf\s", b"\n" + obj):
            archive.fail(f"expected faces in {entry.model!r}, got none")
        materials: dict[str, Imported] = {}
        for line in re.findall(rb"\nmtllib[ \t]+(.*?)[ \t]*\r?(?=\n|\Z)", b"\n" + raw):
            library = archive.clean(line.decode("latin-1"), folder)
            if library in archive:
                materials |= parse_mtl(archive.read(library, _MAX_MTL_BYTES).decode("latin-1"))
        images: dict[str, bytes] = {}
        for name in names:
            value = materials.get(name, Imported())
            if value.image:
                value = _textured(archive, value, folder, images)
            materials[name] = value
    worn = {name: materials[name] for name in names}
    return Model(_each_once(_in_order(obj), [rank(value) for value in worn.values()]), names, worn, images)


def rank(value: Imported) -> int:
    """How far behind others a surface stands where two faces coincide; backs of sheets are often plain black."""
    return 1 if value.image else 2 if max(value.rgb) > 0.02 else 4


def _textured(archive: Archive, value: Imported, folder: str, images: dict[str, bytes]) -> Imported:
    """The material with its image read; a plain one where the archive lacks the image, as 20 of Debian's 820 do."""
    member = str(PurePosixPath(folder, value.image))
    if member not in archive:
        return replace(value, image="")
    image = f"{archive.path.stem}/{member}"
    if image not in images:
        images[image] = archive.read(member)
    # Kd ought to multiply the texture, but exporters write 0.64 or 0.8 for "the texture as it is".
    return replace(value, rgb=(1.0, 1.0, 1.0), image=image, cutout=_has_alpha(archive, member, images[image]))


def _numbered(raw: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The OBJ with materials by number, without material libraries, groups and objects.

    Blender renames materials whose names it knows already, and would open any file that a library names.
    """
    numbers: dict[str, int] = {}

    def number(match: re.Match[bytes]) -> bytes:
        name = match[1].decode("latin-1")
        return b"\nusemtl " + str(numbers.setdefault(name, len(numbers))).encode()

    # A backslash continues a line, and lines may be indented. Most files have neither, and are soon looked through.
    plain = re.sub(rb"\\\r?\n", b" ", raw) if b"\\" in raw else raw
    if plain[:1] in _BLANKS or any(b"\n" + blank in plain for blank in _BLANKS):
        plain = re.sub(rb"^[ \t]+", b"", plain, flags=re.MULTILINE)
    bare = re.sub(rb"\n(?:mtllib|g|o|s)\b.*", b"\n", b"\n" + plain)
    return re.sub(rb"\nusemtl[ \t]+(.*?)[ \t]*\r?(?=\n|\Z)", number, bare)[1:], tuple(numbers)


def _in_order(obj: bytes) -> bytes:
    """The numbered OBJ with no face before what it refers to.

    Blender reads a file once, and drops such faces with a warning ("Invalid UV index 3772"): in Scopia's truck 66 of
    its wheels' faces. Where all are counted from the first, points may as well come before all faces.
    """
    counts, ahead, end = dict.fromkeys(_POINTS, 0), False, 0
    for run in _FACES.finditer(b"\n" + obj):
        between, end = run.string[end : run.start()], run.end()
        for kind in counts:
            counts[kind] += between.count(b"\n" + kind + b" ")
        faces = run[0].replace(b"\nf ", b" ")
        if b"-" in faces:
            return obj
        ahead = ahead or _refer_ahead(faces, tuple(counts.values()))
    if not ahead:
        return obj
    lines = obj.split(b"\n")
    points = [line for line in lines if _kind(line) in counts]
    return b"\n".join([*points, *(line for line in lines if _kind(line) not in counts)])


def _kind(line: bytes) -> bytes:
    return line.partition(b" ")[0]


def _refer_ahead(faces: bytes, counts: Sequence[int]) -> bool:
    """Whether corners of faces ("7/3/5 ...": point, texture, normal) name any of more than there are so far."""
    if (numbers := _alike(faces)) is not None:
        return bool((numbers.max(axis=0) > counts[: numbers.shape[1]]).any())
    # A number is of the kind that its place in the corner says; far fewer are written than there are corners.
    corners = zip_longest(*(corner.split(b"/") for corner in set(faces.split())), fillvalue=b"")
    return any(
        max((int(number) for number in set(numbers) if number.isdigit()), default=0) > count
        for numbers, count in zip(corners, counts, strict=False)
    )


def _alike(faces: bytes) -> NDArray[np.int64] | None:
    """The numbers (N, K) of N corners; None where not all of them are K positive ones with slashes between."""
    first = faces.split(None, 1)[0] if faces.strip() else b""
    if not _PLAIN.fullmatch(faces) or b"//" in faces or faces.count(b"/") != first.count(b"/") * len(faces.split()):
        return None
    return whole_numbers(faces.replace(b"/", b" ")).reshape(-1, first.count(b"/") + 1)


def _each_once(obj: bytes, ranks: Sequence[int]) -> bytes:
    """The numbered OBJ with one of the faces that have the same corners: of those of the lowest rank the first.

    Blender keeps one of them too, but by chance: its validation sorts the faces with several threads and an unstable
    sort, and twins differ in winding and texture coordinates.
    """
    if not _may_have_twins(obj):
        return obj
    lines = obj.split(b"\n")
    kept: dict[tuple[int, ...], tuple[int, int]] = {}
    vertices = worn = 0
    for number, line in enumerate(lines):
        if line.startswith((b"f ", b"f\t")):
            corners = _corners(line, vertices)
            best, place = kept.get(corners, (worn + 1, number))
            if worn < best:
                lines[place], lines[number] = b"", line
                kept[corners] = worn, number
            else:
                lines[number] = b""
        elif line.startswith((b"v ", b"v\t")):
            vertices += 1
        elif line.startswith(b"usemtl "):
            worn = ranks[int(line[7:])]
    return b"\n".join(lines)


def _may_have_twins(obj: bytes) -> bool:
    """False where no two faces have the same corners, which is so of nine models in ten, and soon told.

    By the sum of a face's corners in whatever order, each hashed as splitmix64 does (Steele, Lea and Flood, Fast
    Splittable Pseudorandom Number Generators, OOPSLA 2014).
    """
    faces = face_corners(b"\n" + obj)
    sizes = [len(face.split()) for face in faces.split(b"\n")]
    if not _PLAIN.fullmatch(faces) or not all(sizes):
        return True
    corners = whole_numbers(faces).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        corners = (corners ^ (corners >> np.uint64(shift))) * np.uint64(factor)
    sums = np.add.reduceat(corners ^ (corners >> np.uint64(31)), np.cumsum([0, *sizes[:-1]]))
    return bool(np.unique(sums).size < sums.size)


def _corners(face: bytes, vertices: int) -> tuple[int, ...]:
    """The numbers of a face's vertices, sorted; negative ones count back from the last of the `vertices` so far."""
    given = map(int, _VERTEX.findall(face))
    return tuple(sorted(vertex if vertex > 0 else vertices + 1 + vertex for vertex in given))


def parse_mtl(text: str) -> dict[str, Imported]:
    """The materials of an MTL file by name (http://paulbourke.net/dataformats/mtl/)."""
    found: dict[str, Imported] = {}
    current = ""
    for line in text.splitlines():
        key, _, rest = line.strip().partition(" ")
        rest = rest.strip()
        if key == "newmtl":
            current = rest
            found[current] = Imported()
        elif current and key in ("Kd", "Ks", "d", "map_Kd"):
            found[current] = _with(found[current], key, rest, current)
    return found


def _with(value: Imported, key: str, rest: str, name: str) -> Imported:
    if key == "map_Kd":
        # Options such as "-s 1 1 1" come before the name; none of ours needs them.
        return replace(value, image=re.sub(r"^(?:-\w+(?:\s+[-\d.]+|\s+on|\s+off)*\s+)*", "", rest))
    try:
        numbers = [float(word) for word in rest.split()]
        first = numbers[0]
    except (ValueError, IndexError):
        raise AssetError(
            f"material {name!r}: expected numbers after {key}, got {rest!r}; try to export the model again"
        ) from None
    if key == "d":
        return replace(value, opacity=min(max(first, 0.0), 1.0))
    red, green, blue = (_linear(min(max(v, 0.0), 1.0)) for v in (numbers * 3)[:3])
    if key == "Ks":
        return replace(value, shine=(red + green + blue) / 3)
    return replace(value, rgb=(red, green, blue))


def _linear(value: float) -> float:
    # Sweet Home 3D shows the numbers as they are, so that is how their authors have seen them: as sRGB (IEC 61966-2-1).
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _has_alpha(archive: Archive, member: str, data: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            if max(image.size) > _MAX_IMAGE_PX:
                archive.fail(
                    f"expected images of at most {_MAX_IMAGE_PX} pixels a side, got {image.size} in {member!r}"
                )
            if "A" not in image.getbands() and "transparency" not in image.info:
                return False
            return min(image.convert("RGBA").getchannel("A").tobytes()) < 128
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        archive.fail(f"expected a PNG or JPEG image, got {member!r}, which cannot be read ({error})")
