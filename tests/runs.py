"""Running the real command line on a tiny dataset, and comparing what it wrote."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

TINY = (
    "camera.size_px=[96, 64]",
    "render.samples=1",
    "assets.packs=false",
    "objects.vehicle.count=3",
    "objects.furniture.density=0.2",
    "outputs=[coco, panoptic, semantic, depth, normals]",
)


def command(*arguments: object) -> list[str]:
    """The command line of `longtail` in this interpreter."""
    return [sys.executable, "-m", "longtail", *map(str, arguments)]


def render_command(out: Path | str, *options: object, frames: int = 4) -> list[str]:
    """`longtail render` of the tiny street."""
    pins = [word for pin in TINY for word in ("--set", pin)]
    return command("render", "street", "-o", out, "-n", frames, "--seed", 5, "--device", "cpu", *pins, *options)


def run(words: list[str], *, status: int = 0) -> str:
    """What the command said on both channels; it must end with `status` and without a traceback."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=600, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == status, said
    assert "Traceback" not in said, said
    return said


def contents(root: Path) -> dict[str, str]:
    """The digest of every file of a dataset but its logs."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.relative_to(root).parts[0] != "logs"
    }
