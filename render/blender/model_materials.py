"""Blender's materials as plain values: what a principled surface takes from numbers and images, read off its nodes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from longtail.scenes.assets.library.surface import DATA, Map, Textured
from longtail.scenes.geometry.materials import Glass, Material, Rgb

# Of more a texture is made smaller: what a camera sees of one object seldom has more.
_MOST_PX = 2048
_MOST_BYTES = 64 << 20
Image.MAX_IMAGE_PIXELS = 16384 * 8192
# Ours: what glows with strength 1 is as bright as a good display, 300 cd/m2. Formats state no unit.
_EMISSION_KCD_M2 = 0.3
_PALETTE_BITS = 5
_PALETTE_PX = (256, 128)


@dataclass(frozen=True)
class _Picture:
    """An image: its name, its mean colour (linear), and whether its alpha cuts holes."""

    name: str
    rgb: Rgb
    holes: bool


@dataclass(frozen=True)
class _Given:
    """What a socket takes: a number or colour, times an image's channel (None is all of them) if there is one."""

    value: tuple[float, ...]
    image: bpy.types.Image | None = None
    channel: int | None = None
    strength: float = 1.0
    painted: bool = False


@dataclass(eq=False)
class Surfaces:
    """The materials of a model by numbers, and the image files that they use, by names that tell their content.

    Attributes:
        root: the folder that textures may lie in
        images: the files that are used
        missing: names of textures that are not there
        notes: what could not be kept
    """

    root: Path
    images: dict[str, bytes] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    _numbers: dict[str, int] = field(default_factory=dict)
    _made: list[tuple[str, Material]] = field(default_factory=list)
    _pictures: dict[tuple[str, bool], _Picture | None] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """What the file calls its materials, in order of their numbers."""
        return [name for name, _ in self._made]

    def materials(self) -> list[Material]:
        return [material for _, material in self._made]

    def number(self, given: bpy.types.Material | None, has_colours: bool, link: int = 0) -> tuple[int, bool]:
        """The number of a material, and whether it shows the colours that a mesh is painted with.

        What a robot's `link` wears, by its number, is a material of its own.
        """
        name = "" if given is None else given.name_full
        principled = None if given is None else _principled(given)
        base = None if principled is None else self._base(principled)
        painted = has_colours and (given is None or (base is not None and base.painted and base.image is None))
        key = f"{name}\npainted {painted} {link}"
        if key not in self._numbers:
            self._numbers[key] = len(self._made)
            made = self._material(given, principled)
            if painted:
                white: Rgb = (1.0, 1.0, 1.0)
                shown = made if isinstance(made, Textured) else Textured()
                made = replace(shown, rgb=(0.5, 0.5, 0.5), factor_rgb=white, image=self._palette())
            self._made.append((name, replace(made, link=link)))
        return self._numbers[key], painted

    def painted(self, rgb: NDArray[np.float32]) -> NDArray[np.float32]:
        """Where on the palette linear colours (F, 3) lie: (F, 2) texture coordinates."""
        steps = 2**_PALETTE_BITS
        red, green, blue = np.round(np.clip(_srgb(rgb), 0, 1) * (steps - 1)).astype(np.int64).T
        place = (red * steps + green) * steps + blue
        width, height = _PALETTE_PX
        across = (place % width + 0.5) / width
        down = (place // width + 0.5) / height
        places: NDArray[np.float32] = np.stack([across, 1 - down], axis=1).astype(np.float32)
        return places

    def _palette(self) -> str:
        """The name of the image of all colours that a mesh may be painted with."""
        steps = 2**_PALETTE_BITS
        place = np.arange(steps**3)
        levels = np.stack([place // steps**2, place // steps % steps, place % steps], axis=1)
        width, height = _PALETTE_PX
        pixels = np.round(levels * (255 / (steps - 1))).astype(np.uint8).reshape(height, width, 3)
        data = BytesIO()
        Image.fromarray(pixels).save(data, "PNG")
        return self._keep(data.getvalue(), "png", numbers=False)

    def _keep(self, data: bytes, suffix: str, *, numbers: bool) -> str:
        name = f"{DATA if numbers else ''}{hashlib.sha256(data).hexdigest()[:32]}.{suffix}"
        self.images[name] = data
        return name

    def _material(self, given: bpy.types.Material | None, principled: Any) -> Material:
        if given is None:
            return Textured()
        if principled is None:
            red, green, blue, _ = given.diffuse_color
            rgb: Rgb = (float(red), float(green), float(blue))
            return Textured(rgb=rgb, factor_rgb=rgb, roughness=given.roughness, metallic=given.metallic)
        return self._of_nodes(principled)

    def _base(self, principled: Any) -> _Given:
        name = "Base Color" if "Base Color" in principled.inputs else "Color"
        return _resolved(principled.inputs[name], self.notes)

    def _of_nodes(self, node: Any) -> Material:
        base = self._base(node)
        factor = _rgb(base.value)
        picture = self._picture(base.image, numbers=False)
        mean = factor if picture is None else _times(factor, picture.rgb)
        alpha = self._given(node, "Alpha")
        opacity = 1.0 if alpha is None else float(np.clip(alpha.value[0], 0, 1))
        holes = picture is not None and picture.holes and alpha is not None and alpha.image is not None
        sent = self._given(node, "Transmission Weight")
        through = 0.0 if sent is None or sent.image is not None else sent.value[0]
        if through > 0.5 or (opacity < 0.9 and not holes):
            return Glass(_tint(mean, 1.0 if through > 0.5 else 1 - opacity))
        roughness, roughness_map = self._number(node, "Roughness", 0.5)
        metallic, metallic_map = self._number(node, "Metallic", 0.0)
        normal = self._given(node, "Normal")
        bumps = None if normal is None else self._picture(normal.image, numbers=True)
        glow, emission = self._given(node, "Emission Strength"), self._given(node, "Emission Color")
        shine = 0.0 if glow is None else max(float(glow.value[0]), 0.0)
        lit = None if emission is None else self._picture(emission.image, numbers=False)
        glows = _rgb(emission.value) if emission is not None else (0.0, 0.0, 0.0)
        return Textured(
            rgb=mean,
            factor_rgb=factor,
            image=picture.name if picture else "",
            roughness=roughness,
            roughness_map=roughness_map,
            metallic=metallic,
            metallic_map=metallic_map,
            normal_image=bumps.name if bumps else "",
            normal_strength=normal.strength if normal else 1.0,
            opacity=1.0 if holes else opacity,
            cutout=holes,
            emission_rgb=glows if shine > 0 else (0.0, 0.0, 0.0),
            emission_image=lit.name if lit and shine > 0 else "",
            emission_kcd_m2=round(shine * _EMISSION_KCD_M2, 6) if max(glows) > 0 else 0.0,
        )

    def _given(self, node: Any, name: str) -> _Given | None:
        socket = node.inputs.get(name)
        return None if socket is None else _resolved(socket, self.notes)

    def _number(self, node: Any, name: str, default: float) -> tuple[float, Map | None]:
        given = self._given(node, name)
        if given is None:
            return default, None
        picture = self._picture(given.image, numbers=True)
        value = round(float(np.clip(given.value[0], 0, 1)), 6)
        return value, None if picture is None else (picture.name, given.channel or 0)

    def _picture(self, image: bpy.types.Image | None, *, numbers: bool) -> _Picture | None:
        if image is None:
            return None
        key = (image.name_full, numbers)
        if key not in self._pictures:
            self._pictures[key] = self._read(image, numbers=numbers)
        return self._pictures[key]

    def _read(self, image: bpy.types.Image, *, numbers: bool) -> _Picture | None:
        named = Path(image.filepath.replace("\\", "/")).name or image.name
        if image.source == "TILED":
            self.notes.add(f"of the tiles of texture {named} none is kept")
            return None
        data = self._bytes(image)
        if data is None:
            self.missing.add(named)
            return None
        try:
            kept, suffix, mean, holes = _fitting(data, numbers=numbers)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            self.notes.add(f"texture {named} cannot be read ({str(error)[:120]})")
            return None
        return _Picture(self._keep(kept, suffix, numbers=numbers), mean, holes)

    def _bytes(self, image: bpy.types.Image) -> bytes | None:
        """The file of an image; None where there is none, or none in the model's own folder."""
        if image.packed_file is not None:
            return bytes(image.packed_file.data)
        path = Path(bpy.path.abspath(image.filepath, library=image.library).replace("\\", "/"))
        try:
            if not path.resolve().is_relative_to(self.root.resolve()) or path.stat().st_size > _MOST_BYTES:
                return None
            return path.read_bytes()
        except OSError:
            return None


def _fitting(data: bytes, *, numbers: bool) -> tuple[bytes, str, Rgb, bool]:
    """An image's file as PNG or JPEG of at most `_MOST_PX` a side, its mean colour (linear), whether it has holes."""
    with Image.open(BytesIO(data)) as image:
        kind, mode = image.format, image.mode
        whole = image.convert("RGBA")
    holes = int(np.asarray(whole.getchannel("A")).min()) < 128
    small = np.asarray(whole.convert("RGB").resize((32, 32), Image.Resampling.BOX), dtype=np.float64) / 255
    mean = _linear(small).reshape(-1, 3).mean(axis=0)
    rgb: Rgb = (round(float(mean[0]), 4), round(float(mean[1]), 4), round(float(mean[2]), 4))
    if kind in ("PNG", "JPEG") and max(whole.size) <= _MOST_PX and mode in ("L", "LA", "P", "RGB", "RGBA"):
        return data, "png" if kind == "PNG" else "jpg", rgb, holes
    whole.thumbnail((_MOST_PX, _MOST_PX), Image.Resampling.LANCZOS)
    out = BytesIO()
    if numbers or holes:
        (whole if holes else whole.convert("RGB")).save(out, "PNG")
        return out.getvalue(), "png", rgb, holes
    whole.convert("RGB").save(out, "JPEG", quality=95)
    return out.getvalue(), "jpg", rgb, holes


def _principled(given: bpy.types.Material) -> Any:
    """The surface's first principled node on the way back from the output, else its first diffuse one; None without."""
    if given.node_tree is None:
        return None
    outputs = [node for node in given.node_tree.nodes if node.type == "OUTPUT_MATERIAL" and node.is_active_output]
    queue = [output.inputs["Surface"] for output in outputs]
    seen: list[Any] = []
    while queue:
        socket = queue.pop(0)
        for link in socket.links:
            if link.from_node not in seen:
                seen.append(link.from_node)
                queue += list(link.from_node.inputs)
    kinds = ("BSDF_PRINCIPLED", "BSDF_DIFFUSE", "EMISSION")
    return next((node for kind in kinds for node in seen if node.type == kind), None)


def _resolved(socket: Any, notes: set[str], depth: int = 0) -> _Given:
    """What a socket takes, followed back over the nodes that exporters and importers use."""
    if not socket.is_linked or depth > 12:
        return _Given(_constant(socket))
    source = socket.links[0]
    node, name = source.from_node, source.from_socket.name
    if node.type == "TEX_IMAGE":
        if node.inputs["Vector"].is_linked and node.inputs["Vector"].links[0].from_node.type == "MAPPING":
            notes.add("a texture that is moved or repeated by its material is placed as the mesh has it")
        ones = (1.0,) * max(len(_constant(socket)), 1)
        return _Given(ones, node.image, None if name == "Color" else 3)
    if node.type in ("SEPARATE_COLOR", "SEPRGB"):
        inner = _resolved(node.inputs[0], notes, depth + 1)
        channel = {"Red": 0, "R": 0, "Green": 1, "G": 1, "Blue": 2, "B": 2}.get(name, 0)
        return _Given((inner.value[min(channel, len(inner.value) - 1)],), inner.image, channel)
    if node.type == "NORMAL_MAP":
        inner = _resolved(node.inputs["Color"], notes, depth + 1)
        return replace(inner, strength=round(float(node.inputs["Strength"].default_value), 4))
    if node.type in ("VERTEX_COLOR", "ATTRIBUTE"):
        return _Given((1.0, 1.0, 1.0), painted=True)
    return _combined(node, notes, depth)


def _combined(node: Any, notes: set[str], depth: int) -> _Given:
    """What a node mixes: of products both factors, of all else the input that has an image."""
    parts = [_resolved(s, notes, depth + 1) for s in node.inputs if s.enabled and s.type in ("RGBA", "VALUE", "VECTOR")]
    pictured = next((part for part in parts if part.image is not None), None)
    painted = next((part for part in parts if part.painted), None)
    chosen = pictured or painted
    if chosen is None:
        colours = [part for part in parts if len(part.value) > 1] or parts
        return colours[0] if colours else _Given((0.5, 0.5, 0.5))
    times = getattr(node, "blend_type", getattr(node, "operation", "")) == "MULTIPLY"
    if times:
        for other in parts:
            if other is not chosen and len(other.value) == len(chosen.value) and other.image is None:
                return replace(chosen, value=tuple(a * b for a, b in zip(chosen.value, other.value, strict=True)))
    return chosen


def _constant(socket: Any) -> tuple[float, ...]:
    value = getattr(socket, "default_value", 0.0)
    if isinstance(value, int | float):
        return (float(value),)
    return tuple(float(v) for v in value)[:3]


def _rgb(value: tuple[float, ...]) -> Rgb:
    red, green, blue = (value * 3)[:3]
    return round(max(red, 0.0), 6), round(max(green, 0.0), 6), round(max(blue, 0.0), 6)


def _times(one: Rgb, other: Rgb) -> Rgb:
    return round(one[0] * other[0], 6), round(one[1] * other[1], 6), round(one[2] * other[2], 6)


def _tint(rgb: Rgb, share: float) -> Rgb:
    """What a pane lets through that has this colour and lets `share` through."""
    red, green, blue = (round(min(share * (0.4 + 0.6 * min(channel, 1.0)), 0.95), 6) for channel in rgb)
    return red, green, blue


def _linear(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """sRGB to linear (IEC 61966-2-1)."""
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _srgb(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Linear to sRGB (IEC 61966-2-1)."""
    given = np.clip(np.asarray(values, dtype=np.float64), 0, 1)
    return np.where(given <= 0.0031308, given * 12.92, 1.055 * given ** (1 / 2.4) - 0.055)
