"""A texture's maps as a plate that wears them: as PNG or JPEG of at most 2,048 pixels a side, normals with Y up."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from longtail.render.blender.reading_models import RefusedModelError, first_line
from longtail.render.machine.model_request import ARRAYS, Asked
from longtail.scenes.assets.library.surface import DATA, Textured
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.ready import Ready, arrays_of

Pixels = NDArray[np.uint8]

_MOST_PX = 2048
# Pictures of one surface have one shape, but for what scaling rounds.
_SAME_SHAPE = 0.02


def read_texture(asked: Asked) -> dict[str, Any]:
    """Write the arrays of a plate of 1 m with the maps; what else is to be known of it, as `read_model` has it."""
    files = {str(part["map"]): Path(str(part["file"])) for part in asked.parts}
    pictures = {kind: _pixels(path, linear=kind != "colour") for kind, path in files.items()}
    shape = pictures["colour"].shape
    for kind, pixels in pictures.items():
        if abs(pixels.shape[1] / pixels.shape[0] / (shape[1] / shape[0]) - 1) > _SAME_SHAPE:
            raise RefusedModelError(
                f"expected maps of one shape, got {shape[1]} x {shape[0]} pixels of colour and {pixels.shape[1]} x "
                f"{pixels.shape[0]} of {kind} ({files[kind].name})"
            )
    images: dict[str, bytes] = {}

    def kept(pixels: Pixels, *, numbers: bool) -> str:
        data = _encoded(pixels, numbers=numbers)
        name = f"{DATA if numbers else ''}{hashlib.sha256(data).hexdigest()[:32]}.{'png' if numbers else 'jpg'}"
        images[name] = data
        return name

    numbers = {
        kind: kept(pixels, numbers=True) for kind, pixels in pictures.items() if kind in ("roughness", "metalness")
    }
    if "arm" in pictures:
        packed = kept(pictures["arm"], numbers=True)
    rough = (numbers["roughness"], 0) if "roughness" in numbers else (packed, 1) if "arm" in pictures else None
    metal = (numbers["metalness"], 0) if "metalness" in numbers else (packed, 2) if "arm" in pictures else None
    bumps = pictures.get("normal")
    if bumps is None and "normal_dx" in pictures:
        bumps = pictures["normal_dx"].copy()
        bumps[..., 1] = 255 - bumps[..., 1]
    mean = _mean(pictures["colour"])
    material = Textured(
        rgb=mean,
        factor_rgb=(1.0, 1.0, 1.0),
        image=kept(pictures["colour"], numbers=False),
        roughness=1.0 if rough else 0.7,
        roughness_map=rough,
        metallic=1.0 if metal else 0.0,
        metallic_map=metal,
        normal_image="" if bumps is None else kept(bumps, numbers=True),
    )
    plate = Mesh.of([[-0.5, -0.5, 0], [0.5, -0.5, 0], [0.5, 0.5, 0], [-0.5, 0.5, 0]], [[0, 1, 2], [0, 2, 3]], material)
    uv = (plate.vertices_m[plate.triangles][..., :2] + 0.5).astype(np.float32)
    shown = Mesh(plate.vertices_m, plate.triangles, plate.slots, plate.materials, plate.smooth, uv)
    np.savez(Path(asked.desk) / ARRAYS, **arrays_of(Ready(shown, images)))  # type: ignore[arg-type, unused-ignore]
    return {
        "before": 2, "triangles": 2, "names": ["texture"], "missing": [], "notes": [], "across": shape[1] / shape[0],
        "rgb": list(mean),
    }  # fmt: skip


def _pixels(path: Path, *, linear: bool) -> Pixels:
    """A picture (H, W, 3) of 8 bits; of one in floating point sRGB unless it is `linear`."""
    try:
        if path.suffix.lower() == ".exr":
            return _of_floats(path, linear=linear)
        with Image.open(path) as image:
            if image.mode.startswith("I"):  # 16 bits, which a conversion would clip
                grey = (np.asarray(image, dtype=np.float64) / 257).round().clip(0, 255).astype(np.uint8)
                return np.repeat(grey[..., None], 3, axis=2)
            return np.asarray(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError, RuntimeError, Image.DecompressionBombError) as error:
        raise RefusedModelError(f"expected a picture that can be read, got {path.name}: {first_line(error)}") from error


def _of_floats(path: Path, *, linear: bool) -> Pixels:
    image = bpy.data.images.load(str(path))
    width, height = image.size
    if not width or not height:
        raise ValueError("a damaged one")
    values = np.empty(width * height * image.channels, dtype=np.float32)
    image.pixels.foreach_get(values)
    grid = values.reshape(height, width, image.channels)[::-1].clip(0, 1)
    bpy.data.images.remove(image)
    rgb = grid[..., :3] if grid.shape[2] >= 3 else np.repeat(grid[..., :1], 3, axis=2)
    if not linear:  # IEC 61966-2-1
        rgb = np.where(rgb <= 0.0031308, rgb * 12.92, 1.055 * rgb ** (1 / 2.4) - 0.055)
    return np.asarray((rgb * 255).round().astype(np.uint8))


def _encoded(pixels: Pixels, *, numbers: bool) -> bytes:
    image = Image.fromarray(pixels)
    image.thumbnail((_MOST_PX, _MOST_PX), Image.Resampling.LANCZOS)
    out = BytesIO()
    if numbers:
        image.save(out, "PNG")
    else:
        image.save(out, "JPEG", quality=95)
    return out.getvalue()


def _mean(pixels: Pixels) -> tuple[float, float, float]:
    """The mean colour, linear (IEC 61966-2-1)."""
    level = np.arange(256) / 255
    linear = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    red, green, blue = (round(float(value), 4) for value in linear[pixels].mean(axis=(0, 1)))
    return red, green, blue
