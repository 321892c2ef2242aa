"""What is installed is one package: modules of a user's that are called as our folders are do no harm."""

from __future__ import annotations

import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from longtail.render.machine.extras import install_command

ROOT = Path(__file__).parent.parent


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
    (crowded / "program.py").write_text(
        "import longtail.render.commands.run, longtail\nprint(longtail.Dataset.__name__)\n"
    )
    assert python(crowded, "program.py") == "Dataset\n"


def test_the_command_beside_modules_of_the_same_names(crowded: Path) -> None:
    assert python(crowded, "-m", "longtail", "list", "weathers").startswith("clear: ")


def test_the_command_run_as_a_module_has_its_own_name(tmp_path: Path) -> None:
    assert python(tmp_path, "-m", "longtail", "--version").startswith("longtail, version ")


def test_the_command_hears_signals_while_it_imports(tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\n")
    words = [sys.executable, "-m", "longtail", "list"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "longtail: stopped by SIGTERM\n")


def test_the_versions_of_python_that_blender_has_wheels_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = SpecifierSet(project["requires-python"])
    assert [minor for minor in range(9, 16) if f"3.{minor}.4" in asked] == [11, 13]


def test_a_source_archive_holds_the_package_and_no_tests() -> None:
    built = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert set(built["targets"]["sdist"]["only-include"]) == {"longtail", "README.md", "LICENSE"}


@pytest.mark.parametrize(("extra", "package"), [("cloud", "s3fs"), ("ray", "ray")])
def test_an_extra_is_installed_by_a_command_that_works_anywhere(extra: str, package: str) -> None:
    words = shlex.split(install_command(extra))
    assert words[:4] == [sys.executable, "-m", "pip", "install"]
    assert any(word.startswith(f"{package}>=") for word in words)
    assert not any(word.startswith("longtail") for word in words)
