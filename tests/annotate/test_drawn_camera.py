"""What a camera's pose says of the roll that was drawn."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from longtail.annotate.camera import Pinhole
from longtail.annotate.check.drawn_camera import roll_deg, told_within_deg
from longtail.scenes.camera.looking import looking

LENS = Pinhole.from_fov(64, 48, 60)


@given(st.floats(-89.94, 89.94), st.floats(-45, 45), st.floats(-3, 3))
def test_a_stored_pose_tells_the_roll_however_steep_it_looks(
    pitch_deg: float, drawn_deg: float, heading: float
) -> None:
    pose = looking(LENS, (0.0, 0.0, 1.6), heading, pitch_deg, drawn_deg).world_from_camera.matrix
    stored = np.round(pose, 9)
    assert abs(roll_deg(stored) - drawn_deg) < told_within_deg(stored) < 2e-4
