"""A warehouse from one end to the other: rendered, checked, exported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from longtail.annotate.check.check import check
from tests.runs import command, run

pytestmark = pytest.mark.blender

# One rack to each side, and air that is rendered.
SMALL = (
    "hall.bays=2", "hall.aisles=1", "hall.levels=1", "camera.mount=overview", "weather=dust", "edge_case=none",
    "objects.staged.count=3", "objects.vehicle.count=2", "camera.size_px=[96, 64]", "render.samples=1",
    "assets.packs=false",
)  # fmt: skip


def test_what_is_rendered_checks_and_exports(tmp_path: Path) -> None:
    """All files agree, and BOP has the poses of what is seen."""
    out, bop = tmp_path / "out", tmp_path / "bop"
    words = [word for pin in SMALL for word in ("--set", pin)]
    run(command("render", "warehouse", "-o", out, "-n", 1, "--seed", 2, "--device", "cpu", "--workers", 1, *words))
    assert check(out) == []
    run(command("export", out, "--to", "bop", "--split", 1, 0, 0, "-o", bop))
    poses = json.loads(next(bop.glob("**/scene_gt.json")).read_bytes())
    assert len(next(iter(poses.values()))) >= 3
