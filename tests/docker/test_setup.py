"""Set-up and packs: what they say while they work, and how they end, with stand-ins for pip, apt-get and dpkg-deb."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PIP_SAYS = """\
Obtaining file:///x
  Downloading bpy-5.0.1-cp311-cp311-manylinux_2_28_x86_64.whl.metadata (5.0 kB)
  Downloading https://index.example/files/bpy-5.0.1-cp311-cp311-manylinux_2_28_x86_64.whl (353.4 MB)
Using cached numpy-1.26.4-cp311-cp311-manylinux_2_17_x86_64.whl (18.3 MB)
Processing /media/wheels/scipy-1.17.1-cp311-cp311-manylinux_2_17_x86_64.whl (from longtail==0.1.0)
Requirement already satisfied: click
Installing collected packages: numpy, bpy, longtail
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with the scripts, and a virtual environment whose pip only talks."""
    root = tmp_path / "clone"
    shutil.copytree(ROOT / "docker", root / "docker")
    shutil.copy(ROOT / "pyproject.toml", root)
    (root / "docker/libraries.txt").write_text("# none is missing\n", encoding="ascii")
    return root


def program(path: Path, body: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="ascii")
    path.chmod(0o755)


def script(root: Path, name: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": f"{root}:/usr/bin:/bin", "HOME": str(root)}
    return subprocess.run(
        ["sh", str(root / "docker" / name)], capture_output=True, text=True, env=environment, cwd=root, check=False
    )


def talking_pip(root: Path, status: int) -> None:
    """.venv with this Python and, as its pip, one that says what pip says and ends so."""
    (root / "said.txt").write_text(PIP_SAYS, encoding="ascii")
    says = f"cat {root}/said.txt; echo trouble >&2; exit {status}"
    pip = f'[ "$1 $2" = "-m pip" ] && {{ {says}; }}\nexec {sys.executable} "$@"'
    program(root / ".venv/bin/python", pip)
    program(root / ".venv/bin/pip", "exit 1")
    # Its venv and pip modules are asked for before.
    program(root / "python3.11", f'exec {sys.executable} "$@"')


def test_setup_names_every_package_that_it_has_got_and_only_then_is_ready(clone: Path) -> None:
    talking_pip(clone, 0)
    answer = script(clone, "setup.sh")
    assert answer.returncode == 0, answer.stderr
    said = [line for line in answer.stderr.splitlines() if line.startswith("setup:")]
    assert said[0].startswith("setup: installing Python packages")
    assert said[1:3] == ["setup:   bpy-5.0.1 (353.4 MB)", "setup:   numpy-1.26.4 (18.3 MB)"]
    assert said[3] == "setup:   scipy-1.17.1"
    assert said[4].startswith("setup: unpacking them")
    assert said[5:] == ["setup: .venv is ready"]
    again = script(clone, "setup.sh")
    assert (again.returncode, again.stderr) == (0, ""), "what is there is left alone"


def test_pip_that_fails_is_a_failure_though_its_words_go_through_a_pipe(clone: Path) -> None:
    talking_pip(clone, 1)
    answer = script(clone, "setup.sh")
    assert answer.returncode == 1
    assert "trouble\n" in answer.stderr
    assert answer.stderr.endswith("setup: pip could not install Longtail; see its message above\n")
    assert not (clone / ".venv/ready").exists()


PACKS = ("BlendSwap-CC-0", "BlendSwap-CC-BY", "KatorLegaz", "Reallusion", "Scopia")


@pytest.fixture
def without_packs(clone: Path) -> Path:
    """As on a machine without them, for somebody who is not root; what is got are two packs of one letter."""
    path = "usr/share/sweethome3d/furniture"
    scripted = (clone / "docker/get-packs.sh").read_text(encoding="utf-8")
    elsewhere = scripted.replace(f"/{path}", f"/nowhere/{path}").replace("id -u", "echo 1000")
    (clone / "docker/get-packs.sh").write_text(elsewhere, encoding="utf-8")
    program(clone / "apt-get", "touch sweethome3d-furniture.deb")
    program(
        clone / "dpkg-deb",
        f'mkdir -p "$3/nowhere/{path}" "$3/usr/share/doc/sweethome3d-furniture"\n'
        f'echo x >"$3/nowhere/{path}/KatorLegaz.sh3f"\necho x >"$3/nowhere/{path}/Scopia.sh3f"\n'
        'echo x >"$3/usr/share/doc/sweethome3d-furniture/copyright"',
    )
    return clone


def packs(root: Path) -> list[str]:
    return sorted(found.name for found in (root / ".packs").iterdir())


def test_packs_say_how_much_they_are_before_they_are_fetched(without_packs: Path) -> None:
    answer = script(without_packs, "get-packs.sh")
    assert answer.returncode == 0
    said = answer.stderr.splitlines()
    assert "122 MB" in said[0]
    assert said[1:] == ["model packs: unpacking it"]
    assert answer.stdout == f"model packs: {without_packs}/.packs\n"
    assert packs(without_packs) == [".complete", "KatorLegaz.sh3f", "Scopia.sh3f", "copyright"]
    again = script(without_packs, "get-packs.sh")
    assert (again.stdout, again.stderr) == (answer.stdout, ""), "what is there is left alone"


def test_all_packs_are_there_at_once(without_packs: Path) -> None:
    """They were moved one by one: whoever was killed in between drew other scenes from the same seed ever after."""
    program(without_packs / "mv", '/bin/mv "$@"\nkill -9 $PPID')
    script(without_packs, "get-packs.sh")
    assert packs(without_packs) == [".complete", "KatorLegaz.sh3f", "Scopia.sh3f", "copyright"]


@pytest.mark.parametrize("linked", [False, True])
def test_packs_that_a_kill_left_in_part_are_not_taken_for_all(without_packs: Path, linked: bool) -> None:
    """In a folder that one rename cannot replace: one pack was taken for all of them."""
    folder = without_packs / ("elsewhere" if linked else ".packs")
    folder.mkdir()
    (folder / "mine.txt").write_text("mine", encoding="ascii")
    if linked:
        (without_packs / ".packs").symlink_to("elsewhere")
    # Moves the first thing, and is killed with all that waits for it.
    program(without_packs / "mv", 'for last; do :; done\n/bin/mv "$1" "$last"\nkill -9 $PPID')
    script(without_packs, "get-packs.sh")
    assert packs(without_packs) == [".part", "KatorLegaz.sh3f", "mine.txt"]
    (without_packs / "mv").unlink()
    answer = script(without_packs, "get-packs.sh")
    assert "unpacking it" in answer.stderr
    assert answer.stdout == f"model packs: {without_packs}/.packs\n"
    assert packs(without_packs) == [".complete", "KatorLegaz.sh3f", "Scopia.sh3f", "copyright", "mine.txt"]


@pytest.mark.parametrize("place", [".packs", ".packs/nowhere/usr/share/sweethome3d/furniture"])
def test_packs_of_before_are_taken_where_all_are_there(without_packs: Path, place: str) -> None:
    (without_packs / place).mkdir(parents=True)
    for name in PACKS:
        (without_packs / place / f"{name}.sh3f").write_text("x", encoding="ascii")
    answer = script(without_packs, "get-packs.sh")
    assert (answer.stdout, answer.stderr) == (f"model packs: {without_packs / place}\n", "")
    (without_packs / place / "Scopia.sh3f").write_text("", encoding="ascii")
    assert "unpacking it" in script(without_packs, "get-packs.sh").stderr
