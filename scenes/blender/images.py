"""Image files of models inside a Blender session, where they stay."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import bpy

from longtail.scenes.assets.library.surface import ATLAS, DATA
from longtail.scenes.blender.marks import LARGE

_IMAGES = "longtail "
_LIGHT = (".exr", ".hdr")
"""Pictures of light, whose numbers are no colours of a screen."""
_NO_PICTURE = b"none"
"""What the image holds that others are copies of: nobody looks at it."""
# 512 x 512 pixels: nearly all of packs are no larger. The textures of people's own models may take many times that.
_MOST_KEPT_BYTES = 1 << 20
# 2048 x 2048, as large as any atlas: what it is made of would be kept decoded as well.
_MOST_OF_AN_ATLAS_BYTES = 1 << 24


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


def decode_small_images() -> None:
    """Decode for good what small images something shows, before they are rendered.

    Cycles lets go of the pixels that it has had decoded itself, after each scene, and of no others (Blender's
    intern/cycles/blender/image.cpp, `free_cache`).
    """
    for image in bpy.data.images:
        # The first user is who keeps it from being thrown away.
        if image.users < 2 or image.has_data or LARGE in image or not image.name.startswith(_IMAGES):
            continue
        width, height = image.size  # for which it is decoded
        most = _MOST_OF_AN_ATLAS_BYTES if image.name.startswith(_key(ATLAS)) else _MOST_KEPT_BYTES
        if width * height * (16 if image.is_float else 4) > most:
            image[LARGE] = True
            image.buffers_free()


def _load(name: str, data: bytes) -> None:
    if _key(name) in bpy.data.images:
        return
    image = _from_file(name, data) if Path(name).suffix.lower() in _LIGHT else _from_memory(name, data)
    image.use_fake_user = True


def _from_memory(name: str, data: bytes) -> bpy.types.Image:
    """In a fifth of the time that it takes by way of a file, or where Blender hears later that it holds numbers."""
    image = _template(name.startswith(DATA)).copy()
    image.name = _key(name)
    image.pack(data=data, data_len=len(data))
    return image


def _template(is_data: bool) -> bpy.types.Image:
    """What images from memory are copies of.

    Blender looks through all materials where an image is told that it comes from a file, up to a millisecond, and not
    where it is a copy of one that has been told.
    """
    name = f"{_IMAGES}template {is_data}"
    found = bpy.data.images.get(name)
    if found is None:
        found = bpy.data.images.new(name, 1, 1, is_data=is_data)
        found.pack(data=_NO_PICTURE, data_len=len(_NO_PICTURE))
        found.source = "FILE"
        found.use_fake_user = True
    return found


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
