"""Optical flow to KITTI's PNGs and back: 16 bits for each of red, green and blue.

The format: the readme of KITTI's flow devkit (https://www.cvlibs.net/datasets/kitti/eval_flow.php): red is
`64 * u + 32768`, green `64 * v + 32768`, blue 1 where the flow is known and 0 elsewhere. Readers of KITTI's flow (its
devkit, torchvision, RAFT's, MMFlow) read these.
"""

from __future__ import annotations

import io
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from longtail.annotate.wording import counted

FLOW_STEP_PX = 1 / 64
"""One step of a file: what is written is right to half of it."""

_ZERO = 1 << 15
FLOW_RANGE_PX = (1 - _ZERO) * FLOW_STEP_PX, (0xFFFF - _ZERO) * FLOW_STEP_PX
"""The least and the greatest of what a file can say, -511.98 and 511.98."""

_SIGNATURE, _DEPTH_AND_COLOUR = b"\x89PNG\r\n\x1a\n", slice(24, 26)


def sayable(flow_px: NDArray[np.floating[Any]]) -> NDArray[np.bool_]:
    """Where (H, W) a file can hold the flow (H, W, 2): finite, and at most 512 pixels either way."""
    low, high = FLOW_RANGE_PX
    with np.errstate(invalid="ignore"):
        return np.asarray(((flow_px >= low) & (flow_px <= high)).all(axis=-1))


def encode_flow(flow_px: NDArray[np.float32]) -> bytes:
    """A flow (H, W, 2), right and down in pixels, in whole steps of `FLOW_STEP_PX`; NaN where it is unknown.

    What is out of range is unknown to the file.
    """
    known = sayable(flow_px)
    codes = np.zeros((*known.shape, 3), dtype=np.uint16)
    # OpenCV has blue first.
    codes[..., 2:0:-1][known] = np.rint(flow_px[known].astype(np.float64) / FLOW_STEP_PX) + _ZERO
    codes[..., 0] = known
    done, data = cv2.imencode(".png", codes, (cv2.IMWRITE_PNG_COMPRESSION, 1))
    if not done:
        raise ValueError(f"OpenCV could not write a flow of shape {flow_px.shape}")
    return data.tobytes()


def decode_flow(data: bytes) -> NDArray[np.float32]:
    """(H, W, 2) float32 pixels, NaN where the flow is unknown; ValueError for bytes that are no flow."""
    codes = _codes(data)
    known = codes[..., 0] > 0
    flow = (codes[..., 2:0:-1].astype(np.float32) - np.float32(_ZERO)) * np.float32(FLOW_STEP_PX)
    flow[~known] = np.nan
    return np.ascontiguousarray(flow)


def _codes(data: bytes) -> NDArray[np.uint16]:
    """The channels (H, W, 3), blue first. Pillow has no such pictures, but tells whether one is whole."""
    try:
        if data[:8] != _SIGNATURE or data[_DEPTH_AND_COLOUR] != b"\x10\x02":
            raise ValueError("it is no PNG of three channels of 16 bits")
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            image.verify()
        codes = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        if codes is None or codes.dtype != np.uint16 or codes.ndim != 3:
            raise ValueError("it does not decode")
    except (OSError, SyntaxError, Image.DecompressionBombError, ValueError, cv2.error) as error:
        raise ValueError(
            f"expected a picture of flow, got {counted(len(data), 'byte')} of none or of a damaged one: {error}"
        ) from error
    return np.asarray(codes, dtype=np.uint16)
