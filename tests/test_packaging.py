"""What is installed tells type checkers its types, whether it comes from a wheel or from a source archive."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONSUMER = "import longtail.__main__\n\nnumber: int = longtail.__main__.main\n"
# The modules that the consumer names, and nothing that these import: numpy's types alone take ten seconds.
SETTINGS = """\
[mypy]
follow_imports = skip
[mypy-longtail,longtail.__main__]
follow_imports = normal
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive."""
    folder = tmp_path_factory.mktemp("dist")
    words = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that has the wheel and nothing else."""
    folder = tmp_path_factory.mktemp("consumer")
    venv.create(folder / "venv", symlinks=True, with_pip=False)
    (site,) = (folder / "venv/lib").glob("python*/site-packages")
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    (folder / "consumer.py").write_text(CONSUMER)
    (folder / "mypy.ini").write_text(SETTINGS)
    return folder


def mypy(folder: Path) -> str:
    """What mypy says of the consumer, which knows no Longtail but the installed one."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "MYPYPATH")}
    words = [sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "--cache-dir", "cache"]
    words += ["--python-executable", "venv/bin/python", "consumer.py"]
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False).stdout


def sources() -> set[str]:
    """Every file of the package, as the repository calls them; the folders that it links to are its own."""
    rooms = [path.resolve() for path in (ROOT / "longtail", *(ROOT / "longtail").iterdir()) if path.is_dir()]
    files = {path for room in rooms for path in room.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    return {path.relative_to(ROOT).as_posix() for path in files}


def packed(names: list[str]) -> set[str]:
    """The files of the package among an archive's names, as the repository calls them."""
    inside = {name[name.index("longtail/") :] for name in names if "longtail/" in name and not name.endswith("/")}
    links = {path.name for path in (ROOT / "longtail").iterdir() if path.is_symlink()}
    return {name.removeprefix("longtail/") if name.split("/")[1] in links else name for name in inside}


def test_the_wheel_holds_every_file_of_the_package(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        found = packed(archive.namelist())
    assert found == sources()
    assert "longtail/py.typed" in found


def test_the_source_archive_makes_the_same_wheel(built: Path, tmp_path: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as source:
        source.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(words, cwd=unpacked, capture_output=True, check=True)
    (wheel,), (again,) = built.glob("*.whl"), tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(again) as other:
        assert sorted(one.namelist()) == sorted(other.namelist())


def test_a_type_checker_sees_the_types_of_an_installed_longtail(installed: Path) -> None:
    said = mypy(installed)
    assert 'expression has type "Callable[[], None]", variable has type "int"' in said
    assert said.rstrip().endswith("Found 1 error in 1 file (checked 1 source file)")


def test_without_the_marker_it_would_see_none(installed: Path, tmp_path: Path) -> None:
    bare = shutil.copytree(installed, tmp_path / "bare", symlinks=True, ignore=shutil.ignore_patterns("cache"))
    (marker,) = bare.rglob("py.typed")
    marker.unlink()
    assert "[import-untyped]" in mypy(bare)
