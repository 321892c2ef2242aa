"""COLLADA (Khronos, "COLLADA - Digital Asset Schema", 1.4.1, 2008) as plain values: what a file shows, and where.

Taken are meshes of triangles and polygons, also those that skins and morphs begin with, the tree of nodes, and of
effects colour or texture, opacity and glow. Motion, curves, physics, lights and cameras are not. Nothing in a file is
followed but the paths of its images.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlparse
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.errors import AssetError
from longtail.annotate.wording import visible
from longtail.render.machine.bounded_xml import read_xml

_MOST_BYTES, _MOST_ELEMENTS, _MOST_SHOWN, _MOST_NESTED = 512 << 20, 2_000_000, 50_000, 64
_UPRIGHT: Mapping[str, tuple[tuple[int, int, int], ...]] = {
    # Right, up and towards the viewer are these axes of the file; ours are X, Z and -Y.
    "X_UP": ((0, -1, 0), (0, 0, -1), (1, 0, 0)),
    "Y_UP": ((1, 0, 0), (0, 0, -1), (0, 1, 0)),
    "Z_UP": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}
_FACES = ("triangles", "polylist", "polygons", "tristrips", "trifans")

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Paint:
    """A material. `image` is the path of its texture, "" for none; `cut_out` says that its alpha makes holes."""

    name: str
    rgb: Colour
    opacity: float = 1.0
    image: str = ""
    cut_out: bool = False
    glow_rgb: Colour = (0.0, 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class Sheet:
    """Faces of one material: `corners` (N,) are numbers of `points` (V, 3), face f begins at `starts[f]`.

    `uv` (N, 2) are the corners' texture coordinates, None where there are none.
    """

    points: Floats
    corners: Whole
    starts: Whole
    uv: Floats | None


@dataclass(frozen=True, eq=False)
class Document:
    """What a file shows: each sheet with its paint and its place (4, 4) in metres; `upright` (3, 3) makes Z what is up
    in the file."""

    shown: tuple[tuple[Sheet, Paint | None, Floats], ...]
    upright: Floats


def read_collada(path: Path) -> Document:
    """What a file shows. AssetError, "expected ..., got ...", for what is no COLLADA or shows nothing."""
    root = read_xml(path, "COLLADA", _MOST_BYTES, _MOST_ELEMENTS)
    for item in root.iter():
        item.tag = str(item.tag).rpartition("}")[2]
    if root.tag != "COLLADA":
        raise AssetError(f"expected COLLADA, whose first element is COLLADA, got {_shown(root.tag)}")
    unit = root.find("asset/unit")
    metre = _number(unit.get("meter", "1")) if unit is not None else 1.0
    if not 1e-6 < metre < 1e6:
        raise AssetError(f"expected a unit of a millionth to a million metres, got {metre:g}")
    reading = _Reading({item.get("id", ""): item for item in root.iter() if item.get("id")}, path.parent)
    shown = list(reading.shown(root, np.diag([metre, metre, metre, 1.0])))
    if not shown:
        raise AssetError("expected meshes with faces, got none")
    axis = (root.findtext("asset/up_axis") or "Y_UP").strip()
    return Document(tuple(shown), np.array(_UPRIGHT.get(axis, _UPRIGHT["Y_UP"]), dtype=np.float64))


@dataclass(eq=False)
class _Reading:
    """A file's elements by their ids, and what has been made of them."""

    ids: Mapping[str, Element]
    folder: Path
    sheets: dict[int, list[tuple[str, Sheet]]] = field(default_factory=dict)
    paints: dict[str, Paint | None] = field(default_factory=dict)
    count: int = 0

    def shown(self, root: Element, matrix: Floats) -> Iterator[tuple[Sheet, Paint | None, Floats]]:
        """All that the file's scene shows; all of its meshes where it has no scene."""
        named = root.find("scene/instance_visual_scene")
        scene = (
            self._named(named.get("url", "")) if named is not None else root.find("library_visual_scenes/visual_scene")
        )
        if scene is not None:
            for node in scene.findall("node"):
                yield from self._node(node, matrix, 0)
            return
        for geometry in root.iterfind("library_geometries/geometry"):
            yield from self._geometry(geometry, {}, matrix)

    def _node(self, node: Element, matrix: Floats, depth: int) -> Iterator[tuple[Sheet, Paint | None, Floats]]:
        if depth > _MOST_NESTED:
            raise AssetError(f"expected nodes nested by at most {_MOST_NESTED}, got more, or a node within itself")
        self._count()
        matrix = matrix @ _placed(node)
        for item in node:
            if item.tag == "node":
                yield from self._node(item, matrix, depth + 1)
            elif item.tag == "instance_node":
                inner = self._named(item.get("url", ""))
                if inner is not None and inner.tag == "node":
                    yield from self._node(inner, matrix, depth + 1)
            elif item.tag == "instance_geometry":
                yield from self._geometry(self._named(item.get("url", "")), _bound(item), matrix)
            elif item.tag == "instance_controller":
                yield from self._controlled(item, matrix)

    def _controlled(self, item: Element, matrix: Floats) -> Iterator[tuple[Sheet, Paint | None, Floats]]:
        """A skin or a morph as the mesh that it begins with."""
        source, bind = self._named(item.get("url", "")), np.eye(4)
        for _ in range(4):
            if source is None or source.tag == "geometry":
                break
            way = source.find("skin")
            if way is not None and (text := way.findtext("bind_shape_matrix")):
                bind = _floats(text, 16).reshape(4, 4)
            way = source.find("morph") if way is None else way
            source = None if way is None else self._named(way.get("source", ""))
        yield from self._geometry(source, _bound(item), matrix @ bind)

    def _geometry(
        self, geometry: Element | None, bound: Mapping[str, str], matrix: Floats
    ) -> Iterator[tuple[Sheet, Paint | None, Floats]]:
        mesh = None if geometry is None else geometry.find("mesh")
        if mesh is None:
            return
        if id(mesh) not in self.sheets:
            faces = [item for item in mesh if item.tag in _FACES]
            self.sheets[id(mesh)] = [
                (item.get("material", ""), sheet) for item in faces if (sheet := self._sheet(item)) is not None
            ]
        for symbol, sheet in self.sheets[id(mesh)]:
            self._count()
            yield sheet, self._paint(bound.get(symbol, symbol)), matrix

    def _count(self) -> None:
        self.count += 1
        if self.count > _MOST_SHOWN:
            raise AssetError(f"expected at most {_MOST_SHOWN:,} nodes and instances of meshes, got more")

    def _sheet(self, item: Element) -> Sheet | None:
        """The faces of a primitive; None where it has none."""
        points: Floats | None = None
        uv: Floats | None = None
        at = place = uv_place = 0
        for given in item.findall("input"):
            at = max(at, int(_number(given.get("offset", "0"))))
            source, offset = self._named(given.get("source", "")), int(_number(given.get("offset", "0")))
            if given.get("semantic") == "VERTEX" and source is not None:
                inner = next((i for i in source.findall("input") if i.get("semantic") == "POSITION"), None)
                points = None if inner is None else self._array(inner.get("source", ""), 3)
                place = offset
            elif given.get("semantic") == "TEXCOORD" and uv is None:
                uv, uv_place = self._array(given.get("source", ""), 2), offset
        if points is None:
            raise AssetError("expected a mesh with positions, got one without")
        stride = at + 1
        corners, sizes = _faces(item, stride)
        if not len(sizes):
            return None
        numbers = corners[:, place]
        if numbers.min() < 0 or numbers.max() >= len(points):
            raise AssetError(f"expected faces of {len(points):,} points, got one with another corner")
        texture = None
        if uv is not None and len(uv) and corners[:, uv_place].min() >= 0 and corners[:, uv_place].max() < len(uv):
            texture = uv[corners[:, uv_place]]
        return Sheet(points, numbers, np.concatenate([[0], np.cumsum(sizes)[:-1]]), texture)

    def _array(self, url: str, width: int) -> Floats:
        """The first `width` numbers of each row of a source (N, width)."""
        source = self._named(url)
        accessor = None if source is None else source.find("technique_common/accessor")
        if source is None or accessor is None:
            raise AssetError(f"expected a source of numbers, got none called {_shown(url)}")
        given = self._named(accessor.get("source", ""))
        numbers = _floats("" if given is None else given.text or "")
        stride = int(_number(accessor.get("stride", "1")))
        numbers = numbers[max(int(_number(accessor.get("offset", "0"))), 0) :]
        if stride < width:
            raise AssetError(f"expected {width} numbers a point in {_shown(url)}, got {stride}")
        rows = len(numbers) // stride
        return numbers[: rows * stride].reshape(rows, stride)[:, :width]

    def _paint(self, target: str) -> Paint | None:
        if target not in self.paints:
            self.paints[target] = self._painted(self._named(target))
        return self.paints[target]

    def _painted(self, material: Element | None) -> Paint | None:
        effect = None
        if material is not None and (named := material.find("instance_effect")) is not None:
            effect = self._named(named.get("url", ""))
        profile = None if effect is None else effect.find("profile_COMMON")
        technique = None if profile is None else profile.find("technique")
        shader = None if technique is None else next((i for i in technique if i.find("diffuse") is not None), None)
        if material is None or profile is None or shader is None:
            return None
        name = visible(material.get("name") or material.get("id") or "material")[:60]
        rgb = _colour(shader.find("diffuse"), (1.0, 1.0, 1.0, 1.0))
        glow = _colour(shader.find("emission"), (0.0, 0.0, 0.0, 1.0))
        image = self._texture(shader.find("diffuse/texture"), profile)
        cut_out = bool(image) and image == self._texture(shader.find("transparent/texture"), profile)
        red, green, blue, _ = rgb
        return Paint(name, (red, green, blue), _opacity(shader), image, cut_out, glow[:3])

    def _texture(self, texture: Element | None, profile: Element) -> str:
        """The path of a texture; "" for none. It is by way of a sampler and a surface, or names the image at once."""
        if texture is None:
            return ""
        name = texture.get("texture", "")
        params = {item.get("sid", ""): item for item in profile.iter("newparam")}
        for _ in range(3):
            param = params.get(name)
            if param is None:
                break
            linked = param.find("sampler2D/instance_image")
            name = (
                linked.get("url", "").lstrip("#")
                if linked is not None
                else param.findtext("sampler2D/source") or param.findtext("surface/init_from") or ""
            ).strip()
        image = self.ids.get(name)
        given = "" if image is None else image.findtext("init_from/ref") or image.findtext("init_from") or ""
        place = unquote(urlparse(given.strip()).path if "://" in given else given.strip()).replace("\\", "/")
        return str(self.folder / place) if place else ""

    def _named(self, url: str) -> Element | None:
        return self.ids.get(unquote(url).lstrip("#"))


def _bound(item: Element) -> dict[str, str]:
    """Which material each symbol of an instance stands for."""
    rows = item.iterfind("bind_material/technique_common/instance_material")
    return {row.get("symbol", ""): row.get("target", "") for row in rows}


def _placed(node: Element) -> Floats:
    """The place of a node in its parent (4, 4): its transformations, one after the other."""
    matrix = np.eye(4)
    for item in node:
        if item.tag == "matrix":
            matrix = matrix @ _floats(item.text or "", 16).reshape(4, 4)
        elif item.tag in ("translate", "scale"):
            x, y, z = _floats(item.text or "", 3)
            own = np.eye(4) if item.tag == "translate" else np.diag([x, y, z, 1.0])
            if item.tag == "translate":
                own[:3, 3] = x, y, z
            matrix = matrix @ own
        elif item.tag == "rotate":
            matrix = matrix @ _about(_floats(item.text or "", 4))
    return matrix


def _about(given: Floats) -> Floats:
    """The rotation about an axis by an angle in degrees, the fourth number (Rodrigues' formula)."""
    length = math.sqrt(float((given[:3] ** 2).sum()))
    made = np.eye(4)
    if length > 0:
        x, y, z = given[:3] / length
        cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
        angle = math.radians(float(given[3]))
        made[:3, :3] += math.sin(angle) * cross + (1 - math.cos(angle)) * (cross @ cross)
    return made


def _faces(item: Element, stride: int) -> tuple[Whole, Whole]:
    """The corners (N, stride) of a primitive's faces, one after the other, and how many each has (F,)."""
    rows = [_indices(p.text or "", stride) for p in item.iter("p")]
    if item.tag == "triangles":
        corners = np.concatenate(rows) if rows else np.empty((0, stride), np.int64)
        return corners[: len(corners) // 3 * 3], np.full(len(corners) // 3, 3)
    if item.tag == "polylist":
        corners = np.concatenate(rows) if rows else np.empty((0, stride), np.int64)
        sizes = _indices(item.findtext("vcount") or "", 1)[:, 0]
        if len(sizes) and (sizes.min() < 0 or sizes.sum() != len(corners)):
            raise AssetError(f"expected {int(sizes.sum()):,} corners of a list of polygons, got {len(corners):,}")
        keep = sizes >= 3
        return corners[np.repeat(keep, sizes)], sizes[keep]
    if item.tag == "polygons":
        rows = [row for row in rows if len(row) >= 3]
        return _together(rows, stride), np.array([len(row) for row in rows], np.int64)
    triangles = []
    for row in rows:
        for k in range(len(row) - 2):
            # Every other triangle of a strip is turned over.
            order = (k, k + 1, k + 2) if item.tag == "tristrips" and k % 2 == 0 else (k + 1, k, k + 2)
            triangles.append(row[list((0, k + 1, k + 2) if item.tag == "trifans" else order)])
    return _together(triangles, stride), np.full(len(triangles), 3)


def _together(rows: list[Whole], stride: int) -> Whole:
    return np.concatenate(rows) if rows else np.empty((0, stride), np.int64)


def _indices(text: str, stride: int) -> Whole:
    try:
        numbers = np.array(text.split(), dtype=np.int64)
    except (ValueError, OverflowError) as error:
        raise AssetError("expected corners that are whole numbers, got others") from error
    return numbers[: len(numbers) // stride * stride].reshape(-1, stride)


def _floats(text: str, count: int | None = None) -> Floats:
    try:
        numbers = np.array(text.split(), dtype=np.float64)
    except ValueError as error:
        raise AssetError(f"expected numbers, got {_shown(text)}") from error
    if not np.isfinite(numbers).all() or (count is not None and len(numbers) != count):
        raise AssetError(f"expected {'' if count is None else f'{count} '}finite numbers, got {_shown(text)}")
    return numbers


def _number(text: str) -> float:
    return float(_floats(text, 1)[0])


def _colour(given: Element | None, otherwise: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """A colour of an effect, 0..1; `otherwise` where it has a texture or nothing."""
    text = None if given is None else given.findtext("color")
    if text is None:
        return otherwise
    values = [min(max(float(value), 0.0), 1.0) for value in (*_floats(text), 1.0, 1.0, 1.0, 1.0)[:4]]
    red, green, blue, alpha = values
    return red, green, blue, alpha


def _opacity(shader: Element) -> float:
    """0..1, by the specification's A_ONE or RGB_ZERO. What would not be seen at all is opaque: many a program writes 0
    for 1."""
    given = shader.find("transparent")
    text = shader.findtext("transparency/float")
    share = 1.0 if text is None else min(max(_number(text), 0.0), 1.0)
    if given is None:
        found = share
    elif given.get("opaque", "A_ONE") == "RGB_ZERO":
        red, green, blue, _ = _colour(given, (0.0, 0.0, 0.0, 1.0))
        # Of linear RGB (ITU-R BT.709), as the specification weighs it.
        found = 1.0 - share * (0.212671 * red + 0.715160 * green + 0.072169 * blue)
    else:
        found = share * _colour(given, (1.0, 1.0, 1.0, 1.0))[3]
    return found if found > 1e-3 else 1.0


def _shown(text: str) -> str:
    return repr(visible(text)[:60])
