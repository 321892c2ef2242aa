"""Where things are kept."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

SWITCH = "LONGTAIL_CACHE"
"""The environment variable that, set to "off", has nothing kept and nothing read that was."""


def kept_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The folder longtail in XDG_CACHE_HOME; None where `SWITCH` says so, and where this user has no home.

    https://specifications.freedesktop.org/basedir-spec/latest/: a relative XDG_CACHE_HOME does not count.
    """
    if environment.get(SWITCH, "").lower() == "off":
        return None
    given, home = environment.get("XDG_CACHE_HOME", ""), environment.get("HOME", "")
    folder = Path(given) if Path(given).is_absolute() else Path(home) / ".cache"
    return folder / "longtail" if folder.is_absolute() else None
