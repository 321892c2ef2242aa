"""What rays have seen and what the renderer says of it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate.errors import RenderError
from longtail.render.view.agreement import Sight, agreed
from longtail.render.view.first_hits import FirstHits

SHAPE = (20, 50)
FLAT, RELIEF = (0.0, 0.0, -1.0), (0.6, 0.0, -0.8)


def ids(*others: tuple[int, int, int]) -> NDArray[np.int32]:
    found = np.ones(SHAPE, dtype=np.int32)
    for row, column, number in others:
        found[row, column] = number
    return found


def everywhere(value: float | tuple[float, ...]) -> NDArray[np.float32]:
    single = np.array(value, dtype=np.float32)
    return np.broadcast_to(single, (*SHAPE, *single.shape)).copy()


def test_single_pixels_may_differ_and_take_the_normals_of_triangles() -> None:
    seen = FirstHits(ids((3, 4, 2)), everywhere(5.0), everywhere(FLAT))
    both = agreed(seen, Sight(ids((9, 9, 2)), everywhere(6.0), everywhere(RELIEF)), ())
    np.testing.assert_array_equal(both.sight.ids, seen.ids)
    np.testing.assert_array_equal(both.sight.depth_m, seen.depth_m)
    np.testing.assert_array_equal(both.facets, seen.facets)
    differing = np.zeros(SHAPE, dtype=np.bool_)
    differing[3, 4] = differing[9, 9] = True
    np.testing.assert_array_equal(both.same, ~differing)
    np.testing.assert_array_equal(both.sight.normals[differing], everywhere(FLAT)[differing])
    np.testing.assert_array_equal(both.sight.normals[~differing], everywhere(RELIEF)[~differing])


def test_what_only_the_renderer_knows_is_where_it_says() -> None:
    seen = FirstHits(ids(), everywhere(5.0), everywhere(FLAT))
    both = agreed(seen, Sight(ids((3, 4, 8)), everywhere(2.0), everywhere(RELIEF)), {8})
    assert both.sight.ids[3, 4] == 8
    assert both.sight.depth_m[3, 4] == 2.0
    assert both.facets[3, 4].tolist() == pytest.approx(RELIEF)
    assert np.count_nonzero((both.facets == everywhere(FLAT)).all(axis=-1)) == both.same.size - 1
    np.testing.assert_array_equal(both.sight.normals, everywhere(RELIEF))
    assert np.count_nonzero(both.sight.depth_m == 5.0) == both.same.size - 1
    assert both.same.all()


def test_a_renderer_that_leaves_a_part_out_is_an_error() -> None:
    without = ids()
    without[5:] = 0
    depth_m, normals = everywhere(5.0), everywhere(FLAT)
    # Two rows at its border have an edge beside them.
    with pytest.raises(RenderError, match=r"but for 16 pixels at most, got 700 others of 1000: it has left out a part"):
        agreed(FirstHits(ids(), depth_m, normals), Sight(without, depth_m, normals), ())


def test_thin_things_may_differ_wherever_they_are() -> None:
    blades, others = ids(), ids()
    blades[:, ::2], others[:, 1::2] = 2, 2
    both = agreed(
        FirstHits(blades, everywhere(5.0), everywhere(FLAT)), Sight(others, everywhere(5.0), everywhere(RELIEF)), ()
    )
    np.testing.assert_array_equal(both.sight.ids, blades)
    assert not both.same.any()
