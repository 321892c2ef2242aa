"""Packages that only some runs need, and the command that installs them wherever Longtail itself came from."""

from __future__ import annotations

import re
import shlex
import sys
from importlib.metadata import requires


def install_command(extra: str) -> str:
    """`python -m pip install ...` with the packages of one of Longtail's extras, for this very interpreter."""
    words = [sys.executable, "-m", "pip", "install", *packages_of(extra)]
    return " ".join(map(shlex.quote, words))


def packages_of(extra: str) -> list[str]:
    """The requirements of an extra, as Longtail's own metadata has them: `s3fs>=2024.6`."""
    marked = (line.partition(";") for line in requires("longtail") or ())
    return [package.strip() for package, _, marker in marked if re.search(rf"extra == ['\"]{extra}['\"]", marker)]
