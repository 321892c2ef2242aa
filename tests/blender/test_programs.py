"""A program without `if __name__ == "__main__":` renders and reads: its workers do not run it once more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.runs import QUICK, contents, quick_command, run


@pytest.mark.blender
def test_a_program_renders_what_the_command_renders(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        "import longtail, yaml\n"
        "print('begun')\n"
        f"settings = {{path: yaml.safe_load(value) for path, _, value in (pin.partition('=') for pin in {QUICK!r})}}\n"
        "frames = longtail.render('random', 'program', frames=1, seed=5, settings=settings, device='cpu')\n"
        "print(len(frames), frames[0].image.shape, len(frames[0].instances) > 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "program.py"], cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False
    )
    assert (done.returncode, done.stdout) == (0, "begun\n1 (64, 96, 3) True\n"), done.stderr
    run(quick_command(tmp_path / "command", frames=1))
    assert contents(tmp_path / "program") == contents(tmp_path / "command")
