"""What file systems, desktops and store consoles put into anybody's folder: neither a dataset's nor another program's.

It is not listed among a dataset's files, never counted as "other files", and never touched.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_NAMES = frozenset(
    {
        "lost+found",  # ext4, the root of every volume: man 8 mklost+found
        ".snapshot",  # NetApp ONTAP, VAST, PowerScale
        ".snapshots",  # snapper
        ".zfs",
        ".DS_Store",  # macOS
        ".fseventsd",
        ".Spotlight-V100",
        ".TemporaryItems",
        ".Trashes",
        ".apdisk",
        ".AppleDouble",
        "Thumbs.db",  # Windows
        "desktop.ini",
        "System Volume Information",
        "$RECYCLE.BIN",
        "@eaDir",  # Synology
        ".ipynb_checkpoints",  # Jupyter
        ".directory",  # KDE
    }
)
# macOS's second file of each on foreign file systems; NFS and FUSE: removed while open; trash of freedesktop.org.
_PATTERN = re.compile(r"\._.*|\.nfs[0-9a-f]+|\.fuse_hidden[0-9a-f]+|\.Trash-[0-9]+")


def is_clutter(name: str) -> bool:
    """Whether a file or folder of this name is nobody's."""
    return name in _NAMES or _PATTERN.fullmatch(name) is not None


def holds_clutter(path: str) -> bool:
    """Whether a relative path is nobody's, or lies within such a folder.

    So is an empty one, and one that ends in a slash: what a store's console makes for a "folder", an object of no
    bytes.
    """
    return not path or path.endswith("/") or any(map(is_clutter, PurePosixPath(path).parts))
