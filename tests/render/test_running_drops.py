"""Drops that run down the glass as time goes on."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from longtail.render.soiling.drop_shapes import RUNNING_STRETCH, Shapes, draw_shapes
from longtail.render.soiling.glass import Array, Glass
from longtail.render.soiling.running import Run, run_down, runs_of
from longtail.render.soiling.soil import soil
from longtail.render.soiling.water import Track
from longtail.scenes.camera.soiling import Drops, Soiling

SIZE, FX, PUPIL_M = (320, 180), 250.0, 0.001
SOILING = Soiling(Drops(120, 3.2, 1.7), glass_m=0.12)


def _picture() -> Array:
    rng = np.random.default_rng(3)
    return np.asarray(np.kron(rng.random((18, 32, 1)), np.ones((10, 10, 3))) + 0.1, dtype=np.float32)


def _world() -> tuple[Shapes, list[Run]]:
    rng, glass = np.random.default_rng(5), Glass(SIZE, FX, SOILING.glass_m, PUPIL_M)
    shapes = draw_shapes(SOILING, glass, rng)
    running = np.flatnonzero(shapes.stretch > RUNNING_STRETCH)
    tracks = {int(number): Track.drawn(shapes, int(number), rng) for number in running}
    return shapes, runs_of(tracks, shapes, glass, rng)


def test_who_runs_goes_down_and_never_up_until_it_is_out_of_view() -> None:
    shapes, runs = _world()
    assert len(runs) > 3
    for run in runs:
        assert run.reached(0.0)[0] == pytest.approx(shapes.centres[run.number, 1])
        assert run.reached(0.0)[1] == 0
        for (y, again), (after, later) in pairwise(run.reached(float(t)) for t in np.arange(0.0, 60.0, 0.1)):
            if after < y:
                assert later == again + 1
                # The whole trail was below the view, and the next drop is above it.
                assert y - run.track.length > SIZE[1] / SIZE[0]
                assert after < 0
            else:
                assert after - y < 0.1 * 2 * run.speed_1_s + 1e-9
                assert later == again


def test_all_others_stay_or_are_taken_along_for_good() -> None:
    shapes, runs = _world()
    running = [run.number for run in runs]
    gone_before = np.zeros(len(shapes.radii), dtype=bool)
    for time_s in np.arange(0.0, 30.0, 0.5):
        now = run_down(shapes, runs, float(time_s))
        gone = now.centres[:, 0] < -1
        moved = (now.centres != shapes.centres).any(axis=1)
        assert not gone[running].any()
        assert np.array_equal(np.setdiff1d(np.flatnonzero(moved), running), np.flatnonzero(gone))
        assert (gone >= gone_before).all()
        gone_before = gone
    assert gone_before.any()


def test_a_track_stays_where_it_is_on_the_glass() -> None:
    shapes, runs = _world()
    run = runs[0]
    heights = np.linspace(0.0, 0.5, 20)
    before = run.track.beside(heights)
    assert run.track.beside(np.array([run.track.y]))[0] == pytest.approx(run.track.x)
    later = run_down(shapes, runs, 2.0).centres[run.number]
    assert run.track.beside(later[1:])[0] == pytest.approx(later[0])
    assert np.array_equal(run.track.beside(heights), before)


def test_picture_and_mask_follow_the_drops_and_any_moment_is_made_alone() -> None:
    def at(time_s: float) -> tuple[Array, np.ndarray]:  # type: ignore[type-arg]
        made = soil(_picture(), SOILING, FX, PUPIL_M, np.random.default_rng(8), time_s)
        return made.radiance, made.blocked

    still = soil(_picture(), SOILING, FX, PUPIL_M, np.random.default_rng(8))
    first, near, far = at(0.0), at(0.1), at(4.0)
    assert np.array_equal(first[0], still.radiance)
    assert np.array_equal(at(4.0)[0], far[0])
    assert np.array_equal(at(4.0)[1], far[1])
    shares = [(first[1] != other[1]).mean() for other in (near, far)]
    assert 0 < shares[0] < shares[1] < 0.5
