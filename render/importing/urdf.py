"""Robots as URDF tells them (http://wiki.ros.org/urdf/XML): links with what is seen of them, and joints between these.

Metres and radians, Z up, X ahead (REP 103). The file is data: nothing in it is followed but the paths of its meshes,
which may lie in the model's folder alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

from longtail.annotate.errors import AssetError
from longtail.annotate.wording import visible
from longtail.render.machine.bounded_xml import read_xml

SUFFIX = ".urdf"
_MOST_BYTES = 16 << 20
_MOST_ELEMENTS = 200_000
_MOST_LINKS = 500
_MOVES = ("revolute", "continuous", "prismatic")
_KINDS = (*_MOVES, "fixed", "floating", "planar")

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Visual:
    """What is seen of a link: a mesh's path as the file has it, or a "box", "cylinder" or "sphere" of some size.

    A box has (x, y, z), a cylinder (radius, length), a sphere (radius,); of a mesh `size` is its scale. `rgba` is None
    where the file says nothing of the colour.
    """

    shape: str
    size: tuple[float, ...]
    xyz: Vector
    rpy: Vector
    rgba: tuple[float, float, float, float] | None = None
    mesh: str = ""


@dataclass(frozen=True)
class Joint:
    """A joint: where the child's frame is in the parent's, and how it moves. `limits` are None where it has none.

    `mimic` is (joint, multiplier, offset) where it follows another.
    """

    name: str
    kind: str
    parent: str
    child: str
    xyz: Vector
    rpy: Vector
    axis: Vector
    limits: tuple[float, float] | None
    mimic: tuple[str, float, float] | None

    @property
    def moves(self) -> bool:
        """Whether it has a value of its own."""
        return self.kind in _MOVES and self.mimic is None


@dataclass(frozen=True)
class Robot:
    """A robot: each link's visuals, those of its collision shapes where it has none, and its joints, parents first."""

    name: str
    links: Mapping[str, tuple[Visual, ...]]
    collisions: Mapping[str, tuple[Visual, ...]]
    joints: tuple[Joint, ...]


def read_urdf(path: Path) -> Robot:
    """The robot of a file. AssetError, "expected ..., got ...", for what is none that could be built."""
    root = read_xml(path, "URDF", _MOST_BYTES, _MOST_ELEMENTS, _refuse)
    if root.tag != "robot":
        raise AssetError(f"expected URDF, whose first element is robot, got {visible(root.tag)[:60]}")
    materials = {item.get("name", ""): _rgba(item) for item in root.findall("material")}
    links = {}
    for item in root.findall("link"):
        name = item.get("name", "")
        if name in links:
            raise AssetError(f"expected every link once, got {_shown(name)} twice")
        links[name] = item
    if not 0 < len(links) <= _MOST_LINKS:
        raise AssetError(f"expected 1 to {_MOST_LINKS} links, got {len(links)}")
    joints = [_joint(item) for item in root.findall("joint")]
    return Robot(
        visible(root.get("name", "robot"))[:80],
        {name: _visuals(item, "visual", materials) for name, item in links.items()},
        {name: _visuals(item, "collision", materials) for name, item in links.items()},
        _in_order(joints, links),
    )


def _refuse(tag: str) -> None:
    if "xacro" in tag:
        raise AssetError("expected URDF, got xacro: expand it first (xacro robot.urdf.xacro -o robot.urdf)")


def _visuals(
    link: ElementTree.Element, kind: str, materials: Mapping[str, tuple[float, float, float, float] | None]
) -> tuple[Visual, ...]:
    found = []
    for item in link.findall(kind):
        geometry = item.find("geometry")
        shape = next(iter(geometry), None) if geometry is not None else None
        if shape is None:
            raise AssetError(f"link {_shown(link.get('name', ''))}: expected a geometry in its {kind}, got none")
        xyz, rpy = _origin(item)
        given = item.find("material")
        rgba = None if given is None else _rgba(given) or materials.get(given.get("name", ""))
        found.append(_visual(link.get("name", ""), shape, xyz, rpy, rgba))
    return tuple(found)


def _visual(
    link: str, shape: ElementTree.Element, xyz: Vector, rpy: Vector, rgba: tuple[float, float, float, float] | None
) -> Visual:
    where = f"link {_shown(link)}"
    if shape.tag == "box":
        return Visual("box", _numbers(shape, "size", 3, where), xyz, rpy, rgba)
    if shape.tag == "cylinder":
        size = (*_numbers(shape, "radius", 1, where), *_numbers(shape, "length", 1, where))
        return Visual("cylinder", size, xyz, rpy, rgba)
    if shape.tag == "sphere":
        return Visual("sphere", _numbers(shape, "radius", 1, where), xyz, rpy, rgba)
    if shape.tag == "mesh" and shape.get("filename"):
        scale = _numbers(shape, "scale", 3, where, (1.0, 1.0, 1.0))
        return Visual("mesh", scale, xyz, rpy, rgba, str(shape.get("filename")))
    raise AssetError(f"{where}: expected a box, cylinder, sphere or mesh with its file, got {_shown(shape.tag)}")


def _joint(item: ElementTree.Element) -> Joint:
    name = item.get("name", "")
    where = f"joint {_shown(name)}"
    kind = item.get("type", "")
    if kind not in _KINDS:
        raise AssetError(f"{where}: expected one of {', '.join(_KINDS)}, got {_shown(kind)}")
    ends = [found.get("link", "") if (found := item.find(end)) is not None else "" for end in ("parent", "child")]
    xyz, rpy = _origin(item)
    axis = _vector(_numbers(given, "xyz", 3, where) if (given := item.find("axis")) is not None else (1.0, 0.0, 0.0))
    length = math.hypot(*axis)
    if kind in _MOVES and length < 1e-9:
        raise AssetError(f"{where}: expected an axis of some length, got 0 0 0")
    axis = _vector([value / length for value in axis]) if length else axis
    limits = None
    limit = item.find("limit")
    if kind in ("revolute", "prismatic"):
        if limit is None:
            raise AssetError(f"{where}: expected the limits that a {kind} joint has, got none")
        low, high = (_numbers(limit, end, 1, where, (0.0,))[0] for end in ("lower", "upper"))
        if low > high:
            raise AssetError(f"{where}: expected a lower limit below the upper one, got {low:g} and {high:g}")
        limits = (low, high)
    mimic = None
    if (given := item.find("mimic")) is not None:
        factor = _numbers(given, "multiplier", 1, where, (1.0,))[0]
        mimic = (given.get("joint", ""), factor, _numbers(given, "offset", 1, where, (0.0,))[0])
    return Joint(name, kind, ends[0], ends[1], xyz, rpy, axis, limits, mimic)


def _in_order(joints: Sequence[Joint], links: Mapping[str, Any]) -> tuple[Joint, ...]:
    """The joints, each after that which its parent hangs on. AssetError where they make no tree of all links."""
    by_child: dict[str, Joint] = {}
    names = set()
    for joint in joints:
        for link in (joint.parent, joint.child):
            if link not in links:
                raise AssetError(f"joint {_shown(joint.name)}: expected links of the file, got {_shown(link)}")
        if joint.child in by_child:
            raise AssetError(f"link {_shown(joint.child)}: expected one joint that it hangs on, got two")
        if joint.name in names:
            raise AssetError(f"expected every joint once, got {_shown(joint.name)} twice")
        names.add(joint.name)
        by_child[joint.child] = joint
    for joint in joints:
        seen = {joint.name}
        follows = joint
        while follows.mimic is not None:
            leader = next((other for other in joints if follows.mimic and other.name == follows.mimic[0]), None)
            if leader is None or leader.name in seen:
                raise AssetError(f"joint {_shown(joint.name)}: expected to mimic a joint that moves by itself, got "
                                 f"{_shown(follows.mimic[0])}")  # fmt: skip
            seen.add(leader.name)
            follows = leader
    roots = [link for link in links if link not in by_child]
    if len(roots) != 1:
        got = ", ".join(map(_shown, roots[:4])) if roots else "a cycle of joints"
        raise AssetError(f"expected one link that all others hang on, got {got}")
    order: list[Joint] = []
    hanging = {roots[0]}
    left = list(joints)
    while left:
        ready = [joint for joint in left if joint.parent in hanging]
        if not ready:
            raise AssetError(f"joint {_shown(left[0].name)}: expected joints without a cycle, got one")
        order += ready
        hanging |= {joint.child for joint in ready}
        left = [joint for joint in left if joint.child not in hanging]
    return tuple(order)


def mesh_path(name: str, urdf: Path, root: Path) -> Path | None:
    """Where a mesh lies that a file names: beside it, or in the package of that name; None where it is nowhere.

    AssetError for one that is not in `root`. A package is the folder of its name, or one around the file.
    """
    text = unquote(name).replace("\\", "/")
    scheme, colon, rest = text.partition("://")
    if colon and scheme not in ("package", "model"):
        raise AssetError(f"expected meshes in the model's folder, got {_shown(name)}")
    around = [folder for folder in urdf.parents if folder == root or folder.is_relative_to(root)]
    places = [urdf.parent / text]
    if colon:
        package, _, inner = rest.partition("/")
        own = [folder for folder in around if folder.name == package]
        places = [folder / inner for folder in (*own, *(folder / package for folder in around), *around)]
    for place in places:
        if not PurePosixPath(place).is_absolute() or not place.resolve().is_relative_to(root.resolve()):
            raise AssetError(f"expected meshes in the model's folder, got {_shown(name)}")
        if place.is_file():
            return place
    return None


def _origin(item: ElementTree.Element) -> tuple[Vector, Vector]:
    origin = item.find("origin")
    if origin is None:
        return (0.0, 0.0, 0.0), (0.0, 0.0, 0.0)
    still = (0.0, 0.0, 0.0)
    return _vector(_numbers(origin, "xyz", 3, "origin", still)), _vector(_numbers(origin, "rpy", 3, "origin", still))


def _numbers(
    item: ElementTree.Element, key: str, count: int, where: str, default: tuple[float, ...] | None = None
) -> tuple[float, ...]:
    text = item.get(key)
    if text is None and default is not None:
        return default
    try:
        values = tuple(float(word) for word in (text or "").split())
    except ValueError:
        values = ()
    if len(values) != count or not all(math.isfinite(value) and abs(value) < 1e6 for value in values):
        raise AssetError(f"{where}: expected {count} finite numbers as {key}, got {_shown(text or 'nothing')}")
    return values


def _vector(values: Sequence[float]) -> Vector:
    x, y, z = values
    return x, y, z


def _rgba(material: ElementTree.Element) -> tuple[float, float, float, float] | None:
    color = material.find("color")
    if color is None:
        return None
    values = [min(max(value, 0.0), 1.0) for value in _numbers(color, "rgba", 4, "material")]
    red, green, blue, alpha = values
    return red, green, blue, alpha


def _shown(text: str) -> str:
    return repr(visible(text)[:80])
