"""Where the joints of a figure are, in COCO's order: of the same pose that its mesh is of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from longtail.annotate.labels.joints import Joints
from longtail.scenes.assets.people.body import Points

FACE = (
    (0.098, 0.0, 0.09),
    (0.0845, 0.031, 0.122),
    (0.0845, -0.031, 0.122),
    (-0.008, 0.078, 0.108),
    (-0.008, -0.078, 0.108),
)
"""Nose, eyes and ears on the skin, in a head's own frame (`heads`)."""

# How far before each joint its limb's surface may lie, metres, in a figure of 1.75 m and average girth: the limb's
# radius there, in clothes. Hips lie deep; they reach no farther than to the front and back of the pelvis.
_FACE_M = 0.035
REACH_M = {"shoulder": 0.10, "elbow": 0.075, "wrist": 0.065, "hip": 0.17, "knee": 0.10, "ankle": 0.09}

Limbs = Sequence[tuple[Points, Points, Points]]


def joints(face: Points, arms: Limbs, legs: Limbs, scale: float = 1.0, head: float = 1.0) -> Joints:
    """Of face points (5, 3), shoulders, elbows and wrists, hips, knees and ankles, each left before right.

    `scale` is that of the limbs' radii, `head` that of the face.
    """
    found = [(*(float(v) for v in point), _FACE_M * head) for point in face]
    for limbs, names in ((arms, ("shoulder", "elbow", "wrist")), (legs, ("hip", "knee", "ankle"))):
        for place, name in enumerate(names):
            found += [(*(float(v) for v in limb[place]), REACH_M[name] * scale) for limb in limbs]
    return tuple((x, y, z, round(reach, 4)) for x, y, z, reach in found)


def moved(found: Joints, matrix: Points) -> Joints:
    """Mapped by a rigid (4, 4) matrix."""
    points = np.array(found, dtype=np.float64)
    points[:, :3] = points[:, :3] @ matrix[:3, :3].T + matrix[:3, 3]
    return tuple((x, y, z, reach) for x, y, z, reach in points.tolist())
