"""A robot without a renderer: a board whose upper rows are its hand, whose lower ones its base."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from longtail.annotate.camera.transform import Transform
from longtail.annotate.dataset.merge import merge
from longtail.annotate.labels.frame import Frame
from longtail.annotate.labels.links import Link
from longtail.annotate.labels.surfaces import SeenMaterial, Surfaces, numbered
from tests.annotate.pictures import Board, info, picture
from tests.annotate.stage import store

OUTPUTS = ("coco", "semantic", "material", "links")
ROBOT, PERSON = 4, 6
# The person hides the four columns of the robot's right end, over all of its twelve rows.
BOARDS = (Board(ROBOT, "truck", 10, 20, 30, 12, 8.0), Board(PERSON, "person", 36, 16, 8, 16, 6.0))
HAND_ROWS = 5
AREAS = {"base": 26 * 7, "tool": 0, "hand": 26 * HAND_ROWS}
# The board's middle is 8 m ahead, 0.25 m to the left and 0.5 m below the camera; its hand's frame 0.4 m over that.
HAND_M = (8.0, 1.75, -0.1)
_UP = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0.4], [0, 0, 0, 1.0]])
LINKS = tuple(
    Link(name, Transform("object", "link", matrix)) for name, matrix in
    (("base", np.eye(4)), ("tool", _UP @ _UP), ("hand", _UP))
)  # fmt: skip


def frame() -> Frame:
    """The robot with its links behind a person."""
    seen = picture(BOARDS, 0)
    index = np.where(seen.object_ids > 0, 1, 0).astype(np.int64)
    own = seen.object_ids == ROBOT
    upper = np.arange(len(own))[:, None] < BOARDS[0].y + HAND_ROWS
    index[own & upper], index[own & ~upper] = 3, 2
    known = {
        1: SeenMaterial(0, "Asphalt e2", "asphalt"),
        2: SeenMaterial(0, "Textured 01", "textured", link=1),
        3: SeenMaterial(0, "Textured 02", "textured", link=3),
    }
    material, materials = numbered(index, known)
    objects = tuple(replace(item, links=LINKS) if item.id == ROBOT else item for item in seen.objects)
    return replace(seen, objects=objects, surfaces=Surfaces(None, material, materials))


def dataset(root: Path) -> Path:
    """It as a dataset of one frame."""
    store(root, [frame()], info(1, outputs=OUTPUTS))
    merge(root)
    return root
