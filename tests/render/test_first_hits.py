"""What a camera sees first, of walls at known places."""

from __future__ import annotations

import numpy as np
import pytest

from longtail.annotate.camera import Camera, KannalaBrandt, Lens, Pinhole
from longtail.annotate.camera.orthographic import Orthographic
from longtail.annotate.camera.transform import Matrix, Transform
from longtail.render.view import first_hits as module
from longtail.render.view.casting import Solid
from longtail.render.view.first_hits import Stood, first_hits
from longtail.scenes.geometry.cut_outs import CutOuts

CLIP_M = (0.05, 5000.0)
PINHOLE = Pinhole.from_fov(37, 22, 60.0)
# A square of 2 m about the origin, in the plane of X and Y; its front faces -Z.
CORNERS = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], np.float32)
HALVES = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
SQUARE = Solid.of(CORNERS, HALVES)


def camera(lens: Lens = PINHOLE) -> Camera:
    """At the origin, along +Z."""
    return Camera(lens, Transform("world", "camera", np.eye(4)))


def wall(number: int, z_m: float, size: float = 100.0, solid: Solid = SQUARE, turn_rad: float = 0.0) -> Stood:
    cos, sin = np.cos(turn_rad), np.sin(turn_rad)
    turned = np.array([[cos, 0, sin, 0], [0, 1, 0, 0], [-sin, 0, cos, 0], [0, 0, 0, 1]], float)
    pose: Matrix = turned @ np.diag([size, size, 1.0, 1.0])
    pose[2, 3] = z_m
    return Stood(number, solid, pose)


def test_depth_is_z_and_facets_face_the_camera() -> None:
    seen = first_hits(camera(), [wall(7, 30.0), wall(4, 20.0, 2.0)], CLIP_M)
    assert set(np.unique(seen.ids)) == {4, 7}
    rays = PINHOLE.rays(camera().pixel_centres())
    near = (np.abs(rays[..., :2] / rays[..., 2:] * 20.0) < 2.0).all(axis=-1)
    np.testing.assert_array_equal(seen.ids == 4, near)
    np.testing.assert_allclose(seen.depth_m, np.where(near, 20.0, 30.0), rtol=1e-6)
    np.testing.assert_allclose(seen.facets, np.broadcast_to((0, 0, -1), seen.facets.shape), atol=1e-6)


def test_facets_of_what_is_stretched_and_turned() -> None:
    seen = first_hits(camera(), [wall(1, 30.0, turn_rad=0.5)], CLIP_M)
    np.testing.assert_allclose(seen.facets[11, 18], (-np.sin(0.5), 0, -np.cos(0.5)), atol=1e-6)


@pytest.mark.parametrize("z_m", [0.04, 5001.0])
def test_nothing_is_seen_before_the_view_begins_or_behind_its_end(z_m: float) -> None:
    seen = first_hits(camera(), [wall(1, z_m, 1e5)], CLIP_M)
    assert not seen.ids.any()
    assert np.isinf(seen.depth_m).all()
    assert not seen.facets.any()
    assert first_hits(camera(), [], CLIP_M).ids.shape == (22, 37)


def test_holes_are_looked_through() -> None:
    uv = np.array([[[0, 0], [1, 0], [1, 1]], [[0, 0], [1, 1], [0, 1]]], np.float32)
    left_clear = CutOuts(np.zeros(2, np.int32), uv, (np.array([[0, 255], [0, 255]], np.uint8),))
    cut = Solid.of(CORNERS, HALVES, left_clear)
    seen = first_hits(camera(), [wall(2, 30.0), *(wall(1, z, solid=cut) for z in (9.0, 10.0, 11.0))], CLIP_M)
    # Between the middles of both columns the alpha rises; it is one half in the middle of the square.
    x = (np.arange(37) + 0.5 - PINHOLE.cx_px) / PINHOLE.fx_px * 9.0
    np.testing.assert_array_equal(seen.ids[10] == 1, (x > 0) & (x < 75))
    assert seen.depth_m[seen.ids == 1] == pytest.approx(9.0, rel=1e-6)


def test_bands_of_a_large_picture_join(monkeypatch: pytest.MonkeyPatch) -> None:
    stood = [wall(7, 30.0, turn_rad=0.3), wall(4, 20.0, 2.0)]
    whole = first_hits(camera(), stood, CLIP_M)
    monkeypatch.setattr(module, "_AT_ONCE", 200)
    parts = first_hits(camera(), stood, CLIP_M)
    for name in ("ids", "depth_m", "facets"):
        assert getattr(whole, name).tobytes() == getattr(parts, name).tobytes()


def test_lenses_that_bend_and_those_that_run_parallel() -> None:
    fisheye = KannalaBrandt(40, 40, 20.0, 20.0, 20.0, 20.0, k1=-0.3)
    seen = first_hits(camera(fisheye), [wall(1, 30.0, 1e3)], CLIP_M)
    there = np.isfinite(fisheye.rays(camera(fisheye).pixel_centres())).all(axis=-1)
    np.testing.assert_array_equal(seen.ids == 1, there)
    assert 0.3 < there.mean() < 0.5
    assert seen.depth_m[there] == pytest.approx(30.0, rel=1e-5)
    seen = first_hits(camera(Orthographic.from_width(20, 10, 4.0)), [wall(1, 30.0, 0.6)], CLIP_M)
    assert int((seen.ids == 1).sum()) == 36
    assert seen.depth_m[seen.ids == 1] == pytest.approx(30.0, rel=1e-6)
