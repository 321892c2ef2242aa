"""Image files of models inside a Blender session, where they stay."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import bpy

from longtail.scenes.assets.library.surface import DATA

_IMAGES = "longtail "
_LIGHT = (".exr", ".hdr")
"""Pictures of light, whose numbers are no colours of a screen."""


def load_images(images: Mapping[str, bytes]) -> None:
    """Have the session keep these image files under their names."""
    if all(_key(name) in bpy.data.images for name in images):
        return
    for name, data in images.items():
        _load(name, data)


def image_of(name: str) -> bpy.types.Image:
    """The image that `load_images` got under this name; KeyError where it got none."""
    return bpy.data.images[_key(name)]


def is_loaded(name: str) -> bool:
    """Whether the session has the image of this name."""
    return _key(name) in bpy.data.images


def _load(name: str, data: bytes) -> None:
    if _key(name) in bpy.data.images:
        return
    image = _from_file(name, data) if Path(name).suffix.lower() in _LIGHT else _from_memory(name, data)
    image.use_fake_user = True


def _from_memory(name: str, data: bytes) -> bpy.types.Image:
    """In a fifth of the time that it takes by way of a file, or where Blender hears later that it holds numbers."""
    image = bpy.data.images.new(_key(name), 1, 1, is_data=name.startswith(DATA))
    image.pack(data=data, data_len=len(data))
    image.source = "FILE"
    return image


def _from_file(name: str, data: bytes) -> bpy.types.Image:
    """As Blender takes it: its numbers are linear, which it would not look for in what comes from memory."""
    with tempfile.TemporaryDirectory(prefix="longtail-") as folder:
        path = Path(folder) / f"image{Path(name).suffix.lower()}"
        path.write_bytes(data)
        image = bpy.data.images.load(str(path))
        image.name = _key(name)
        if name.startswith(DATA):
            image.colorspace_settings.name = "Non-Color"
        image.pack()
    return image


def _key(name: str) -> str:
    return _IMAGES + name[-50:]
