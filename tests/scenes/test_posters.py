"""Posters cover their sheets, and no two of their colours share a place."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from longtail.scenes.assets.furniture.printing import cut_apart
from longtail.scenes.assets.posters import Layer, poster


def sheets() -> list[list[Layer]]:
    rng = np.random.default_rng(2)
    return [poster(rng, *((0.84, 1.19), (0.594, 0.84), (1.05, 1.7), (0.84, 0.59))[number % 4]) for number in range(60)]


def test_what_is_printed_covers_the_sheet_once() -> None:
    for layers in sheets():
        sheet = layers[0][0]
        seen = [shape for shape, _ in cut_apart(layers, sheet)]
        assert sum(shape.area for shape in seen) == pytest.approx(sheet.area, abs=1e-4)
        assert shapely.union_all(seen).area == pytest.approx(sheet.area, abs=1e-4)


def test_nothing_is_printed_beside_the_sheet() -> None:
    for layers in sheets():
        sheet = layers[0][0].buffer(1e-9)
        assert all(sheet.covers(shape) for shape, _ in layers)


def test_all_posters_share_few_inks() -> None:
    """Each ink is a material, which the renderer is handed."""
    assert len({rgb for layers in sheets() for _, rgb in layers}) <= 14


def test_one_poster_is_not_like_the_next() -> None:
    assert len({tuple(shape.wkb for shape, _ in layers) for layers in sheets()}) == 60
