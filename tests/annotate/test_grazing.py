"""A few wrong pixels on wheels are grazing rays; many, and any elsewhere, are wrong."""

from __future__ import annotations

import numpy as np

from longtail.annotate.check.grazing import but_for_grazing


def test_few_wrong_pixels_on_wheels_are_grazing_rays_and_no_others() -> None:
    wheels = np.zeros((20, 20), np.bool_)
    wheels[:10] = True
    wrong = np.zeros_like(wheels)
    wrong[0, :4] = True
    assert not but_for_grazing(wrong, wheels).any()
    wrong[15, 3] = True
    assert np.argwhere(but_for_grazing(wrong, wheels)).tolist() == [[15, 3]]
    wrong[0, :5] = True
    assert np.array_equal(but_for_grazing(wrong, wheels), wrong)
    small = np.zeros_like(wheels)
    small[0, :10] = True
    wrong = np.zeros_like(wheels)
    wrong[0, :2] = True
    assert not but_for_grazing(wrong, small).any()
    wrong[0, 2] = True
    assert np.array_equal(but_for_grazing(wrong, small), wrong)
