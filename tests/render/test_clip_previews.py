"""The video of a clip opens elsewhere, with the pictures, the rate and the size that it should have."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate import Dataset
from longtail.render.commands import preview_clip

GREYS = (20, 200, 90, 150, 60, 230)


class Pictures:
    """What a video is made of: as many frames as there are greys."""

    def frames(self) -> range:
        return range(len(GREYS))


def picture(_: object, index: int) -> NDArray[np.uint8]:
    """An even grey, of odd height, with a red corner."""
    made = np.full((91, 160, 3), GREYS[index], dtype=np.uint8)
    made[:40, :40] = (220, 20, 20)
    return made


@pytest.mark.parametrize("rate_hz", [2.5, 10.0])
def test_a_video_has_all_moments_at_their_rate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rate_hz: float) -> None:
    monkeypatch.setattr(preview_clip, "cell", picture)
    path = tmp_path / "clip.mp4"
    path.write_bytes(preview_clip._video(rate_hz, cast("Dataset", Pictures())))
    video = cv2.VideoCapture(str(path))
    assert video.get(cv2.CAP_PROP_FPS) == pytest.approx(rate_hz)
    assert video.get(cv2.CAP_PROP_FRAME_COUNT) == len(GREYS)
    for grey in GREYS:
        read, bgr = video.read()
        assert read
        assert bgr.shape == (90, 160, 3)
        assert float(bgr[50:, 50:].mean()) == pytest.approx(grey, abs=8)
        blue, _, red = bgr[10:30, 10:30].reshape(-1, 3).mean(axis=0)
        assert red > blue + 100
    assert not video.read()[0]
