"""Running the real command line on a tiny dataset, and comparing what it wrote.

What a scene is made of is tried with the tiny street. What becomes of frames, files and processes is the same for all
scenes, and is tried with a quick one: a few things in the air, each frame in a tenth of the street's time.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner

from longtail.command_line import main

TINY = (
    "camera.size_px=[96, 64]",
    "render.samples=1",
    "assets.packs=false",
    "road.kind=town",
    "road.grade_percent=0",
    "road.grade_change_percent=0",
    "objects.vehicle.count=3",
    "objects.furniture.density=0.2",
    "outputs=[coco, panoptic, semantic, depth, normals]",
)

QUICK = (
    *(pin for pin in TINY if not pin.startswith(("objects.", "road."))),
    "objects.family=furniture",
    "objects.count=4",
    "distractors.count=2",
    "lighting.lamps.count=2",
)


def command(*arguments: object) -> list[str]:
    """The command line of `longtail` in this interpreter."""
    return [sys.executable, "-m", "longtail", *map(str, arguments)]


def render_command(out: Path | str, *options: object, frames: int = 4) -> list[str]:
    """`longtail render` of the tiny street."""
    return _render("street", TINY, out, frames, options)


def quick_command(out: Path | str, *options: object, frames: int = 4) -> list[str]:
    """`longtail render` of what is rendered soonest."""
    return _render("random", QUICK, out, frames, options)


def _render(scenario: str, pins: Sequence[str], out: Path | str, frames: int, options: Sequence[object]) -> list[str]:
    words = [word for pin in pins for word in ("--set", pin)]
    return command("render", scenario, "-o", out, "-n", frames, "--seed", 5, "--device", "cpu", *words, *options)


def run(words: list[str], *, status: int = 0) -> str:
    """What the command said on both channels; it must end with `status` and without a traceback."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=600, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == status, said
    assert "Traceback" not in said, said
    return said


def run_here(*arguments: object, status: int = 0) -> str:
    """As `run` of the same `command`, in this process, where all is imported that takes a new one seconds."""
    answer = CliRunner().invoke(main, [str(word) for word in arguments])
    assert isinstance(answer.exception, SystemExit | None), answer.exc_info
    said = answer.stdout + answer.stderr
    assert answer.exit_code == status, said
    return said


def refused_here(words: list[str], *, status: int = 2) -> str:
    """As `run` of the words of a `command` that is refused before anything is rendered, in this process."""
    return run_here(*words[len(command()) :], status=status)


def contents(root: Path) -> dict[str, str]:
    """The digest of every file of a dataset but its logs."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.relative_to(root).parts[0] != "logs"
    }
