"""One image for a model's many small ones: Blender takes a tenth of a millisecond and more for each material's image.

Materials that differ in their image alone become one, whose image has all of theirs side by side. Round each lies what
lies round it where it is repeated, as far as its texture coordinates reach: what Cycles reads between two pixels is
what it read before. EEVEE has smaller copies of an image for what is far, in which neighbours mix at their edges.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from longtail.scenes.assets.library.surface import ATLAS, Textured
from longtail.scenes.geometry.materials import WHITE, Material, Rgb
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.ready import Ready

Pixels = NDArray[np.uint8]

# Fewer images are not worth a larger file; larger ones would make an image that is never kept decoded.
_FEWEST, _MOST_PX, _WIDEST_PX = 3, 512, 2048
# A face may reach so far beyond an image's edge, as a share of that, before it counts as paved with it.
_BEYOND = 0.25
_ORIENTATION = 0x0112
"""Exif's tag of how a picture is to be turned."""


@dataclass(frozen=True, eq=False)
class _Tile:
    """A material's number, its pixels (H, W, 3), the faces (F,) that wear it, with their texture coordinates
    (F, 3, 2) near the image's own, and so many pixels of its repetition to the left, below, right and above."""

    slot: int
    pixels: Pixels
    faces: NDArray[np.intp]
    uv: NDArray[np.float64]
    border: tuple[int, int, int, int]

    @property
    def framed(self) -> Pixels:
        left, below, right, above = self.border
        return np.pad(self.pixels, ((above, below), (left, right), (0, 0)), mode="wrap")


def with_one_image(ready: Ready) -> Ready:
    """A model whose materials that differ in their image alone are one; itself where it has none that would gain.

    So of three or more images of colours, of at most 512 pixels a side, opaque, and no other maps, over whose
    edges no face reaches by more than a quarter. As a matt surface the one passes on their mean colour by area.
    """
    if ready.mesh.uv is None:
        return ready
    made = ready
    for group in _groups(ready.mesh.materials):
        tiles = [tile for slot in group if (tile := _tile(ready, slot)) is not None]
        if len({_image_of(ready, tile.slot) for tile in tiles}) >= _FEWEST:
            made = _joined(made, tiles)
    return ready if made is ready else replace(made, mesh=_worn(made.mesh))


def _groups(materials: Sequence[Material]) -> Iterator[list[int]]:
    """The numbers of the materials that differ in their image and its mean colour alone."""
    found: dict[str, list[int]] = {}
    for slot, value in enumerate(materials):
        if type(value) is not Textured or not value.image or value.cutout:
            continue
        if value.roughness_map or value.metallic_map or value.normal_image or value.emission_image:
            continue
        found.setdefault(f"{replace(value, image='', rgb=WHITE)!r} {value.link}", []).append(slot)
    yield from found.values()


def _tile(ready: Ready, slot: int) -> _Tile | None:
    """A material's tile; None where it is worn by nothing, paves a face, or has an image that is to stay as it is."""
    mesh = ready.mesh
    assert mesh.uv is not None
    faces = np.flatnonzero(mesh.slots == slot)
    if not len(faces):
        return None
    uv = mesh.uv.reshape(-1, 3, 2)[faces].astype(np.float64)
    # A whole image further on a face shows the same.
    uv -= np.floor((uv.min(axis=1, keepdims=True) + uv.max(axis=1, keepdims=True)) / 2)
    low, high = uv.min(axis=(0, 1)), uv.max(axis=(0, 1))
    if (low < -_BEYOND).any() or (high > 1 + _BEYOND).any():
        return None
    pixels = _pixels(ready.images, _image_of(ready, slot))
    if pixels is None:
        return None
    size = np.array(pixels.shape[1::-1])
    before = np.ceil(np.maximum(-low, 0) * size).astype(int) + 1
    behind = np.ceil(np.maximum(high - 1, 0) * size).astype(int) + 1
    return _Tile(slot, pixels, faces, uv, (int(before[0]), int(before[1]), int(behind[0]), int(behind[1])))


def _image_of(ready: Ready, slot: int) -> str:
    material = ready.mesh.materials[slot]
    return material.image if isinstance(material, Textured) else ""


def _pixels(images: Mapping[str, bytes], name: str) -> Pixels | None:
    """The pixels (H, W, 3) of a small opaque picture that every program takes for the same; None of others."""
    try:
        with Image.open(BytesIO(images[name]), formats=("PNG", "JPEG")) as image:
            told = image.info.keys() & {"transparency", "icc_profile", "gamma", "chromaticity"}
            if told or image.mode not in ("L", "RGB", "P") or max(image.size) > _MOST_PX:
                return None
            if image.getexif().get(_ORIENTATION, 1) != 1:
                return None
            return np.asarray(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError, KeyError, Image.DecompressionBombError):
        return None


def _joined(ready: Ready, tiles: Sequence[_Tile]) -> Ready:
    """The model with the materials of `tiles` in one, or as it is where their images together would be too large."""
    mesh = ready.mesh
    assert mesh.uv is not None
    framed = [tile.framed for tile in tiles]
    corners, width, height = _shelved([(image.shape[1], image.shape[0]) for image in framed])
    if height > _WIDEST_PX:
        return ready
    whole = np.zeros((height, width, 3), np.uint8)
    uv, slots = mesh.uv.reshape(-1, 3, 2).astype(np.float64), mesh.slots.copy()
    for tile, image, (x, y) in zip(tiles, framed, corners, strict=True):
        rows, columns = image.shape[:2]
        whole[y : y + rows, x : x + columns] = image
        left, below, _, _ = tile.border
        own = np.array(tile.pixels.shape[1::-1])
        # V runs upwards from the lowest row.
        uv[tile.faces] = (np.array([x + left, height - y - rows + below]) + tile.uv * own) / (width, height)
        slots[tile.faces] = tiles[0].slot
    data = BytesIO()
    Image.fromarray(whole).save(data, "PNG", optimize=True)
    # By its pixels: the same ones are other bytes in files of another version of zlib.
    name = f"{ATLAS}{hashlib.sha256(repr(whole.shape).encode() + whole.tobytes()).hexdigest()[:32]}.png"
    one = replace(mesh.materials[tiles[0].slot], image=name, rgb=_mean_rgb(mesh, tiles))  # type: ignore[call-arg]
    materials = tuple(one if slot == tiles[0].slot else value for slot, value in enumerate(mesh.materials))
    made = replace(mesh, materials=materials, slots=slots, uv=uv.reshape(mesh.uv.shape).astype(np.float32))
    return replace(ready, mesh=made, images={**ready.images, name: data.getvalue()})


def _shelved(sizes: Sequence[tuple[int, int]]) -> tuple[list[tuple[int, int]], int, int]:
    """Where the upper left corners of images of so many columns and rows are in one, side by side on shelves, the
    highest first, and how wide and high that is."""
    area = sum(columns * rows for columns, rows in sizes)
    width = max(*(columns for columns, _ in sizes), min(math.ceil(math.sqrt(area)), _WIDEST_PX))
    corners = [(0, 0)] * len(sizes)
    x, y, shelf = 0, 0, 0
    for number in sorted(range(len(sizes)), key=lambda k: (-sizes[k][1], k)):
        columns, rows = sizes[number]
        if x + columns > width:
            x, y, shelf = 0, y + shelf, 0
        corners[number] = (x, y)
        x, shelf = x + columns, max(shelf, rows)
    return corners, width, y + shelf


def _mean_rgb(mesh: Mesh, tiles: Sequence[_Tile]) -> Rgb:
    """The mean of the colours of materials, by the area that wears them."""
    triangles = mesh.vertices_m[mesh.triangles].astype(np.float64)
    areas = np.linalg.norm(np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]), axis=1)
    weights = [max(float(areas[tile.faces].sum()), 1e-12) for tile in tiles]
    colours = [mesh.materials[tile.slot].rgb for tile in tiles]  # type: ignore[attr-defined]
    red, green, blue = np.average(np.array(colours), axis=0, weights=weights)
    return round(float(red), 4), round(float(green), 4), round(float(blue), 4)


def _worn(mesh: Mesh) -> Mesh:
    """The mesh with the materials alone that a face wears."""
    kept, slots = np.unique(mesh.slots, return_inverse=True)
    return replace(mesh, materials=tuple(mesh.materials[int(slot)] for slot in kept), slots=slots.astype(np.int32))
