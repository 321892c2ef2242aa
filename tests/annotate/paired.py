"""A scene that a rectified pair sees, without a renderer: two boards, each where the baseline puts it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Transform
from longtail.annotate.dataset.merge import merge
from longtail.annotate.labels.frame import Frame, SceneObject
from longtail.annotate.labels.rig import Rig
from longtail.annotate.labels.shown import Shown
from tests.annotate.pictures import FORWARD, Board, camera, info, picture
from tests.annotate.stage import store

BASELINE_M = 0.5
NAMES = ("left", "right")
OUTPUTS = ("coco", "instance", "semantic", "depth", "disparity")
BOARDS = (Board(1, "car", 10, 20, 30, 12, 8.0), Board(2, "person", 44, 16, 8, 16, 16.0))


def cameras() -> dict[str, Camera]:
    """The left one at the world's origin, as all of these; the other half a metre to its right, which is -Y."""
    aside = FORWARD.matrix.copy()
    aside[1, 3] = -BASELINE_M
    left = camera()
    return {"left": left, "right": Camera(left.lens, Transform("world", "camera", aside))}


def pair() -> list[Frame]:
    """Frames 0 and 1, the left and the right picture. Their 32 pixels of focal length move the boards by 2 and by 1."""
    views = cameras()
    left = picture(BOARDS, 0, views["left"])
    frames = []
    for index, name in enumerate(NAMES):
        moved = [replace(board, x=board.x - (index and shift)) for board, shift in zip(BOARDS, (2, 1), strict=True)]
        seen = picture(moved, index, views["left"])
        rig = Rig.of(name, 0, {"left": 0, "right": 1}, views)
        # One world: whatever the picture, things are where they are.
        frames.append(replace(seen, camera=views[name], objects=_as_in(left, seen), rig=rig, shown=_shown(index, name)))
    return frames


def paired(root: Path) -> Path:
    """The pair as a dataset."""
    store(root, pair(), info(2, outputs=OUTPUTS))
    merge(root)
    return root


def _as_in(left: Frame, seen: Frame) -> tuple[SceneObject, ...]:
    return tuple(
        replace(item, world_from_object=first.world_from_object)
        for item, first in zip(seen.objects, left.objects, strict=True)
    )


def _shown(index: int, name: str) -> Shown:
    return Shown(0, "", {}, (1 - index,), name)
