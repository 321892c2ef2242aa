"""What the check says of how much of a thing could be seen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.annotate.pictures import Board, board_object, info, picture
from tests.annotate.stage import messages, store

MAST_PX = 26


@pytest.mark.parametrize("column", range(20, 24))
@pytest.mark.parametrize(("amodal_px", "sound"), [(MAST_PX, True), (8 * MAST_PX, False)])
def test_a_mast_thinner_than_what_is_between_two_looks_is_seen(
    tmp_path: Path, column: int, amodal_px: int, sound: bool
) -> None:
    """A mast one pixel wide, of which one pixel is hidden. Arms that are seen edge on make its 3D box wide."""
    cone = Board(2, "traffic cone", column, 20, 1, 1, depth_m=5.0)
    frame = picture([Board(1, "traffic sign", column, 0, 1, MAST_PX), cone])
    mast = replace(board_object(Board(1, "traffic sign", 12, 0, 21, MAST_PX), frame.camera), amodal_px=amodal_px)
    store(tmp_path, [replace(frame, objects=(frame.objects[0], mast, frame.objects[2]))], info(1))
    assert ("object 1 amodal_px at most" in messages(tmp_path)) != sound
