"""Samples where grain is: quiet pixels stop early, and that is the same on any number of threads."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.render.blender.cycles import most_grain
from longtail.render.blender.session import Session
from longtail.scenes.config.settings import RenderSettings
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.mesh import join
from longtail.scenes.geometry.solids import box
from tests.blender.stage import CPU, at, looking_along_x, staged

pytestmark = pytest.mark.blender

MOST = 480
WHITE = Principled((0.8, 0.8, 0.8), roughness=1.0)
# Two boards at right angles, which light each other, before a white sky that has no grain at all.
CORNER = join([box((0.1, 3, 3), WHITE, (6.0, 0.0, 0.0)), box((3.0, 0.1, 3), WHITE, (4.5, 1.5, 0.0))])


def traced(threads: int, *, adaptive: bool) -> NDArray[np.float32]:
    """The radiance (H, W, 3) of the corner."""
    session = Session(RenderSettings(samples=MOST, denoise=False, adaptive=adaptive), CPU, threads=threads)
    with staged([("corner", "wall", CORNER, at(0.0))]) as built:
        return session.picture(built, looking_along_x(48, 36), 3000.0, noise_seed=1).radiance


def test_quiet_pixels_stop_early_and_show_the_same() -> None:
    all_taken, stopped = traced(1, adaptive=False), traced(1, adaptive=True)
    assert float(stopped.mean()) == pytest.approx(float(all_taken.mean()), rel=0.005)
    # What has stopped has more grain than what went on.
    off = np.abs(stopped - all_taken)
    assert 0.0 < off.max() < 0.3
    assert (off > 0).mean() > 0.1
    np.testing.assert_array_equal(traced(2, adaptive=True), stopped)


def test_the_grain_that_is_left_goes_by_the_light() -> None:
    """Cycles takes an error over the root of the radiance, so a hundredth of the light asks for a tenth."""
    assert most_grain(4.0) == pytest.approx(most_grain(400.0) / 10)
    assert most_grain(1000 * np.pi) == pytest.approx(0.1)
    assert most_grain(0.0) > 0.0
