"""Blender's materials as plain values: what a principled surface takes from numbers and images, read off its nodes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from longtail.render.blender import tiles
from longtail.render.blender.panes import LEAST_COVER, SOLID_COVER, panes_of
from longtail.render.blender.place_roles import shown
from longtail.render.blender.shader_inputs import Given, resolved
from longtail.render.blender.shader_links import Closure, UnknownValueError, closures_of
from longtail.render.blender.shader_values import Array, Placing, Values, placing_of, resized
from longtail.scenes.assets.library.surface import DATA, Map, Textured
from longtail.scenes.geometry.materials import Glass, Material, Rgb

# Of more a texture is made smaller: what a camera sees of one object seldom has more.
_MOST_PX = 2048
_MOST_BYTES = 64 << 20
Image.MAX_IMAGE_PIXELS = 16384 * 8192
# Ours: what glows with strength 1 is as bright as a good display, 300 cd/m2. Formats state no unit.
_EMISSION_KCD_M2 = 0.3
NOTHING = -1
"""The number of a material that nobody sees."""
# Where a texture cuts, what is covered by less is a hole.
_EDGE = 0.5
# By which surface a material is called where it has several, most telling ones first.
_TELLING = (
    "BSDF_PRINCIPLED", "BSDF_DIFFUSE", "BSDF_METALLIC", "BSDF_GLOSSY", "BSDF_GLASS", "BSDF_REFRACTION", "EMISSION",
)  # fmt: skip
_CLEAR = ("BSDF_TRANSPARENT", "HOLDOUT")
_RGBA = 4
# The least alpha of 255 of what is there.
_HALF = 128
_PALETTE_BITS = 5
_PALETTE_PX = (256, 128)


@dataclass(frozen=True)
class _Picture:
    """An image: its name, its mean colour (linear), and whether its alpha cuts holes."""

    name: str
    rgb: Rgb
    holes: bool


@dataclass(frozen=True, eq=False)
class _Worn:
    """A material's surface: the shader that is taken for it (None: its colour in viewports), how much of it is there,
    () or (H, W), how its textures lie; `seen` is whether there is anything to be seen of it."""

    main: Closure | None = None
    cover: Array = field(default_factory=lambda: np.ones((), dtype=np.float32))
    placing: Placing = field(default_factory=Placing)
    seen: bool = True

    @cached_property
    def panes(self) -> NDArray[np.bool_]:
        """Where it is glass, () or (H, W)."""
        return panes_of(self.cover) if self.cover.ndim else np.zeros((), dtype=np.bool_)

    @property
    def glazed(self) -> bool:
        """Whether textures glaze it in places."""
        return bool(self.panes.any())

    @property
    def holes(self) -> bool:
        """Whether textures cut its shape."""
        return bool(self.cover.ndim) and bool(((self.cover <= _EDGE) & ~self.panes).any())


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
    _pixels: dict[str, Array | None] = field(default_factory=dict)
    _worn: dict[str, _Worn] = field(default_factory=dict)

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
        worn = self._looked_at(given)
        if not worn.seen:
            return NOTHING, False
        base = None if worn.main is None else self._base(worn.main)
        painted = has_colours and (given is None or (base is not None and base.painted and base.image is None))
        key = f"{name}\npainted {painted} {link}"
        if key not in self._numbers:
            self._numbers[key] = len(self._made)
            made = self._material(given, worn)
            if painted:
                white: Rgb = (1.0, 1.0, 1.0)
                plain = made if isinstance(made, Textured) else Textured()
                made = replace(plain, rgb=(0.5, 0.5, 0.5), factor_rgb=white, image=self._palette())
            self._made.append((name, replace(made, link=link)))
        return self._numbers[key], painted

    def placing(self, given: bpy.types.Material | None) -> Placing:
        """How a material's textures lie on a mesh: all as the one that cuts its shape, else the colour's."""
        return self._looked_at(given).placing

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

    def _material(self, given: bpy.types.Material | None, worn: _Worn) -> Material:
        if given is None:
            return Textured()
        if worn.main is None:
            red, green, blue, _ = given.diffuse_color
            rgb: Rgb = (float(red), float(green), float(blue))
            return Textured(rgb=rgb, factor_rgb=rgb, roughness=given.roughness, metallic=given.metallic)
        return self._of_nodes(worn)

    def _looked_at(self, given: bpy.types.Material | None) -> _Worn:
        name = "" if given is None else given.name_full
        if name not in self._worn:
            self._worn[name] = _Worn() if given is None or given.node_tree is None else self._look_at(given)
        return self._worn[name]

    def _look_at(self, given: bpy.types.Material) -> _Worn:
        """What a material's nodes say of where its surface is; what cannot be told is noted."""
        output, called = given.node_tree.get_output_node("CYCLES"), f"material {shown(given.name)}"
        if output is not None and output.inputs["Displacement"].is_linked and given.displacement_method != "BUMP":
            self.notes.add(f"{called} moves its surface (displacement), which stays where the mesh has it")
        closures, left_out = closures_of(given)
        self.notes.update(f"{called} {what}" for what in left_out)
        if not closures:
            if output is not None and output.inputs["Volume"].is_linked:
                self.notes.add(f"{called} is a volume without a surface, and what wears it is left out")
                return _Worn(seen=False)
            self.notes.add(f"{called} has no shader that shows, and is taken for its colour in viewports")
            return _Worn()
        solid = [closure for closure in closures if closure.node.type not in _CLEAR]
        ranked = sorted(solid, key=lambda closure: _rank(closure.node))
        main = ranked[0] if ranked else None
        if main is not None and _rank(main.node) == len(_TELLING):
            self.notes.add(f"{called} is shaded by {main.node.bl_label}, of which the colour is taken alone")
        values = Values(self._linear_pixels)
        try:
            cover = self._cover(closures, main, values)
        except UnknownValueError as error:
            self.notes.add(f"{called} is clear in places that depend on {error}, and is taken for solid there")
            cover = np.ones((), dtype=np.float32)
            values.placings.clear()
        if cover.ndim and _even(cover):
            cover = cover.mean()
        if not cover.ndim and float(cover) <= LEAST_COVER:
            self.notes.add(f"{called} is clear all over, and what wears it is left out")
            return _Worn(seen=False)
        worn = _Worn(main, cover, self._pictured_placing(main, called))
        if not values.placings or not (worn.holes or worn.glazed):
            return worn
        if len(values.placings) > 1:
            self.notes.add(f"the textures that cut {called} lie in several ways, of which one is taken")
        return replace(worn, placing=min(values.placings, key=str))

    def _cover(self, closures: Sequence[Closure], main: Closure | None, values: Values) -> Array:
        """How much of a surface is there, () or (H, W): what is not transparent."""
        clear = np.zeros((), dtype=np.float32)
        for closure in closures:
            if closure.node.type in _CLEAR:
                share = values.share(closure.weights)
                clear = share if not clear.any() else values.sum(clear, share)
        cover = np.asarray(1 - clear, dtype=np.float32)
        alpha = None if main is None or main.node.type != "BSDF_PRINCIPLED" else main.node.inputs["Alpha"]
        if main is None or alpha is None:
            return np.clip(cover, 0, 1)
        return np.clip(values.product(cover, np.clip(values.number(alpha, main.within), 0, 1)), 0, 1)

    def _pictured_placing(self, main: Closure | None, called: str) -> Placing:
        """How the texture of a material's colour lies on the mesh, or without one the first of its other textures."""
        if main is None:
            return Placing()
        others = (self._given(main, name) for name in ("Roughness", "Metallic", "Normal", "Emission Color"))
        given = next((one for one in (self._base(main), *others) if one is not None and one.image_node), None)
        if given is None or given.image_node is None:
            return Placing()
        image = given.image_node
        try:
            return placing_of(*image)
        except UnknownValueError as error:
            self.notes.add(f"{called} has {error}, which is laid as the mesh has it")
            return Placing()

    def _base(self, main: Closure) -> Given:
        inputs = main.node.inputs
        name = next((name for name in ("Base Color", "Color") if name in inputs), None)
        return Given((0.8, 0.8, 0.8)) if name is None else resolved(inputs[name], self.notes, main.within)

    def _of_nodes(self, worn: _Worn) -> Material:
        main = worn.main
        assert main is not None
        base, kind = self._base(main), main.node.type
        factor = _rgb(base.value)
        picture = self._picture(base.image, numbers=False)
        holes = worn.holes
        opacity = 1.0 if worn.cover.ndim else float(worn.cover)
        if holes or worn.glazed:
            picture = self._cut(picture, base, worn)
        elif picture is not None and picture.holes:
            picture = replace(picture, holes=False)
        mean = factor if picture is None else _times(factor, picture.rgb)
        sent = self._given(main, "Transmission Weight")
        through = 0.0 if sent is None or sent.image is not None else sent.value[0]
        if kind in ("BSDF_GLASS", "BSDF_REFRACTION"):
            through = 1.0
        if through > 0.5 or (opacity < SOLID_COVER and not holes):
            return Glass(_tint(mean, 1.0 if through > 0.5 else 1 - opacity))
        roughness, roughness_map = self._number(main, "Roughness", 0.5)
        metallic, metallic_map = self._number(
            main, "Metallic", 1.0 if kind in ("BSDF_GLOSSY", "BSDF_METALLIC") else 0.0
        )
        normal = self._given(main, "Normal")
        bumps = None if normal is None else self._picture(normal.image, numbers=True)
        glowing = ("Strength", "Color") if kind == "EMISSION" else ("Emission Strength", "Emission Color")
        glow, emission = self._given(main, glowing[0]), self._given(main, glowing[1])
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
            panes=worn.glazed,
            emission_rgb=glows if shine > 0 else (0.0, 0.0, 0.0),
            emission_image=lit.name if lit and shine > 0 else "",
            emission_kcd_m2=round(shine * _EMISSION_KCD_M2, 6) if max(glows) > 0 else 0.0,
        )

    def _cut(self, picture: _Picture | None, base: Given, worn: _Worn) -> _Picture:
        """The picture of a surface, white where it has none, with holes where it is not, and its panes."""
        colours = None if picture is None or base.image is None else self._rgba(base.image)
        if colours is None:
            levels = np.full((*worn.cover.shape, 3), 255, dtype=np.uint8)
        else:
            as_it_is = worn.cover.shape == colours.shape[:2] and not worn.glazed
            if as_it_is and np.array_equal(worn.cover > _EDGE, colours[..., 3] > 127):
                assert picture is not None
                return replace(picture, holes=True)  # as the file has it
            levels = colours[..., :3]
        height, width = max(worn.cover.shape, levels.shape[:2])
        size = height, width
        cover = worn.cover if worn.cover.shape == size else resized(worn.cover, size)
        if levels.shape[:2] != size:
            levels = np.asarray(Image.fromarray(levels).resize(size[::-1], Image.Resampling.BILINEAR))
        alpha = np.rint(np.clip(cover, 0, 1) * 255).astype(np.uint8)
        if worn.glazed:
            panes = panes_of(cover)
            alpha = np.where(panes, np.rint(_HALF + (255 - _HALF) * cover), np.where(alpha < _HALF, alpha, 255))
        data = BytesIO()
        Image.fromarray(np.concatenate([levels, alpha[..., None].astype(np.uint8)], axis=2)).save(data, "PNG")
        kept, suffix, rgb, _ = _fitting(data.getvalue(), numbers=False)
        return _Picture(self._keep(kept, suffix, numbers=False), rgb, True)

    def _rgba(self, image: bpy.types.Image, *, numbers: bool = False) -> NDArray[np.uint8] | None:
        """An image's levels (H, W, 4), the first row on top, opaque where its alpha does not count; None where it
        cannot be read, which is told elsewhere. `numbers` are kept as they are where colours become sRGB."""
        data = None if image.source == "MOVIE" else self._bytes(image, numbers=numbers)
        if data is None:
            return None
        whole = _opened(data)
        if whole is None and (made := _evaluated(image, numbers=numbers)) is not None:
            whole = _opened(made)
        if whole is None:
            return None
        if image.alpha_mode == "NONE":
            whole.putalpha(255)
        whole.thumbnail((_MOST_PX, _MOST_PX), Image.Resampling.LANCZOS)
        return np.array(whole)

    def _linear_pixels(self, image: bpy.types.Image) -> Array | None:
        """An image's pixels (H, W, 4) as shaders have them, from 0 to 1; None where it cannot be read."""
        if image.name_full not in self._pixels:
            levels = self._rgba(image, numbers=image.colorspace_settings.name != "sRGB")
            if levels is None:
                self._picture(image, numbers=True)  # it says why
                self._pixels[image.name_full] = None
            else:
                table = np.arange(256) / 255
                linear = _linear(table) if image.colorspace_settings.name == "sRGB" else table
                colours = linear[levels[..., :3]]
                pixels = np.concatenate([colours, table[levels[..., 3:]]], axis=2)
                self._pixels[image.name_full] = pixels.astype(np.float32)
        return self._pixels[image.name_full]

    def _given(self, main: Closure, name: str) -> Given | None:
        socket = main.node.inputs.get(name)
        return None if socket is None else resolved(socket, self.notes, main.within)

    def _number(self, main: Closure, name: str, default: float) -> tuple[float, Map | None]:
        given = self._given(main, name)
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
        if image.source == "MOVIE":
            self.notes.add(f"texture {named} is a movie, of which nothing is kept")
            return None
        data = self._bytes(image, numbers=numbers)
        if image.source == "SEQUENCE":
            which = "nothing" if data is None else "the one that it names"
            self.notes.add(f"texture {named} is a sequence of pictures, of which {which} is kept")
        if data is None:
            # Of tiles it is told of each.
            if image.source not in ("SEQUENCE", "TILED"):
                self.missing.add(named)
            return None
        try:
            kept, suffix, mean, holes = _fitting(data, numbers=numbers)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            made = _evaluated(image, numbers=numbers)
            if made is None:
                self.notes.add(f"texture {named} cannot be read ({str(error)[:120]})")
                return None
            kept, suffix, mean, holes = _fitting(made, numbers=numbers)
        return _Picture(self._keep(kept, suffix, numbers=numbers), mean, holes)

    def _bytes(self, image: bpy.types.Image, *, numbers: bool) -> bytes | None:
        """The file of an image; None where there is none, or none in the model's own folder."""
        if image.source == "TILED":
            return self._tiles(image, numbers=numbers)
        if image.packed_file is not None:
            return bytes(image.packed_file.data)
        if image.source == "GENERATED":
            # Blender makes it of its settings, and packs it only where it was painted on.
            return _evaluated(image, numbers=image.colorspace_settings.name == "Non-Color")
        return self._file(image, image.filepath)

    def _tiles(self, image: bpy.types.Image, *, numbers: bool) -> bytes | None:
        """A file with the tiles of an image side by side, None where there are none; what is missing, or cannot be
        read, is told."""
        packed = {each.tile_number: bytes(each.packed_file.data) for each in image.packed_files if each.packed_file}
        grid, found = tiles.Grid.of(image), {}
        for number in sorted(tile.number for tile in image.tiles):
            data = packed.get(number) or self._file(image, tiles.named(image.filepath, number))
            named = Path(tiles.named(image.filepath.replace("\\", "/"), number)).name
            if data is None:
                self.missing.add(named)
                continue
            opened = _opened(data) or _opened_by_blender(data, image.colorspace_settings.name, numbers=numbers)
            if opened is None:
                self.notes.add(f"texture {named} cannot be read")
                continue
            opened.thumbnail((grid.most_px(_MOST_PX),) * 2, Image.Resampling.LANCZOS)
            found[number] = opened
        return grid.joined(found) if found else None

    def _file(self, image: bpy.types.Image, file: str) -> bytes | None:
        path = Path(bpy.path.abspath(file, library=image.library).replace("\\", "/"))
        try:
            if not path.resolve().is_relative_to(self.root.resolve()) or path.stat().st_size > _MOST_BYTES:
                return None
            return path.read_bytes()
        except OSError:
            return None


def _opened(data: bytes) -> Image.Image | None:
    """An image's file, with alpha; None where it is damaged or of a format that is not known here."""
    try:
        with Image.open(BytesIO(data)) as opened:
            return opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _opened_by_blender(data: bytes, space: str, *, numbers: bool) -> Image.Image | None:
    """An image's file as Blender reads it, in a space of colours; None where it cannot."""
    image = bpy.data.images.new("longtail", 1, 1)
    try:
        image.pack(data=data, data_len=len(data))
        image.source = "FILE"
        image.colorspace_settings.name = space
        made = _evaluated(image, numbers=numbers)
    finally:
        bpy.data.images.remove(image)
    return None if made is None else _opened(made)


def _evaluated(image: bpy.types.Image, *, numbers: bool) -> bytes | None:
    """An image as Blender has it, as PNG; None where it has none. What is linear becomes sRGB, but for `numbers`."""
    width, height = image.size
    if not width or not height or width * height > (Image.MAX_IMAGE_PIXELS or 0) or image.channels != _RGBA:
        return None
    pixels = np.empty(width * height * _RGBA, dtype=np.float32)
    image.pixels.foreach_get(pixels)
    levels = np.clip(np.nan_to_num(pixels), 0, 1).reshape(height, width, _RGBA)[::-1]
    if image.is_float and not numbers:
        levels[..., :3] = _srgb(levels[..., :3])
    data = BytesIO()
    Image.fromarray(np.rint(levels * 255).astype(np.uint8)).save(data, "PNG")
    return data.getvalue()


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


def _even(cover: Array) -> bool:
    """Whether a surface of which so much is there, (H, W), is one pane rather than one with holes, or with panes."""
    if float(cover.max()) <= _EDGE:
        return float(cover.min()) > LEAST_COVER or not panes_of(cover).any()
    return float(cover.min()) > _EDGE and float(cover.max()) < SOLID_COVER


def _rank(node: Any) -> int:
    return _TELLING.index(node.type) if node.type in _TELLING else len(_TELLING)


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
