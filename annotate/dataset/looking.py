"""What a folder holds, where the system lets one look: pathlib takes a folder without the right to for an empty one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from longtail.annotate.dataset.clutter import is_clutter


def paths_in(folder: Path) -> list[Path]:
    """What lies in a folder itself, in the order of the names; OSError where it may not be looked at."""
    with os.scandir(folder) as entries:
        return sorted(folder / entry.name for entry in entries)


def files_below(folder: Path) -> Iterator[Path]:
    """All files that lie below a folder, in any order; OSError where one there may not be looked at.

    Folders that are nobody's are left out, as lost+found, which only root may look at. Links to folders are not
    followed.
    """

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError) or error.filename == str(folder):
            raise error  # any other that is not there has gone since its name was read

    for home, inner, names in os.walk(folder, onerror=refuse):
        inner[:] = [name for name in inner if not is_clutter(name)]
        yield from (Path(home, name) for name in names)
