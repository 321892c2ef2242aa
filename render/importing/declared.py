"""How many triangles a file says that it has, so that the largest need not be read to be refused."""

from __future__ import annotations

import re
import struct
from pathlib import Path

_HEAD_BYTES = 1 << 16
_STL_HEAD, _STL_TRIANGLE = 84, 50


def declared_faces(path: Path) -> int:
    """The triangles of a binary STL, which its size tells, or those that a PLY's head states; 0 of other files."""
    suffix = path.suffix.lower()
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            size = path.stat().st_size
    except OSError:
        return 0
    if suffix == ".stl" and len(head) >= _STL_HEAD:
        (count,) = struct.unpack("<I", head[80:84])
        return int(count) if size == _STL_HEAD + _STL_TRIANGLE * count else 0
    if suffix == ".ply" and (found := re.search(rb"^element face (\d{1,18})\s", head, re.MULTILINE)):
        return int(found[1])
    return 0
