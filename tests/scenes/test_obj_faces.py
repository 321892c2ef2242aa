"""What a model's file shows, on paper: all numbers at once where they are plain, and nothing where they are not."""

from __future__ import annotations

import numpy as np
import pytest

from longtail.scenes.assets.packs.obj_faces import plain_faces

POINTS = b"v 0 0 0\nv 1.5 0 0\r\nv\t0 -2e-1 0\nv 0 0 7\n"


def test_points_corners_and_slots() -> None:
    faces = b"# a comment\nf 1 2 3\nvt 0 1\nusemtl 2\nf\t4/1/1 3//2 2/1 1 \r\nusemtl 0\nusemtl 1\nf 1 3 4\nf 1 2"
    found = plain_faces(POINTS + faces)
    assert found is not None
    points = np.array([[0, 0, 0], [1.5, 0, 0], [0, -0.2, 0], [0, 0, 7]], dtype=np.float32)
    assert (found.points.dtype, found.points.tobytes()) == (points.dtype, points.tobytes())
    assert found.corners.tolist() == [0, 1, 2, 3, 2, 1, 0, 0, 2, 3, 0, 1]
    assert found.counts.tolist() == [3, 4, 3, 2]
    assert found.slots.tolist() == [0, 2, 1, 1]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (b"f -1 -2 -3", "counts back"),
        (b"f 0 1 2", "corner before the first"),
        (b"f 1 2 5", "corner behind the last"),
        (b"f 1 2 99999999999999999999", "corner that no number of 64 bits holds"),
        (b"f 1 2 x", "a word"),
        (b"f 1 2 3\x0b4", "another blank"),
        (b"v 1 2\nv 1 2 3 4\nf 1 2 3", "two and four numbers"),
        (b"v 1 2 x\nf 1 2 3", "a word for a number"),
        (b"", "no face"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_others_are_left_to_who_reads_line_by_line(more: bytes, why: str) -> None:
    assert plain_faces(POINTS + b"f 1 2 3\n") is not None
    assert plain_faces(POINTS + more) is None, why
