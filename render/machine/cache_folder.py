"""Where this user keeps what is only a convenience: it may be lost at any time, and costs time then, nothing else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Longtail's folder in the user's cache; None where this user has no home.

    https://specifications.freedesktop.org/basedir-spec/latest/: a relative XDG_CACHE_HOME does not count.
    """
    given, home = environment.get("XDG_CACHE_HOME", ""), environment.get("HOME", "")
    if Path(given).is_absolute():
        return Path(given) / "longtail"
    return Path(home) / ".cache/longtail" if Path(home).is_absolute() else None
