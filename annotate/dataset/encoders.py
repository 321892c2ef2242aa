"""Arrays to file bytes and back, one pair per kind of picture. The same array gives the same bytes.

OpenCV writes (it is fast) and Pillow reads (it refuses truncated and damaged files, which OpenCV half-decodes without
an error). Every reader raises ValueError on bytes that are not what the writer makes.
"""

from __future__ import annotations

import io
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from longtail.annotate.wording import counted

DEPTH_STEP_M = 1 / 256
"""One step of a 16-bit depth PNG, as in KITTI's depth benchmark."""

DEPTH_RANGE_M = 65535 * DEPTH_STEP_M
"""What is farther away is written as 0, like nothing at all: 255.996 m."""

DISPARITY_STEP_PX = 1 / 256
"""One step of a 16-bit disparity PNG, as in KITTI's stereo benchmark of 2015."""

NORMALS_STEP = 1 / 127
"""One step of a component of a unit vector in an 8-bit PNG."""

# Run-length matching instead of deflate's full search. Masks, 57 ellipses at 640x360: 8.4 kB in 2.7 ms, against 9.2 kB
# in 3.7 ms at level 6. A 1200x300 rendering: 386 kB in 19 ms, against 429 kB in 18 ms at level 1 and 375 kB in 123 ms
# at level 6.
_PNG = (cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE)
_JPEG = (cv2.IMWRITE_JPEG_QUALITY, 95, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444)
_WEBP = (cv2.IMWRITE_WEBP_QUALITY, 95)

_MODES = {"L": np.uint8, "I;16": np.uint16, "RGB": np.uint8}


def _encode(extension: str, array: NDArray[Any], options: tuple[int, ...]) -> bytes:
    done, data = cv2.imencode(extension, array, options)
    if not done:
        raise ValueError(f"OpenCV could not write a {extension} of shape {array.shape} {array.dtype}")
    return data.tobytes()


def _decode(data: bytes, mode: str) -> NDArray[Any]:
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as image:
            if image.mode != mode:
                raise ValueError(f"expected a picture of mode {mode}, got {image.mode}")
            return np.array(image, dtype=_MODES[mode])
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:  # Pillow's ways to say "damaged"
        raise ValueError(
            f"expected a picture, got {counted(len(data), 'byte')} of none or of a damaged one: {error}"
        ) from error


def encode_png(rgb: NDArray[np.uint8]) -> bytes:
    """A picture (H, W, 3) uint8 sRGB, red first."""
    return _encode(".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), _PNG)


def encode_jpg(rgb: NDArray[np.uint8]) -> bytes:
    """Quality 95 without chroma subsampling: what the sensor model blurs is its own business."""
    return _encode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), _JPEG)


def encode_webp(rgb: NDArray[np.uint8]) -> bytes:
    """Lossy, quality 95."""
    return _encode(".webp", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), _WEBP)


def decode_rgb(data: bytes) -> NDArray[np.uint8]:
    """A picture (H, W, 3) uint8, red first, from PNG, JPEG or WebP."""
    return cast("NDArray[np.uint8]", _decode(data, "RGB"))


def encode_mask8(mask: NDArray[np.uint8]) -> bytes:
    """An 8-bit grey PNG of (H, W) uint8."""
    return _encode(".png", mask, _PNG)


def decode_mask8(data: bytes) -> NDArray[np.uint8]:
    """(H, W) uint8."""
    return cast("NDArray[np.uint8]", _decode(data, "L"))


def encode_mask16(mask: NDArray[np.uint16]) -> bytes:
    """A 16-bit grey PNG of (H, W) uint16."""
    return _encode(".png", mask, _PNG)


def decode_mask16(data: bytes) -> NDArray[np.uint16]:
    """(H, W) uint16."""
    return cast("NDArray[np.uint16]", _decode(data, "I;16"))


def encode_panoptic(segments: NDArray[np.int32]) -> bytes:
    """COCO's panoptic PNG of segment ids (H, W): id = red + 256 * green + 65536 * blue.

    Examples:
        Segment 7 of category 13, 13 * 65536 + 7, is red 7 and blue 13:

        >>> decode_rgb(encode_panoptic(np.array([[13 * 65536 + 7]], dtype=np.int32))).tolist()
        [[[7, 0, 13]]]
    """
    if segments.size and not 0 <= segments.min() <= segments.max() < 1 << 24:
        raise ValueError(f"segment ids: expected 0 to {(1 << 24) - 1}, got {segments.min()} to {segments.max()}")
    bytes_of = np.ascontiguousarray(segments, dtype="<u4").view(np.uint8).reshape(*segments.shape, 4)
    return _encode(".png", np.ascontiguousarray(bytes_of[..., 2::-1]), _PNG)


def decode_panoptic(data: bytes) -> NDArray[np.int32]:
    """Segment ids (H, W) int32."""
    rgb = _decode(data, "RGB")
    bytes_of = np.zeros((*rgb.shape[:2], 4), dtype=np.uint8)
    bytes_of[..., :3] = rgb
    return bytes_of.view("<i4")[..., 0].astype(np.int32, copy=False)


def encode_depth(depth_m: NDArray[np.float32]) -> bytes:
    """A 16-bit PNG of z (H, W) in steps of 1/256 m, rounded; 0 where nothing is, or nothing within 255.996 m.

    A surface nearer than half a step is written as 1: it is there, and only absence is 0.
    """
    steps = np.rint(depth_m.astype(np.float64) / DEPTH_STEP_M)
    there = (depth_m > 0) & (steps <= 65535)
    return _encode(".png", np.where(there, np.maximum(steps, 1), 0).astype(np.uint16), _PNG)


def decode_depth(data: bytes) -> NDArray[np.float32]:
    """z (H, W) float32 in metres; inf where the file says 0."""
    steps = decode_mask16(data)
    depth_m = steps.astype(np.float32) * np.float32(DEPTH_STEP_M)
    depth_m[steps == 0] = np.inf
    return depth_m


def encode_disparity(disparity_px: NDArray[np.float32]) -> bytes:
    """A 16-bit PNG of disparities (H, W) in pixels in steps of 1/256, rounded; 0 where none is known.

    So it is where nothing is, and where one is over 255.996 pixels. One under half a step is written as 1.
    """
    steps = np.rint(disparity_px.astype(np.float64) / DISPARITY_STEP_PX)
    there = (disparity_px > 0) & (steps <= 65535)
    return _encode(".png", np.where(there, np.maximum(steps, 1), 0).astype(np.uint16), _PNG)


def decode_disparity(data: bytes) -> NDArray[np.float32]:
    """Disparities (H, W) float32 in pixels; 0 where the file says none."""
    return decode_mask16(data).astype(np.float32) * np.float32(DISPARITY_STEP_PX)


def encode_normals(normals: NDArray[np.float32]) -> bytes:
    """An 8-bit RGB PNG of unit vectors (H, W, 3) in the camera frame: 128 + round(127 * component).

    Black stands for nothing there; no unit vector comes out black, and a component of 0 is exactly 128.
    """
    codes = np.rint(np.clip(normals, -1, 1) * 127) + 128
    codes[~normals.any(axis=-1)] = 0
    return _encode(".png", np.ascontiguousarray(codes.astype(np.uint8)[..., ::-1]), _PNG)


def decode_normals(data: bytes) -> NDArray[np.float32]:
    """Unit vectors (H, W, 3) float32 in the camera frame (OpenCV axes), zeros where nothing is."""
    codes = _decode(data, "RGB")
    vectors = (codes.astype(np.float32) - 128) / 127
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    there = codes.any(axis=-1, keepdims=True) & (lengths > 0)
    return np.where(there, vectors / np.where(there, lengths, 1), 0).astype(np.float32)
