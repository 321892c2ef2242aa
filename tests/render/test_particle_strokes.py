"""Strokes against geometry: where they start and end, what they cover, what hides them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from longtail.render.particles.motion import falling
from longtail.render.particles.strokes import Strokes, moving, paint
from longtail.render.particles.surroundings import Surroundings
from longtail.render.particles.view import Array
from tests.render import skies


def stroke(start: tuple[float, float], end: tuple[float, float], size_px: float = 2.0, depth_m: float = 5.0) -> Strokes:
    """One white stroke."""
    return Strokes(
        np.array([start]),
        np.array([end]),
        np.array([size_px]),
        np.array([1.5]),
        np.array([depth_m]),
        np.ones(1),
        np.ones((1, 3)),
        np.zeros(1),
    )


def black() -> Array:
    return skies.grey(0.0)


def test_a_falling_drops_streak_is_as_long_as_its_path() -> None:
    """At 2 m a fall of 6 m/s for 1/60 s is 10 cm: f * 0.1 / 2 pixels, straight down through the middle."""
    view = skies.wall(10.0)
    drops = moving(view, np.array([[0.0, 0.0, 2.0]]), np.array([[0.0, 6.0, 0.0]]), np.array([0.002]), np.ones((1, 3)))
    along = drops.end_px[0] - drops.start_px[0]
    assert along == pytest.approx([0.0, view.focal_px * 0.1 / 2])
    assert (drops.start_px[0] + drops.end_px[0]) / 2 == pytest.approx([80.0, 45.0])
    assert drops.size_px[0] == pytest.approx(view.focal_px * 0.002 / 2)


def test_half_the_shutter_halves_the_streak() -> None:
    place, speed = np.array([[0.2, 0.1, 2.0]]), np.array([[1.0, 6.0, 0.0]])
    lengths = []
    for shutter in (1 / 60, 1 / 120):
        drops = moving(skies.wall(10.0, shutter), place, speed, np.array([0.002]), np.ones((1, 3)))
        lengths.append(float(np.linalg.norm(drops.end_px - drops.start_px)))
    assert lengths[0] == pytest.approx(2 * lengths[1])


def test_driving_makes_drops_stream_out_of_the_middle() -> None:
    view = skies.wall(50.0)
    world = skies.scene(speed_m_s=20.0)
    place = Surroundings(skies.grey(), view, world)
    velocity = falling(place, np.zeros((500, 3)), np.full(500, 1.0), 1.0, np.random.default_rng(0))
    assert velocity.mean(axis=0) == pytest.approx([0.0, 1.0, -20.0], abs=0.1)
    drops = moving(view, np.tile([1.0, 0.0, 4.0], (500, 1)), velocity, np.full(500, 0.002), np.ones((500, 3)))
    assert (np.abs(drops.end_px[:, 0] - 80) > np.abs(drops.start_px[:, 0] - 80)).all()


def test_wind_from_the_right_blows_to_the_left() -> None:
    """A direction of 90 degrees is to the left of the street; left is -X in the camera frame."""
    world = skies.scene(wind_m_s=10.0, wind_towards_deg=90.0)
    assert world.wind_m_s[1] > 4.0
    place = Surroundings(skies.grey(), skies.wall(5.0), world)
    velocity = falling(place, np.zeros((400, 3)), np.ones(400), 1.0, np.random.default_rng(0))
    assert velocity[:, 0].mean() < -4.0


@given(
    st.tuples(st.floats(30, 130), st.floats(20, 70)),
    st.tuples(st.floats(-20, 20), st.floats(-15, 15)),
    st.floats(0.2, 6.0),
)
def test_a_stroke_spreads_its_bodys_area(
    middle: tuple[float, float], path: tuple[float, float], size_px: float
) -> None:
    """What a body covers, summed over the pixels, is its disc pi/4 d^2, however far it moved meanwhile."""
    start, end = np.array(middle) - np.array(path) / 2, np.array(middle) + np.array(path) / 2
    line = stroke((start[0], start[1]), (end[0], end[1]), size_px)
    covered = float(paint(black(), skies.wall(10.0).depth_m, line)[..., 0].sum())
    assert covered == pytest.approx(np.pi / 4 * size_px**2, rel=0.1, abs=2e-3)


def test_a_nearer_wall_hides_a_stroke_and_a_farther_one_does_not() -> None:
    line = stroke((20, 20), (100, 60), depth_m=5.0)
    picture = black()
    assert paint(picture, skies.wall(4.9).depth_m, line) is picture
    assert paint(picture, skies.wall(5.1).depth_m, line).any()


def test_a_post_hides_what_passes_behind_it() -> None:
    depth = skies.wall(10.0).depth_m.copy()
    depth[:, 60:64] = 2.0
    shown = paint(black(), depth, stroke((20, 45), (120, 45)))[..., 0]
    assert not shown[:, 60:64].any()
    assert shown[45, 50] > 0
    assert shown[45, 80] > 0


def test_the_order_of_strokes_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    count = 40

    def some(order: NDArray[np.intp]) -> Strokes:
        return Strokes(*(values[order] for values in fields))

    fields = (
        rng.uniform(0, 90, (count, 2)),
        rng.uniform(0, 90, (count, 2)),
        rng.uniform(0.5, 5, count),
        np.full(count, 1.5),
        np.full(count, 3.0),
        np.ones(count),
        rng.random((count, 3)),
        np.zeros(count),
    )
    depth = skies.wall(10.0).depth_m
    one, two = (paint(skies.grey(), depth, some(order)) for order in (np.arange(count), np.arange(count)[::-1]))
    np.testing.assert_allclose(one, two, atol=1e-5)


def test_what_is_outside_the_picture_paints_nothing() -> None:
    picture = black()
    assert paint(picture, skies.wall(10.0).depth_m, stroke((-50, -50), (-20, 40))) is picture
    assert paint(picture, skies.wall(10.0).depth_m, stroke((np.nan, 0), (20, 40))) is picture


def test_near_bodies_are_out_of_focus() -> None:
    """The blur of a lens focused far away is its aperture, 2.2 mm, seen at the body's place."""
    view = skies.wall(10.0)
    bodies = moving(
        view, np.array([[0.0, 0.0, 0.05 * 2], [0.0, 0.0, 5.0]]), np.zeros((2, 3)), np.full(2, 1e-3), np.ones((2, 3))
    )
    assert bodies.soft_px[0] == pytest.approx(view.focal_px * 0.00222 / 0.1, rel=0.2)
    assert bodies.soft_px[1] < 2.0
