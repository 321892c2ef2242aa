"""Image files of models inside a Blender session, where they stay."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import bpy

from longtail.scenes.assets.library.surface import DATA

_IMAGES = "longtail "


def load_images(images: Mapping[str, bytes]) -> None:
    """Have the session keep these image files under their names."""
    if all(_key(name) in bpy.data.images for name in images):
        return
    with tempfile.TemporaryDirectory(prefix="longtail-") as folder:
        for name, data in images.items():
            _load(name, data, Path(folder))


def image_of(name: str) -> bpy.types.Image:
    """The image that `load_images` got under this name; KeyError where it got none."""
    return bpy.data.images[_key(name)]


def is_loaded(name: str) -> bool:
    """Whether the session has the image of this name."""
    return _key(name) in bpy.data.images


def _load(name: str, data: bytes, folder: Path) -> None:
    if _key(name) in bpy.data.images:
        return
    path = folder / f"image{Path(name).suffix.lower()}"
    path.write_bytes(data)
    image = bpy.data.images.load(str(path))
    image.name = _key(name)
    if name.startswith(DATA):
        image.colorspace_settings.name = "Non-Color"
    image.pack()
    image.use_fake_user = True


def _key(name: str) -> str:
    return _IMAGES + name[-50:]
