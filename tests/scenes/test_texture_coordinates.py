"""Texture coordinates of files are places in a texture, whatever the file says."""

from __future__ import annotations

import numpy as np

from longtail.scenes.geometry.texture_coordinates import FARTHEST, within_reach


def test_places_stay_as_they_are() -> None:
    uv = np.array([[[0, 0], [1, 0.5], [-3, FARTHEST]]], dtype=np.float32)
    assert within_reach(uv) is uv


def test_corners_out_of_reach_lie_between_the_others() -> None:
    uv = np.array([[[1, 2], [3, 4], [3.4e9, 0]], [[np.nan, 0], [0, np.inf], [5, 6]]], dtype=np.float32)
    np.testing.assert_array_equal(within_reach(uv), [[[1, 2], [3, 4], [2, 3]], [[5, 6], [5, 6], [5, 6]]])


def test_a_triangle_without_any_has_the_origin() -> None:
    uv = np.full((1, 3, 2), -1e30, dtype=np.float32)
    np.testing.assert_array_equal(within_reach(uv), np.zeros((1, 3, 2)))
