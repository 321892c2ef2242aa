"""Margins that mirror what is inside."""

from __future__ import annotations

import numpy as np
import pytest

from longtail.render.blender.margin import MARGIN_PX, with_margin, without_margin


def test_a_margin_mirrors_what_is_inside() -> None:
    rows = np.arange(6, dtype=np.float32).reshape(2, 3, 1)
    assert with_margin(rows, 2)[..., 0].tolist() == [
        [4, 3, 3, 4, 5, 5, 4],
        [1, 0, 0, 1, 2, 2, 1],
        [1, 0, 0, 1, 2, 2, 1],
        [4, 3, 3, 4, 5, 5, 4],
        [4, 3, 3, 4, 5, 5, 4],
        [1, 0, 0, 1, 2, 2, 1],
    ]


@pytest.mark.parametrize("shape", [(1, 1, 3), (9, 16, 9), (2, 9, 16, 3)])
@pytest.mark.parametrize("margin", [0, 1, MARGIN_PX])
def test_without_its_margin_a_picture_is_what_it_was(shape: tuple[int, ...], margin: int) -> None:
    images = np.random.default_rng(3).random(shape, np.float32)
    np.testing.assert_array_equal(without_margin(with_margin(images, margin), margin), images)
