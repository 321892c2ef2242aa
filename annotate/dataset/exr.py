"""Arrays of floats to OpenEXR files and back: three channels R, G and B, zipped without loss, nothing else in them.

What reads EXR reads these: OpenCV (with OPENCV_IO_ENABLE_OPENEXR=1), OpenImageIO, Blender, Nuke, `OpenEXR` itself.
"""

from __future__ import annotations

import io
from typing import Any, cast

import numpy as np
import OpenEXR
from numpy.typing import NDArray

from longtail.annotate.wording import counted

_MAGIC = b"\x76\x2f\x31\x01"


def encode_exr(values: NDArray[np.floating[Any]]) -> bytes:
    """An array (H, W, 3) of float32 or float16, which the file keeps. The same array gives the same bytes."""
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    file = io.BytesIO()
    # One thread, as a worker has; the bytes are the same with many.
    OpenEXR.File(header, {"RGB": np.ascontiguousarray(values)}, 1).write(file)
    return file.getvalue()


def decode_exr(data: bytes) -> NDArray[np.float32]:
    """(H, W, 3) float32; ValueError for anything else."""
    try:
        if not data.startswith(_MAGIC):
            raise ValueError("it does not start like one")
        pixels = OpenEXR.File(io.BytesIO(data), False, False, 1).channels()["RGB"].pixels
    except (ValueError, RuntimeError, KeyError, OSError, MemoryError) as error:  # OpenEXR's ways to say "damaged"
        raise ValueError(
            f"expected a picture as OpenEXR, got {counted(len(data), 'byte')} of none or of a damaged one: {error}"
        ) from error
    return cast("NDArray[np.float32]", np.asarray(pixels, dtype=np.float32))


def encode_half(values: NDArray[np.float32]) -> bytes:
    """An array (H, W, 3) in half precision: 11 bits of each number, a two-thousandth of it."""
    return encode_exr(values.astype(np.float16))
