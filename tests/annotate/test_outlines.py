"""Outlines give masks back: in COCO's rasteriser, in Pillow's, in OpenCV's."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from pycocotools import mask as coco_mask

from longtail.annotate.labels.outlines import Outline, joined, outlines, parts
from tests.annotate.exporting.traps import DISC_4, FOUR_PIXELS, GRID, HOLED, LINE, MASKS, PIXEL, RING, SHAPES, Mask

CASES = [(frame, number) for frame in MASKS for number in list(MASKS[frame])[:10]]


def by_coco(found: list[Outline], shape: tuple[int, ...]) -> Mask:
    polygons = [outline.points.ravel().tolist() for outline in found if not outline.hole]
    return np.asarray(coco_mask.decode(coco_mask.merge(coco_mask.frPyObjects(polygons, *shape))).astype(np.bool_))


def by_pillow(points: list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]], shape: tuple[int, ...]) -> Mask:
    picture = Image.new("L", (shape[1], shape[0]))
    for one in points:
        ImageDraw.Draw(picture).polygon([(float(x), float(y)) for x, y in one], fill=1, outline=1)
    return np.array(picture).astype(np.bool_)


def by_opencv(points: list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]], shape: tuple[int, ...]) -> Mask:
    picture = np.zeros(shape, dtype=np.uint8)
    cv2.fillPoly(picture, [one.astype(np.int32) for one in points], (1,))
    return picture.astype(np.bool_)


@pytest.mark.parametrize(("frame", "number"), CASES)
def test_masks_come_back(frame: int, number: int) -> None:
    mask = MASKS[frame][number]
    found = outlines(mask)
    holed = (frame, number) in [(SHAPES, one) for one in HOLED]
    assert any(outline.hole for outline in found) is holed
    assert sum(outline.area() * (-1 if outline.hole else 1) for outline in found) == np.count_nonzero(mask)
    assert (by_opencv([outline.inset() for outline in found], mask.shape) == mask).all()
    if not holed:
        assert (by_coco(found, mask.shape) == mask).all()
        assert (by_pillow([outline.inset() for outline in found], mask.shape) == mask).all()
        assert (by_pillow([outline.border().astype(np.float64) for outline in found], mask.shape) == mask).all()


def test_what_is_known_on_paper() -> None:
    ring = outlines(MASKS[SHAPES][RING])
    assert [outline.hole for outline in ring] == [False, True]
    # Of the 10 x 10 cells of the grid each is a hole of 3 x 3.
    grid = outlines(MASKS[SHAPES][GRID])
    assert sum(outline.hole for outline in grid) == 100
    assert {outline.area() for outline in grid if outline.hole} == {9.0}
    (line,) = outlines(MASKS[SHAPES][LINE])
    assert line.points.tolist() == [[10, 70], [61, 70], [61, 71], [10, 71]]
    (pixel,) = outlines(MASKS[SHAPES][PIXEL])
    assert pixel.border().tolist() == [[70, 70]] * 4
    assert len(outlines(MASKS[SHAPES][FOUR_PIXELS])) == 4
    assert outlines(MASKS[SHAPES][DISC_4])[0].area() == 52
    assert outlines(np.zeros((3, 4), dtype=np.bool_)) == []


def test_pixels_that_touch_at_a_corner_have_outlines_of_their_own_and_holes_do_not() -> None:
    touching = np.array([[1, 0], [0, 1]], dtype=np.bool_)
    assert [outline.points.tolist() for outline in outlines(touching)] == [
        [[0, 0], [1, 0], [1, 1], [0, 1]],
        [[1, 1], [2, 1], [2, 2], [1, 2]],
    ]
    around = np.ones((4, 4), dtype=np.bool_)
    around[1, 1] = around[2, 2] = False
    assert [(outline.hole, outline.area()) for outline in outlines(around)] == [(False, 16.0), (True, 2.0)]


@given(st.lists(st.integers(0, 2**9 - 1), min_size=1, max_size=9))
def test_any_mask_comes_back(rows: list[int]) -> None:
    mask = np.array([[row >> bit & 1 for bit in range(9)] for row in rows], dtype=np.bool_)
    found = outlines(mask)
    assert (by_opencv([outline.inset() for outline in found], mask.shape) == mask).all() if found else not mask.any()
    assert sum(outline.area() * (-1 if outline.hole else 1) for outline in found) == np.count_nonzero(mask)
    polygons = [joined([outline.points for outline in part]).ravel().tolist() for part in parts(mask)]
    if polygons:
        code = coco_mask.merge(coco_mask.frPyObjects(polygons, *mask.shape))
        assert (coco_mask.decode(code) == mask).all()


def test_one_polygon_has_holes_and_misses_parts_by_a_line() -> None:
    for number in HOLED:
        mask = MASKS[SHAPES][number]
        (part,) = parts(mask)
        inset = joined([outline.inset() for outline in part])
        assert (by_opencv([inset], mask.shape) == mask).all()
        assert (by_pillow([inset], mask.shape) == mask).all()
        flat = joined([outline.points for outline in part]).ravel().tolist()
        code = coco_mask.merge(coco_mask.frPyObjects([flat], *mask.shape))
        assert (coco_mask.decode(code) == mask).all()
    two = np.zeros((5, 20), dtype=np.bool_)
    two[1:4, 1:4] = two[1:4, 10:13] = True
    back = by_opencv([joined([outline.inset() for outline in outlines(two)])], two.shape)
    # The line from one part to the other: the six pixels between them.
    assert (np.count_nonzero(back), np.count_nonzero(back & two)) == (18 + 6, 18)


def test_many_rings_are_joined_as_few_are() -> None:
    """With a tree for what is near, and without: both take the nearest first."""
    mask = np.zeros((40, 40), dtype=np.bool_)
    mask[2:38, 2:38] = True
    mask[4:36:3, 4:36:3] = False
    (part,) = parts(mask)
    flat = joined([outline.points for outline in part])
    assert len(flat) == 4 + 121 * (4 + 2)
    code = coco_mask.merge(coco_mask.frPyObjects([flat.ravel().tolist()], *mask.shape))
    assert (coco_mask.decode(code) == mask).all()
