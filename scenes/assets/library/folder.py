"""Where the library lies."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

VARIABLE = "LONGTAIL_LIBRARY"
"""The environment variable that names the library's folder."""


def library_folder(asked: str | None = None, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The folder that a config has `asked` for, else `VARIABLE`'s, else longtail/library where a user's data lies.

    None where this user has no home. https://specifications.freedesktop.org/basedir-spec/latest/: a relative
    XDG_DATA_HOME does not count.
    """
    if named := asked or environment.get(VARIABLE, ""):
        return Path(named).expanduser().absolute()
    given, home = environment.get("XDG_DATA_HOME", ""), environment.get("HOME", "")
    folder = Path(given) if Path(given).is_absolute() else Path(home) / ".local" / "share"
    return folder / "longtail" / "library" if folder.is_absolute() else None
