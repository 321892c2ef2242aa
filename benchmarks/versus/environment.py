"""Virtual environments for what does not live beside Longtail, made once in the user's cache.

One has BlenderProc and the bpy that it works with; `benchmarks/reading` has one of others' readers.
"""

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


def cache(name: str = "versus") -> Path:
    """Where an environment is kept: longtail/<name> in XDG_CACHE_HOME, else in ~/.cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "longtail", name)


def blenderproc_python(folder: Path) -> Path:
    """The interpreter of the environment in `folder`, which is made where it is missing or of other versions."""
    return python_with(folder, REQUIREMENTS, "BlenderProc", "1.6 GB, of which 375 MB of bpy to download")


def python_with(folder: Path, requirements: Path, what: str, size: str) -> Path:
    """The interpreter of an environment in `folder` with these requirements; SetupError where it cannot be made.

    `what` it has and the `size` of that are told before it is installed.
    """
    python = folder / "bin" / "python"
    stamp = folder / _STAMP
    if stamp.is_file() and stamp.read_text() == wanted(requirements) and python.exists():
        return python
    base = _python_311()
    print(f"Installing {what} into {folder}: {size}", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    _run("make a virtual environment", [base, "-m", "venv", str(folder)])
    _run(f"install {what}", [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                             "--only-binary", "bpy", "-r", str(requirements)])  # fmt: skip
    stamp.write_text(wanted(requirements))
    return python


def wanted(requirements: Path = REQUIREMENTS) -> str:
    """A digest of what is to be installed."""
    return hashlib.sha256(requirements.read_bytes()).hexdigest()


def _python_311() -> str:
    """bpy 4.5 has wheels for Python 3.11 alone, and all readers have some for it."""
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
            "It needs some GB of disk, the module venv (Debian: python3-venv), and an index of Python packages that "
            "pip reaches (see `pip config list`). XDG_CACHE_HOME chooses another place; the same command tries again."
        )
