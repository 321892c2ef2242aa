"""Pictures of all that is around, in high dynamic range: .hdr (Radiance) and .exr files, twice as wide as high.

Radiance's header ends with a line such as "-Y 1024 +X 2048" (G. Ward, "Real Pixels", Graphics Gems II, 1991); OpenEXR's
is a list of attributes, of which dataWindow holds four 32-bit numbers (openexr.com, "OpenEXR File Layout").
"""

from __future__ import annotations

import re
import struct
from pathlib import Path

FORMATS = {".hdr": "panorama", ".exr": "panorama"}
MOST_PX = 16_384
"""The widest that is read."""
_HEAD_BYTES = 1 << 16
_RADIANCE = re.compile(rb"\n[-+]Y (\d{1,9}) [-+]X (\d{1,9})\n")


def size_of(path: Path) -> tuple[int, int] | None:
    """(width, height) in pixels as a file states it; None where it states none."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return None
    if path.suffix.lower() == ".hdr":
        stated = _RADIANCE.search(head)
        return (int(stated[2]), int(stated[1])) if stated else None
    place = head.find(b"dataWindow\0box2i\0")
    if not head.startswith(b"\x76\x2f\x31\x01") or place < 0 or len(head) < place + 37:
        return None
    left, top, right, bottom = struct.unpack_from("<4i", head, place + 21)
    return right - left + 1, bottom - top + 1


def is_panorama(path: Path) -> bool:
    """Whether a file says that it is twice as wide as high; what is not mostly is a texture."""
    size = size_of(path)
    return size is not None and size[0] == 2 * size[1] > 0


def wrong_panorama(path: Path) -> str:
    """What is wrong with a file that is to be a panorama; "" for nothing."""
    size = size_of(path)
    if size is None:
        return "expected a Radiance or OpenEXR picture, got a file that does not say how large it is"
    if not is_panorama(path):
        return f"expected an equirectangular picture, twice as wide as high, got {size[0]} x {size[1]} pixels"
    if size[0] > MOST_PX:
        return f"it is {size[0]:,} pixels wide, and a panorama may have {MOST_PX:,}; make it smaller"
    return ""
