"""The passes of materials and albedo, made usable: single bad pixels are mended, more are an error."""

from __future__ import annotations

import numpy as np
import pytest

from longtail.annotate.errors import RenderError
from longtail.annotate.labels.surfaces import SeenMaterial
from longtail.render.view.surfaces import Worn, kind_in_words, surfaces_of

PAINT, PANE = SeenMaterial(0, "b paint", "car paint"), SeenMaterial(0, "a pane", "glass", "window")
WORN = {5: Worn(PAINT), 9: Worn(PANE, clear=True)}


def passes() -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """Nothing above, paint below, and a pane on the right of it."""
    ids = np.zeros((6, 8), dtype=np.int32)
    ids[3:] = 1
    index = np.where(ids > 0, 5.0, 0.0).astype(np.float32)
    index[3:, 6:] = 9
    albedo = np.full((6, 8, 3), 0.5, dtype=np.float32)
    return index, albedo, ids


def test_what_is_clear_or_not_there_scatters_nothing() -> None:
    index, albedo, ids = passes()
    surfaces, mended = surfaces_of(index, albedo, ids, WORN)
    assert mended == 0
    assert surfaces.material is not None
    assert surfaces.albedo is not None
    assert surfaces.material[5].tolist() == [2, 2, 2, 2, 2, 2, 1, 1]
    assert not surfaces.material[:3].any()
    assert [row.name for row in surfaces.materials] == ["a pane", "b paint"]
    assert (surfaces.albedo[3:, :6] == 0.5).all()
    assert not surfaces.albedo[3:, 6:].any()
    assert not surfaces.albedo[:3].any()


def test_what_shines_through_a_pane_may_be_anything() -> None:
    index, albedo, ids = passes()
    albedo[3:, 6:] = 9.0
    surfaces, mended = surfaces_of(index, albedo, ids, WORN)
    assert mended == 0
    assert surfaces.albedo is not None
    assert not surfaces.albedo[3:, 6:].any()


@pytest.mark.parametrize("number", [np.nan, 5.5, 0.0, 77.0])
def test_a_single_bad_number_is_that_of_a_neighbour(number: float) -> None:
    index, albedo, ids = passes()
    index[4, 2] = number
    surfaces, mended = surfaces_of(index, albedo, ids, WORN)
    assert mended == 1
    assert surfaces.material is not None
    assert surfaces.material[4, 2] == 2


@pytest.mark.parametrize("value", [np.nan, np.inf, -0.1, 7.0])
def test_a_single_bad_albedo_is_that_of_a_neighbour(value: float) -> None:
    index, albedo, ids = passes()
    albedo[4, 2, 1] = value
    surfaces, mended = surfaces_of(index, albedo, ids, WORN)
    assert mended == 1
    assert surfaces.albedo is not None
    assert surfaces.albedo[4, 2].tolist() == [0.5, 0.5, 0.5]


def test_a_lone_bad_pixel_is_nothing_known() -> None:
    index, albedo, ids = passes()
    ids[4, 2], index[4, 2] = 2, 0
    surfaces, mended = surfaces_of(index, albedo, ids, WORN)
    assert mended == 1
    assert surfaces.material is not None
    assert surfaces.albedo is not None
    assert surfaces.material[4, 2] == 0
    assert not surfaces.albedo[4, 2].any()


def test_a_pass_of_something_else_says_nothing_of_what_is_seen() -> None:
    """Three twigs before what it has for sky, and paint that it has for the pane: neither is a fault."""
    index, albedo, ids = passes()
    same = np.ones(ids.shape, dtype=np.bool_)
    ids[0, ::3] = 2
    same[0, ::3] = False
    index[4, 2], same[4, 2] = 9.0, False
    ids[0, 6] = 1
    surfaces, mended = surfaces_of(index, albedo, ids, WORN, same, {2: 9})
    assert mended == 0
    assert surfaces.material is not None
    assert surfaces.albedo is not None
    # Two of a thing of which nothing else is seen, and one whose nearest sound pixel is far below.
    assert surfaces.material[0].tolist() == [1, 0, 0, 1, 0, 0, 1, 0]
    assert not surfaces.albedo[0].any()
    # Its neighbour is of the same thing.
    assert surfaces.material[4, 2] == 2
    assert surfaces.albedo[4, 2].tolist() == [0.5, 0.5, 0.5]


def test_a_pass_that_says_nothing_is_an_error() -> None:
    index, _, ids = passes()
    with pytest.raises(RenderError, match=r"expected a material of the scene .* got 24 bad ones of 48"):
        surfaces_of(np.zeros_like(index), None, ids, WORN)


def test_without_albedo_there_is_none() -> None:
    index, _, ids = passes()
    surfaces, _ = surfaces_of(index, None, ids, WORN)
    assert surfaces.albedo is None


def test_kinds_are_told_in_words() -> None:
    assert [kind_in_words(name) for name in ("CarPaint", "Glass", "WindowPane")] == [
        "car paint",
        "glass",
        "window pane",
    ]
