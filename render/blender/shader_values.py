"""What numbers of a shader come to: one, or one for each pixel of the textures that they depend on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray
from PIL import Image

from longtail.colour import REC_709
from longtail.render.blender.shader_links import Source, UnknownValueError, Weight, source_of
from longtail.render.blender.tiles import Grid

Array = NDArray[np.float32]

_MOST_DEPTH = 40
# What a pane throws back of light that comes from the front.
_FRESNEL = 0.05


@dataclass(frozen=True)
class Placing:
    """How a texture lies on a mesh: by which layer of coordinates ("" is that which renders take), scaled, turned about
    their origin and moved: `matrix` is a (2, 3) map, row by row. `repeats` is whether it goes on beyond its borders."""

    layer: str = ""
    matrix: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    repeats: bool = True

    def laid(self, uv: NDArray[np.float32]) -> NDArray[np.float32]:
        """Coordinates (..., 2) of the layer as those of the texture."""
        if self.matrix == Placing.matrix:
            return uv
        a, b, c, d, e, f = self.matrix
        u, v = uv[..., 0], uv[..., 1]
        return np.asarray(np.stack([a * u + b * v + c, d * u + e * v + f], axis=-1), dtype=np.float32)


@dataclass(eq=False)
class Values:
    """Evaluates inputs; `read` gives an image's pixels (H, W, 4), colours linear, the first row on top, or None.

    Attributes:
        placings: how the textures that were met lie
    """

    read: Callable[[Any], Array | None]
    placings: set[Placing] = field(default_factory=set)

    def number(self, socket: Any, within: tuple[Any, ...], depth: int = 0) -> Array:
        """An input as a finite number () or one for each pixel (H, W), 0 where it is none (0 times infinity).

        UnknownValueError where it is neither.
        """
        with np.errstate(all="ignore"):
            value = self._of(socket, within, depth)
            number = value if _is_number(value) else value @ np.array(REC_709, dtype=np.float32)
            return np.asarray(np.nan_to_num(np.asarray(number, dtype=np.float32)), dtype=np.float32)

    def share(self, weights: tuple[Weight, ...]) -> Array:
        """How much of a closure there is, () or (H, W)."""
        share: Array = np.ones((), dtype=np.float32)
        for weight in weights:
            value = np.clip(self.number(weight.socket, weight.within), 0, 1)
            share = self.product(share, 1 - value if weight.rest else value)
        return share

    def product(self, one: Any, other: Any) -> Array:
        """Of numbers () or (H, W), at the size of the larger."""
        one, other = _alike(one, other)
        return np.asarray(one * other, dtype=np.float32)

    def sum(self, one: Any, other: Any) -> Array:
        """As `product`."""
        one, other = _alike(one, other)
        return np.asarray(one + other, dtype=np.float32)

    def _of(self, socket: Any, within: tuple[Any, ...], depth: int) -> Any:
        """A number () or (H, W), or a colour (3,) or (H, W, 3)."""
        found = source_of(socket, within)
        if depth > _MOST_DEPTH:
            raise UnknownValueError("nodes that refer to each other too often")
        if found.node is None:
            given = getattr(found.socket, "default_value", 0.0)
            return np.float32(given) if isinstance(given, int | float) else np.array(tuple(given)[:3], np.float32)
        rule = _RULES.get(found.node.type)
        if rule is None:
            raise UnknownValueError(f"the node {found.node.bl_label}")
        return rule(self, found, depth + 1)

    def image(self, found: Source) -> Any:
        node = found.node
        self.placings.add(placing_of(node, found.within))
        pixels = None if node.image is None else self.read(node.image)
        if pixels is None:
            raise UnknownValueError("a texture that is not there")
        return pixels[..., 3] if found.socket.name == "Alpha" else pixels[..., :3]


def _is_number(value: Any) -> bool:
    """Whether what was evaluated is a number or (H, W) of them, rather than a colour or (H, W, 3)."""
    return np.ndim(value) == 0 or (np.ndim(value) == 2)


def placing_of(node: Any, within: tuple[Any, ...]) -> Placing:
    """How an image node's texture lies on a mesh. UnknownValueError where it does not follow its coordinates."""
    if getattr(node, "projection", "FLAT") != "FLAT":
        raise UnknownValueError("a texture that is projected")
    layer, rows = "", np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    socket, given = node.inputs["Vector"], within
    for step in range(_MOST_DEPTH):
        found = source_of(socket, given)
        if found.node is None:
            if step:
                raise UnknownValueError("a texture without coordinates")
            break
        if found.node.type == "MAPPING":
            rows = rows @ _mapping(found)
            socket, given = found.node.inputs["Vector"], found.within
            continue
        if found.node.type == "UVMAP":
            layer = found.node.uv_map
        elif not (found.node.type == "TEX_COORD" and found.socket.name == "UV"):
            raise UnknownValueError("a texture that does not follow the mesh's coordinates")
        break
    repeats = node.extension == "REPEAT"
    if node.image is not None and node.image.source == "TILED":
        rows, repeats = Grid.of(node.image).matrix @ rows, False
    matrix = tuple(round(float(value), 6) + 0.0 for value in rows[:2].ravel())
    return Placing(layer, matrix, repeats)


def _mapping(found: Source) -> NDArray[np.float64]:
    """A mapping node in the plane, (3, 3)."""
    if found.node.vector_type not in ("POINT", "TEXTURE"):
        raise UnknownValueError("a texture that is turned as a direction")
    names = ("Location", "Rotation", "Scale")
    given = {}
    for name in names:
        end = source_of(found.node.inputs[name], found.within)
        if end.node is not None:
            raise UnknownValueError("a texture that nodes move")
        given[name] = tuple(end.socket.default_value)
    if any(abs(angle) > 1e-6 for angle in given["Rotation"][:2]):
        raise UnknownValueError("a texture that is turned out of its plane")
    turn = np.array(Matrix.Rotation(given["Rotation"][2], 2))
    made = np.eye(3)
    made[:2, :2] = turn * np.array(given["Scale"][:2])[None]
    made[:2, 2] = given["Location"][:2]
    if found.node.vector_type == "TEXTURE":
        if abs(np.linalg.det(made)) < 1e-12:
            raise UnknownValueError("a texture that is scaled to nothing")
        made = np.linalg.inv(made)
    return made


def _alike(*values: Any) -> list[Any]:
    """The same values with pixels of one size, that of the largest, and as colours where any is one."""
    coloured = any(not _is_number(value) for value in values)
    sizes = [value.shape[:2] for value in values if np.ndim(value) >= 2]
    size = max(sizes, key=lambda shape: shape[0] * shape[1]) if sizes else None
    found = []
    for value in values:
        if size is not None and np.ndim(value) >= 2 and value.shape[:2] != size:
            value = resized(value, size)
        if coloured and _is_number(value):
            value = np.repeat(np.asarray(value)[..., None], 3, axis=-1)
        found.append(value)
    return found


def resized(value: Array, size: tuple[int, int]) -> Array:
    """Pixels (H, W) or (H, W, C) at another size (h, w)."""
    planes = value if value.ndim == 3 else value[..., None]
    made = [
        np.asarray(Image.fromarray(np.ascontiguousarray(planes[..., k])).resize(size[::-1], Image.Resampling.BILINEAR))
        for k in range(planes.shape[-1])
    ]
    stacked = np.stack(made, axis=-1)
    return np.asarray(stacked if value.ndim == 3 else stacked[..., 0], dtype=np.float32)


def _math(values: Values, found: Source, depth: int) -> Any:
    node = found.node
    rule = _MATH.get(node.operation)
    if rule is None:
        raise UnknownValueError(f"the node {node.bl_label} ({node.operation.lower()})")
    given = _alike(*(values.number(socket, found.within, depth) for socket in node.inputs))
    made = rule(*given)
    return np.asarray(np.clip(made, 0, 1) if node.use_clamp else made, dtype=np.float32)


_MATH: Mapping[str, Callable[[Any, Any, Any], Any]] = {
    "ADD": lambda a, b, _: a + b, "SUBTRACT": lambda a, b, _: a - b, "MULTIPLY": lambda a, b, _: a * b,
    "DIVIDE": lambda a, b, _: np.divide(a, b, out=np.zeros_like(a + b), where=(b + a * 0) != 0),
    "MULTIPLY_ADD": lambda a, b, c: a * b + c, "GREATER_THAN": lambda a, b, _: np.float32(a > b) * 1,
    "LESS_THAN": lambda a, b, _: np.float32(a < b) * 1, "MINIMUM": lambda a, b, _: np.minimum(a, b),
    "MAXIMUM": lambda a, b, _: np.maximum(a, b), "POWER": lambda a, b, _: np.maximum(a, 0) ** b,
    "ROUND": lambda a, *_: np.floor(a + np.float32(0.5)), "FLOOR": lambda a, *_: np.floor(a),
    "CEIL": lambda a, *_: np.ceil(a), "ABSOLUTE": lambda a, *_: np.abs(a), "SQRT": lambda a, *_: np.sqrt(np.abs(a)),
}  # fmt: skip


def _mix(values: Values, found: Source, depth: int) -> Any:
    node = found.node
    old = node.type == "MIX_RGB"
    if not old and node.data_type not in ("RGBA", "FLOAT"):
        raise UnknownValueError("vectors that are mixed")
    usable = [socket for socket in node.inputs if socket.enabled]
    factor = np.clip(values.number(usable[0], found.within, depth), 0, 1)
    one, other = (values._of(socket, found.within, depth) for socket in usable[1:3])
    kind = node.blend_type if old or node.data_type == "RGBA" else "MIX"
    rule = _BLENDS.get(kind)
    if rule is None:
        raise UnknownValueError(f"colours that are mixed ({kind.lower()})")
    factor, one, other = _alike(factor, one, other)
    return (1 - factor) * one + factor * rule(one, other)


_BLENDS: Mapping[str, Callable[[Any, Any], Any]] = {
    "MIX": lambda _, b: b, "MULTIPLY": lambda a, b: a * b, "ADD": lambda a, b: a + b, "SUBTRACT": lambda a, b: a - b,
    "DARKEN": np.minimum, "LIGHTEN": np.maximum, "SCREEN": lambda a, b: 1 - (1 - a) * (1 - b),
}  # fmt: skip


def _inverted(values: Values, found: Source, depth: int) -> Any:
    factor = np.clip(values.number(found.node.inputs["Fac"], found.within, depth), 0, 1)
    factor, given = _alike(factor, values._of(found.node.inputs["Color"], found.within, depth))
    return (1 - factor) * given + factor * (1 - given)


def _ramp(values: Values, found: Source, depth: int) -> Any:
    given = np.clip(values.number(found.node.inputs[0], found.within, depth), 0, 1)
    ramp = np.array([tuple(found.node.color_ramp.evaluate(step / 255)) for step in range(256)], dtype=np.float32)
    place = np.rint(given * 255).astype(np.int64)
    return ramp[place, 3] if found.socket.name == "Alpha" else ramp[place][..., :3]


def _ranged(values: Values, found: Source, depth: int) -> Any:
    node = found.node
    if node.data_type != "FLOAT" or node.interpolation_type != "LINEAR":
        raise UnknownValueError(f"the node {node.bl_label}")
    usable = [socket for socket in node.inputs if socket.enabled][:5]
    value, low, high, to_low, to_high = _alike(*(values.number(socket, found.within, depth) for socket in usable))
    span = np.where(high == low, 1, high - low)
    made = to_low + (value - low) / span * (to_high - to_low)
    return np.clip(made, np.minimum(to_low, to_high), np.maximum(to_low, to_high)) if node.clamp else made


def _clamped(values: Values, found: Source, depth: int) -> Any:
    value, low, high = _alike(*(values.number(socket, found.within, depth) for socket in found.node.inputs[:3]))
    return np.clip(value, low, high)


def _channel(values: Values, found: Source, depth: int) -> Any:
    if getattr(found.node, "mode", "RGB") != "RGB":
        raise UnknownValueError(f"the node {found.node.bl_label}")
    given = values._of(found.node.inputs[0], found.within, depth)
    channel = {"Red": 0, "R": 0, "X": 0, "Green": 1, "G": 1, "Y": 1, "Blue": 2, "B": 2, "Z": 2}[found.socket.name]
    return given if _is_number(given) else given[..., channel]


def _seen(_values: Values, found: Source, _depth: int) -> Any:
    """What a light path is where a camera looks."""
    if not found.socket.name.startswith("Is ") and "Depth" not in found.socket.name:
        raise UnknownValueError(f"the node {found.node.bl_label} ({found.socket.name})")
    return np.float32(found.socket.name == "Is Camera Ray")


def _geometry(_values: Values, found: Source, _depth: int) -> Any:
    if found.socket.name == "Backfacing":
        raise UnknownValueError("which side of a face is seen")
    raise UnknownValueError(f"the node {found.node.bl_label}")


_RULES: Mapping[str, Callable[[Values, Source, int], Any]] = {
    "TEX_IMAGE": lambda values, found, _: values.image(found), "MATH": _math, "MIX": _mix, "MIX_RGB": _mix,
    "INVERT": _inverted, "VALTORGB": _ramp, "MAP_RANGE": _ranged, "CLAMP": _clamped, "SEPARATE_COLOR": _channel,
    "SEPRGB": _channel, "SEPXYZ": _channel, "LIGHT_PATH": _seen, "NEW_GEOMETRY": _geometry,
    "RGBTOBW": lambda values, found, depth: values.number(found.node.inputs[0], found.within, depth),
    "VALUE": lambda _values, found, _: np.float32(found.node.outputs[0].default_value),
    "RGB": lambda _values, found, _: np.array(tuple(found.node.outputs[0].default_value)[:3], np.float32),
    "FRESNEL": lambda *_: np.float32(_FRESNEL), "LAYER_WEIGHT": lambda *_: np.float32(_FRESNEL),
}  # fmt: skip
