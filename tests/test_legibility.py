"""What is said of signs and far people at few samples, on pictures made up; nothing is rendered here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.camera.pinhole import Pinhole
from longtail.annotate.camera.transform import Transform

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def legibility(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import legibility

    yield legibility
    sys.modules.pop("legibility")


def sign(contrast: float) -> NDArray[np.float64]:
    """Bars of eight pixels in linear light, grey (0.5 as encoded) but for `contrast`, with a white row beyond them."""
    encoded = np.full((52, 60), 0.5)
    encoded[16:-16, 16:-16] += contrast * np.where(np.arange(28) // 8 % 2, 0.2, -0.2)
    encoded[:8] = 1.0
    return np.repeat(encoded[..., None] ** 2.2, 3, axis=2)


def test_the_same_picture_has_all_edges_and_all_contrast(legibility: ModuleType) -> None:
    assert legibility.held_against(sign(1.0), sign(1.0)) == pytest.approx((1.0, 1.0))


@pytest.mark.parametrize("share", [0.25, 0.5], ids=str)
def test_a_fainter_sign_keeps_its_edges_and_that_share_of_contrast(legibility: ModuleType, share: float) -> None:
    edges, contrast = legibility.held_against(sign(share), sign(1.0))
    assert contrast == pytest.approx(share, rel=1e-6)
    assert edges == pytest.approx(1.0, abs=1e-3)


def test_noise_is_neither_edges_nor_contrast(legibility: ModuleType) -> None:
    noise = np.random.default_rng(0).uniform(0.0, 1.0, (52, 60, 1)).repeat(3, axis=2)
    edges, contrast = legibility.held_against(noise, sign(1.0))
    assert abs(edges) < 0.2
    assert abs(contrast) < 0.2


def test_the_small_picture_shows_the_box_inside_its_margin(legibility: ModuleType) -> None:
    ahead = np.array([[0, 0, 1, 0], [-1, 0, 0, 0], [0, -1, 0, 1.5], [0, 0, 0, 1]])
    camera = Camera(Pinhole.from_fov(640, 360, 70), Transform("world", "camera", ahead))
    points = np.array([[20, -3, 2.5], [20, -3.6, 1.9]])
    (left, top), (right, bottom) = camera.project(points)
    near = legibility.near(camera, (round(left), round(top), round(right - left), round(bottom - top)))
    assert near.size_px == (round(right - left) + 32, round(bottom - top) + 32)
    assert near.project(points) - camera.project(points) == pytest.approx(
        np.tile([16 - round(left), 16 - round(top)], (2, 1))
    )


def test_things_are_chosen_from_the_smallest_to_the_largest(legibility: ModuleType) -> None:
    boxes = [(0, 0, side, side) for side in (9, 5, 7, 6, 8)]
    assert [box[2] for box in legibility.chosen(boxes, 3)] == [5, 7, 9]
    assert len(legibility.chosen(boxes[:1], 3)) == 1
    assert legibility.chosen([], 3) == []
