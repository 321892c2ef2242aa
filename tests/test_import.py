"""What is installed is one package: modules of a user's that are called as our folders are do no harm."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def crowded(tmp_path: Path) -> Path:
    """A working folder with modules that are named as ours are, and that end whoever imports them."""
    for name in ("annotate", "render", "scenes", "command_line"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('another module was imported')\n")
    return tmp_path


def python(folder: Path, *arguments: str) -> str:
    """Standard output of a Python that was started in a folder."""
    done = subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_program_beside_modules_of_the_same_names(crowded: Path) -> None:
    (crowded / "program.py").write_text("import longtail.render.run, longtail\nprint(longtail.Dataset.__name__)\n")
    assert python(crowded, "program.py") == "Dataset\n"


def test_the_command_beside_modules_of_the_same_names(crowded: Path) -> None:
    assert python(crowded, "-m", "longtail", "list", "weathers").startswith("clear: ")


def test_the_command_run_as_a_module_has_its_own_name(tmp_path: Path) -> None:
    assert python(tmp_path, "-m", "longtail", "--version").startswith("longtail, version ")
