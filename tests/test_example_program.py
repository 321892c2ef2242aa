"""The example that trains a detector runs from its first cell to its last, and the detector finds what it was shown.

In a small form: no picture is rendered, and cars are boards.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from longtail import programs
from longtail.annotate.dataset.merge import merge
from longtail.annotate.labels.frame import Frame
from longtail.render.commands.run import Request
from longtail.scenes.config.loading import load
from tests.annotate.pictures import Board, camera, info, picture
from tests.annotate.stage import store
from tests.pages import ROOT

FRAMES = 24


def street(index: int) -> Frame:
    """Three cars beside each other at chance places, and two people before the sky."""
    rng = np.random.default_rng(index)
    boards = []
    for number in range(3):
        width = int(rng.integers(36, 50))
        left, top = int(rng.integers(4, 26)) + 80 * number, int(rng.integers(74, 90))
        boards.append(Board(number + 1, "car", left, top, width, round(width * 0.65), 10.0 + number))
    people = [Board(101 + n, "person", 40 + 90 * n, 20, 8, 24, 20.0) for n in range(2)]
    return picture([*boards, *people], index, camera(240, 144, 120.0))


def test_from_a_config_to_a_detector(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    requests: list[Request] = []

    def render_dataset(request: Request) -> int:
        requests.append(request)
        root = Path(str(request.output))
        store(root, map(street, range(FRAMES)), info(FRAMES, outputs=("coco",)))
        merge(root)
        return 0

    monkeypatch.setattr(programs, "render_dataset", render_dataset)
    monkeypatch.setenv("OUT", str(tmp_path / "cars"))
    monkeypatch.setenv("FRAMES", str(FRAMES))
    names: dict[str, Any] = runpy.run_path(str(ROOT / "examples/train_detector.py"))
    (request,) = requests
    config = load(str(request.source), request.changes)
    assert (config.frames, config.camera.size_px, config.outputs) == (FRAMES, (480, 270), ("coco",))
    assert {frame.index for frame in names["train"]}.isdisjoint(frame.index for frame in names["test"])
    assert len(names["test"]) == 7
    # Boards are easy.
    assert names["ap50"] > 0.6
