"""Bad pixels planted in what a renderer gives back: few are mended as paper says, many are refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate.camera import Camera, KannalaBrandt
from longtail.annotate.camera.transform import Transform
from longtail.annotate.errors import RenderError
from longtail.annotate.labels.frame import SceneObject
from longtail.render.view.inspection import (
    Labels,
    mended_labels,
    mended_picture,
    require_ground,
    require_variety,
)
from longtail.render.view.seeing import pixel_rays
from tests.annotate.pictures import FORWARD, Board, picture

HEIGHT, WIDTH = 48, 64
CIRCLE = np.ones((HEIGHT, WIDTH), dtype=np.bool_)
TRACED = np.ones((HEIGHT, WIDTH), dtype=np.float32)
GROUND, CAR = 1, 2
BROKEN = pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -0.5, 1e9])


def ramp() -> NDArray[np.float32]:
    """A picture whose radiance is linear over it, so that a pixel is the mean of its neighbours."""
    v, u = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    return np.stack([1 + u, 2 + v, 3 + u + v], axis=-1)


@BROKEN
@pytest.mark.parametrize("channel", [0, 1, 2])
def test_one_bad_pixel_becomes_the_mean_of_its_neighbours(value: float, channel: int) -> None:
    broken = ramp()
    broken[20, 30, channel] = value
    mended, count = mended_picture(broken, TRACED, CIRCLE)
    assert count == 1
    np.testing.assert_allclose(mended, ramp(), rtol=1e-6)


def test_a_sound_picture_is_left_alone() -> None:
    sound = ramp()
    sound[3, 3] = 0.0
    sound[4, 4] = 2e6  # the sun in a windscreen
    mended, count = mended_picture(sound, TRACED, CIRCLE)
    assert mended is sound
    assert count == 0


@pytest.mark.parametrize("place", [(0, 0), (0, 30), (47, 63)])
def test_a_bad_pixel_at_the_border_is_mended_from_inside(place: tuple[int, int]) -> None:
    broken = np.full((HEIGHT, WIDTH, 3), 0.25, dtype=np.float32)
    broken[place] = np.nan
    mended, count = mended_picture(broken, TRACED, CIRCLE)
    assert count == 1
    assert (mended == 0.25).all()


def test_neighbouring_bad_pixels_do_not_mend_each_other() -> None:
    broken = np.full((HEIGHT, WIDTH, 3), 0.25, dtype=np.float32)
    broken[20:22, 30:32] = np.nan
    mended, count = mended_picture(broken, TRACED, CIRCLE)
    assert count == 4
    assert (mended == 0.25).all()


def test_what_was_not_traced_is_bad_inside_the_image_circle_alone() -> None:
    alpha, circle = TRACED.copy(), CIRCLE.copy()
    alpha[10, 10] = 0
    circle[:5] = False
    alpha[:5] = 0
    mended, count = mended_picture(ramp(), alpha, circle)
    assert count == 1
    np.testing.assert_allclose(mended, ramp(), rtol=1e-6)


def test_void_gets_no_light_and_gives_none() -> None:
    broken, circle = np.full((HEIGHT, WIDTH, 3), 0.25, dtype=np.float32), CIRCLE.copy()
    circle[:5] = False
    broken[:5] = 0.0
    broken[2, 2] = np.nan
    broken[5, 30] = np.nan
    mended, count = mended_picture(broken, TRACED, circle)
    assert count == 2
    assert (mended[:5] == 0).all()
    assert (mended[5:] == 0.25).all()


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda radiance, _: radiance.__setitem__(np.s_[:4], np.nan), "256 not finite"),
        (lambda radiance, _: radiance.__setitem__(np.s_[:4, :, 1], -1), "256 negative"),
        (lambda radiance, _: radiance.__setitem__(np.s_[:4, :, 1], 1e30), "256 brighter than the sun"),
        (lambda _, alpha: alpha.__setitem__(np.s_[:], 0), f"{HEIGHT * WIDTH} never traced"),
        (lambda _, alpha: alpha.__setitem__(np.s_[:4], np.nan), "256 never traced"),
    ],
)
def test_many_bad_pixels_are_an_error_that_says_why(spoil: Callable[..., object], reason: str) -> None:
    radiance, alpha = ramp(), TRACED.copy()
    spoil(radiance, alpha)
    with pytest.raises(RenderError, match=rf"the picture: expected radiance .* got \d+ bad ones of 3072 \({reason}\)"):
        mended_picture(radiance, alpha, CIRCLE)


def plane() -> Labels:
    """A plane under the camera, whose depth is 20 m over the row below the horizon, with a board before it, and sky."""
    row = np.arange(HEIGHT)[:, None] + 0.5 - HEIGHT / 2
    below = np.broadcast_to(row > 0, (HEIGHT, WIDTH))
    reach = np.where(below, 20 / np.maximum(row, 0.1), 1e10).astype(np.float32)
    index = below.astype(np.float32)
    normals = np.where(below[..., None], [0, 0, 1], 0).astype(np.float32)
    index[20:36, 10:20], reach[20:36, 10:20], normals[20:36, 10:20] = CAR, 5.0, (-1, 0, 0)
    return Labels(index, reach, normals, TRACED)


def spoilt(**values: tuple[Any, float]) -> Labels:
    came = plane()
    arrays = {name: getattr(came, name).copy() for name in values}
    for name, (place, value) in values.items():
        arrays[name][place] = value
    return replace(came, **arrays)


SOUND = mended_labels(plane(), CIRCLE, [GROUND, CAR])


def test_a_sound_label_pass_is_left_alone() -> None:
    assert SOUND.count == 0
    assert SOUND.ids.dtype == np.int32
    assert np.isinf(SOUND.reach_m[SOUND.ids == 0]).all()
    assert (SOUND.normals[SOUND.ids == 0] == 0).all()
    there = SOUND.ids > 0
    np.testing.assert_array_equal(SOUND.reach_m[there], plane().reach_m[there])


PLACES = pytest.mark.parametrize("place", [(40, 50), (30, 15), (5, 5), (30, 10)], ids=["road", "car", "sky", "edge"])


@PLACES
@pytest.mark.parametrize("value", [np.nan, np.inf, -1.0, -np.inf, 0.0])
def test_a_bad_depth_is_the_planes(place: tuple[int, int], value: float) -> None:
    """Depth's inverse is linear over a plane, so that the mended depth is the true one."""
    mended = mended_labels(spoilt(reach_m=(place, value)), CIRCLE, [GROUND, CAR])
    assert mended.count == (value != np.inf or SOUND.ids[place] > 0)
    np.testing.assert_array_equal(mended.ids, SOUND.ids)
    np.testing.assert_allclose(mended.reach_m, SOUND.reach_m, rtol=1e-6)
    np.testing.assert_array_equal(mended.normals, SOUND.normals)


@PLACES
@pytest.mark.parametrize("value", [np.nan, np.inf, -1.0, 1.5, 3e9])
def test_a_bad_id_is_that_of_most_neighbours(place: tuple[int, int], value: float) -> None:
    mended = mended_labels(spoilt(index=(place, value)), CIRCLE, [GROUND, CAR])
    assert mended.count == 1
    np.testing.assert_array_equal(mended.ids, SOUND.ids)
    np.testing.assert_allclose(mended.reach_m, SOUND.reach_m, rtol=1e-6)
    np.testing.assert_array_equal(mended.normals, SOUND.normals)


@pytest.mark.parametrize("place", [(40, 50), (30, 15), (30, 10)])
@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, 7.0])
def test_a_bad_normal_is_that_of_the_same_surface(place: tuple[int, int], value: float) -> None:
    mended = mended_labels(spoilt(normals=(place, value)), CIRCLE, [GROUND, CAR])
    assert mended.count == 1
    np.testing.assert_array_equal(mended.ids, SOUND.ids)
    np.testing.assert_array_equal(mended.reach_m, SOUND.reach_m)
    np.testing.assert_allclose(mended.normals, SOUND.normals, atol=1e-6)


def test_a_surface_that_lost_its_id_is_no_sky() -> None:
    mended = mended_labels(spoilt(index=((40, 50), 0.0)), CIRCLE, [GROUND, CAR])
    assert (mended.count, mended.ids[40, 50]) == (1, GROUND)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        ({"index": (np.s_[40:], np.nan)}, "512 no whole id"),
        ({"index": (np.s_[40:], 0.0)}, "512 a depth without an id"),
        ({"reach_m": (np.s_[40:], np.nan)}, "512 an id without a depth"),
        ({"reach_m": (np.s_[40:], 0.0)}, "512 an id without a depth"),
        ({"normals": (np.s_[40:], np.nan)}, "512 no unit normal"),
        ({"normals": (np.s_[40:], 0.0)}, "512 no unit normal"),
        ({"alpha": (np.s_[40:], 0.0)}, "512 never traced"),
    ],
    ids=str,
)
def test_a_broken_label_pass_is_an_error_that_says_why(spoil: dict[str, tuple[Any, float]], reason: str) -> None:
    with pytest.raises(RenderError, match=rf"the label pass: expected .* got 512 bad ones of 3072 \(.*{reason}"):
        mended_labels(spoilt(**spoil), CIRCLE, [GROUND, CAR])


def test_ids_of_nobody_are_an_error() -> None:
    with pytest.raises(RenderError, match=r"expected ids of the scene's objects, got \[7\] as well"):
        mended_labels(spoilt(index=((30, 15), 7.0)), CIRCLE, [GROUND, CAR])


def test_void_is_nothing_whatever_the_renderer_says() -> None:
    circle = CIRCLE.copy()
    circle[44:] = False
    mended = mended_labels(spoilt(index=(np.s_[46:], np.nan)), circle, [GROUND, CAR])
    assert mended.count == 0
    assert not mended.ids[44:].any()
    assert np.isinf(mended.reach_m[44:]).all()
    assert not mended.normals[44:].any()


def scene_of(lens: KannalaBrandt | None = None) -> tuple[Camera, tuple[SceneObject, ...], NDArray[np.int32]]:
    """A camera 1.5 m over a square of road of 100 m, and the ids that it sees."""
    drawn = picture([Board(1, "car", 10, 20, 30, 12, 20.0)])
    view = drawn.camera if lens is None else Camera(lens, FORWARD)
    falling = (pixel_rays(view.lens) @ view.world_from_camera.matrix[:3, :3].T)[..., 2] < -0.02
    pose = Transform("world", "object", np.eye(4))
    road = SceneObject(900, "road", "ground", pose, (0.0, 0.0, -1.5), (100.0, 100.0, 0.0))
    return view, (road, *drawn.objects[1:]), np.where(falling, 900, 0).astype(np.int32)


@pytest.mark.parametrize("lens", [None, KannalaBrandt.from_fov(64, 48, 200.0)], ids=["pinhole", "fisheye"])
def test_ground_is_where_rays_fall_onto_it(lens: KannalaBrandt | None) -> None:
    view, objects, ids = scene_of(lens)
    require_ground(ids, view, objects)
    with pytest.raises(RenderError, match=r"expected ground at \d+ pixels that look down at it, got nothing at"):
        require_ground(np.zeros_like(ids), view, objects)
    half = ids.copy()
    half[:, :32] = 0
    with pytest.raises(RenderError, match="expected ground"):
        require_ground(half, view, objects)
    # A car that fills the view hides it all, and a stage without ground has none to show.
    require_ground(np.full_like(ids, 1), view, objects)
    require_ground(np.zeros_like(ids), view, objects[1:])


GREY = np.full((HEIGHT, WIDTH, 3), 0.2, dtype=np.float32)
CLEAR = np.ones((HEIGHT, WIDTH), dtype=np.float32)


def test_different_surfaces_have_no_common_radiance() -> None:
    for flat in (GREY, GREY * 0):
        with pytest.raises(RenderError, match="expected different surfaces, got the same radiance all over"):
            require_variety(flat, SOUND.ids, CLEAR, CIRCLE, 0.0)
    require_variety(ramp(), SOUND.ids, CLEAR, CIRCLE, 1e4)


def test_fog_may_hide_all_and_a_wall_may_fill_the_view() -> None:
    require_variety(GREY, SOUND.ids, np.full_like(CLEAR, 1e-3), CIRCLE, 1e4)
    require_variety(GREY, np.full_like(SOUND.ids, 3), CLEAR, CIRCLE, 1e4)


def test_a_black_sky_is_one_that_nothing_lights() -> None:
    sky = np.zeros_like(SOUND.ids)
    with pytest.raises(RenderError, match=r"expected a sky that gives 0\.0006 lux"):
        require_variety(GREY * 0, sky, CLEAR, CIRCLE, 6e-4)
    require_variety(GREY * 0, sky, CLEAR, CIRCLE, 0.0)
    # One lamp in the dark is a picture.
    lamp = GREY * 0
    lamp[3, 3] = 1e-9
    require_variety(lamp, SOUND.ids, CLEAR, CIRCLE, 6e-4)
