"""A virtual environment with BlenderProc and the bpy that it works with, made once in the user's cache."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).parent / "requirements.txt"
_STAMP = "ready"


class SetupError(Exception):
    """What keeps the environment from being made, and what to do about it."""


def cache() -> Path:
    """Where it is kept: longtail/versus in XDG_CACHE_HOME, else in ~/.cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "longtail", "versus")


def blenderproc_python(folder: Path) -> Path:
    """The interpreter of the environment in `folder`, which is made where it is missing or of other versions."""
    python = folder / "bin" / "python"
    stamp = folder / _STAMP
    if stamp.is_file() and stamp.read_text() == wanted() and python.exists():
        return python
    base = _python_311()
    print(f"Installing BlenderProc into {folder}: 1.6 GB, of which 375 MB of bpy to download", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    _run("make a virtual environment", [base, "-m", "venv", str(folder)])
    _run("install BlenderProc", [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                                 "--only-binary", "bpy", "-r", str(REQUIREMENTS)])  # fmt: skip
    stamp.write_text(wanted())
    return python


def wanted() -> str:
    """A digest of what is to be installed."""
    return hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()


def _python_311() -> str:
    """bpy 4.5 has wheels for Python 3.11 alone."""
    if platform.python_version_tuple()[:2] == ("3", "11"):
        return sys.executable
    if found := shutil.which("python3.11"):
        return found
    raise SetupError("expected python3.11, for which bpy 4.5 is packaged, found none on PATH; install Python 3.11")


def _run(what: str, command: list[str]) -> None:
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        said = "\n".join(line for line in done.stderr.splitlines() if not line.startswith("WARNING"))[-1500:]
        raise SetupError(
            f"could not {what} (status {done.returncode}):\n{said}\n"
            "It needs 2 GB of disk, the module venv (Debian: python3-venv), and an index of Python packages that pip "
            "reaches (see `pip config list`). XDG_CACHE_HOME chooses another place; the same command tries again."
        )
